"""What can be asked of births (AdoptPolicy and AdoptReference stand beside what they adopt)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import StringConstraints

from services.births.domain.particulars import Particulars, Told
from services.births.domain.reasons import CorrectionReason, RejectionReason, VoidReason
from shared.kernel import Command, Id
from shared.sealed import Sealed

Prefix = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,4}$")]
"""What a certificate's number begins with."""


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


class NoteMaternalDeath(Command):
    """Know that a mother died in or after a pregnancy, so that the county's figures can say so."""

    pregnancy: Id
    person: Id
    died_on: date


class ErasePerson(Command):
    """Destroy what identifies a person here."""

    person: Id


class RequestCorrection(Command):
    """Ask that a birth count as `after`; `mother` is her Identity sealed anew if that is wrong, else None."""

    birth: Id
    correction: Id
    after: Told
    mother: Sealed | None
    reason: CorrectionReason

    @property
    def in_county_time(self) -> Told:
        """What is asked for, with `born_at` in county time."""
        return self.after.model_copy(update={"born_at": self.after.born_at.astimezone(self.at.tzinfo)})


class ApproveCorrection(Command):
    """Make a correction somebody else asked for."""

    birth: Id
    correction: Id


class RejectCorrection(Command):
    """Leave the record as it is."""

    birth: Id
    correction: Id
    reason: RejectionReason


class RecordNeonatalDeath(Command):
    """Record that a child died in the first weeks of life."""

    birth: Id
    died_on: date


class WithdrawNeonatalDeath(Command):
    """Take back a death that was recorded by mistake."""

    birth: Id


class ConfirmDuplicate(Command):
    """Decide that `birth`, suspected or recorded, is the same child as `of`."""

    of: Id
    birth: Id


class DismissDuplicate(Command):
    """Decide that `birth` is another child than `of`."""

    of: Id
    birth: Id


class OpenSeries(Command):
    """Give a unit the certificate numbers from `first` to `last` under a prefix."""

    unit: Id
    prefix: Prefix
    first: int
    last: int


class IssueCertificate(Command):
    """Give a birth its certificate. `holder` is a sealed Holder, `code` what the certificate will be verified by."""

    birth: Id
    holder: Sealed
    code: Id


class VoidCertificate(Command):
    """Declare a certificate not valid any more."""

    birth: Id
    certificate: Id
    reason: VoidReason


class ReissueCertificate(Command):
    """Replace a birth's certificate by a new one that prints the record as it is now."""

    birth: Id
    holder: Sealed
    code: Id
    reason: VoidReason
