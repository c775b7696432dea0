"""What the routes of pregnancy_tracking share: who asks and may, what there is, when a view is up to date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from fastapi import Depends
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import StringConstraints

from services.pregnancy_tracking.domain import registry
from services.pregnancy_tracking.domain.care_events import LossSupportAssigned, ReferralMade
from services.pregnancy_tracking.domain.policy import IN_FORCE, POLICY, Policy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY, Pregnancy
from services.pregnancy_tracking.domain.reference import ADOPTED, COUNTY, County
from services.pregnancy_tracking.domain.registry import REGISTRY
from shared import web
from shared.access import EVERYWHERE, Action, Role
from shared.kernel import Fact

if TYPE_CHECKING:
    from shared.outcomes import Outcome
    from shared.service import Service

Kind = TypeVar("Kind", bound=Fact)
Document = Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]
Caller = Annotated[web.Caller, Depends(web.caller)]
ABOUT_REQUEST = set(web.RequestBody.model_fields)


def first_fact(service: Service, case_id: str, kind: type[Kind]) -> Kind | None:
    """The first fact of a kind on a case, None without one."""
    facts = (recorded.fact for recorded in service.log.case(case_id))
    return next((fact for fact in facts if isinstance(fact, kind)), None)


def neutral(outcome: Outcome, **more: Any) -> JSONResponse:
    """The outcome without its facts, which would tell what else is known of her."""
    return web.answer(outcome.model_copy(update={"results": ()}), **more)


def may(caller: web.Caller, action: Action, units: tuple[str, ...]) -> None:
    """Raises AccessDenied unless permitted in one of these units."""
    caller.may(action, own(caller, units))


def own(caller: web.Caller, units: tuple[str, ...]) -> str:
    """Of the units concerned, one the caller is of; else the first."""
    return next((unit for unit in units if unit in caller.principal.units), units[0])


async def may_for_her(service: Service, caller: web.Caller, action: Action, found: Pregnancy) -> None:
    """Raises AccessDenied unless it is her own, or the caller's unit takes part in her care."""
    if caller.principal.role is Role.PERSON:
        caller.may(action, person=found.person)
    else:
        may(caller, action, await seeing(service, found))


def span(service: Service, since: date | None, until: date | None, days: int) -> tuple[date, date]:
    """The first and the last day asked for: without them, so many days until today; never before the calendar."""
    last = until or service.clock.now().date()
    return since or date.fromordinal(max(date.min.toordinal(), last.toordinal() - days)), last


async def policy_of(service: Service) -> Policy:
    """The policy in force. Raises PolicyMissing."""
    in_force = await run_in_threadpool(service.states.of, POLICY, IN_FORCE)
    return in_force.now


async def county_of(service: Service) -> County:
    """The county as it was adopted last; empty before that."""
    county: County = await run_in_threadpool(service.states.of, COUNTY, ADOPTED)
    return county


async def unit_of_facility(service: Service, facility: str) -> str:
    """The unit that answers for a facility's records. Raises UnknownFacility, or ReferenceMissing."""
    known = await run_in_threadpool(service.states.of, REGISTRY, registry.ADOPTED)
    return known.facility(facility).unit


async def few_told(service: Service, caller: web.Caller, unit: str | None) -> Callable[[Any], Any]:
    """How a number is told: as it is inside the unit; outside of it, a small one only as fewer than the policy's."""
    fewest = (await policy_of(service)).reports.fewest_told
    if unit in caller.principal.units and unit != EVERYWHERE:
        return lambda value: value
    return lambda value: f"<{fewest}" if isinstance(value, int) and value < fewest else value


async def known(service: Service, pregnancy: str, caller: web.Caller, action: Action) -> Pregnancy:
    """A pregnancy as the log has it.

    Raises Unknown; AccessDenied to those who could not be told apart from who may not know of this one.
    """
    found = await run_in_threadpool(service.states.of, PREGNANCY, pregnancy)
    if found.person:
        return found
    caller.may(action, EVERYWHERE)
    raise web.Unknown("there is no such pregnancy")


async def seeing(service: Service, pregnancy: Pregnancy) -> tuple[str, ...]:
    """The places and units that take part in her care.

    Where she lives, whose posts answer, who has seen her, to whom she was referred, who owes her support.
    """
    county = await county_of(service)
    posts = (county.unit_of(pregnancy.township_post), county.unit_of(pregnancy.village_post))
    visits = sorted(visit.unit for visit in pregnancy.visits)
    births = (birth.facility for birth in pregnancy.births)
    treated = (*sorted(pregnancy.scanned_at), *sorted(facility for facility, _ in pregnancy.terminated))
    sent = sorted(referral.to for referral in pregnancy.told_of(ReferralMade))
    support = sorted(assigned.unit for assigned in pregnancy.told_of(LossSupportAssigned))
    return (pregnancy.township, pregnancy.village, *posts, *visits, *births, *treated, *sent, *support)
