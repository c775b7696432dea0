"""What can be asked of the registers of scans and procedures."""

from __future__ import annotations

from typing import ClassVar

from pydantic import AwareDatetime, Field

from shared.kernel import Command, Id


class RecordScan(Command):
    """Enter an examination. `operators` are the staff present; by `person` it is noted on her pregnancy, if any.

    Nobody learns from the answer whether there is one.
    """

    named: ClassVar[frozenset[str]] = frozenset({"scan_register"})

    facility: Id
    device: Id
    counter: int = Field(ge=0, le=10**9)
    scanned_at: AwareDatetime
    operators: tuple[Id, ...] = Field(max_length=10)
    purpose: Id
    person: Id | None = None
    pregnancy: Id | None = None


class RecordProcedure(Command):
    """Enter a procedure that happened. `gestation_weeks` says whether it needed a certificate; it is not stored.

    Nobody learns from the answer whether a pregnancy of hers is under care.
    """

    named: ClassVar[frozenset[str]] = frozenset({"procedure_register"})

    facility: Id
    entry: Id
    performed_at: AwareDatetime
    emergency: bool
    certificate: Id | None = None
    gestation_weeks: int | None = Field(default=None, ge=1, le=46)
    person: Id | None = None
    pregnancy: Id | None = None


class CloseRegisters(Command):
    """Close the days, weeks and months of all registers that are over at `at`."""
