"""What can be asked of births (AdoptPolicy and AdoptReference stand beside what they adopt)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.births.domain.particulars import Particulars
from shared.kernel import Command, Id


class RecordBirth(Particulars, Command):
    """Record a birth. `birth` is a new id; the same child told again under another one is found out."""

    @property
    def born_on(self) -> date:
        """The county's date of the birth: the clock that stamped the command is the county's."""
        return self._born_at.date()

    def particulars(self) -> dict[str, Any]:
        """What it tells, with `born_at` in county time."""
        return {name: getattr(self, name) for name in Particulars.model_fields} | {"born_at": self._born_at}

    @property
    def _born_at(self) -> datetime:
        return self.born_at.astimezone(self.at.tzinfo)


class NotePregnancy(Command):
    """Know that a pregnancy is under care, so that its birth is linked to it."""

    pregnancy: Id
    person: Id
    estimated_due_on: date | None


class ErasePerson(Command):
    """Destroy what identifies a person here."""

    person: Id
