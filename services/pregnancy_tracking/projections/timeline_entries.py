"""What an entry of a pregnancy's timeline is: which facts have one, which day it is about, and what stays inside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from operator import attrgetter
from typing import Any

from services.pregnancy_tracking.domain.birth_events import (
    BenefitNoted,
    BirthRevised,
    BirthWithdrawn,
    PregnancyReopened,
)
from services.pregnancy_tracking.domain.care_events import (
    AttemptLogged,
    CompanionArranged,
    ContactDeclined,
    ContactWaived,
    CounsellingGiven,
    DangerSignRaised,
    DatingRevised,
    DischargeNoted,
    LossSupportAssigned,
    MaternalDeathRecorded,
    RecordClosed,
    ReferralMade,
    RiskGraded,
)
from services.pregnancy_tracking.domain.duty_events import (
    DutyAttempted,
    DutyCancelled,
    DutyDeclined,
    DutyLapsed,
    DutyMet,
    DutyMoved,
    DutyOpened,
    DutyOverdue,
    DutySuperseded,
    DutyWaived,
)
from services.pregnancy_tracking.domain.events import (
    BirthNoted,
    CareAssigned,
    HandbookIssued,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
    VisitLogged,
)
from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from services.pregnancy_tracking.domain.register_events import ScanNoted, TerminationPerformed
from services.pregnancy_tracking.domain.transfer_events import (
    CareTakenOver,
    CareTransferAccepted,
    CareTransferDeclined,
    CareTransferRequested,
    CareTransferTimedOut,
    CareTransferWithdrawn,
    ResidenceChanged,
)
from shared.clock import COUNTY_TIME
from shared.kernel import Fact

OCCURRED_ON: Mapping[type[Fact], Callable[[Any], date]] = {
    CounsellingGiven: attrgetter("given_on"),
    PregnancyRegistered: attrgetter("registered_on"),
    CareAssigned: attrgetter("assigned_on"),
    HandbookIssued: attrgetter("issued_on"),
    VisitLogged: attrgetter("visited_on"),
    BirthNoted: attrgetter("birth.born_on"),
    BirthRevised: attrgetter("birth.born_on"),
    BirthWithdrawn: attrgetter("born_on"),
    PregnancyEnded: attrgetter("ended_on"),
    PregnancyEndRevised: attrgetter("ended_on"),
    PregnancyReopened: attrgetter("ended_on"),
    BenefitNoted: attrgetter("since"),
    ScanNoted: attrgetter("scanned_on"),
    TerminationPerformed: attrgetter("performed_on"),
    CareTransferRequested: attrgetter("requested_on"),
    CareTransferAccepted: attrgetter("accepted_on"),
    CareTransferDeclined: attrgetter("declined_on"),
    CareTransferTimedOut: attrgetter("timed_out_on"),
    CareTransferWithdrawn: attrgetter("withdrawn_on"),
    CareTakenOver: attrgetter("taken_over_on"),
    ResidenceChanged: attrgetter("changed_on"),
    CompanionArranged: attrgetter("arranged_on"),
    DatingRevised: attrgetter("established_on"),
    RiskGraded: attrgetter("graded_on"),
    DangerSignRaised: attrgetter("raised_on"),
    ReferralMade: attrgetter("referred_on"),
    AttemptLogged: attrgetter("attempted_on"),
    ContactDeclined: attrgetter("declined_on"),
    ContactWaived: attrgetter("waived_on"),
    DischargeNoted: lambda fact: fact.discharged_at.astimezone(COUNTY_TIME).date(),
    LossSupportAssigned: attrgetter("assigned_on"),
    MaternalDeathRecorded: attrgetter("died_on"),
    RecordClosed: attrgetter("closed_on"),
    DutyOpened: attrgetter("known_on"),
    DutyMet: attrgetter("met_on"),
    DutyAttempted: attrgetter("attempted_on"),
    DutyDeclined: attrgetter("declined_on"),
    DutyMoved: attrgetter("moved_on"),
    DutyCancelled: attrgetter("cancelled_on"),
    DutySuperseded: attrgetter("superseded_on"),
    DutyWaived: attrgetter("waived_on"),
    DutyOverdue: attrgetter("overdue_on"),
    DutyLapsed: attrgetter("lapsed_on"),
    PregnanciesLinked: attrgetter("linked_on"),
    PregnanciesUnlinked: attrgetter("unlinked_on"),
}
"""Every fact with an entry in the timeline, and the day it is about."""
OWN, BIRTHS, BENEFITS = "pregnancy_tracking", "births", "benefits"
TOLD_BY: Mapping[type[Fact], str] = {
    BirthNoted: BIRTHS,
    BirthRevised: BIRTHS,
    BirthWithdrawn: BIRTHS,
    BenefitNoted: BENEFITS,
}
"""Whose part of the timeline an entry is, else ours."""
INSIDE = {"person", "sequence", "letter", "shared"}
"""Her pseudonym stays inside, by what number others said it, what only another county can read, who else is told."""
HIDING = frozenset({BirthNoted, BirthRevised} | {kind for kind in OCCURRED_ON if INSIDE & kind.model_fields.keys()})
"""Facts of which only the birth is shown, as told, or not such a thing; the entry of any other is what is stored."""


def body_of(fact: Fact) -> str:
    """What is shown of a fact that is not shown as it is stored; "" for those that are."""
    if type(fact) not in HIDING:
        return ""
    if isinstance(fact, BirthNoted | BirthRevised):
        return fact.birth.model_dump_json()
    return fact.model_dump_json(exclude=INSIDE)
