"""Lapses as they are counted for superiors, whatever decision they come with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.pregnancy_tracking.domain import lapse_book
from services.pregnancy_tracking.domain.lapse_book import LAPSE_BOOK, CloseLapses
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.handling.standing import county_of, policy_of
from shared.kernel import Cases, Command, Decision, Handler, key_of
from shared.sweeping import Sweep


def close_lapses(command: CloseLapses, cases: Cases) -> Decision:
    books = {unit.code: cases[LAPSE_BOOK, unit.code] for unit in county_of(cases).units}
    return lapse_book.close_lapses(command.at.date(), books, policy_of(cases).reports)


def counting(handlers: Mapping[type[Command], Handler]) -> Mapping[type[Command], Handler]:
    """These handlers, each of whose decisions also counts its lapses in the books of the units charged."""
    return {kind: _counting(handler) for kind, handler in handlers.items()}


def _counting(handler: Handler) -> Handler:
    def decide(command: Any, cases: Cases) -> Decision:
        decision = handler(command, cases)
        books = lapse_book.counted(decision, lambda case_id: cases[PREGNANCY, key_of(case_id)].duties)
        for case_id in books:
            _ = cases[LAPSE_BOOK, key_of(case_id)]  # no rule asks, but the version to append after does
        return {**decision, **books} if books else decision

    return decide


HANDLERS: Mapping[type[Command], Handler] = {CloseLapses: close_lapses}


def due(now: datetime) -> Command:
    """Once a day."""
    return CloseLapses(command_id=f"close-lapses:{now.date()}", actor="pregnancy_tracking", at=now)


SWEEPS = (Sweep("lapses", due),)
