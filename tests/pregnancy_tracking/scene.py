"""Given facts, when a command, then facts or a refusal: the rules of care without any store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from services.pregnancy_tracking.domain.birth import BIRTH
from services.pregnancy_tracking.domain.birth_events import BirthTold
from services.pregnancy_tracking.domain.care_rules import NO_CARE, CareRules, Days, Interval, Schedule, Window
from services.pregnancy_tracking.domain.commands import (
    EndPregnancy,
    ErasePerson,
    LogVisit,
    NoteBirth,
    RegisterPregnancy,
    VoidBirth,
)
from services.pregnancy_tracking.domain.events import (
    BirthAwaited,
    BirthNoted,
    BirthPlaced,
    CareAssigned,
    CourseClosed,
    CourseOpened,
    HandbookIssued,
    PregnancyEnded,
    PregnancyEndRevised,
    PregnancyRegistered,
    SecondRegistrationSetAside,
    VisitLogged,
)
from services.pregnancy_tracking.domain.policy import (
    IN_FORCE,
    POLICY,
    Observable,
    Policy,
    PolicyAdopted,
    VisitsCountFrom,
)
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.reference import (
    ADOPTED,
    COUNTY,
    County,
    Post,
    ReferenceAdopted,
    Tier,
    Township,
    Unit,
)
from services.pregnancy_tracking.domain.register_rules import RegisterRules
from services.pregnancy_tracking.domain.report_rules import ReportRules
from services.pregnancy_tracking.domain.review_rules import ReviewRules
from services.pregnancy_tracking.domain.transfer_rules import TransferRules
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import (
    Birth,
    ContactPreference,
    Outcome,
    Registration,
    RiskColour,
    VisitKind,
    Vital,
)
from services.pregnancy_tracking.handling import HANDLERS
from shared.clock import COUNTY_TIME
from shared.kernel import Fact
from shared.sealed import Sealed
from tests.deciding import Facts, Given

NOW = datetime(2025, 6, 30, 9, tzinfo=COUNTY_TIME)
LMP, REGISTERED, DUE, BORN = date(2024, 1, 1), date(2024, 3, 4), date(2024, 10, 7), date(2024, 10, 5)
PLACES = County(
    townships=(
        Township(code="dayingxiang", villages=("dongying", "xiying")),
        Township(code="qinghezhen", villages=("dukou",)),
    ),
    units=(
        Unit(code="county-hospital", township=None),
        Unit(code="dayingxiang-hospital", township="dayingxiang"),
        Unit(code="dongying-clinic", township="dayingxiang"),
        Unit(code="qinghezhen-hospital", township="qinghezhen"),
    ),
    posts=(
        Post(code="officer", tier=Tier.COUNTY, unit="county-health", serves=()),
        Post(code="midwife", tier=Tier.TOWNSHIP, unit="dayingxiang-hospital", serves=("dayingxiang",)),
        Post(code="doctor", tier=Tier.VILLAGE, unit="dongying-clinic", serves=("dongying",)),
    ),
)
NATIONAL = Schedule(
    name="national",
    contacts=tuple(
        Window(from_week=first, before_week=after) for first, after in ((0, 13), (16, 21), (21, 25), (28, 37), (37, 41))
    ),
    late_entry=(),
    last_week=40,
    first_contact_days=0,
)
WHO_2016 = Schedule(
    name="who_2016",
    contacts=tuple(
        Window(from_week=first, before_week=after)
        for first, after in ((0, 13), (20, 21), (26, 27), (30, 31), (34, 35), (36, 37), (38, 39), (40, 41))
    ),
    late_entry=tuple(
        Interval(from_week=first, every_weeks=every) for first, every in ((0, 8), (20, 6), (26, 4), (34, 2))
    ),
    last_week=40,
    first_contact_days=1,
)
REPORTS = ReportRules(
    digest_day=7,
    fewest_told=10,
    close_after_days=3,
    early_before_week=13,
    national_contacts=5,
    who_contacts=8,
    postnatal_days=7,
)
CARE = CareRules(
    schedule="national",
    schedules=(NATIONAL, WHO_2016),
    grace_days=14,
    follow_up_grace_days=7,
    undated_every_days=14,
    post_term=Window(from_week=41, before_week=42),
    outcome_query=Window(from_week=42, before_week=43),
    dating_before_week=24,
    attempts=3,
    high_risk=(RiskColour.ORANGE, RiskColour.RED),
    risk_follow_up_days=7,
    danger_signs=("vaginal_bleeding", "convulsions"),
    danger_follow_up_days=3,
    referral_result_days=14,
    home="home",
    stay_days=3,
    notice_hours=24,
    receipt_hours=24,
    home_visit_days=7,
    second_home_visit=Days(from_day=28, before_day=35),
    postnatal_check=Days(from_day=42, before_day=56),
    loss_support_days=7,
    maternal_death_days=42,
    companions=("partner", "doula"),
    counselling_topics=("folic_acid", "nutrition"),
    waive_grounds=("road_closed",),
)
RULES = Policy(
    version="test-1",
    gestation_days=280,
    latest_registration_weeks=44,
    longest_pregnancy_weeks=44,
    days_followed_after_end=42,
    visits_count_from=VisitsCountFrom.REGISTRATION,
    retention_days=0,
    observations=(
        Observable(code="weight_kg", unit="kg", least=25, most=250),
        Observable(code="systolic_mmhg", unit="mmHg", least=50, most=300),
    ),
    review=ReviewRules(
        applies=True,
        from_weeks=14,
        certificates=2,
        grounds=("maternal_health", "social"),
        decline_grounds=("certificates_invalid", "clinical_contraindication"),
        decide_within_hours=72,
        approved_after_hours=120,
        body="county-maternity",
        superior="county-health",
    ),
    registers=RegisterRules(
        purposes=("dating", "growth", "abdominal"),
        least_staff=2,
        late_after_hours=24,
        close_after_days=3,
        kept_days=31,
        same_time_minutes=5,
        roster_days=3,
        fewest_told=10,
    ),
    care=NO_CARE,
    transfer=TransferRules(answer_within_days=14),
    reports=REPORTS,
)
OWING = RULES.model_copy(update={"version": "test-care", "days_followed_after_end": 70, "care": CARE})
"""The same with duties: most rules are tried without them."""
IDENTITY = Sealed(key="k1", field="identity", box="c2VhbGVk")
SEEN = Sealed(key="k1", field="observations", box="c2Vlbg==")
ASKED = {"command_id": "c-1", "actor": "midwife", "at": NOW}
TOLD = {
    "identity": IDENTITY,
    "registered_on": REGISTERED,
    "last_menstrual_period": LMP,
    "township": "dayingxiang",
    "village": "dongying",
    "township_post": "midwife",
    "village_post": "doctor",
    "contact_preference": ContactPreference.PHONE,
    "handbook": "h1",
}
WOMAN_1 = WOMAN.id("w1")
P1, P2 = PREGNANCY.id("p1"), PREGNANCY.id("p2")


def registration(**other: Any) -> Registration:
    return Registration.model_validate(TOLD | other)


def register(pregnancy: str = "p1", *, consents: bool = True, at: datetime = NOW, **other: Any) -> RegisterPregnancy:
    """A registration as usual but for what is named."""
    asked = ASKED | {"at": at}
    return RegisterPregnancy(
        **asked, pregnancy=pregnancy, person="w1", registration=registration(**other), consents_to_care=consents
    )


def visit(visited_on: date, **other: Any) -> LogVisit:
    """An antenatal visit without observations, known by the woman alone, but for what is named."""
    usual = {
        "person": "w1",
        "pregnancy": None,
        "kind": VisitKind.ANTENATAL,
        "visited_on": visited_on,
        "unit": "dayingxiang-hospital",
        "observations": None,
    }
    return LogVisit(**(ASKED | usual | other))


def birth(birth_id: str = "b1", born_on: date = BORN, **other: Any) -> Birth:
    usual = {
        "birth": birth_id,
        "born_on": born_on,
        "vital": Vital.LIVE,
        "facility": "county-hospital",
        "township": "dayingxiang",
        "plurality": 1,
        "number": 1,
        "gestation_weeks": 39,
    }
    return Birth(**(usual | other))


def note(child: Birth, sequence: int = 1) -> NoteBirth:
    """A birth as births said it; another sequence is said later."""
    return NoteBirth(**ASKED, person="w1", birth=child, sequence=sequence)


def void(birth_id: str = "b1", sequence: int = 2) -> VoidBirth:
    return VoidBirth(**ASKED, person="w1", birth=birth_id, sequence=sequence)


def told(birth_id: str = "b1", sequence: int = 1, *, counts: bool = True) -> dict[str, list[Fact]]:
    """What births said of a birth is taken in."""
    return {BIRTH.id(birth_id): [BirthTold(sequence=sequence, counts=counts)]}


def end(outcome: Outcome, ended_on: date, pregnancy: str = "p1") -> EndPregnancy:
    return EndPregnancy(**ASKED, person="w1", pregnancy=pregnancy, outcome=outcome, ended_on=ended_on)


def erase() -> ErasePerson:
    return ErasePerson(**ASKED, person="w1")


def taken_under_care(due: date | None = DUE, **other: Any) -> list[Fact]:
    """The facts of a registration on its pregnancy."""
    told = registration(**other)
    return [
        PregnancyRegistered(
            person="w1",
            identity=told.identity,
            registered_on=told.registered_on,
            last_menstrual_period=told.last_menstrual_period,
            estimated_due_on=due,
            township=told.township,
            village=told.village,
            contact_preference=told.contact_preference,
            consented_on=told.registered_on,
        ),
        CareAssigned(township_post="midwife", village_post="doctor", assigned_on=told.registered_on),
        HandbookIssued(handbook=told.handbook, issued_on=told.registered_on),
    ]


def opened(pregnancy: str = "p1", **other: Any) -> CourseOpened:
    told = registration(**other)
    return CourseOpened(
        pregnancy=pregnancy,
        handbook=told.handbook,
        registered_on=told.registered_on,
        last_menstrual_period=told.last_menstrual_period,
    )


def closed(ended_on: date, pregnancy: str = "p1") -> CourseClosed:
    return CourseClosed(pregnancy=pregnancy, ended_on=ended_on)


def ended(outcome: Outcome, ended_on: date) -> PregnancyEnded:
    return PregnancyEnded(person="w1", outcome=outcome, ended_on=ended_on)


def revised(outcome: Outcome, ended_on: date) -> PregnancyEndRevised:
    return PregnancyEndRevised(person="w1", outcome=outcome, ended_on=ended_on)


def noted(told: Birth) -> BirthNoted:
    return BirthNoted(birth=told)


def awaited(told: Birth) -> BirthAwaited:
    return BirthAwaited(birth=told)


def placed(birth_id: str = "b1", pregnancy: str = "p1") -> BirthPlaced:
    return BirthPlaced(birth=birth_id, pregnancy=pregnancy)


def set_aside(pregnancy: str = "p1", proposed: str = "p2", **other: Any) -> SecondRegistrationSetAside:
    return SecondRegistrationSetAside(pregnancy=pregnancy, proposed=proposed, registration=registration(**other))


def logged(visited_on: date, **other: Any) -> VisitLogged:
    usual = {"kind": VisitKind.ANTENATAL, "unit": "dayingxiang-hospital", "observations": None}
    return VisitLogged(visited_on=visited_on, **(usual | other))


UNDER_CARE: Mapping[str, Sequence[Fact]] = {P1: taken_under_care(), WOMAN_1: [opened()]}
"""The usual pregnancy, registered."""


def after_birth(child: Birth | None = None) -> Mapping[str, Sequence[Fact]]:
    """The usual pregnancy, registered and ended by a birth."""
    child = child or birth()
    outcome = Outcome.BIRTH if child.vital is Vital.LIVE else Outcome.STILLBIRTH
    return {
        P1: [*taken_under_care(), noted(child), ended(outcome, child.born_on)],
        WOMAN_1: [opened(), closed(child.born_on), placed(child.birth)],
        **told(child.birth),
    }


def given(*facts: Facts, policy: Policy = RULES) -> Given:
    """Facts by case id; the county's reference and policy are adopted unless taken away."""
    adopted = {
        COUNTY.id(ADOPTED): [ReferenceAdopted(county=PLACES)],
        POLICY.id(IN_FORCE): [PolicyAdopted(policy=policy)],
    }
    return Given(HANDLERS, adopted, *facts)
