"""Who may do what: one typed table, and the one function that reads it. What is not in the table is denied."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import AwareDatetime

from shared.kernel import Id, Refusal, Value

EVERYWHERE = "*"
"""In a principal's units: all units of the county."""


class Role(StrEnum):
    """What someone is, to us. The departments that enforce are `department`: nothing personal, ever."""

    MIDWIFE = "midwife"
    VILLAGE_DOCTOR = "village_doctor"
    HOSPITAL = "hospital"
    REGISTRAR = "registrar"
    COUNTY_HEALTH = "county_health"
    STATISTICIAN = "statistician"
    REVIEWER = "reviewer"
    AUDITOR = "auditor"
    OPERATOR = "operator"
    DEPARTMENT = "department"
    SERVICE = "service"
    PERSON = "person"


class Purpose(StrEnum):
    """Why someone may see a person's record. `own`: she herself."""

    CARE = "care"
    REGISTRATION = "registration"
    AUDIT = "audit"
    ERASURE = "erasure"
    COMPLAINT = "complaint"
    OWN = "own"
    REVIEW = "review"


class Action(StrEnum):
    """Everything that can be asked of a service."""

    PREGNANCY_REGISTER = "pregnancy.register"
    PREGNANCY_READ = "pregnancy.read"
    PREGNANCY_LINK = "pregnancy.link"
    VISIT_LOG = "visit.log"
    CONTACT_DECLINE = "contact.decline"
    DUTY_LIST = "duty.list"
    DUTY_SUPERVISE = "duty.supervise"
    WORKLOAD_READ = "workload.read"
    DIGEST_READ = "digest.read"
    COVERAGE_READ = "coverage.read"
    REVIEW_REQUEST = "review.request"
    REVIEW_CERTIFY = "review.certify"
    REVIEW_DECIDE = "review.decide"
    REVIEW_READ = "review.read"
    REVIEW_WITHDRAW = "review.withdraw"
    REGISTER_ENTER = "register.enter"
    TRANSFER_REQUEST = "transfer.request"
    TRANSFER_WITHDRAW = "transfer.withdraw"
    TRANSFER_ANSWER = "transfer.answer"
    TRANSFER_LIST = "transfer.list"
    TRANSFER_READ = "transfer.read"
    REGISTER_CHECK = "register.check"
    BIRTH_RECORD = "birth.record"
    BIRTH_READ = "birth.read"
    BIRTH_COUNT = "birth.count"
    SIGNAL_DECIDE = "signal.decide"
    CORRECTION_REQUEST = "correction.request"
    CORRECTION_DECIDE = "correction.decide"
    DUPLICATE_REVIEW = "duplicate.review"
    CERTIFICATE_ISSUE = "certificate.issue"
    CERTIFICATE_LIST = "certificate.list"
    SERIES_OPEN = "series.open"
    RELEASE_PREPARE = "release.prepare"
    RELEASE_CLEAR = "release.clear"
    RELEASE_PUBLISH = "release.publish"
    RELEASE_REPLAY = "release.replay"
    PERSON_ERASE = "person.erase"
    ACCESS_LOG_READ = "access_log.read"
    GLASS_BREAK = "glass.break"
    GLASS_REVIEW = "glass.review"
    FEED_READ = "feed.read"
    VIEWS_REBUILD = "views.rebuild"
    STATUS_READ = "status.read"
    PARKED_MANAGE = "parked.manage"


PERSONAL: Final = frozenset(
    {
        Action.PREGNANCY_READ,
        Action.PREGNANCY_LINK,
        Action.REVIEW_READ,
        Action.TRANSFER_READ,
        Action.BIRTH_READ,
        Action.ACCESS_LOG_READ,
        Action.PERSON_ERASE,
        Action.GLASS_REVIEW,
    }
)
"""Actions that show or destroy what is known of a person: never without a purpose."""


class Scope(StrEnum):
    """How far a permission reaches: the county, the principal's units, or the principal's own record."""

    COUNTY = "county"
    UNIT = "unit"
    SELF = "self"


@dataclass(frozen=True)
class Rule:
    """What one role needs for one action. Without purposes none need be claimed."""

    purposes: frozenset[Purpose] = frozenset()
    scope: Scope = Scope.COUNTY


