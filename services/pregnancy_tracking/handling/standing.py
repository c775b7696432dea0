"""What most commands look at: the policy in force, the county, the facilities, and the course a day belongs to."""

from __future__ import annotations

from datetime import date

from services.pregnancy_tracking.domain import registry
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY, Policy
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, County
from services.pregnancy_tracking.domain.registry import REGISTRY, Registry
from services.pregnancy_tracking.domain.woman import WOMAN, Course, PregnancyUnknown, RecordErased
from shared.kernel import Cases


def policy_version(cases: Cases) -> str:
    """The version of the policy in force, for the envelope; "" before the first is adopted."""
    adopted = cases[POLICY, IN_FORCE].adopted
    return adopted[-1].version if adopted else ""


def policy_of(cases: Cases) -> Policy:
    """The policy in force. Raises PolicyMissing."""
    return cases[POLICY, IN_FORCE].now


def county_of(cases: Cases) -> County:
    return cases[COUNTY, ADOPTED]


def registry_of(cases: Cases) -> Registry:
    return cases[REGISTRY, registry.ADOPTED]


def course_of(person: str, pregnancy: str | None, day: date, cases: Cases, pointer: str = "/visited_on") -> Course:
    """The course that is named, or that holds the day. Raises PregnancyUnknown, or RecordErased."""
    hers = cases[WOMAN, person]
    return hers.course(pregnancy) if pregnancy else hers.course_of_visit(day, policy_of(cases), pointer)


def course_if_known(person: str | None, pregnancy: str | None, day: date, cases: Cases) -> Course | None:
    """The same; None for what belongs to nobody named, or to a pregnancy that is not known, or erased."""
    if person is None:
        return None
    try:
        return course_of(person, pregnancy, day, cases)
    except (PregnancyUnknown, RecordErased):
        return None
