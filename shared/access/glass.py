"""Breaking the glass: a record opened outside the own units for a quarter of an hour, and a second person who looks."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime

from shared.access.policy import Role
from shared.kernel import Case, Cases, Command, Decision, Fact, Id, Refusal, Value

GRANT_LASTS = timedelta(minutes=15)
"""How long a broken glass stays open (reliability.md, security)."""


class GlassReason(StrEnum):
    """Why the glass was broken. Codes, not text: text could hold what no record may."""

    EMERGENCY = "emergency"
    COVER = "cover"
    TRANSFER = "transfer"


class GlassBroken(Fact, stored_as="access.GlassBroken"):
    """Someone opened a person's record outside the own units, for a while and for a reason."""

    person: Id
    reason: GlassReason
    role: Role
    reader: Id
    unit: str
    since: AwareDatetime
    until: AwareDatetime


class GlassReviewed(Fact, stored_as="access.GlassReviewed"):
    """A second person looked at a broken glass, named by its version in her access case."""

    person: Id
    glass: int
    role: Role
    reviewer: Id


class BreakGlass(Command):
    """Open a person's record to `actor` for 15 minutes."""

    person: Id
    reason: GlassReason
    role: Role
    unit: str = ""


class ReviewGlass(Command):
    """Say that `actor` looked at a broken glass."""

    person: Id
    glass: int
    role: Role


class GlassUnknown(Refusal):
    """No glass of hers was broken under this number."""


class ReviewerIsReader(Refusal):
    """Whoever broke a glass is not the second person who looks at it."""


class Accesses(Value):
    """Who broke which glass, and what was reviewed; nobody is judged by how often she was looked at.

    `facts` is the version of the case; `broken` are versions of breakings with their readers.
    """

    facts: int = 0
    broken: tuple[tuple[int, str], ...] = ()
    reviewed: frozenset[int] = frozenset()


def evolve(state: Accesses, fact: Fact) -> Accesses:
    facts = state.facts + 1
    match fact:
        case GlassBroken(reader=reader):
            return state.model_copy(update={"facts": facts, "broken": (*state.broken, (facts, reader))})
        case GlassReviewed(glass=glass):
            return state.model_copy(update={"facts": facts, "reviewed": state.reviewed | {glass}})
    return state.model_copy(update={"facts": facts})


ACCESS = Case("access", Accesses(), evolve, private=True)
"""One case per person: the key is her pseudonym."""


def break_glass(command: BreakGlass, cases: Cases) -> Decision:
    """Each breaking counts; permission to break is the policy's matter, what it opens is `permit`'s."""
    _ = cases[ACCESS, command.person]  # no decision needs it, but the version to append after does
    broken = GlassBroken(
        person=command.person,
        reason=command.reason,
        role=command.role,
        reader=command.actor,
        unit=command.unit,
        since=command.at,
        until=command.at + GRANT_LASTS,
    )
    return {ACCESS.id(command.person): [broken]}


def review_glass(command: ReviewGlass, cases: Cases) -> Decision:
    """Once for each glass, by somebody else. Raises GlassUnknown, ReviewerIsReader."""
    accesses = cases[ACCESS, command.person]
    readers = dict(accesses.broken)
    if command.glass not in readers:
        raise GlassUnknown("no glass of hers was broken under this number", pointer="/glass")
    if readers[command.glass] == command.actor:
        raise ReviewerIsReader("you broke this glass yourself")
    if command.glass in accesses.reviewed:
        return {}
    seen = GlassReviewed(person=command.person, glass=command.glass, role=command.role, reviewer=command.actor)
    return {ACCESS.id(command.person): [seen]}
