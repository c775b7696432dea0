"""Records of one pregnancy, linked and parted; an end told on one is the other's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.pregnancy_tracking.domain import linking
from services.pregnancy_tracking.domain.link_events import PregnanciesLinked, PregnanciesUnlinked
from services.pregnancy_tracking.domain.linking import DismissRegistration, LinkPregnancies, UnlinkPregnancies
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy, evolve
from services.pregnancy_tracking.domain.registration import joined
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.duties import followed, with_duties
from services.pregnancy_tracking.handling.standing import policy_of
from shared.kernel import Cases, Command, Decision, Handler, fold, key_of


def link_pregnancies(command: LinkPregnancies, cases: Cases) -> Decision:
    """A registration set aside has no record of its own: it is hers by its handbook."""
    hers = cases[WOMAN, command.person]
    course, kept, other = (
        hers.course(command.pregnancy),
        cases[PREGNANCY, command.pregnancy],
        cases[PREGNANCY, command.other],
    )
    if not other.person:
        return linking.link_set_aside(command, hers, kept, other)
    courses = (course, cases[WOMAN, other.person].course(command.other))
    return linking.link_pregnancies(command, (kept, other), courses, policy_of(cases))


def unlink_pregnancies(command: UnlinkPregnancies, cases: Cases) -> Decision:
    _ = cases[WOMAN, command.person].course(command.pregnancy)
    record = cases[PREGNANCY, command.pregnancy]
    other = cases[PREGNANCY, record.linked.other] if record.linked.other else Pregnancy()
    _ = cases[WOMAN, record.linked.person or command.person]  # no rule asks, but the version to append after does
    return linking.unlink_pregnancies(command, record, other)


def dismiss_registration(command: DismissRegistration, cases: Cases) -> Decision:
    hers = cases[WOMAN, command.person]
    hers.course(command.pregnancy)
    return linking.dismiss_registration(command, hers, cases[PREGNANCY, command.proposed])


HANDLERS: Mapping[type[Command], Handler] = {
    LinkPregnancies: followed(link_pregnancies),
    UnlinkPregnancies: followed(unlink_pregnancies),
    DismissRegistration: dismiss_registration,
}


def ending_together(handlers: Mapping[type[Command], Handler]) -> Mapping[type[Command], Handler]:
    """These handlers, whose decisions about a linked record's births or end hold for the other record too."""
    return {kind: _ending_together(handler) for kind, handler in handlers.items()}


def _ending_together(handler: Handler) -> Handler:
    def decide(command: Any, cases: Cases) -> Decision:
        decision = handler(command, cases)
        shared = joined(*(_shared(case_id, decision, cases) for case_id in decision))
        return joined(decision, with_duties(shared, command.at.date(), cases)) if shared else decision

    return decide


def _shared(case_id: str, decision: Decision, cases: Cases) -> Decision:
    facts = decision[case_id]
    if not case_id.startswith(f"{PREGNANCY.kind}:") or any(isinstance(each, LINKING) for each in facts):
        return {}
    before = cases[PREGNANCY, key_of(case_id)]
    if not before.linked.other:
        return {}
    record = fold(evolve, before, facts)
    other_id = PREGNANCY.id(record.linked.other)
    other = fold(evolve, cases[PREGNANCY, record.linked.other], decision.get(other_id, ()))
    if not (record.person and other.person):
        return {}
    _ = cases[WOMAN, other.person]  # no rule asks, but the version to append after does
    return linking.shared_end((record.linked.other, other), (key_of(case_id), record))


LINKING = (PregnanciesLinked, PregnanciesUnlinked)
