"""What is told of a birth: of the child that was born, and, sealed, of the mother."""

from __future__ import annotations

from enum import StrEnum
from operator import attrgetter
from typing import NamedTuple

from pydantic import AwareDatetime

from shared.kernel import Id, Value
from shared.sealed import Sealed


class Vital(StrEnum):
    LIVE = "live"
    STILL = "still"


class Sex(StrEnum):
    """Of a child that is born; there is no other place for it."""

    BOY = "boy"
    GIRL = "girl"


class Identity(Value):
    """Who the mother is, as it is sealed. `document` is the number of her identity document."""

    document: str
    name: str
    phone: str | None = None
    address: str | None = None


class Particulars(Value):
    """A birth as someone tells it.

    `person` is the mother's care pseudonym, `mother` her sealed Identity. `number` of `plurality` tells twins apart;
    `birth_order` counts her live births including this one.
    """

    birth: Id
    person: Id
    mother: Sealed
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


_content = attrgetter(*Content._fields)


def content_of(told: Particulars) -> Content:
    """The comparable part of a telling."""
    return Content(*_content(told))
