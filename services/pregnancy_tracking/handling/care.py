"""Care of a pregnancy: from its registration to its end."""

from __future__ import annotations

from collections.abc import Mapping

from services.pregnancy_tracking.domain import outcome, pregnancy, registration
from services.pregnancy_tracking.domain.commands import (
    EndPregnancy,
    LogVisit,
    RegisterPregnancy,
)
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.handling.standing import county_of, course_of, policy_of
from shared.kernel import Cases, Command, Decision, Handler, key_of


def register_pregnancy(command: RegisterPregnancy, cases: Cases) -> Decision:
    """Her other pregnancies decide with it, as her key tells them."""
    hers = cases[WOMAN, command.person]
    decision = registration.register_pregnancy(command, hers, county_of(cases), policy_of(cases))
    for case_id in decision.keys() - {WOMAN.id(command.person)}:
        _ = cases[PREGNANCY, key_of(case_id)]  # no rule asks, but the version to append after does
    return decision


def log_visit(command: LogVisit, cases: Cases) -> Decision:
    """A visit by person alone belongs to the pregnancy whose course holds its day."""
    in_force = policy_of(cases)
    pregnancy.judge_visit(command, county_of(cases), in_force)
    course = course_of(command.person, command.pregnancy, command.visited_on, cases)
    return pregnancy.log_visit(command, course, cases[PREGNANCY, course.pregnancy], in_force)


def end_pregnancy(command: EndPregnancy, cases: Cases) -> Decision:
    course = course_of(command.person, command.pregnancy, command.ended_on, cases)
    return outcome.end_pregnancy(command, course, cases[PREGNANCY, course.pregnancy], policy_of(cases))


HANDLERS: Mapping[type[Command], Handler] = {
    RegisterPregnancy: register_pregnancy,
    LogVisit: log_visit,
    EndPregnancy: end_pregnancy,
}
