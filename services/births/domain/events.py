"""What happened to births, a mother's record, a suspected duplicate, a series of numbers: the storage format."""

from __future__ import annotations

from datetime import date

from services.births.domain.particulars import Household, Particulars, Told
from services.births.domain.policy import PolicyAdopted
from services.births.domain.reasons import Consequence, CorrectionReason, RejectionReason, VoidReason
from services.births.domain.reference import FacilityNoted, ReferenceAdopted
from services.births.domain.release_events import RELEASE_FACTS
from services.births.domain.watch_events import WATCH_FACTS
from shared.kernel import Fact, Id
from shared.sealed import Sealed


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


class MaternalDeathNoted(Fact, stored_as="births.MaternalDeathNoted"):
    """On the mother's record: she died in or after a pregnancy, on this day, not on the one told before."""

    pregnancy: Id
    died_on: date
    instead_of: date | None


class DuplicateSuspected(Particulars, Fact, stored_as="births.DuplicateSuspected"):
    """On the duplicate of a recorded birth `of`: the same child was told again, with other content; not counted."""

    of: Id


class PersonErased(Fact, stored_as="births.PersonErased"):
    """On the mother's record: her identity here is destroyed for good; her births stay counted."""

    person: Id
    household: Household = None


class OfBirth(Fact):
    """What every later fact of a birth says: which it is, and whose."""

    birth: Id
    household: Household = None


class RegisteredLate(OfBirth, stored_as="births.RegisteredLate"):
    """On the birth: it was recorded so many days after it, later than the policy calls timely."""

    days: int


class CorrectionRequested(OfBirth, stored_as="births.CorrectionRequested"):
    """On the birth: someone asks that `before` become `after`, and that `mother` replace her sealed Identity."""

    correction: Id
    before: Told
    after: Told
    mother: Sealed | None
    reason: CorrectionReason
    requested_by: Id


class BirthCorrected(OfBirth, stored_as="births.BirthCorrected"):
    """On the birth: someone else approved the correction, and it counts as `after` from here on."""

    person: Id
    pregnancy: Id | None
    correction: Id
    before: Told
    after: Told
    mother: Sealed | None
    approved_by: Id


class CorrectionRejected(OfBirth, stored_as="births.CorrectionRejected"):
    """On the birth: the correction is not made."""

    correction: Id
    reason: RejectionReason


class NeonatalDeathRecorded(OfBirth, stored_as="births.NeonatalDeathRecorded"):
    """On the birth: the child died, so many completed days old. `told` is what the birth counts as."""

    died_on: date
    days: int
    told: Told


class NeonatalDeathWithdrawn(OfBirth, stored_as="births.NeonatalDeathWithdrawn"):
    """On the birth: the death was recorded by mistake."""

    died_on: date
    days: int
    told: Told


class DuplicateConfirmed(Fact, stored_as="births.DuplicateConfirmed"):
    """On the duplicate of `of`: `birth` is the same child, so it does not count."""

    of: Id
    birth: Id
    told: Told


class DuplicateDismissed(Fact, stored_as="births.DuplicateDismissed"):
    """On the duplicate of `of`: `birth` is another child, so it counts."""

    of: Id
    birth: Id
    told: Told


class BirthVoided(OfBirth, stored_as="births.BirthVoided"):
    """On a birth that was recorded: it was found to be a duplicate of `of` and does not count any more."""

    person: Id
    of: Id
    told: Told


class BirthReinstated(OfBirth, stored_as="births.BirthReinstated"):
    """On a voided birth: it is no duplicate of `of` after all and counts again."""

    person: Id
    pregnancy: Id | None
    of: Id
    told: Told


class SeriesOpened(Fact, stored_as="births.SeriesOpened"):
    """On a unit's series: it may give the numbers from `first` to `last` under `prefix`, once each."""

    unit: Id
    prefix: str
    first: int
    last: int


class NumbersAllotted(Fact, stored_as="births.NumbersAllotted"):
    """On the prefix: these of its numbers belong to a unit, so that no other unit is given them."""

    unit: Id
    first: int
    last: int


class NumberTaken(Fact, stored_as="births.NumberTaken"):
    """On a unit's series: this number is used up, whatever becomes of its certificate."""

    prefix: str
    number: int


class CertificateIssued(OfBirth, stored_as="births.CertificateIssued"):
    """On the birth: a certificate, with everything it prints. `replaces` is the certificate it was reissued for.

    `holder` and `mother` are a Holder and an Identity, sealed. `code` is what a certificate is verified by.
    """

    certificate: str
    unit: Id
    code: Id
    issued_on: date
    told: Told
    mother: Sealed
    holder: Sealed
    replaces: str | None


class CertificateVoided(OfBirth, stored_as="births.CertificateVoided"):
    """On the birth: a certificate is not valid any more."""

    certificate: str
    unit: Id
    reason: VoidReason | Consequence


FACTS: tuple[type[Fact], ...] = (
    BirthRecorded,
    BirthNoted,
    PregnancyNoted,
    MaternalDeathNoted,
    DuplicateSuspected,
    PersonErased,
    RegisteredLate,
    CorrectionRequested,
    BirthCorrected,
    CorrectionRejected,
    NeonatalDeathRecorded,
    NeonatalDeathWithdrawn,
    DuplicateConfirmed,
    DuplicateDismissed,
    BirthVoided,
    BirthReinstated,
    SeriesOpened,
    NumbersAllotted,
    NumberTaken,
    CertificateIssued,
    CertificateVoided,
    *RELEASE_FACTS,
    ReferenceAdopted,
    FacilityNoted,
    PolicyAdopted,
    *WATCH_FACTS,
)
"""Everything this service stores (besides the reads that `shared.access` records)."""
