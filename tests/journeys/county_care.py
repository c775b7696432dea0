"""Compares what a deployment says of the care of the county year with the truth its generator wrote beside it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from functools import cache
from typing import Any

from services.console.county_year.truth_of_digest import frozen_on
from services.console.county_year.year import BEGINS, ENDS
from services.console.timelines import WHOLE
from shared.access import Purpose, Role
from shared.clock import COUNTY_TIME
from tests.journeys.conftest import Life
from tests.journeys.county_year import pregnancies, said

AT_ONCE = 8
"""Timelines asked for at a time: that each was read is committed together."""
Entry = dict[str, Any]
Place = tuple[str, str]
"""A township and a village of it."""
Records = Mapping[str, list[Entry]]
"""The entries of each pregnancy's own record in the order they were told, by the message that registered it."""
COMES_TO = {
    "DutyOpened": "open",
    "DutyOverdue": "open",
    "DutyLapsed": "lapsed",
    "DutyMet": "met",
    "DutyAttempted": "attempted",
    "DutyDeclined": "declined",
    "DutyCancelled": "cancelled",
    "DutyMoved": "moved",
    "DutyWaived": "waived",
    "DutySuperseded": "superseded",
}
REPEATED = "risk_follow_up-"
"""How often a high risk is followed up again follows from the policy; the truth has the first time."""
LIVES = ("PregnancyRegistered", "ResidenceChanged")
"""What says where she lives."""
COUNTED = {"DutyMet": "met", "DutyOverdue": "overdue", "DutyLapsed": "lapsed"}


def records(life: Life, truth: dict[str, Any]) -> Records:
    """Every timeline, read as an auditor; where a loss was treated, as the unit that treated her."""
    told, care = pregnancies(life), truth["care"]
    treated = {each["registration"]: _treating(each) for each in care["ended_otherwise"]}
    names = [*(each["registration"] for each in care["pregnancies"]), *treated, *_apart(truth)]
    with ThreadPoolExecutor(AT_ONCE) as asking:
        found = asking.map(lambda name: _own(life, told[name], treated.get(name, ())), names)
        return dict(zip(names, found, strict=True))


