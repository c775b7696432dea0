"""HTTP of pregnancy_tracking: a module per theme, each adding its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from services.pregnancy_tracking.api import (
    care,
    duties,
    figures,
    following,
    links,
    persons,
    registers,
    reviews,
    timelines,
    transfers,
)

if TYPE_CHECKING:
    from shared.service import Service

DOORS = (care, following, duties, timelines, figures, transfers, links, persons, reviews, registers)
"""Every module with routes."""


def router(service: Service) -> APIRouter:
    """The routes of pregnancy_tracking."""
    routes = APIRouter()
    for door in DOORS:
        door.add(routes, service)
    return routes
