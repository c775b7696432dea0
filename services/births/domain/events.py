"""What happened to births, to a mother's record, to a suspected duplicate: the storage format."""

from __future__ import annotations

from datetime import date

from services.births.domain.particulars import Particulars
from services.births.domain.policy import PolicyAdopted
from services.births.domain.reference import ReferenceAdopted
from shared.kernel import Fact, Id


class BirthRecorded(Particulars, Fact, stored_as="births.BirthRecorded"):
    """On the birth: it is recorded, and counts. `born_at` is in county time."""

    pregnancy: Id | None


class BirthNoted(Fact, stored_as="births.BirthNoted"):
    """On the mother's record: this child of hers is recorded, so that it is not recorded twice."""

    birth: Id
    born_on: date
    number: int


class PregnancyNoted(Fact, stored_as="births.PregnancyNoted"):
    """On the mother's record: a pregnancy of hers is under care."""

    pregnancy: Id
    estimated_due_on: date | None
    noted_on: date


class DuplicateSuspected(Particulars, Fact, stored_as="births.DuplicateSuspected"):
    """On the duplicate of a recorded birth `of`: the same child was told again, with other content; not counted."""

    of: Id


class PersonErased(Fact, stored_as="births.PersonErased"):
    """On the mother's record: her identity here is destroyed for good; her births stay counted."""

    person: Id


FACTS: tuple[type[Fact], ...] = (
    BirthRecorded,
    BirthNoted,
    PregnancyNoted,
    DuplicateSuspected,
    PersonErased,
    ReferenceAdopted,
    PolicyAdopted,
)
"""Everything this service stores (besides the reads that `shared.access` records)."""
