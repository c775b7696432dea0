"""What is told of her care beside visits: each taken in once, and judged by the day it is about."""

from __future__ import annotations

from services.pregnancy_tracking.domain import care_events as told
from services.pregnancy_tracking.domain.care_rules import listed
from services.pregnancy_tracking.domain.commands import (
    ArrangeCompanion,
    DeclineContact,
    EndPregnancy,
    GradeRisk,
    LogAttempt,
    NoteDischarge,
    ReassignCare,
    RequestCounselling,
    WaiveContact,
)
from services.pregnancy_tracking.domain.duty_events import DutyKind
from services.pregnancy_tracking.domain.events import CareAssigned
from services.pregnancy_tracking.domain.owed import OF_INSTITUTIONS
from services.pregnancy_tracking.domain.policy import Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.reference import County
from services.pregnancy_tracking.domain.registry import Facility
from services.pregnancy_tracking.domain.woman import WOMAN, Course, Woman
from shared.kernel import NOTHING, Command, Decision, Fact, Refusal


class NotAContact(Refusal):
    """Only what somebody comes to her for can be declined or waived, by the name its duties have."""


def judge(command: Command, county: County, policy: Policy) -> None:
    """What is wrong with it whosever it is. Raises UnknownUnit, CodeNotListed, NotAContact."""
    rules = policy.care
    match command:
        case GradeRisk(unit=unit) | LogAttempt(unit=unit) | EndPregnancy(unit=str(unit)):
            county.sees(unit)
        case ArrangeCompanion(unit=unit, companion=companion):
            county.sees(unit)
            listed((companion,), rules.companions, "/companion")
        case RequestCounselling(unit=unit, topics=topics):
            county.sees(unit)
            listed(topics, rules.counselling_topics, "/topics")
        case DeclineContact(contact=str(contact)):
            _contact(contact)
        case WaiveContact(contact=contact, ground=ground):
            _contact(contact)
            listed((ground,), rules.waive_grounds, "/ground")


def request_counselling(command: RequestCounselling, woman: Woman) -> Decision:
    """She asked, and was counselled; nothing if the same is known."""
    given = told.CounsellingGiven(unit=command.unit, given_on=command.given_on, topics=command.topics)
    if given in woman.counselled:
        return NOTHING
    return {WOMAN.id(command.person): [given]}


def arrange_companion(command: ArrangeCompanion, course: Course, pregnancy: Pregnancy) -> Decision:
    """Somebody will be with her; nothing if the same is known."""
    arranged = told.CompanionArranged(companion=command.companion, arranged_on=command.arranged_on, unit=command.unit)
    return _once(arranged, course, pregnancy)


def grade_risk(command: GradeRisk, course: Course, pregnancy: Pregnancy) -> Decision:
    """Her clinical risk; nothing if the unit graded it so that day."""
    graded = told.RiskGraded(
        colour=command.colour, graded_on=command.graded_on, unit=command.unit, infectious=command.infectious
    )
    same = {"colour", "graded_on", "unit"}
    known = [each.model_dump(include=same) for each in pregnancy.told_of(told.RiskGraded)]
    return NOTHING if graded.model_dump(include=same) in known else _once(graded, course, pregnancy)


def reassign_care(command: ReassignCare, course: Course, pregnancy: Pregnancy, county: County) -> Decision:
    """Other posts answer for her care, and for what is open of it; nothing if they do. Raises UnknownPost."""
    posts = (command.township_post, command.village_post)
    county.answer_for(pregnancy.township, pregnancy.village, *posts)
    if posts == (pregnancy.township_post, pregnancy.village_post):
        return NOTHING
    assigned = CareAssigned(township_post=posts[0], village_post=posts[1], assigned_on=command.assigned_on)
    return {PREGNANCY.id(course.pregnancy): [assigned]}


def log_attempt(command: LogAttempt, course: Course, pregnancy: Pregnancy) -> Decision:
    """A post met no one; nothing if that attempt of its day is known."""
    tried = told.AttemptLogged(kind=command.kind, attempted_on=command.attempted_on, unit=command.unit)
    return _once(tried, course, pregnancy)


def decline_contact(command: DeclineContact, course: Course, pregnancy: Pregnancy) -> Decision:
    """She wants no such contact, or none; nothing if that is known. Nobody asks why."""
    declined = told.ContactDeclined(contact=command.contact, declined_on=command.declined_on)
    return _once(declined, course, pregnancy)


def waive_contact(command: WaiveContact, course: Course, pregnancy: Pregnancy) -> Decision:
    """The superior releases the posts from a contact; nothing if that is known."""
    waived = told.ContactWaived(contact=command.contact, ground=command.ground, waived_on=command.waived_on)
    return _once(waived, course, pregnancy)


def note_discharge(command: NoteDischarge, course: Course, pregnancy: Pregnancy, facility: Facility) -> Decision:
    """A hospital's notice; nothing if that discharge is known: a notice repeated is none."""
    here = command.at.tzinfo
    noted = told.DischargeNoted(
        facility=command.facility,
        unit=facility.unit,
        discharged_at=command.discharged_at.astimezone(here),
        noticed_at=min(max(command.noticed_at, command.discharged_at), command.at).astimezone(here),
        received_at=command.at,
    )
    known = {(each.facility, each.discharged_at) for each in pregnancy.told_of(told.DischargeNoted)}
    return NOTHING if (noted.facility, noted.discharged_at) in known else _once(noted, course, pregnancy)


def _once(fact: Fact, course: Course, pregnancy: Pregnancy) -> Decision:
    return NOTHING if fact in pregnancy.told else {PREGNANCY.id(course.pregnancy): [fact]}


def _contact(name: str) -> None:
    """Raises NotAContact."""
    kinds = [kind for kind in DutyKind if kind not in OF_INSTITUTIONS]
    if not any(name.startswith(f"{kind}-") for kind in kinds):
        accepted = ", ".join(f"{kind}-…" for kind in kinds)
        raise NotAContact("nobody comes to her for that", pointer="/contact", accepted=accepted)
