"""A review, a scan and a procedure as usual, and what was decided of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from services.pregnancy_tracking.domain.procedure_register import PROCEDURE_REGISTER
from services.pregnancy_tracking.domain.register_commands import CloseRegisters, RecordProcedure, RecordScan
from services.pregnancy_tracking.domain.register_events import (
    AftercareOpened,
    Anomaly,
    DeviceDayClosed,
    ProcedureMonthClosed,
    ProcedureRecorded,
    ProcedureWeekClosed,
    ScanNoted,
    ScanRecorded,
    Standing,
    TerminationPerformed,
)
from services.pregnancy_tracking.domain.registry import (
    ADOPTED,
    REGISTRY,
    Facility,
    FacilityNoted,
    FacilityReinstated,
    FacilitySuspended,
    Licence,
    LicenceKind,
    Practitioner,
    RegistryAdopted,
)
from services.pregnancy_tracking.domain.review_commands import (
    ApproveTermination,
    AssessReviews,
    CertifyTermination,
    DeclineTermination,
    RequestTermination,
    TerminationRequest,
    WithdrawTermination,
)
from services.pregnancy_tracking.domain.review_events import (
    CertificateUsed,
    ProcedureCertified,
    ReviewQueued,
    ReviewUnqueued,
    SecondOpinionOpened,
    TerminationApproved,
    TerminationCertified,
    TerminationDeclined,
    TerminationRequested,
    TerminationReviewEscalated,
    TerminationWithdrawn,
)
from services.pregnancy_tracking.domain.scan_register import SCAN_REGISTER
from services.pregnancy_tracking.domain.termination_review import ALL, CERTIFICATE, QUEUE, REVIEW
from shared.kernel import Fact
from shared.sealed import Sealed
from tests.pregnancy_tracking.scene import ASKED, NOW, UNDER_CARE, given

Facts = Mapping[str, Sequence[Fact]]
SINCE = date(2020, 1, 1)
ULTRASOUND = Licence(kind=LicenceKind.ULTRASOUND, valid_from=SINCE, valid_until=date(2029, 12, 31))
TERMINATION = Licence(kind=LicenceKind.TERMINATION, valid_from=SINCE, valid_until=None)
HOSPITAL = Facility(
    code="county-hospital",
    unit="county-hospital",
    devices=("us-1", "us-2"),
    licences=(ULTRASOUND, TERMINATION),
    staff=(
        Practitioner(code="li", licences=(ULTRASOUND,)),
        Practitioner(code="chen", licences=(ULTRASOUND,)),
        Practitioner(code="zhao", licences=()),
    ),
)
TOWNSHIP = Facility(code="dayingxiang-hospital", unit="dayingxiang-hospital", devices=("us-1",))
REGISTRY_ID = REGISTRY.id(ADOPTED)
FACILITIES: Facts = {REGISTRY_ID: [RegistryAdopted(facilities=(HOSPITAL, TOWNSHIP))]}
R1, QUEUE_ID, C1 = REVIEW.id("r1"), QUEUE.id(ALL), CERTIFICATE.id("c-77")
SCANS, PROCEDURES = SCAN_REGISTER.id("county-hospital:us-1"), PROCEDURE_REGISTER.id("county-hospital")
BOX = Sealed(key="k9", field="request", box="cmVxdWVzdA==")
SCANNED = NOW - timedelta(hours=1)


def ready(*facts: Facts, **other: Any) -> given:
    """The usual pregnancy under care, and the county's facilities."""
    return given(UNDER_CARE, FACILITIES, *facts, **other)


# Reviews


def request(**other: Any) -> RequestTermination:
    told = {"person": "w1", "pregnancy": None, "gestation_weeks": 16, "ground": "social"}
    told |= {name: other.pop(name) for name in list(other) if name in told}
    usual = {"review": "r1", "facility": "county-hospital", "request": BOX, "told": TerminationRequest(**told)}
    return RequestTermination(**(ASKED | usual | other))


def certify(certifier: str, **other: Any) -> CertifyTermination:
    return CertifyTermination(**(ASKED | {"review": "r1", "certifier": certifier} | other))


def approve(certificate: str = "c-77", **other: Any) -> ApproveTermination:
    return ApproveTermination(**(ASKED | {"actor": "reviewer-1", "review": "r1", "certificate": certificate} | other))


def decline(ground: str = "certificates_invalid", **other: Any) -> DeclineTermination:
    return DeclineTermination(**(ASKED | {"actor": "reviewer-1", "review": "r1", "ground": ground} | other))


def withdraw(**other: Any) -> WithdrawTermination:
    return WithdrawTermination(**(ASKED | {"review": "r1"} | other))


