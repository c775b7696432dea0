"""What the routes of births share: who asks, in which words, and of which birth."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Path, Query
from fastapi.concurrency import run_in_threadpool
from pydantic import StringConstraints
from pydantic_core import to_jsonable_python

from services.births.domain.birth import BIRTH, Birth
from services.births.domain.particulars import Identity, Told, content_of
from services.births.domain.policy import IN_FORCE, POLICY, Policy
from services.births.domain.reference import ADOPTED, COUNTY, County
from services.births.reactions import OutsideCalendar
from shared import web
from shared.access import Action
from shared.access.policy import EVERYWHERE
from shared.kernel import Value
from shared.sealed import Erased, Sealed

if TYPE_CHECKING:
    from shared.service import Service

Line = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""A line of text, without control characters."""
Document = Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9][A-Za-z0-9 -]*$")]
Code = Annotated[str, Query(max_length=128)]
Caller = Annotated[web.Caller, Depends(web.caller)]
Key = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$", description="Id of a birth, or of a correction.")]
ERASED = {"erased": True}
"""How the identity of an erased person is shown."""


class MotherForm(Value):
    """Who the mother is. `document` is the number of her identity document."""

    document: Document
    name: Line
    phone: Line | None = None
    address: Line | None = None


def county_of(service: Service) -> County:
    return service.states.of(COUNTY, ADOPTED)


def policy_of(service: Service) -> Policy:
    """The policy in force. Raises PolicyMissing."""
    return service.states.of(POLICY, IN_FORCE).now


async def birth_state(service: Service, birth: str) -> Birth:
    """A birth as the log has it; one nobody recorded is empty."""
    return await run_in_threadpool(service.states.of, BIRTH, birth)


def unit_of(service: Service, birth: Birth) -> str:
    """The unit that answers for a birth's records; of one nobody recorded, whoever may ask of every unit."""
    if birth.content is None:
        return EVERYWHERE
    facility = county_of(service).facilities.get(birth.content.facility)
    return facility.unit if facility else ""


async def may(service: Service, caller: web.Caller, action: Action, birth: str) -> Birth:
    """The birth, for who may do this to it. Raises AccessDenied."""
    found = await birth_state(service, birth)
    caller.may(action, unit_of(service, found))
    return found


async def record_read(service: Service, caller: web.Caller, birth: str, found: Birth) -> None:
    """Permit and record a read of a birth. Raises AccessDenied, and Unknown to those who might read any."""
    unit = unit_of(service, found)
    if found.content is None:
        caller.may(Action.BIRTH_READ, unit)
        raise web.Unknown("there is no such birth")
    await service.record_read(caller, person=found.person, record=BIRTH.id(birth), action=Action.BIRTH_READ, unit=unit)


def opened(service: Service, sealed: Sealed | None, birth: str) -> dict[str, Any]:
    """Who a mother is, or that she was erased."""
    identity = service.sealer.open(sealed, BIRTH.id(birth), Identity) if sealed else Erased()
    return dict(ERASED) if isinstance(identity, Erased) else identity.model_dump()


def shown(told: Told) -> dict[str, Any]:
    """All that is told of a child, as JSON has it: also what its stored form leaves out for being unknown."""
    fields: dict[str, Any] = to_jsonable_python(content_of(told)._asdict())
    return fields


def in_calendar(moment: datetime) -> None:
    """Raises OutsideCalendar for a moment that has no date in every offset."""
    if not MINYEAR < moment.year < MAXYEAR:
        raise OutsideCalendar("that is no date of a birth", pointer="/born_at")
