"""What the routes of pregnancy_tracking share: who asks, how a person is named, when a view is up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from pydantic import StringConstraints

from shared import web

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shared.service import Service

PATIENCE = 5.0
"""Seconds a reader waits until a view shows what was acknowledged before."""
Document = Annotated[str, StringConstraints(min_length=6, max_length=32, pattern=r"^[A-Za-z0-9 -]+$")]
Caller = Annotated[web.Caller, Depends(web.caller)]
ABOUT_REQUEST = set(web.RequestBody.model_fields)


def caught_up(service: Service, view: str) -> Engine:
    """Where to query a view that shows what was acknowledged before; after PATIENCE, what it has."""
    service.projector.wait_for(service.log.head(), PATIENCE, [view])
    return service.view(view)