def true_records(truth: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is true of each pregnancy, by the message that registered it."""
    care = truth["care"]
    return {each["registration"]: each for each in (*care["pregnancies"], *care["ended_otherwise"])}


def duties(entries: Iterable[Entry], true: Mapping[str, str]) -> dict[str, str]:
    """What each duty came to, by its name without the day it opens; what others replaced is left out.

    Left out as well is what the truth cannot know.
    """
    found: dict[str, str] = {}
    for duty, last in _last(entries).items():
        name = duty.partition("@")[0]
        known = name in true or not name.startswith(REPEATED)
        if known and last != "superseded":
            assert name not in found, duty
            found[name] = last
    return found


def _last(entries: Iterable[Entry]) -> dict[str, str]:
    """What each duty came to by what was told of it last."""
    return {entry["body"]["duty"]: COMES_TO[entry["kind"]] for entry in entries if entry["kind"] in COMES_TO}


def days_of(entries: Iterable[Entry], kind: str) -> list[str]:
    """The days of entries of a kind, in order."""
    return sorted(entry["occurred_at"] for entry in entries if entry["kind"] == kind)


def seen(entries: Iterable[Entry]) -> dict[str, list[str]]:
    """The days of visits by their kind."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for entry in entries:
        if entry["kind"] == "VisitLogged":
            found[entry["body"]["kind"]].append(entry["occurred_at"])
    return {kind: sorted(days) for kind, days in found.items()}


def true_visits(true: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same in truth."""
    after = [*true.get("checked", ()), *true.get("supported", ())]
    told = {"antenatal": true["visits"], "home": true.get("home_visits", ()), "postnatal": after}
    told |= {"referral_result": true.get("referral_results", ())}
    return {kind: sorted(days) for kind, days in told.items() if days}


def digests(life: Life, truth: dict[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    """Each month of each township in which anything was done: as frozen, and what came late, as its midwife sees it."""
    found = {}
    for township in truth["care"]["coverage"]:
        for month in _months():
            asked = {"params": {"township": township, "month": month}, "units": (f"{township}-hospital",)}
            for row in life.request("pregnancy_tracking", "/digest", Role.MIDWIFE, **asked).json()["rows"]:
                del row["place"]
                found[township, month] = row
    return found


def true_digests(truth: dict[str, Any]) -> dict[tuple[str, str], dict[str, int]]:
    """What was done in each month in truth, where anything was; told late is only that two records are of one."""
    return {(row.pop("township"), row.pop("month")): row for row in map(dict, truth["care"]["months"])}


def counted_duties(records: Records) -> dict[tuple[str, str], Counter[str]]:
    """Duties met, overdue and lapsed by township and month, as the timelines tell: as frozen, and what came after.

    What is told takes back what a duty turns out not to have been.
    """
    cells: Counter[tuple[Place, str, str, bool]] = Counter()
    for entries in records.values():
        place, standing = ("", ""), defaultdict[str, dict[str, tuple[Place, date]]](dict)
        for entry in entries:
            kind, day = entry["kind"], date.fromisoformat(entry["occurred_at"])
            if kind in LIVES:
                place = entry["body"]["township"], entry["body"]["village"]
            if kind in COMES_TO:
                of_duty = standing[entry["body"]["duty"]]
                for measure in _untrue(kind, day, of_duty):
                    where, then = of_duty.pop(measure)
                    cells[where, f"{then:%Y-%m}", measure, _in_time(entry, then)] -= 1
            if measure := COUNTED.get(kind):
                of_duty[measure] = place, day
                cells[place, f"{day:%Y-%m}", measure, _in_time(entry, day)] += 1
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for ((township, _), month, measure, in_time), count in cells.items():
        name = measure if in_time else "came_late" if count > 0 else "taken_back"
        found[township, month][name] += count if in_time else abs(count)
    return dict(found)


def lapses(records: Records) -> Counter[tuple[str, str]]:
    """Duties that lapsed in the end, by the unit charged and the month in which they did, as the timelines tell."""
    return Counter(
        (entry["body"]["unit"], entry["body"]["lapsed_on"][:7])
        for entries in records.values()
        for entry in _lapsed(entries)
    )


def charged_for_notices(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """By which hop, and to whom, a notice of discharge that lapsed is charged."""
    notices = (entry["body"] for entry in _lapsed(entries) if entry["body"]["duty"].startswith("discharge_notice-"))
    return [(notice["hop"], notice["unit"]) for notice in notices]


def told_to_superiors(life: Life) -> dict[tuple[str, str], str]:
    """How many duties each unit let lapse in each month, as the newest word on the channel for superiors says."""
    told = said(life, "pregnancy_tracking", "supervision")
    return {(each["unit"], each["month"][:7]): each["lapses"] for each in told}


def told_to_enforcement(life: Life) -> dict[tuple[str, ...], dict[str, Any]]:
    """Every device-day, as the newest word on the channel for enforcement says."""
    told = [each for each in said(life, "pregnancy_tracking", "oversight") if "device" in each]
    return {(each["facility"], each["device"], each["day"]): each for each in told}


def transferred(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """What became of transfers of a pregnancy, and the day each was asked for."""
    kinds = {"Accepted": "accepted", "Declined": "declined", "TimedOut": "timed_out", "Withdrawn": "withdrawn"}
    ends = [kinds[kind] for kind in kinds for _ in days_of(entries, f"CareTransfer{kind}")]
    return list(zip(days_of(entries, "CareTransferRequested"), ends, strict=True))


def _untrue(kind: str, day: date, counted: Mapping[str, tuple[Place, date]]) -> list[str]:
    """As what a duty was counted that it was not, by what is told of it now; opened anew or superseded, it was none."""
    never = kind in {"DutyOpened", "DutySuperseded"}
    return [measure for measure, (_, then) in counted.items() if measure != "overdue" or never or then > day]


def set_aside(life: Life, truth: dict[str, Any]) -> dict[str, str]:
    """What became of registrations that were set aside, by message, as her own midwife sees it."""
    told, found = pregnancies(life), {}
    for each in truth["care"]["registered_twice"]:
        if each["seen_to"] != "apart":
            path = f"/pregnancies/{told[each['registration']]}/set-aside"
            page = life.services.ask("pregnancy_tracking", path, Role.COUNTY_HEALTH, purpose=Purpose.COMPLAINT).json()
            [row] = page["registrations"]
            assert row["proposed"] == told[each["again"]]
            found[each["again"]] = row["status"]
    return found


def _apart(truth: dict[str, Any]) -> Iterator[str]:
    return (each["again"] for each in truth["care"]["registered_twice"] if each["seen_to"] == "apart")


def _treating(ended: Mapping[str, Any]) -> tuple[str, ...]:
    """The units that care for her, and the one that treated her."""
    return f"{ended['township']}-hospital", ended["treated_by"]


def _lapsed(entries: Iterable[Entry]) -> list[Entry]:
    """The lapses that count in the end: a contact told late was none."""
    entries = list(entries)
    lapsed = {duty for duty, last in _last(entries).items() if last == "lapsed"}
    found = {entry["body"]["duty"]: entry for entry in entries if entry["kind"] == "DutyLapsed"}
    return [entry for duty, entry in found.items() if duty in lapsed]


def _own(life: Life, pregnancy: str, treating: tuple[str, ...]) -> list[Entry]:
    """The entries of a record that are not of one linked with it, in the order they were told."""
    path = f"/pregnancies/{pregnancy}/timeline"
    params = {"order": "recorded", "limit": WHOLE}
    if treating:
        asked = life.request("pregnancy_tracking", path, Role.HOSPITAL, Purpose.CARE, units=treating, params=params)
    else:
        asked = life.services.ask("pregnancy_tracking", path, Role.AUDITOR, purpose=Purpose.AUDIT, params=params)
    return [entry for entry in asked.json()["entries"] if "pregnancy" not in entry]


@cache
def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _in_time(entry: Entry, day: date) -> bool:
    """Whether it was known when the digest of the day's month was frozen."""
    return _moment(entry["recorded_at"]).astimezone(COUNTY_TIME).date() <= frozen_on(day)


def _months() -> list[str]:
    months = range(BEGINS.year * 12 + BEGINS.month - 1, ENDS.year * 12 + ENDS.month)
    return [f"{month // 12}-{month % 12 + 1:02}" for month in months]
