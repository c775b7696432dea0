"""What is told of a birth: of the child that was born, and, sealed, of the mother."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from operator import attrgetter
from typing import Annotated, NamedTuple

from pydantic import AwareDatetime, Field

from shared.kernel import Id, Value
from shared.sealed import Sealed


class Vital(StrEnum):
    LIVE = "live"
    STILL = "still"


class Sex(StrEnum):
    """Of a child that is born; there is no other place for it."""

    BOY = "boy"
    GIRL = "girl"


class Residence(StrEnum):
    """Where the mother lived before the birth: there, elsewhere until she came home for it, or newly come."""

    RESIDENT = "resident"
    RETURNED = "returned"
    INCOMING = "incoming"
    UNKNOWN = "unknown"


class Identity(Value):
    """Who the mother is, as it is sealed. `document` is the number of her identity document."""

    document: str
    name: str
    phone: str | None = None
    address: str | None = None


class Told(Value):
    """What is told of a child that is born.

    `number` of `plurality` tells twins apart; `birth_order` counts the mother's live births including this one.
    `residence` is unknown in what was told before it was asked for.
    """

    facility: Id
    township: Id
    born_at: AwareDatetime
    vital: Vital
    sex: Sex
    weight_grams: int | None
    gestation_weeks: int | None
    plurality: int
    number: int
    birth_order: int
    residence: Annotated[Residence, Field(exclude_if=lambda told: told is Residence.UNKNOWN)] = Residence.UNKNOWN

    @property
    def born_on(self) -> date:
        """The date of the birth, in the offset it is told in."""
        return self.born_at.date()


Household = Annotated[Id | None, Field(exclude_if=lambda household: household is None)]
"""The mother's pseudonym for the purpose `household`; None in what was recorded before it was kept."""


class Particulars(Told):
    """A birth as someone tells it: `person` is the mother's care pseudonym, `mother` her sealed Identity."""

    birth: Id
    person: Id
    mother: Sealed
    household: Household = None


class Parent(Value):
    """A parent named on a certificate besides the mother, as it is sealed."""

    name: str
    document: str


class Holder(Value):
    """Whom a certificate names, as it is sealed: the child, and the father if the family wants him named."""

    child: str
    father: Parent | None = None


class Content(NamedTuple):
    """What two tellings of the same child are compared by: everything but ids and sealed fields."""

    facility: str
    township: str
    born_at: AwareDatetime
    vital: Vital
    sex: Sex
    weight_grams: int | None
    gestation_weeks: int | None
    plurality: int
    number: int
    birth_order: int
    residence: Residence


_content = attrgetter(*Content._fields)


def content_of(told: Told) -> Content:
    """The comparable part of a telling."""
    return Content(*_content(told))


def told_of(content: Content) -> Told:
    """A telling with this content."""
    return Told(**content._asdict())
