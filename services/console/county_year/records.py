"""What hospitals and clerks make of a child's birth: messages, corrections, reviews, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from services.console.acts import Act, Find
from services.console.county_year.births import Child, Confinement
from services.console.county_year.courses import away_of
from services.console.county_year.ground import HOME, Ground
from services.console.county_year.plants import Field, Name, Plant, days_late
from services.console.letters import Letter, written_after
from services.console.people import GIVEN, person_of
from shared.access import Role
from shared.contracts.departments import Birth, Residence, Sex, Vital

BIRTHS = "births"
FIELDS = (Field.SEX, Field.SEX, Field.BIRTH_ORDER, Field.TOWNSHIP, Field.WEIGHT)
"""What is told wrongly, the sex most often."""
CERTIFIED = 0.93
"""Of the live births, those that get a certificate within weeks."""
OPEN_PAIRS = "/duplicates?review=open&limit=1000"


@dataclass(frozen=True)
class Record:
    """A child, what was planted with it, and what is written and done about it; `wrong` is what was told first."""

    confinement: Confinement
    child: Child
    key: str
    plant: Plant | None
    told_on: date
    wrong: dict[str, Any] = field(default_factory=dict)
    letters: tuple[Letter, ...] = ()
    acts: tuple[Act, ...] = ()

    @property
    def born_at(self) -> datetime:
        return datetime.fromisoformat(str(self.letters[0].data["born_at"]))

    @property
    def days(self) -> int:
        """From the birth until it was told."""
        return (self.told_on - self.born_at.date()).days

    @property
    def certificate(self) -> str:
        """Whether it has a valid certificate in the end: the name of the act that gave it."""
        return next((act.id for act in reversed(self.acts) if act.keeps == "certificate"), "")


def record(seed: int, confinement: Confinement, place: int, planted: dict[Name, Plant], ground: Ground) -> Record:
    """The record of one child."""
    random = Random(f"{seed}:{confinement.number}:{place}:record")  # noqa: S311 - a scenario is meant to be repeatable
    residence = Residence.RETURNED if away_of(seed, confinement) else Residence.RESIDENT
    return _Writer(random, confinement, place, planted, ground, residence).record()


@dataclass
class _Writer:
    """Writes one record: what of the telling depends on the child is at hand."""

    random: Random
    confinement: Confinement
    place: int
    planted: dict[Name, Plant]
    ground: Ground
    residence: Residence
    told_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        late = 0 if self.untold else days_late(self.random, self.confinement.township, self.child)
        self.told_at = written_after(self.born_at) + timedelta(late)

    @property
    def child(self) -> Child:
        return self.confinement.children[self.place]

    @property
    def key(self) -> str:
        return self.confinement.key if self.place == 0 else f"{self.confinement.key}-{self.place + 1}"

    @property
    def plant(self) -> Plant | None:
        return self.planted.get((self.confinement.number, self.place))

    @property
    def untold(self) -> bool:
        """Whether nobody said that there are twins."""
        return self.planted.get((self.confinement.number, 1)) is Plant.TWIN_UNTOLD

    @property
    def unit(self) -> str:
        return self.ground.facilities[self.confinement.facility].unit

    @property
    def clerk(self) -> tuple[Role, str]:
        return Role.HOSPITAL, f"{self.unit}-clerk"

    @property
    def born_at(self) -> datetime:
        return self.confinement.moment_of(self.place)

    def record(self) -> Record:
        wrong = self._wrong() if self.plant is Plant.WRONG else {}
        letters = [self._letter(f"birth-{self.key}", self.told_at, self._content() | wrong), *self._tellings()]
        acts = [*self._reviews(), *self._corrections(wrong), *self._death(), *self._certificates(wrong)]
        told_on = self.told_at.date()
        return Record(self.confinement, self.child, self.key, self.plant, told_on, wrong, tuple(letters), tuple(acts))

    def _content(self) -> dict[str, Any]:
        twins = len(self.confinement.children)
        told = {"plurality": twins, "number": self.place + 1} if twins > 1 and not self.untold else {}
        return {
            "facility": self.confinement.facility,
            "born_at": self.born_at,
            "vital": self.child.vital,
            "sex": self.child.sex,
            "weight_grams": self.child.weight_grams,
            "gestation_weeks": self.confinement.gestation_days // 7,
            "birth_order": self.child.birth_order,
            "township": self.confinement.township,
            "residence": self.residence,
            **told,
        }

    def _letter(self, name: str, at: datetime, content: dict[str, Any]) -> Letter:
        """Of the hospital; of a birth at home, of the village's clinic."""
        department = self.confinement.village.clinic if self.confinement.facility == HOME else self.unit
        return Letter(name, at, department, BIRTHS, Birth, content, person_of(self.confinement.woman))

    def _wrong(self) -> dict[str, Any]:
        match self.random.choice(FIELDS):
            case Field.SEX:
                return {"sex": Sex.GIRL if self.child.sex is Sex.BOY else Sex.BOY}
            case Field.BIRTH_ORDER:
                return {"birth_order": self.child.birth_order % 3 + 1}
            case Field.TOWNSHIP:
                others = [code for code in self.ground.townships if code != self.confinement.township]
                return {"township": self.random.choice(others)}
            case Field.WEIGHT:
                return {"weight_grams": self.child.weight_grams + 1_000}

    def _tellings(self) -> Iterator[Letter]:
        """The same child told again, some days later."""
        later = self.told_at + timedelta(self.random.randint(1, 9))
        match self.plant:
            case Plant.TOLD_AGAIN:
                yield self._letter(f"birth-{self.key}-again", later, self._content())
            case Plant.CONFIRMED | Plant.OPEN:
                another = {"weight_grams": self.child.weight_grams + self.random.choice((-150, -100, 100, 150))}
                yield self._letter(f"birth-{self.key}-again", later, self._content() | another)

    def _reviews(self) -> Iterator[Act]:
        verb = {Plant.CONFIRMED: "confirm", Plant.TWIN_UNTOLD: "dismiss"}.get(self.plant or Plant.WRONG)
        if verb is None:
            return
        first = f"{{birth-{self.confinement.key}}}"
        find = Find(OPEN_PAIRS, {"of": first}, "birth", "suspect")
        path = f"/births/{first}/duplicates/{{suspect}}/{verb}"
        yield self._act("duplicate", self.random.randint(12, 20), (Role.COUNTY_HEALTH, "county-clerk"), path, find=find)

    def _corrections(self, wrong: dict[str, Any]) -> Iterator[Act]:
        """Asked for by a clerk of the unit, decided by the registrar."""
        asked = {name: self._content()[name] for name in wrong}
        if self.plant is Plant.REJECTED:
            asked = {"birth_order": self.child.birth_order + 1}
        if not asked:
            return
        days, birth = self.random.randint(3, 12), f"/births/{{birth-{self.key}}}/corrections"
        form = {"reason": "facility_book", **asked}
        yield self._act("correction", days, self.clerk, birth, form, keeps="correction")
        path = f"{birth}/{{correction-{self.key}}}/{'approve' if wrong else 'reject'}"
        form = {} if wrong else {"reason": "not_proven"}
        yield self._act("decision", days + self.random.randint(1, 5), (Role.REGISTRAR, "registrar"), path, form)

    def _death(self) -> Iterator[Act]:
        if self.plant is Plant.DIED:
            died_on = self.born_at.date() + timedelta(self.random.randint(0, 20))
            days = max((died_on - self.told_at.date()).days, 0) + self.random.randint(1, 4)
            path, form = f"/births/{{birth-{self.key}}}/neonatal-death", {"died_on": died_on.isoformat()}
            yield self._act("death", days, self.clerk, path, form)

    def _certificates(self, wrong: dict[str, Any]) -> Iterator[Act]:
        """None for the stillborn, for who died, and for what is not decided to be a child of its own in time."""
        none = {Plant.DIED, Plant.TWIN_UNTOLD}
        if self.child.vital is Vital.STILL or self.plant in none or self.random.random() >= CERTIFIED:
            return
        surname = self.confinement.woman.name[0]
        form = {"child": surname + "".join(self.random.sample(GIVEN, 2))}
        path = f"/births/{{birth-{self.key}}}/certificate"
        days = self.random.randint(3, 25) + (20 if wrong else 0)
        yield self._act("certificate", days, self.clerk, path, form, keeps="certificate")
        if self.plant is Plant.REISSUED:
            again = form | {"reason": "lost"}
            yield self._act("reissue", days + 30, self.clerk, f"{path}/reissue", again, keeps="certificate")

    def _act(
        self,
        what: str,
        days: int,
        by: tuple[Role, str],
        path: str,
        form: dict[str, Any] | None = None,
        *,
        keeps: str = "",
        find: Find | None = None,
    ) -> Act:
        """So many days after the birth was told; a registrar and the county decide for every unit."""
        day = self.told_at.date() + timedelta(days)
        units = (self.unit,) if by[0] is Role.HOSPITAL else ("*",)
        return Act(f"{what}-{self.key}", day, BIRTHS, *by, units, path, form or {}, keeps, find)