def _for(*purposes: Purpose, scope: Scope = Scope.UNIT) -> Rule:
    return Rule(frozenset(purposes), scope)


OPEN: Final = Rule()
UNIT: Final = Rule(scope=Scope.UNIT)

RULES: Final[Mapping[tuple[Role, Action], Rule]] = {
    (Role.MIDWIFE, Action.PREGNANCY_REGISTER): UNIT,
    (Role.MIDWIFE, Action.PREGNANCY_READ): _for(Purpose.CARE),
    (Role.MIDWIFE, Action.PREGNANCY_LINK): _for(Purpose.CARE),
    (Role.MIDWIFE, Action.VISIT_LOG): UNIT,
    (Role.MIDWIFE, Action.CONTACT_DECLINE): UNIT,
    (Role.MIDWIFE, Action.DUTY_LIST): UNIT,
    (Role.MIDWIFE, Action.WORKLOAD_READ): UNIT,
    (Role.MIDWIFE, Action.DIGEST_READ): UNIT,
    (Role.MIDWIFE, Action.COVERAGE_READ): UNIT,
    (Role.MIDWIFE, Action.GLASS_BREAK): OPEN,
    (Role.MIDWIFE, Action.TRANSFER_REQUEST): UNIT,
    (Role.MIDWIFE, Action.TRANSFER_WITHDRAW): UNIT,
    (Role.MIDWIFE, Action.TRANSFER_ANSWER): UNIT,
    (Role.MIDWIFE, Action.TRANSFER_LIST): UNIT,
    (Role.MIDWIFE, Action.TRANSFER_READ): _for(Purpose.CARE),
    (Role.VILLAGE_DOCTOR, Action.PREGNANCY_READ): _for(Purpose.CARE),
    (Role.VILLAGE_DOCTOR, Action.VISIT_LOG): UNIT,
    (Role.VILLAGE_DOCTOR, Action.CONTACT_DECLINE): UNIT,
    (Role.VILLAGE_DOCTOR, Action.DUTY_LIST): UNIT,
    (Role.VILLAGE_DOCTOR, Action.WORKLOAD_READ): UNIT,
    (Role.VILLAGE_DOCTOR, Action.GLASS_BREAK): OPEN,
    (Role.HOSPITAL, Action.PREGNANCY_REGISTER): UNIT,
    (Role.HOSPITAL, Action.PREGNANCY_READ): _for(Purpose.CARE),
    (Role.HOSPITAL, Action.VISIT_LOG): UNIT,
    (Role.HOSPITAL, Action.CONTACT_DECLINE): UNIT,
    (Role.HOSPITAL, Action.DUTY_LIST): UNIT,
    (Role.HOSPITAL, Action.WORKLOAD_READ): UNIT,
    (Role.HOSPITAL, Action.REVIEW_REQUEST): UNIT,
    (Role.HOSPITAL, Action.REVIEW_CERTIFY): UNIT,
    (Role.HOSPITAL, Action.REVIEW_WITHDRAW): UNIT,
    (Role.HOSPITAL, Action.TRANSFER_REQUEST): UNIT,
    (Role.HOSPITAL, Action.TRANSFER_WITHDRAW): UNIT,
    (Role.HOSPITAL, Action.TRANSFER_ANSWER): UNIT,
    (Role.HOSPITAL, Action.TRANSFER_LIST): UNIT,
    (Role.HOSPITAL, Action.TRANSFER_READ): _for(Purpose.CARE),
    (Role.HOSPITAL, Action.REGISTER_ENTER): UNIT,
    (Role.HOSPITAL, Action.REGISTER_CHECK): UNIT,
    (Role.HOSPITAL, Action.BIRTH_RECORD): UNIT,
    (Role.HOSPITAL, Action.BIRTH_READ): _for(Purpose.CARE),
    (Role.HOSPITAL, Action.GLASS_BREAK): OPEN,
    (Role.HOSPITAL, Action.CORRECTION_REQUEST): UNIT,
    (Role.HOSPITAL, Action.CERTIFICATE_ISSUE): UNIT,
    (Role.HOSPITAL, Action.CERTIFICATE_LIST): UNIT,
    (Role.REGISTRAR, Action.BIRTH_RECORD): UNIT,
    (Role.REGISTRAR, Action.CORRECTION_REQUEST): UNIT,
    (Role.REGISTRAR, Action.CORRECTION_DECIDE): UNIT,
    (Role.REGISTRAR, Action.DUPLICATE_REVIEW): UNIT,
    (Role.REGISTRAR, Action.CERTIFICATE_ISSUE): UNIT,
    (Role.REGISTRAR, Action.CERTIFICATE_LIST): UNIT,
    (Role.REGISTRAR, Action.BIRTH_READ): _for(Purpose.REGISTRATION, Purpose.COMPLAINT),
    (Role.REGISTRAR, Action.BIRTH_COUNT): OPEN,
    (Role.REVIEWER, Action.REVIEW_READ): _for(Purpose.REVIEW),
    (Role.REVIEWER, Action.REVIEW_DECIDE): UNIT,
    (Role.REVIEWER, Action.REVIEW_WITHDRAW): UNIT,
    (Role.COUNTY_HEALTH, Action.REGISTER_CHECK): OPEN,
    (Role.COUNTY_HEALTH, Action.TRANSFER_LIST): OPEN,
    (Role.COUNTY_HEALTH, Action.DUTY_SUPERVISE): UNIT,
    (Role.COUNTY_HEALTH, Action.WORKLOAD_READ): OPEN,
    (Role.COUNTY_HEALTH, Action.DIGEST_READ): OPEN,
    (Role.COUNTY_HEALTH, Action.COVERAGE_READ): OPEN,
    (Role.COUNTY_HEALTH, Action.PREGNANCY_LINK): _for(Purpose.CARE, Purpose.COMPLAINT, scope=Scope.COUNTY),
    (Role.COUNTY_HEALTH, Action.PREGNANCY_READ): _for(Purpose.COMPLAINT),
    (Role.COUNTY_HEALTH, Action.BIRTH_READ): _for(Purpose.COMPLAINT),
    (Role.COUNTY_HEALTH, Action.BIRTH_COUNT): OPEN,
    (Role.COUNTY_HEALTH, Action.CORRECTION_DECIDE): UNIT,
    (Role.COUNTY_HEALTH, Action.DUPLICATE_REVIEW): UNIT,
    (Role.COUNTY_HEALTH, Action.CERTIFICATE_LIST): UNIT,
    (Role.COUNTY_HEALTH, Action.SERIES_OPEN): OPEN,
    (Role.COUNTY_HEALTH, Action.RELEASE_CLEAR): OPEN,
    (Role.COUNTY_HEALTH, Action.RELEASE_PUBLISH): OPEN,
    (Role.COUNTY_HEALTH, Action.PERSON_ERASE): _for(Purpose.ERASURE, scope=Scope.COUNTY),
    (Role.COUNTY_HEALTH, Action.ACCESS_LOG_READ): _for(Purpose.COMPLAINT, scope=Scope.COUNTY),
    (Role.COUNTY_HEALTH, Action.GLASS_REVIEW): _for(Purpose.AUDIT, scope=Scope.COUNTY),
    (Role.COUNTY_HEALTH, Action.STATUS_READ): OPEN,
    (Role.STATISTICIAN, Action.BIRTH_COUNT): OPEN,
    (Role.STATISTICIAN, Action.SIGNAL_DECIDE): OPEN,
    (Role.STATISTICIAN, Action.RELEASE_PREPARE): OPEN,
    (Role.STATISTICIAN, Action.RELEASE_CLEAR): OPEN,
    (Role.STATISTICIAN, Action.RELEASE_PUBLISH): OPEN,
    (Role.AUDITOR, Action.REGISTER_CHECK): OPEN,
    (Role.AUDITOR, Action.DUTY_LIST): UNIT,
    (Role.AUDITOR, Action.WORKLOAD_READ): OPEN,
    (Role.AUDITOR, Action.DIGEST_READ): OPEN,
    (Role.AUDITOR, Action.COVERAGE_READ): OPEN,
    (Role.AUDITOR, Action.PREGNANCY_READ): _for(Purpose.AUDIT),
    (Role.AUDITOR, Action.BIRTH_READ): _for(Purpose.AUDIT),
    (Role.AUDITOR, Action.BIRTH_COUNT): OPEN,
    (Role.AUDITOR, Action.CERTIFICATE_LIST): UNIT,
    (Role.AUDITOR, Action.RELEASE_REPLAY): OPEN,
    (Role.AUDITOR, Action.ACCESS_LOG_READ): _for(Purpose.AUDIT, Purpose.COMPLAINT, scope=Scope.COUNTY),
    (Role.AUDITOR, Action.GLASS_REVIEW): _for(Purpose.AUDIT, scope=Scope.COUNTY),
    (Role.AUDITOR, Action.STATUS_READ): OPEN,
    (Role.OPERATOR, Action.VIEWS_REBUILD): OPEN,
    (Role.OPERATOR, Action.STATUS_READ): OPEN,
    (Role.OPERATOR, Action.PARKED_MANAGE): OPEN,
    (Role.DEPARTMENT, Action.FEED_READ): OPEN,
    (Role.SERVICE, Action.FEED_READ): OPEN,
    (Role.SERVICE, Action.STATUS_READ): OPEN,
    (Role.PERSON, Action.PREGNANCY_READ): _for(Purpose.OWN, scope=Scope.SELF),
    (Role.PERSON, Action.CONTACT_DECLINE): _for(Purpose.OWN, scope=Scope.SELF),
    (Role.PERSON, Action.REVIEW_WITHDRAW): _for(Purpose.OWN, scope=Scope.SELF),
    (Role.PERSON, Action.TRANSFER_WITHDRAW): _for(Purpose.OWN, scope=Scope.SELF),
    (Role.PERSON, Action.BIRTH_READ): _for(Purpose.OWN, scope=Scope.SELF),
    (Role.PERSON, Action.ACCESS_LOG_READ): _for(Purpose.OWN, Purpose.COMPLAINT, scope=Scope.SELF),
    (Role.PERSON, Action.PERSON_ERASE): _for(Purpose.ERASURE, scope=Scope.SELF),
}
"""All that is permitted."""


