"""What is told about the care of a pregnancy beside its registration, visits and end: a storage format.

Nothing here counts or ranks her. What could set her apart (an infection, which danger signs) is sealed.
"""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from services.pregnancy_tracking.domain.words import DatingBasis, RiskColour, VisitKind
from shared.kernel import Fact, Id
from shared.sealed import Sealed

# On the woman: before there is a pregnancy, or whatever pregnancy it is.


class CounsellingGiven(Fact, stored_as="pregnancy_tracking.CounsellingGiven"):
    """She asked for counselling before a pregnancy, and a unit gave it. `topics` are codes of the policy."""

    unit: Id
    given_on: date
    topics: tuple[Id, ...]


class CourseRedated(Fact, stored_as="pregnancy_tracking.CourseRedated"):
    """This pregnancy of hers counts from another day: the first of the last menstrual period, or its equivalent."""

    pregnancy: Id
    last_menstrual_period: date
    person: Id | None = None
    estimated_due_on: date | None = None


# On the pregnancy.


class CompanionArranged(Fact, stored_as="pregnancy_tracking.CompanionArranged"):
    """Somebody will be with her at the delivery. `companion` is a code of the policy, never a name."""

    companion: Id
    arranged_on: date
    unit: Id


class DatingRevised(Fact, stored_as="pregnancy_tracking.DatingRevised"):
    """How far she is was found on `established_on`: as if the last menstrual period had begun on this day."""

    basis: DatingBasis
    established_on: date
    last_menstrual_period: date
    estimated_due_on: date


class RiskGraded(Fact, stored_as="pregnancy_tracking.RiskGraded"):
    """Her clinical risk. `infectious` ("purple", beside the colour) is sealed whatever it says: an Infectious."""

    colour: RiskColour
    graded_on: date
    unit: Id
    infectious: Sealed


class DangerSignRaised(Fact, stored_as="pregnancy_tracking.DangerSignRaised"):
    """A visit found danger signs. `signs` are codes of the policy, sealed: a DangerSigns."""

    raised_on: date
    unit: Id
    signs: Sealed


class ReferralMade(Fact, stored_as="pregnancy_tracking.ReferralMade"):
    """`unit` referred her to another, which owes an answer."""

    referred_on: date
    unit: Id
    to: Id


class AttemptLogged(Fact, stored_as="pregnancy_tracking.AttemptLogged"):
    """A post tried to see her and met no one."""

    kind: VisitKind
    attempted_on: date
    unit: Id


class ContactDeclined(Fact, stored_as="pregnancy_tracking.ContactDeclined"):
    """She wants no such contact: `contact` as its duties are named ("antenatal-2"), None for all from this day on.

    Nothing says why, and nothing follows from it but that nobody comes.
    """

    contact: Id | None
    declined_on: date


class ContactWaived(Fact, stored_as="pregnancy_tracking.ContactWaived"):
    """The county superior released the posts from a contact, on a ground of the policy."""

    contact: Id
    ground: Id
    waived_on: date


class DischargeNoted(Fact, stored_as="pregnancy_tracking.DischargeNoted"):
    """She left the hospital after the birth; the notice of it was written at `noticed_at` and was here at the other."""

    facility: Id
    unit: Id
    discharged_at: AwareDatetime
    noticed_at: AwareDatetime
    received_at: AwareDatetime


class LossSupportAssigned(Fact, stored_as="pregnancy_tracking.LossSupportAssigned"):
    """This unit, which treated her, owes her the support after a loss."""

    unit: Id
    assigned_on: date


class MaternalDeathRecorded(Fact, stored_as="pregnancy_tracking.MaternalDeathRecorded"):
    """She died, pregnant or within the policy's days after."""

    person: Id
    died_on: date


class RecordClosed(Fact, stored_as="pregnancy_tracking.RecordClosed"):
    """She was erased: nothing more is owed, and the rows of this pregnancy leave every list."""

    closed_on: date


# On a day of the agenda: which pregnancies time changes something for.


class PregnancyScheduled(Fact, stored_as="pregnancy_tracking.PregnancyScheduled"):
    """On the day this agenda is of, a duty of this pregnancy may become overdue or lapse, or its end be unknown."""

    pregnancy: Id


class AgendaCleared(Fact, stored_as="pregnancy_tracking.AgendaCleared"):
    """Everything scheduled up to and with this day has been assessed."""

    through: date


CARE_FACTS: tuple[type[Fact], ...] = (
    CounsellingGiven,
    CourseRedated,
    CompanionArranged,
    DatingRevised,
    RiskGraded,
    DangerSignRaised,
    ReferralMade,
    AttemptLogged,
    ContactDeclined,
    ContactWaived,
    DischargeNoted,
    LossSupportAssigned,
    MaternalDeathRecorded,
    RecordClosed,
    PregnancyScheduled,
    AgendaCleared,
)
