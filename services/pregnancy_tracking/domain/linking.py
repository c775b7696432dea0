"""Joining two records of one pregnancy, parting them again, and seeing to a registration that was set aside."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.pregnancy_tracking.domain import outcome
from services.pregnancy_tracking.domain.birth_events import PregnancyReopened
from services.pregnancy_tracking.domain.link_events import (
    EndShared,
    PregnanciesLinked,
    PregnanciesUnlinked,
    RegistrationDismissed,
)
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.woman import WOMAN, Course, Woman, meet
from shared.kernel import NOTHING, Command, Decision, Fact, Id, Refusal


class AlreadyLinked(Refusal):
    """A record is linked with one other at a time."""


class PregnanciesApart(Refusal):
    """Two records are of one pregnancy only if they may have run at the same time."""


class NotSetAside(Refusal):
    """No registration of hers was set aside under that id."""


class SamePregnancy(Refusal):
    """A record is not linked with itself."""


class LinkPregnancies(Command):
    """Join `other` to `pregnancy`: another record of the same pregnancy, or a registration of hers set aside."""

    person: Id
    pregnancy: Id
    other: Id


class UnlinkPregnancies(Command):
    """Part a record from the one it is linked with."""

    person: Id
    pregnancy: Id


class DismissRegistration(Command):
    """A registration set aside has been seen to; nothing follows from it."""

    person: Id
    pregnancy: Id
    proposed: Id


def link_set_aside(command: LinkPregnancies, hers: Woman, kept: Pregnancy, proposed: Pregnancy) -> Decision:
    """Join a registration of hers that was set aside; nothing if that was done."""
    if kept.linked.other == command.other:
        return NOTHING
    if proposed.linked.set_aside not in hers.set_aside:
        raise NotSetAside("no such registration of hers was set aside", pointer="/other")
    _free(kept, proposed)
    return _linked(command, command.person, command.person)


def link_pregnancies(
    command: LinkPregnancies, records: tuple[Pregnancy, Pregnancy], courses: tuple[Course, Course], policy: Policy
) -> Decision:
    """Join another record; both end as both tell it. Nothing if they are linked."""
    kept, other = records
    if command.pregnancy == command.other:
        raise SamePregnancy("a record is not linked with itself", pointer="/other")
    if kept.linked.other == command.other:
        return NOTHING
    _free(kept, other)
    if not meet(*courses, policy):
        raise PregnanciesApart("these are two pregnancies: they cannot have run at one time", pointer="/other")
    return joined(
        _linked(command, command.person, other.person),
        shared_end((command.pregnancy, kept), (command.other, other)),
        shared_end((command.other, other), (command.pregnancy, kept)),
    )


def unlink_pregnancies(command: UnlinkPregnancies, record: Pregnancy, other: Pregnancy) -> Decision:
    """Part them: each ends, or goes on, as its own facts tell it. Nothing if it is not linked."""
    link, today = record.linked, command.at.date()
    if not link.other:
        return NOTHING
    parted = {
        PREGNANCY.id(command.pregnancy): [PregnanciesUnlinked(other=link.other, unlinked_on=today)],
        PREGNANCY.id(link.other): [PregnanciesUnlinked(other=command.pregnancy, unlinked_on=today)],
    }
    if not other.person:
        return parted
    return joined(parted, _own_end(command.pregnancy, record), _own_end(link.other, other))


def dismiss_registration(command: DismissRegistration, hers: Woman, proposed: Pregnancy) -> Decision:
    """Nothing follows from it; nothing if that was said."""
    if proposed.linked.set_aside not in hers.set_aside:
        raise NotSetAside("no such registration of hers was set aside", pointer="/proposed")
    if proposed.linked.other:
        raise AlreadyLinked("it is linked", pointer="/proposed")
    if proposed.linked.dismissed:
        return NOTHING
    return {PREGNANCY.id(command.proposed): [RegistrationDismissed(dismissed_on=command.at.date())]}


def shared_end(of: tuple[str, Pregnancy], linked_with: tuple[str, Pregnancy]) -> Decision:
    """The end of a linked record, as both tell it; nothing if it is so."""
    (pregnancy_id, record), (other_id, other) = of, linked_with
    births = {birth.birth: birth for birth in (*other.births, *record.births)}
    one = record.model_copy(update={"supposed": record.supposed or other.supposed})
    end, hers = outcome.ending(record.person, pregnancy_id, one, list(births.values()))
    if not end:
        return NOTHING
    return {PREGNANCY.id(pregnancy_id): [EndShared(other=other_id), *_shared(end)], WOMAN.id(record.person): list(hers)}


def _own_end(pregnancy_id: str, record: Pregnancy) -> Decision:
    """The end of a record as it alone tells it; one that is taken back was only shared."""
    end, hers = outcome.ending(record.person, pregnancy_id, record, record.births)
    told = _shared(end) if any(isinstance(each, PregnancyReopened) for each in end) else list(end)
    return {PREGNANCY.id(pregnancy_id): told, WOMAN.id(record.person): list(hers)} if end else NOTHING


def _shared(end: Sequence[Fact]) -> list[Fact]:
    """An end, or that there is none, as a linked record tells it."""
    return [each.model_copy(update={"shared": True}) for each in end]


def _free(*records: Pregnancy) -> None:
    for record in records:
        if record.linked.other:
            raise AlreadyLinked("one of them is linked with another record", pointer="/other")


def _linked(command: LinkPregnancies, person: str, other_person: str) -> Decision:
    def side(other: str, of: str, day: date) -> list[Fact]:
        about = {"kept": command.pregnancy, "joined": command.other}
        return [PregnanciesLinked(**about, other=other, person=of, linked_on=day)]

    today = command.at.date()
    return {
        PREGNANCY.id(command.pregnancy): side(command.other, other_person, today),
        PREGNANCY.id(command.other): side(command.pregnancy, person, today),
    }