class AccessDenied(Refusal):
    """Not permitted; the detail begins with what was missing: role, purpose or scope."""


class Principal(Value):
    """Someone whose token was verified. `subject` of a person is her care pseudonym; `units` may hold "*"."""

    subject: Id
    role: Role
    county: str
    units: frozenset[str] = frozenset()
    purposes: frozenset[Purpose] = frozenset()


class Grant(Value):
    """A broken glass: for a while this reader may read this person's record outside the reader's units."""

    reader: str
    person: str
    since: AwareDatetime
    until: AwareDatetime

    def opens(self, reader: str, person: str, now: datetime) -> bool:
        """Whether it holds for this reader and this person at this moment."""
        return reader == self.reader and person == self.person and self.since <= now < self.until


def permit(  # noqa: PLR0913 - everything a decision may depend on, by name
    principal: Principal,
    action: Action,
    *,
    purpose: str = "",
    unit: str = "",
    person: str = "",
    grant: Grant | None = None,
    now: datetime | None = None,
) -> None:
    """Raise AccessDenied unless RULES permits the action.

    `purpose` is what the request claims, `unit` the resource's unit, `person` whose record it is. A `grant`
    that is active at `now` (on the clock it was given by) stands in for unit scope, never for role or purpose.
    """
    rule = RULES.get((principal.role, action))
    if rule is None:
        raise AccessDenied(f"role: {principal.role} may not {action}")
    if rule.purposes and not (purpose in rule.purposes and purpose in principal.purposes):
        accepted = ", ".join(sorted(rule.purposes & principal.purposes))
        raise AccessDenied(f"purpose: {action} needs one that the token holds and the request names", accepted=accepted)
    if not _in_scope(rule.scope, principal, unit, person):
        opened = grant is not None and now is not None and grant.opens(principal.subject, person, now)
        if not (opened and rule.scope is Scope.UNIT):
            raise AccessDenied(f"scope: this is beyond the {rule.scope} that the token covers")


def _in_scope(scope: Scope, principal: Principal, unit: str, person: str) -> bool:
    match scope:
        case Scope.COUNTY:
            return True
        case Scope.UNIT:
            return bool(unit) and not principal.units.isdisjoint({unit, EVERYWHERE})
        case Scope.SELF:
            return bool(person) and person == principal.subject
