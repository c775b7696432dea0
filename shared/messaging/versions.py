"""Which messages of a channel are for us, and which are for a later version of us."""

from __future__ import annotations

import re
from collections.abc import Collection
from enum import Enum

from shared.contracts.cloudevents import Event

_VERSIONED = re.compile(r"(?P<name>.+)\.v(?P<version>[1-9][0-9]{0,3})", re.ASCII)


class Interest(Enum):
    """What a reader does with an event."""

    TAKE = "take"
    IGNORE = "ignore"
    NEWER = "newer"


def interest(event: Event, known: Collection[str], before: Event | None = None) -> Interest:
    """What to do with an event, knowing these types, after the event that came before it in the channel.

    A version newer than any we know is kept for after an upgrade, unless its parallel older version, which
    publishers say first, has just told us the same.
    """
    if event.type in known:
        return Interest.TAKE
    if not _newest_known(event.type, known):
        return Interest.IGNORE
    return Interest.IGNORE if before and _parallel(before, event, known) else Interest.NEWER


def _newest_known(kind: str, known: Collection[str]) -> bool:
    """Whether we know this type in older versions only."""
    asked = _VERSIONED.fullmatch(kind)
    if asked is None:
        return False
    found = [match for each in known if (match := _VERSIONED.fullmatch(each))]
    ours = [int(match["version"]) for match in found if match["name"] == asked["name"]]
    return bool(ours) and max(ours) < int(asked["version"])


def _parallel(before: Event, event: Event, known: Collection[str]) -> bool:
    """Whether the event before is the same saying in a version we know."""
    return (
        before.type in known
        and before.type.rpartition(".")[0] == event.type.rpartition(".")[0]
        and (before.time, before.subject, before.causationid) == (event.time, event.subject, event.causationid)
    )
