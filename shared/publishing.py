"""What a service wants to say, before it has a place in a channel."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from shared.contracts.cloudevents import Contract, Event
from shared.eventstore import Recorded


class Saying(NamedTuple):
    """A contract for a channel. `recorded` lends tracing extensions; None where the channel carries none."""

    channel: str
    contract: Contract
    time: datetime
    subject: str | None = None
    recorded: Recorded | None = None


def event_of(saying: Saying, county: str, service: str) -> Event:
    """The CloudEvent of a saying; the journal gives it its id and sequence."""
    about = saying.recorded
    return Event(
        id="unnumbered",
        source=f"/{county}/{service}",
        type=saying.contract.type,
        time=saying.time,
        subject=saying.subject,
        correlationid=(about.correlation_id or about.command_id) if about else None,
        causationid=about.command_id if about else None,
        policyversion=(about.policy or None) if about else None,
        data=saying.contract.model_dump(mode="json"),
    )
