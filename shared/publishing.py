"""What a service wants to say, before it has a place in a channel."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from shared.contracts.cloudevents import Contract, Event
from shared.eventstore import Recorded
from shared.kernel import Value
from shared.sealed import Erased, Sealed
from shared.sealing import Sealer


class Letter(Value):
    """A personal part, encrypted to its one reader; kept sealed, so that an erased person's is sent no more."""

    jwe: str


class Enclosed(NamedTuple):
    """A sealed Letter, and the case it is bound to."""

    sealed: Sealed
    case: str


class Saying(NamedTuple):
    """A contract for a channel. `recorded` lends tracing extensions; None where the channel carries none.

    With a letter enclosed, the contract's `personal` becomes what is in it; once it is erased nothing is said.
    """

    channel: str
    contract: Contract
    time: datetime
    subject: str | None = None
    recorded: Recorded | None = None
    enclosed: Enclosed | None = None


def opened(saying: Saying, sealer: Sealer) -> Saying | None:
    """The saying with what is enclosed in it; None once that is erased."""
    if saying.enclosed is None:
        return saying
    letter = sealer.open(saying.enclosed.sealed, saying.enclosed.case, Letter)
    if isinstance(letter, Erased):
        return None
    return saying._replace(contract=saying.contract.model_copy(update={"personal": letter.jwe}))


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
