"""What happened to pregnancies and to what is known of the women: the storage format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from services.pregnancy_tracking.domain.birth_events import BIRTH_FACTS
from services.pregnancy_tracking.domain.care_events import CARE_FACTS
from services.pregnancy_tracking.domain.duty_events import DUTY_FACTS
from services.pregnancy_tracking.domain.lapse_book import LAPSE_FACTS
from services.pregnancy_tracking.domain.link_events import LINK_FACTS
from services.pregnancy_tracking.domain.policy import PolicyAdopted, with_care, with_scrutiny
from services.pregnancy_tracking.domain.reference import ReferenceAdopted
from services.pregnancy_tracking.domain.register_events import REGISTER_FACTS
from services.pregnancy_tracking.domain.registry import (
    FacilityNoted,
    FacilityReinstated,
    FacilitySuspended,
    RegistryAdopted,
)
from services.pregnancy_tracking.domain.review_events import REVIEW_FACTS
from services.pregnancy_tracking.domain.transfer_events import TRANSFER_FACTS
from services.pregnancy_tracking.domain.words import Birth, ContactPreference, Outcome, Registration, VisitKind
from shared.kernel import Fact, Id
from shared.sealed import Sealed

# On the pregnancy.


class PregnancyRegistered(Fact, stored_as="pregnancy_tracking.PregnancyRegistered"):
    """A pregnancy is under care, with her consent to it. `person` is her care pseudonym; undated without an LMP."""

    person: Id
    identity: Sealed
    registered_on: date
    last_menstrual_period: date | None
    estimated_due_on: date | None
    township: Id
    village: Id
    contact_preference: ContactPreference
    consented_on: date


class CareAssigned(Fact, stored_as="pregnancy_tracking.CareAssigned"):
    """Two posts are jointly answerable for her care from a day on."""

    township_post: Id
    village_post: Id
    assigned_on: date


class HandbookIssued(Fact, stored_as="pregnancy_tracking.HandbookIssued"):
    """She has the handbook of this pregnancy."""

    handbook: Id
    issued_on: date


class VisitLogged(Fact, stored_as="pregnancy_tracking.VisitLogged"):
    """She was seen. `observations` are numbers by code, None if there are none."""

    kind: VisitKind
    visited_on: date
    unit: Id
    observations: Sealed | None


class BirthNoted(Fact, stored_as="pregnancy_tracking.BirthNoted"):
    """A birth of this pregnancy is known."""

    birth: Birth


class PregnancyEnded(Fact, stored_as="pregnancy_tracking.PregnancyEnded"):
    """The pregnancy is over. `shared`: as a linked record tells it."""

    person: Id
    outcome: Outcome
    ended_on: date
    shared: bool = False


class PregnancyEndRevised(Fact, stored_as="pregnancy_tracking.PregnancyEndRevised"):
    """A birth told later corrects how or when the pregnancy ended. `shared`: as a linked record tells it."""

    person: Id
    outcome: Outcome
    ended_on: date
    shared: bool = False


# On the woman key: what the rules across her pregnancies need.


class CourseOpened(Fact, stored_as="pregnancy_tracking.CourseOpened"):
    """This pregnancy is hers."""

    pregnancy: Id
    handbook: Id
    registered_on: date
    last_menstrual_period: date | None


class CourseClosed(Fact, stored_as="pregnancy_tracking.CourseClosed"):
    """This pregnancy of hers ended on that day; told again when the day is corrected."""

    pregnancy: Id
    ended_on: date


class SecondRegistrationSetAside(Fact, stored_as="pregnancy_tracking.SecondRegistrationSetAside"):
    """While `pregnancy` is under care, another was to be registered as `proposed`: for the unit in charge to see to."""

    pregnancy: Id
    proposed: Id
    registration: Registration


class RegistrationSetAside(Fact, stored_as="pregnancy_tracking.RegistrationSetAside"):
    """On the pregnancy proposed: it is not under care. Whoever told it gets the answer everybody gets."""

    handbook: Id


class BirthAwaited(Fact, stored_as="pregnancy_tracking.BirthAwaited"):
    """A birth of hers is known before its pregnancy is: it waits for the registration."""

    birth: Birth


class BirthPlaced(Fact, stored_as="pregnancy_tracking.BirthPlaced"):
    """A birth of hers was noted on this pregnancy."""

    birth: Id
    pregnancy: Id


class PersonErased(Fact, stored_as="pregnancy_tracking.PersonErased"):
    """What was sealed for her is unreadable for good, and nothing more is taken into her records of before."""

    person: Id


FACTS: tuple[type[Fact], ...] = (
    PregnancyRegistered,
    CareAssigned,
    HandbookIssued,
    VisitLogged,
    BirthNoted,
    PregnancyEnded,
    PregnancyEndRevised,
    CourseOpened,
    CourseClosed,
    SecondRegistrationSetAside,
    RegistrationSetAside,
    BirthAwaited,
    BirthPlaced,
    PersonErased,
    ReferenceAdopted,
    RegistryAdopted,
    FacilityNoted,
    FacilitySuspended,
    FacilityReinstated,
    PolicyAdopted,
    *BIRTH_FACTS,
    *CARE_FACTS,
    *DUTY_FACTS,
    *LAPSE_FACTS,
    *REGISTER_FACTS,
    *REVIEW_FACTS,
    *TRANSFER_FACTS,
    *LINK_FACTS,
)
"""Everything this service stores (besides the reads that `shared.access` records)."""
UPCASTERS: Mapping[tuple[str, int], Callable[[dict[str, Any]], dict[str, Any]]] = {
    (PolicyAdopted.stored_as, 1): with_scrutiny,
    (PolicyAdopted.stored_as, 2): with_care,
}
"""From an older shape of a fact to the next, by stored name and shape."""
