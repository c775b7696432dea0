"""Facts and commands of records and certificates, as usual but for what is named."""

from __future__ import annotations

from datetime import date
from typing import Any

from services.births.domain import commands, events
from services.births.domain.particulars import Told
from services.births.domain.reasons import CorrectionReason, RejectionReason, VoidReason
from shared.sealed import Sealed
from tests.births.scene import ASKED, TOLD, recorded

CHILD = {name: TOLD[name] for name in Told.model_fields if name in TOLD}
HOLDER = Sealed(key="k1", field="holder", box="aG9sZGVy")
IDENTITY = Sealed(key="k1", field="mother", box="YW5vdGhlcg==")
HOSPITAL = "county-hospital"
FIRST = "P000000001"


def told(**other: Any) -> Told:
    return Told.model_validate(CHILD | other)


# Commands


def request(**other: Any) -> commands.RequestCorrection:
    """The clerk asks for a correction; `after` are the fields that differ."""
    after = told(**other.pop("after", {}))
    asked = {"birth": "b1", "correction": "r1", "mother": None, "reason": CorrectionReason.FACILITY_BOOK}
    return commands.RequestCorrection.model_validate(ASKED | asked | {"after": after} | other)


def approve(**other: Any) -> commands.ApproveCorrection:
    asked = ASKED | {"actor": "registrar", "birth": "b1", "correction": "r1"}
    return commands.ApproveCorrection.model_validate(asked | other)


def reject(**other: Any) -> commands.RejectCorrection:
    asked = ASKED | {"actor": "registrar", "birth": "b1", "correction": "r1", "reason": RejectionReason.NOT_PROVEN}
    return commands.RejectCorrection.model_validate(asked | other)


def die(died_on: date = date(2024, 11, 5), **other: Any) -> commands.RecordNeonatalDeath:
    return commands.RecordNeonatalDeath.model_validate(ASKED | {"birth": "b1", "died_on": died_on} | other)


def withdraw(**other: Any) -> commands.WithdrawNeonatalDeath:
    return commands.WithdrawNeonatalDeath.model_validate(ASKED | {"birth": "b1"} | other)


def confirm(**other: Any) -> commands.ConfirmDuplicate:
    return commands.ConfirmDuplicate.model_validate(ASKED | {"of": "b1", "birth": "b2"} | other)


def dismiss(**other: Any) -> commands.DismissDuplicate:
    return commands.DismissDuplicate.model_validate(ASKED | {"of": "b1", "birth": "b2"} | other)


def open_series(**other: Any) -> commands.OpenSeries:
    asked = {"unit": HOSPITAL, "prefix": "P", "first": 1, "last": 2}
    return commands.OpenSeries.model_validate(ASKED | asked | other)


def issue(**other: Any) -> commands.IssueCertificate:
    return commands.IssueCertificate.model_validate(ASKED | {"birth": "b1", "holder": HOLDER, "code": "CODE1"} | other)


def void(certificate: str = FIRST, **other: Any) -> commands.VoidCertificate:
    asked = {"birth": "b1", "certificate": certificate, "reason": VoidReason.LOST}
    return commands.VoidCertificate.model_validate(ASKED | asked | other)


def reissue(**other: Any) -> commands.ReissueCertificate:
    asked = {"birth": "b1", "holder": HOLDER, "code": "CODE2", "reason": VoidReason.OUTDATED}
    return commands.ReissueCertificate.model_validate(ASKED | asked | other)


# Facts


def late(days: int, **other: Any) -> events.RegisteredLate:
    return events.RegisteredLate.model_validate({"birth": "b1", "days": days} | other)


def requested(**other: Any) -> events.CorrectionRequested:
    """As `request` asks for it."""
    fields = {"birth": "b1", "correction": "r1", "mother": None, "reason": CorrectionReason.FACILITY_BOOK}
    fields |= {"before": told(), "after": told(**other.pop("after", {})), "requested_by": "clerk"}
    return events.CorrectionRequested.model_validate(fields | other)


def corrected(**other: Any) -> events.BirthCorrected:
    fields = {"birth": "b1", "person": "m1", "pregnancy": None, "correction": "r1", "before": told(), "mother": None}
    fields |= {"after": told(**other.pop("after", {})), "approved_by": "registrar"}
    return events.BirthCorrected.model_validate(fields | other)


def rejected(**other: Any) -> events.CorrectionRejected:
    fields = {"birth": "b1", "correction": "r1", "reason": RejectionReason.NOT_PROVEN}
    return events.CorrectionRejected.model_validate(fields | other)


def died(**other: Any) -> events.NeonatalDeathRecorded:
    fields = {"birth": "b1", "died_on": date(2024, 11, 5), "days": 2, "told": told()}
    return events.NeonatalDeathRecorded.model_validate(fields | other)


def withdrawn(**other: Any) -> events.NeonatalDeathWithdrawn:
    fields = {"birth": "b1", "died_on": date(2024, 11, 5), "days": 2, "told": told()}
    return events.NeonatalDeathWithdrawn.model_validate(fields | other)


def confirmed(**other: Any) -> events.DuplicateConfirmed:
    child = told(**other.pop("told", {}))
    return events.DuplicateConfirmed.model_validate({"of": "b1", "birth": "b2", "told": child} | other)


def dismissed(**other: Any) -> events.DuplicateDismissed:
    child = told(**other.pop("told", {}))
    return events.DuplicateDismissed.model_validate({"of": "b1", "birth": "b2", "told": child} | other)


def voided_birth(**other: Any) -> events.BirthVoided:
    fields = {"birth": "b2", "person": "m1", "of": "b1", "told": told(**other.pop("told", {}))}
    return events.BirthVoided.model_validate(fields | other)


def reinstated(**other: Any) -> events.BirthReinstated:
    fields = {"birth": "b2", "person": "m1", "pregnancy": None, "of": "b1", "told": told(**other.pop("told", {}))}
    return events.BirthReinstated.model_validate(fields | other)


def opened(**other: Any) -> events.SeriesOpened:
    return events.SeriesOpened.model_validate({"unit": HOSPITAL, "prefix": "P", "first": 1, "last": 2} | other)


def allotted(**other: Any) -> events.NumbersAllotted:
    return events.NumbersAllotted.model_validate({"unit": HOSPITAL, "first": 1, "last": 2} | other)


def taken(number: int, prefix: str = "P") -> events.NumberTaken:
    return events.NumberTaken(prefix=prefix, number=number)


def issued(**other: Any) -> events.CertificateIssued:
    fields = {"birth": "b1", "certificate": FIRST, "unit": HOSPITAL, "code": "CODE1", "issued_on": date(2024, 11, 20)}
    fields |= {"told": told(**other.pop("told", {})), "mother": TOLD["mother"], "holder": HOLDER, "replaces": None}
    return events.CertificateIssued.model_validate(fields | other)


def voided(**other: Any) -> events.CertificateVoided:
    fields = {"birth": "b1", "certificate": FIRST, "unit": HOSPITAL, "reason": VoidReason.LOST}
    return events.CertificateVoided.model_validate(fields | other)


def with_certificate(**other: Any) -> dict[str, list[Any]]:
    """A birth with its certificate, and the series that has one number left."""
    return {
        "birth:b1": [recorded(**other), issued()],
        "series:county-hospital": [opened(), taken(1)],
        "prefix:P": [allotted()],
    }
