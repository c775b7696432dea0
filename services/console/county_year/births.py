"""The births of the year: when, where, of whom, with the true sex ratio of the county and that of one facility."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from services.console.county_year.county import SECOND_HOSPITAL, SHARES
from services.console.county_year.ground import HOME, Ground
from services.console.people import Woman, make_woman
from services.console.places import Village
from shared.clock import COUNTY_TIME
from shared.contracts.departments import Sex, Vital

FIRST, LAST = date(2024, 10, 1), date(2025, 9, 30)
"""The statistical year 2025 (births' policy)."""
RATIO, RATIO_THERE = 105, 130
"""Boys per 100 girls: of the county, and of the second hospital."""
SHARE_THERE = 0.4
"""Of all births: 2,000 of 5,000."""
ELSEWHERE = {"county-hospital": 40, "county-maternity": 33, "township-hospital": 25, HOME: 2}
"""Of a hundred other births, where they happen; the township hospital is that of her township."""
TWINS, STILLBIRTHS = 0.012, 0.006
"""Pairs of twins, and stillbirths, per live birth."""
EXTREME, EXTREME_SHARE = "gaoshanxiang", 0.64
"""The smallest township has this share of boys, by nothing but chance as far as anybody could tell: 16 of 25."""
MONTHS = (105, 101, 99, 97, 88, 93, 92, 96, 98, 106, 112, 113)
"""Weights of the months, October first: fewest births after the Spring Festival, most in early autumn."""
BETWEEN_TWINS = timedelta(minutes=7)
ORDERS = (50, 38, 9, 3)
"""Weights of birth orders one to four."""


@dataclass(frozen=True)
class Child:
    """One child of a confinement, as it is."""

    vital: Vital
    sex: Sex
    birth_order: int
    weight_grams: int


@dataclass(frozen=True)
class Confinement:
    """One woman giving birth: to one child or to twins. `key` is its name in messages."""

    number: int
    key: str
    woman: Woman
    township: str
    village: Village
    facility: str
    born_at: datetime
    gestation_days: int
    children: tuple[Child, ...]

    @property
    def born_on(self) -> date:
        return self.born_at.date()

    @property
    def ended_on(self) -> date:
        """The day of the last child: twins may be born on either side of midnight."""
        return self.moment_of(len(self.children) - 1).date()

    def moment_of(self, place: int) -> datetime:
        """When each child was born: twins come one after the other."""
        return self.born_at + place * BETWEEN_TWINS

    @property
    def last_period(self) -> date:
        return self.born_on - timedelta(self.gestation_days)


@dataclass(frozen=True)
class _Slot:
    """What is fixed of a confinement before chance draws the rest."""

    place: str
    children: int
    vital: Vital
    number: int = 0
    township: str = ""

    @property
    def there(self) -> bool:
        """Whether in the second hospital."""
        return self.place == SECOND_HOSPITAL


def confinements(seed: int, births: int, ground: Ground) -> list[Confinement]:
    """All confinements with `births` live births between them, by time; the same for the same seed and number."""
    random = Random(f"{seed}:births")  # noqa: S311 - a scenario is meant to be repeatable
    slots = _with_townships(random, _slots(births))
    sexes = _sexes(random, slots)
    made = [_confinement(random, seed, slot, sexes, ground) for slot in slots]
    return sorted(made, key=lambda each: each.born_at)


def quota(total: int, shares: Mapping[str, int]) -> list[str]:
    """So many names, each as often as its share says (largest remainders), in the order of the shares."""
    whole = sum(shares.values())
    exact = {name: total * share / whole for name, share in shares.items()}
    counts = {name: int(count) for name, count in exact.items()}
    by_rest = sorted(exact, key=lambda name: counts[name] - exact[name])
    for name in by_rest[: total - sum(counts.values())]:
        counts[name] += 1
    return [name for name, count in counts.items() for _ in range(count)]


def boys_of(births: int, ratio: int) -> int:
    """How many of so many births are boys at a ratio of boys per 100 girls."""
    return round(births * ratio / (100 + ratio))


def _slots(births: int) -> list[_Slot]:
    """Twins are born in the county hospital, the stillborn wherever births are."""
    twins, there = round(births * TWINS), round(births * SHARE_THERE)
    still = max(round(births * STILLBIRTHS), 1)
    elsewhere = quota(births - 2 * twins - there, ELSEWHERE)
    places = [SECOND_HOSPITAL] * there + elsewhere
    return [
        *(_Slot(place, 1, Vital.LIVE) for place in places),
        *(_Slot("county-hospital", 2, Vital.LIVE) for _ in range(twins)),
        *(_Slot(place, 1, Vital.STILL) for place in quota(still, {SECOND_HOSPITAL: 2, "county-hospital": 3})),
    ]


def _with_townships(random: Random, slots: Sequence[_Slot]) -> list[_Slot]:
    townships = quota(len(slots), SHARES)
    random.shuffle(townships)
    drawn = enumerate(zip(slots, townships, strict=True))
    return [replace(slot, number=number, township=township) for number, (slot, township) in drawn]


def _sexes(random: Random, slots: Sequence[_Slot]) -> Iterator[Sex]:
    """The sex of each child, slot by slot; the ratios of the live born are exact."""
    children = [slot for slot in slots for _ in range(slot.children)]
    live = [slot for slot in children if slot.vital is Vital.LIVE]
    there = sum(slot.there for slot in live)
    pools = {
        True: _pool(random, there, boys_of(there, RATIO_THERE)),
        False: _pool(random, len(live) - there, boys_of(len(live) - there, RATIO)),
    }
    few = sum(slot.township == EXTREME for slot in live)
    looks = _pool(random, few, round(few * EXTREME_SHARE))
    first = sorted(range(len(children)), key=lambda place: children[place].township != EXTREME)
    drawn = {place: _sex(random, children[place], pools, looks) for place in first}
    return iter([drawn[place] for place in range(len(children))])


def _sex(random: Random, slot: _Slot, pools: Mapping[bool, list[Sex]], looks: list[Sex]) -> Sex:
    if slot.vital is Vital.STILL:
        return random.choice((Sex.BOY, Sex.GIRL))
    pool = pools[slot.there]
    wanted = looks.pop() if slot.township == EXTREME else pool[-1]
    if wanted == pool[-1] or wanted not in pool:
        return pool.pop()
    pool.remove(wanted)
    return wanted


def _pool(random: Random, count: int, boys: int) -> list[Sex]:
    pool = [Sex.BOY] * boys + [Sex.GIRL] * (count - boys)
    random.shuffle(pool)
    return pool


def _confinement(random: Random, seed: int, slot: _Slot, sexes: Iterator[Sex], ground: Ground) -> Confinement:
    township = ground.townships[slot.township]
    born_at = _moment(random)
    gestation = _gestation(random, slot)
    village = random.choice(township.villages)
    first = random.choices(range(1, len(ORDERS) + 1), ORDERS)[0]
    since = born_at.date() - timedelta(gestation)
    facility = township.township_hospital if slot.place == "township-hospital" else slot.place
    return Confinement(
        number=slot.number,
        key=f"{seed}-{slot.number:05}",
        woman=make_woman(random, slot.number, village.code, village.name, since),
        township=slot.township,
        village=village,
        facility=facility,
        born_at=born_at,
        gestation_days=gestation,
        children=tuple(
            Child(slot.vital, next(sexes), first + place * (slot.vital is Vital.LIVE), _weight(random, gestation))
            for place in range(slot.children)
        ),
    )


def _moment(random: Random) -> datetime:
    """A moment of the year, by the weights of its months."""
    month = random.choices(range(12), cum_weights=list(accumulate(MONTHS)))[0]
    year, number = divmod(FIRST.month - 1 + month, 12)
    begins = date(FIRST.year + year, number + 1, 1)
    days = (date(begins.year + begins.month // 12, begins.month % 12 + 1, 1) - begins).days
    day = begins + timedelta(random.randrange(days))
    return datetime.combine(day, time(random.randrange(24), random.randrange(60)), COUNTY_TIME)


def _gestation(random: Random, slot: _Slot) -> int:
    """Days: of one live child about 277, of twins three weeks less, of the stillborn anything from 28 weeks on."""
    if slot.vital is Vital.STILL:
        return random.randint(196, 280)
    if slot.children > 1:
        return min(max(round(random.gauss(258, 8)), 224), 273)
    return min(max(round(random.gauss(277, 9)), 252), 293)


def _weight(random: Random, gestation: int) -> int:
    return round(min(max(random.gauss(3250 + (gestation - 277) * 15, 380), 700), 4600))
