"""What a week that is over asks of the watch: its counts, as the view has them, become a command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from services.births.domain.policy import IN_FORCE, POLICY
from services.births.domain.watch_commands import Area, Observed, ObserveWeeks
from services.births.domain.watch_events import AreaKind
from services.births.projections.weekly import Weekly, monday_of, weeks
from shared.kernel import Command, NotYet
from shared.sweeping import Sweep

if TYPE_CHECKING:
    from shared.service import Service


PATIENCE = 5.0
"""Seconds a view has to show all that is in the log."""


def observing(service: Service) -> Sequence[Sweep]:
    """Once a day, whatever changed in the weeks that are over. What the view does not show yet, it does tomorrow."""

    @lru_cache(maxsize=1)
    def of_day(today: date) -> Command:
        return ObserveWeeks(
            command_id=f"observe-weeks:{today}", actor="births", at=service.clock.now(), weeks=_closed(service, today)
        )

    def due(now: datetime) -> Command:
        return of_day(now.date())

    return (Sweep("watch", due),)


class ViewBehind(NotYet):
    """The view that counts weeks is being built: what it shows now would undo signals."""


def _closed(service: Service, today: date) -> tuple[Observed, ...]:
    """Every area's weeks that have been over for long enough, as far back as the policy looks. Raises ViewBehind."""
    rules = service.states.of(POLICY, IN_FORCE).now.of_watch
    if not service.projector.wait_for(service.log.head(), PATIENCE, [Weekly.name]):
        raise ViewBehind("the view of weeks is being built")
    last = monday_of(today - timedelta(rules.close_after_days)) - timedelta(weeks=1)
    with service.view(Weekly.name).connect() as db:
        found = weeks(db, last - timedelta(weeks=rules.looked_back_weeks), last)
    return tuple(
        Observed(area=Area(kind=AreaKind(each.kind), code=each.code), week=each.week, boys=each.boys, girls=each.girls)
        for each in found
    )
