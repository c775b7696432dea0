"""Why a record is changed: closed lists, so that no text about a person has a place."""

from __future__ import annotations

from enum import StrEnum


class CorrectionReason(StrEnum):
    """What shows that the record is wrong."""

    FACILITY_BOOK = "facility_book"
    MEDICAL_RECORD = "medical_record"
    IDENTITY_DOCUMENT = "identity_document"
    FAMILY_STATEMENT = "family_statement"
    COURT_DECISION = "court_decision"


class RejectionReason(StrEnum):
    """Why a correction is not made. `withdrawn`: by who asked for it."""

    NOT_PROVEN = "not_proven"
    RECORD_RIGHT = "record_right"
    WITHDRAWN = "withdrawn"


class VoidReason(StrEnum):
    """Why someone wants a certificate not to be valid any more. `outdated`: it prints what was corrected since."""

    MISPRINTED = "misprinted"
    DAMAGED = "damaged"
    LOST = "lost"
    OUTDATED = "outdated"
    ISSUED_IN_ERROR = "issued_in_error"


class Consequence(StrEnum):
    """What happened to a birth that leaves it without a valid certificate."""

    NOT_A_LIVE_BIRTH = "not_a_live_birth"
    DUPLICATE = "duplicate"
