"""The pregnancy_tracking service put together."""

from __future__ import annotations

from operator import attrgetter
from pathlib import Path

from services.pregnancy_tracking import api, handling, publishing, reactions
from services.pregnancy_tracking.domain.events import FACTS, UPCASTERS, PersonErased
from services.pregnancy_tracking.domain.review_events import TerminationWithdrawn
from services.pregnancy_tracking.domain.transfer_events import (
    IncomingTransferAccepted,
    IncomingTransferClosed,
    IncomingTransferDeclined,
)
from services.pregnancy_tracking.handling import HANDLERS, policy_version
from services.pregnancy_tracking.projections import VIEWS
from services.pregnancy_tracking.reactions import transfers
from shared.service import Definition, run

DEFINITION = Definition(
    name="pregnancy_tracking",
    facts=FACTS,
    handlers=HANDLERS,
    policy_version=policy_version,
    views=VIEWS,
    channels=publishing.CHANNELS,
    say=publishing.say,
    says=publishing.SAYS,
    hears=reactions.HEARS,
    receives=reactions.RECEIVES,
    adopt=reactions.adopt,
    router=api.router,
    erasure=PersonErased,
    home=Path(__file__).parent,
    erases={
        TerminationWithdrawn: attrgetter("review_key"),
        IncomingTransferAccepted: attrgetter("transfer_key"),
        IncomingTransferDeclined: attrgetter("transfer_key"),
        IncomingTransferClosed: attrgetter("transfer_key"),
    },
    brings=transfers.BRINGS,
    returns=transfers.returns,
    sweeps=handling.SWEEPS,
    upcasters=UPCASTERS,
)

if __name__ == "__main__":
    run(DEFINITION)
