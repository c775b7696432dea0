"""Ultrasound examinations, the registers they are entered in, and the faults planted in two facilities' registers."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

from services.console.county_year.county import SECOND_HOSPITAL
from services.console.county_year.course import Course
from services.console.county_year.courses import a_day, scan_facility
from services.console.county_year.ground import Facility, Ground
from services.console.people import Woman
from shared.clock import COUNTY_TIME

PLANNED = (("dating", 7, 13, 0.85), ("anatomy", 20, 25, 0.85), ("growth", 30, 35, 0.65))
"""Purpose, completed weeks (half-open), and the share of pregnancies that have this examination."""
OUTSIDE = ("gynaecological", "abdominal", "other_clinical")
OUTSIDE_SHARE = 0.3
"""Examinations outside pregnancy, per one in it."""
FIXED_ROSTER = "baishizhen-hospital"
"""Here the same two attend every examination of ROSTER_DAYS days in a row, from ROSTER_FROM on."""
ROSTER_FROM, ROSTER_DAYS, NOTICED_AFTER = date(2025, 3, 1), 40, 20
"""Such a roster shows from the 20th day on (policy of pregnancy tracking)."""
GAP_DAYS, LATE_DAYS, ROOM_DAYS = 9, 12, 6
"""How many days of the second hospital's devices skip counters, have late entries, have somebody in two rooms."""
WRITTEN_LATE = (2, 6)
FAULTS_FROM, FAULTS_UNTIL = date(2024, 10, 8), date(2025, 8, 29)


@dataclass(frozen=True)
class Examination:
    """One examination; who is examined is None outside pregnancy.

    Planted may be: the `room` (a device by its place), counters `skipped` before it, days `late`, the `staff`.
    """

    facility: str
    at: datetime
    purpose: str
    woman: Woman | None = None
    room: int | None = None
    skipped: int = 0
    late: int = 0
    staff: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An examination as it is entered in a device's register."""

    examination: Examination
    device: str
    counter: int
    operators: tuple[str, ...]


@dataclass
class DeviceDay:
    """What is true of a device's day."""

    counters: list[int] = field(default_factory=list)
    late: int = 0
    missing: int = 0
    anomalies: set[str] = field(default_factory=set)


def examinations(seed: int, courses: Iterable[Course], ground: Ground) -> list[Examination]:
    """All of them: in pregnancies, outside them, and those that carry the planted faults."""
    found = [each for course in courses for each in _of(Random(f"{seed}:{course.key}:scans"), course, ground)]  # noqa: S311
    random = Random(f"{seed}:registers")  # noqa: S311 - a scenario is meant to be repeatable
    outside = [_outside(random, random.choice(found)) for _ in range(round(len(found) * OUTSIDE_SHARE))]
    return [*found, *outside, *_faults(random, ground)]


def entered(examinations: Sequence[Examination], ground: Ground) -> list[Entry]:
    """The registers: each device counts its examinations in the order they happen."""
    rooms: defaultdict[tuple[str, int], list[Examination]] = defaultdict(list)
    turn: Counter[str] = Counter()
    for each in sorted(examinations, key=lambda each: each.at):
        devices = len(ground.facilities[each.facility].devices)
        room = turn[each.facility] % devices if each.room is None else each.room
        turn[each.facility] += each.room is None
        rooms[each.facility, room].append(each)
    return [entry for (code, room), found in rooms.items() for entry in _entries(ground.facilities[code], room, found)]


def truth_of_registers(entries: Iterable[Entry]) -> list[dict[str, object]]:
    """Every device-day with its counters and what was planted in it."""
    days: defaultdict[tuple[str, str, date], DeviceDay] = defaultdict(DeviceDay)
    for entry in entries:
        one = entry.examination
        day = days[one.facility, entry.device, one.at.date()]
        day.counters.append(entry.counter)
        day.late += bool(one.late)
        day.missing += one.skipped
        day.anomalies |= {*one.shows, *(("counter_gap",) if one.skipped else ())}
    return [
        {
            "facility": facility,
            "device": device,
            "day": day.isoformat(),
            "first_counter": min(found.counters),
            "last_counter": max(found.counters),
            "entries": len(found.counters),
            "late": found.late,
            "missing": found.missing,
            "anomalies": sorted(found.anomalies),
        }
        for (facility, device, day), found in sorted(days.items())
    ]


