"""The births service put together."""

from __future__ import annotations

from pathlib import Path

from services.births import api, publishing, reactions
from services.births.domain.events import FACTS, PersonErased
from services.births.handling import HANDLERS, policy_version
from services.births.projections import VIEWS
from services.births.reactions.weeks import observing
from shared.service import Definition, run

DEFINITION = Definition(
    name="births",
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
    observes=observing,
)

if __name__ == "__main__":
    run(DEFINITION)
