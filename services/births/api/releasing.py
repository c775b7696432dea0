"""What a release is worked out from: the log as it was at a position, through the views of counts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from services.births.api.asking import county_of, policy_of
from services.births.domain.data_faults import DataFault, faults_of
from services.births.domain.policy import Policy, PolicyAdopted
from services.births.domain.reference import County
from services.births.domain.release import (
    RELEASE,
    RELEASED,
    Draft,
    PrepareRelease,
    PublishRelease,
    RestateRelease,
    check_over,
)
from services.births.domain.release_events import ReleasePublished, ReleaseRestated, RestatementReason
from services.births.domain.release_figures import Figures
from services.births.projections.lag import Lag, late_by_place
from services.births.projections.periods import Period, quarter, statistical_year
from services.births.projections.release_check import Truth, revealed
from services.births.projections.release_counts import Asked, ReleaseCounts, births_at, changed_births, registered_at
from services.births.projections.release_draft import Known, draft
from services.births.projections.release_text import words
from services.births.projections.sex_ratio import Live
from shared.kernel import NotYet

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from shared.service import Service

PATIENCE = 10.0
"""Seconds to wait until a view shows what was acknowledged before."""
BATCH = 1_000
ANSWERED_FOR = "facility:"


class FiguresNotReady(NotYet):
    """The view the figures are counted with has not caught up with the log."""


def prepared(service: Service, name: str, books: Mapping[str, int], stamp: Mapping[str, Any]) -> PrepareRelease:
    """The command to prepare a period's next edition, with all that is known now.

    Raises UnknownFacility for a book, QuarterMalformed, YearMalformed, PeriodNotOver, FiguresNotReady,
    SuppressionWouldFail, DifferencingRevealsCell.
    """
    for facility in books:
        county_of(service).facility(facility)
    policy = policy_of(service)
    period = _period(name, policy)
    check_over(period.last, stamp["at"].date())
    known = _known(service, service.log.head(), policy, name)
    figures = draft(period, known)
    return PrepareRelease(
        **stamp,
        figures=figures,
        words=words(figures, policy),
        faults=faults_in(service, Asked(figures.first, figures.last, figures.know_at), books),
        changes=_changes(service, figures),
    )


def publishing(
    service: Service, name: str, reason: RestatementReason | None, stamp: Mapping[str, Any]
) -> PublishRelease | RestateRelease:
    """The command to publish what is prepared, with what it gives away beside everything that is public now."""
    period = _period(name, policy_of(service))
    against = service.states.of(RELEASED, str(period.year)).editions
    prepared = service.states.of(RELEASE, name).draft
    found = _given_away(service, prepared, name) if prepared else ()
    about = {**stamp, "period": name, "year": period.year, "against": against, "revealed": found}
    return RestateRelease(**about, reason=reason) if reason else PublishRelease(**about)


def replayed(service: Service, figures: Figures) -> dict[str, Any]:
    """An edition worked out anew at its position in the log, and whether it is the same, byte for byte."""
    policy = _policy_at(service, figures.know_at)
    again = draft(_period(figures.period, policy), _known(service, figures.know_at, policy, figures.period))
    was, now = (each.model_dump_json().encode() for each in (figures, again))
    digests = {"sha256": hashlib.sha256(was).hexdigest(), "replayed_sha256": hashlib.sha256(now).hexdigest()}
    return {"period": figures.period, "know_at": figures.know_at, "same": was == now, **digests}


def faults_in(service: Service, asked: Asked, books: Mapping[str, int]) -> tuple[DataFault, ...]:
    """What is wrong with the data of some months, anywhere; `books` has the births of facilities' delivery books.

    Raises FiguresNotReady.
    """
    policy, county = policy_of(service), county_of(service)
    with caught_up(service, ReleaseCounts.name).connect() as db:
        places = registered_at(db, asked)
    with caught_up(service, Lag.name).connect() as db:
        late = late_by_place(db, asked.months, policy.of_records.late_after_days)
    with_books = {ANSWERED_FOR + code for code in _keeping_books(county, policy.of_faults.bookless)}
    told = {ANSWERED_FOR + facility: births for facility, births in books.items()}
    checked = []
    for each in places:
        boys, girls = late.get(each.place, Live(0, 0))
        more = {"has_book": each.place in with_books, "book": told.get(each.place)}
        checked.append(each.model_copy(update=more | {"late_boys": boys, "late_girls": girls}))
    return faults_of(checked, policy.of_faults)


def caught_up(service: Service, view: str) -> Engine:
    """A view that shows all that is in the log. Raises FiguresNotReady."""
    if not service.projector.wait_for(service.log.head(), PATIENCE, [view]):
        raise FiguresNotReady(f"{view} is catching up: ask again")
    return service.view(view)


def _period(name: str, policy: Policy) -> Period:
    """Raises QuarterMalformed, YearMalformed."""
    named = quarter if "Q" in name else statistical_year
    return named(name, policy.statistical_year_starts_in)


def _known(service: Service, position: int, policy: Policy, name: str) -> Known:
    """What the log knew of a period's year at a position."""
    year = name.partition("Q")[0]
    names = dict.fromkeys([name, year, *(f"{year}Q{number}" for number in range(1, 5))])
    births: Truth = {}
    with caught_up(service, ReleaseCounts.name).connect() as db:
        for period in (_period(each, policy) for each in names):
            births = {**births, str(period): births_at(db, Asked(period.first, period.last, position))}
    return Known(position, policy, births, list(_editions(service, position, int(year))))


def _editions(service: Service, position: int, year: int) -> Iterator[Figures]:
    """What was public of a statistical year at a position, in the order of publication."""
    for fact in _facts(service, position, ReleasePublished.stored_as, ReleaseRestated.stored_as):
        if fact.figures.year == year:
            yield fact.figures


def _policy_at(service: Service, position: int) -> Policy:
    adopted = list(_facts(service, position, PolicyAdopted.stored_as))
    policy: Policy = adopted[-1].policy
    return policy


def _facts(service: Service, position: int, *names: str) -> Iterator[Any]:
    after = 0
    while read := service.log.read(after, BATCH, names):
        for recorded in read:
            if recorded.position > position:
                return
            yield recorded.fact
        after = read[-1].position


def _given_away(service: Service, prepared: Draft, name: str) -> tuple[str, ...]:
    policy = policy_of(service)
    known = _known(service, service.log.head(), policy, name)
    return tuple(map(str, revealed([*known.editions, prepared.figures], known.births, policy.of_releases)))


def _keeping_books(county: County, bookless: tuple[str, ...]) -> set[str]:
    return set(county.facilities) - set(bookless)


def _changes(service: Service, figures: Figures) -> int | None:
    """How many births differ from those of the period's last edition."""
    editions = service.states.of(RELEASE, figures.period).editions
    if not editions:
        return None
    then, now = (Asked(figures.first, figures.last, each.know_at) for each in (editions[-1], figures))
    with caught_up(service, ReleaseCounts.name).connect() as db:
        return changed_births(db, then, now)