def _entries(facility: Facility, room: int, found: Sequence[Examination]) -> Iterator[Entry]:
    counter = 1_000 * (room + 1)
    for place, each in enumerate(found):
        counter += 1 + each.skipped
        staff = each.staff or _staff(facility, room, each.at.date(), place)
        yield Entry(each, facility.devices[room], counter, staff)


def _staff(facility: Facility, room: int, day: date, place: int) -> tuple[str, str]:
    """Teams change rooms every day; where there is one room, the nurses take turns."""
    rooms, days = len(facility.devices), day.toordinal()
    if rooms == 1:
        fixed = facility.code == FIXED_ROSTER and 0 <= (day - ROSTER_FROM).days < ROSTER_DAYS
        return facility.sonographers[0], facility.nurses[0 if fixed else (days + place) % 2]
    return facility.sonographers[(room + days) % rooms], facility.nurses[(room + days) % rooms]


def _of(random: Random, course: Course, ground: Ground) -> Iterator[Examination]:
    places = ground.townships[course.township]
    before = course.confinement.born_on if course.confinement else course.ended_on
    for purpose, first, last, share in PLANNED:
        window = course.day_of(first), min(course.day_of(last), before)
        day = a_day(random, places, window, course.away)
        if day and random.random() < share:
            facility = scan_facility(random, places)
            yield Examination(facility, _moment(random, day), purpose, course.woman)


def _outside(random: Random, like: Examination) -> Examination:
    """At the facility and on the day of one in pregnancy."""
    return Examination(like.facility, _moment(random, like.at.date()), random.choice(OUTSIDE))


def _faults(random: Random, ground: Ground) -> Iterator[Examination]:
    second, places = ground.facilities[SECOND_HOSPITAL], next(iter(ground.townships.values()))
    days = [FAULTS_FROM + timedelta(day) for day in range((FAULTS_UNTIL - FAULTS_FROM).days)]
    working = [day for day in days if places.is_working_day(day)]
    for day in random.sample(working, GAP_DAYS):
        yield from _gap(day, random.randint(1, 3))
    for day in random.sample(working, LATE_DAYS):
        yield _planted(SECOND_HOSPITAL, day, time(11, 15), room=1, late=random.randint(*WRITTEN_LATE))
    for day in random.sample(working, ROOM_DAYS):
        yield from _two_rooms(second, day)
    yield from _fixed_roster(ground.facilities[FIXED_ROSTER])


def _gap(day: date, skipped: int) -> Iterator[Examination]:
    for hour in (9, 10, 11):
        yield _planted(SECOND_HOSPITAL, day, time(hour, 40), room=0, skipped=skipped if hour == 10 else 0)  # noqa: PLR2004


def _two_rooms(second: Facility, day: date) -> Iterator[Examination]:
    """The sonographer of the third room is also said to be in the fourth, two minutes later."""
    shows = ("operator_in_two_rooms",)
    here, there = (_staff(second, room, day, 0) for room in (2, 3))
    yield _planted(SECOND_HOSPITAL, day, time(14, 20), room=2, staff=here, shows=shows)
    yield _planted(SECOND_HOSPITAL, day, time(14, 22), room=3, staff=(here[0], there[1]), shows=shows)


def _fixed_roster(facility: Facility) -> Iterator[Examination]:
    """Two examinations every day; on the days before and after, another nurse is there."""
    for number in range(ROSTER_DAYS):
        shows = ("roster_never_varies",) if number + 1 >= NOTICED_AFTER else ()
        for hour in (9, 10):
            yield _planted(facility.code, ROSTER_FROM + timedelta(number), time(hour, 10), shows=shows)
    for day in (ROSTER_FROM - timedelta(1), ROSTER_FROM + timedelta(ROSTER_DAYS)):
        yield _planted(facility.code, day, time(9, 10), staff=(facility.sonographers[0], facility.nurses[1]))


def _planted(
    facility: str,
    day: date,
    at: time,
    *,
    room: int = 0,
    skipped: int = 0,
    late: int = 0,
    staff: tuple[str, ...] = (),
    shows: tuple[str, ...] = (),
) -> Examination:
    moment = datetime.combine(day, at, COUNTY_TIME)
    return Examination(facility, moment, "other_clinical", None, room, skipped, late, staff, shows)


def _moment(random: Random, day: date) -> datetime:
    """In the hours in which hospitals examine, not when planted examinations are."""
    return datetime.combine(day, time(random.choice((8, 15, 16)), random.randrange(0, 60, 2)), COUNTY_TIME)
