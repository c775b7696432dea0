"""What an address asks beyond its path: a name that its route does not know is refused, not passed over.

Whoever misspells a filter would otherwise be given everything, and take it for what was asked.
"""

from __future__ import annotations

from fastapi import Request
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute

from shared.contracts.cloudevents import Malformed


async def known_only(request: Request) -> None:
    """As a dependency of every route. Raises Malformed naming the first parameter that the route does not know."""
    if not request.query_params:
        return
    known = _known(request.scope["route"])
    for name in request.query_params:
        if name not in known:
            raise Malformed(f"not asked here; known are: {', '.join(known) or 'none'}", f"/query/{name}")


def _known(route: APIRoute) -> tuple[str, ...]:
    return tuple(field.alias for field in get_flat_params(route.dependant) if isinstance(field.field_info, Query))
