"""Receipts: what became of a department's message, kept in the journal so that none is lost."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from shared.contracts.cloudevents import Event, Malformed
from shared.contracts.receipts import Reason, Receipt, receipt_type
from shared.journal import Journal
from shared.kernel import Clock, Refusal
from shared.messaging.effects import Effect, Fault, not_yet
from shared.writer import Outcome


class SetAside(Refusal):
    """The service failed on this message; it is kept, and an operator will see to it."""


class Receipts:
    """Gives receipts on the channel of the department. `given` counts them by (department, status)."""

    def __init__(self, journal: Journal, county: str, service: str, clock: Clock) -> None:
        self._journal, self._clock = journal, clock
        self._source, self._type = f"/{county}/{service}", receipt_type(service)
        self.given: Counter[tuple[str, str]] = Counter()

    async def give(self, receipts: Sequence[tuple[str, Receipt]]) -> None:
        """Keep receipts of (department, receipt) in order. Raises what the journal's store raises."""
        if not receipts:
            return
        sayings = [(f"receipts.{department}", self._event(receipt)) for department, receipt in receipts]
        await asyncio.to_thread(self._journal.append, sayings)
        self.given.update((department, receipt.status) for department, receipt in receipts)

    def _event(self, receipt: Receipt) -> Event:
        data = receipt.model_dump(mode="json", exclude_none=True)
        return Event(id="unnumbered", source=self._source, type=self._type, time=self._clock.now(), data=data)


def receipt_for(effect: Effect, event: Event, held_until: datetime) -> Receipt:
    """The receipt of a message that was understood, from what its commands were answered."""
    source, message = event.source, event.id
    if waiting := not_yet(effect):
        reason = reason_of(waiting)
        held = Receipt(status="held", source=source, id=message, reason=reason, held_until=held_until)
        return placed(held, event)
    if isinstance(effect, Fault):
        return Receipt(status="held", source=source, id=message, reason=reason_of(SetAside("it will be looked at")))
    if not isinstance(effect, list):
        return placed(rejected(effect, source=source, message=message), event)
    return placed(_answered([answer for answer in effect if isinstance(answer, Outcome)], source, message), event)


def placed(receipt: Receipt, event: Event) -> Receipt:
    """The receipt with its reason's pointer into the message: rules name the fields of commands.

    A field that the data does not show came from the personal part, if there is one.
    """
    if receipt.reason is None or not receipt.reason.pointer:
        return receipt
    pointer = receipt.reason.pointer
    field = pointer.split("/")[1]
    if pointer == "/command_id":
        pointer = "/id"
    elif field in event.data:
        pointer = f"/data{pointer}"
    elif field != "data" and "personal" in event.data:
        pointer = f"/data/personal{pointer}"
    return receipt.model_copy(update={"reason": receipt.reason.model_copy(update={"pointer": pointer})})


def rejected(
    why: Refusal | Malformed, *, source: str | None = None, message: str | None = None, sha256: str | None = None
) -> Receipt:
    """A rejecting receipt."""
    return Receipt(status="rejected", source=source, id=message, sha256=sha256, reason=reason_of(why))


def reason_of(why: Refusal | Malformed) -> Reason:
    """A refusal as receipts give it."""
    if isinstance(why, Malformed):
        return Reason(name="Malformed", detail=why.detail, pointer=why.pointer)
    return Reason(name=why.name, detail=why.detail, pointer=why.pointer, accepted=why.accepted)


def _answered(outcomes: Sequence[Outcome], source: str, message: str) -> Receipt:
    """Accepted unless a command was refused; with the cases that were written to in either case."""
    written = dict.fromkeys(result.case for each in outcomes for result in each.results)
    refusals = [each.refusal for each in outcomes if each.refusal]
    return Receipt(
        status="rejected" if refusals else "accepted",
        source=source,
        id=message,
        results=tuple(written),
        recorded_at=max((each.recorded_at for each in outcomes), default=None),
        reason=Reason(**refusals[0].model_dump()) if refusals else None,
    )