def assess(at: datetime) -> AssessReviews:
    return AssessReviews(**(ASKED | {"at": at}))


def requested() -> TerminationRequested:
    return TerminationRequested(facility="county-hospital", request=BOX, requested_at=NOW)


def certified(certifier: str, *, complete: bool, at: datetime = NOW) -> TerminationCertified:
    return TerminationCertified(certifier=certifier, certified_at=at, complete=complete)


def approved(certificate: str = "c-77", at: datetime = NOW, *, by_time_limit: bool = False) -> TerminationApproved:
    return TerminationApproved(certificate=certificate, approved_at=at, by_time_limit=by_time_limit)


def declined(ground: str = "certificates_invalid", at: datetime = NOW, reviewer: str = "reviewer-1") -> Fact:
    return TerminationDeclined(ground=ground, declined_at=at, reviewer=reviewer)


QUEUED, UNQUEUED = ReviewQueued(review="r1"), ReviewUnqueued(review="r1")
REQUESTED: Facts = {R1: [requested()]}
ONCE: Facts = {R1: [requested(), certified("li", complete=False)]}
CERTIFIED: Facts = {R1: [*ONCE[R1], certified("chen", complete=True)], QUEUE_ID: [QUEUED]}
DECLINED: Facts = {R1: [declined(), SecondOpinionOpened(opened_at=NOW)]}
APPROVED: Facts = {R1: [approved()], QUEUE_ID: [UNQUEUED], C1: [ProcedureCertified()]}


# Registers


def scan(counter: int = 1, **other: Any) -> RecordScan:
    usual = {
        "facility": "county-hospital",
        "device": "us-1",
        "counter": counter,
        "scanned_at": SCANNED,
        "operators": ("li", "zhao"),
        "purpose": "dating",
    }
    return RecordScan(**(ASKED | usual | other))


def scanned(counter: int = 1, at: datetime = SCANNED, **other: Any) -> ScanRecorded:
    usual = {
        "facility": "county-hospital",
        "device": "us-1",
        "counter": counter,
        "scanned_at": at,
        "day": at.date(),
        "operators": ("li", "zhao"),
        "purpose": "dating",
        "late": False,
        "while_suspended": False,
    }
    return ScanRecorded(**(usual | other))


def procedure(**other: Any) -> RecordProcedure:
    usual = {"facility": "county-hospital", "entry": "e1", "performed_at": SCANNED, "emergency": False}
    return RecordProcedure(**(ASKED | usual | other))


def entered(standing: Standing = Standing.MISSING, at: datetime = SCANNED, **other: Any) -> ProcedureRecorded:
    usual = {
        "facility": "county-hospital",
        "entry": "e1",
        "performed_at": at,
        "day": at.date(),
        "standing": standing,
        "authorised": True,
        "late": False,
    }
    return ProcedureRecorded(**(usual | other))


def close(at: datetime) -> CloseRegisters:
    return CloseRegisters(**(ASKED | {"at": at}))


# One of every fact of reviews, registers and the registry

DEVICE_DAY = DeviceDayClosed(
    facility="county-hospital",
    device="us-1",
    day=date(2025, 6, 2),
    first=1,
    last=4,
    entries=3,
    late=1,
    missing=1,
    anomalies=(Anomaly.COUNTER_GAP, Anomaly.ROSTER_NEVER_VARIES),
    kept_from=date(2025, 5, 2),
)
MONTH = ProcedureMonthClosed(facility="county-hospital", month=date(2025, 6, 1), procedures=12, fewest_told=10)
WEEK = ProcedureWeekClosed(facility="county-hospital", week=date(2025, 6, 2), without_certificate=2, unauthorised=1)
TOLD = (DEVICE_DAY, MONTH, WEEK)
"""What enforcement hears of."""
KEPT: tuple[Fact, ...] = (
    requested(),
    certified("li", complete=False),
    approved(),
    declined(),
    SecondOpinionOpened(opened_at=NOW),
    TerminationReviewEscalated(superior="county-health", escalated_at=NOW),
    TerminationWithdrawn(review_key="review:r1"),
    QUEUED,
    UNQUEUED,
    ProcedureCertified(),
    CertificateUsed(),
    RegistryAdopted(facilities=(HOSPITAL,)),
    FacilityNoted(facility=TOWNSHIP),
    FacilitySuspended(facility="county-hospital"),
    FacilityReinstated(facility="county-hospital"),
    scanned(),
    entered(),
    AftercareOpened(facility="county-hospital", entry="e1", opened_on=date(2025, 6, 30)),
    ScanNoted(facility="county-hospital", scanned_on=date(2024, 6, 30), purpose="dating"),
    TerminationPerformed(facility="county-hospital", performed_on=date(2024, 4, 22)),
)
"""What stays home."""
