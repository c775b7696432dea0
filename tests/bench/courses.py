"""Pregnancies cared for as it is owed: the service's own rules decide one course, the others are its likeness."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from services.console.layout import REFERENCE
from services.pregnancy_tracking.domain.agenda import AGENDA, ALL, CLEARED
from services.pregnancy_tracking.domain.care_events import AgendaCleared
from services.pregnancy_tracking.domain.commands import LogVisit, RegisterPregnancy
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.woman import WOMAN
from services.pregnancy_tracking.domain.words import ContactPreference, Registration, VisitKind
from services.pregnancy_tracking.handling import HANDLERS
from services.pregnancy_tracking.reactions import adopt
from shared.clock import COUNTY_TIME
from shared.kernel import Command, Decision, Fact, key_of
from shared.states import Missing, States
from tests.bench.births import sealed

Left = list[tuple[str, Sequence[Fact]]]
"""What a course leaves in the log: facts by case."""
SHE = "example"
REGISTERED, SEEN = 8, (10, 17, 22, 30, 38)
"""Weeks of the registration, and of the contacts of the national schedule."""


def cleared(today: date) -> Left:
    """The county's agenda, swept up to yesterday."""
    return [(CLEARED.id(ALL), [AgendaCleared(through=today - timedelta(days=1))])]


def registered(period: date) -> Callable[[Random, str], Left]:
    """What her registration left in the log, and nothing since."""
    return _likened(list(_lived(period, ()).items()))


def cared_for(period: date, today: date) -> Callable[[Random, str], Left]:
    """What a woman's pregnancy left in the log up to today. `period` is the first day of its last one."""
    gone = {AGENDA.id(str(period + timedelta(days=number))) for number in range((today - period).days)}
    return _likened([(case, facts) for case, facts in _lived(period, SEEN).items() if case not in gone])


def _likened(example: Sequence[tuple[str, Sequence[Fact]]]) -> Callable[[Random, str], Left]:
    """Makes of the example's facts those of any woman."""

    def left(random: Random, woman: str) -> Left:
        pregnancy = f"{random.getrandbits(128):032x}"
        hers = {
            "person": woman,
            "pregnancy": pregnancy,
            "handbook": f"H{pregnancy[:9]}",
            "identity": sealed(random, "identity"),
        }
        keys = {PREGNANCY.id(SHE): PREGNANCY.id(pregnancy), WOMAN.id(SHE): WOMAN.id(woman)}
        return [(keys.get(case, case), [_of(fact, hers) for fact in facts]) for case, facts in example]

    return left


def _of(fact: Fact, hers: Mapping[str, Any]) -> Fact:
    return fact.model_copy(update={name: hers[name] for name in hers.keys() & type(fact).model_fields.keys()})


def _lived(period: date, seen: Sequence[int]) -> Mapping[str, list[Fact]]:
    """Every fact of the example, by case; she was seen in these weeks."""
    states, left, numbers = States(), dict[str, list[Fact]](), count(1)

    def stamp(weeks: int) -> dict[str, Any]:
        at = datetime.combine(period + timedelta(weeks=weeks), time(9), COUNTY_TIME)
        return {"command_id": f"example-{next(numbers)}", "actor": "bench", "at": at}

    class Then:
        def now(self) -> datetime:
            return stamp(0)["at"]  # type: ignore[no-any-return]

    for command in (*adopt(REFERENCE, Then()), *_told(period, seen, stamp)):
        for case, facts in _decided(command, states).items():
            states.apply(case, facts)
            left.setdefault(case, []).extend(facts)
    return {case: facts for case, facts in left.items() if key_of(case) == SHE or case.startswith(f"{AGENDA.kind}:")}


def _told(period: date, seen: Sequence[int], stamp: Callable[[int], dict[str, Any]]) -> list[Command]:
    """Her registration and the contacts of the national schedule, each kept."""
    registration = Registration(
        identity=sealed(Random(1), "identity"),
        registered_on=period + timedelta(weeks=REGISTERED),
        last_menstrual_period=period,
        township="dayingxiang",
        village="dayingxiang-dongying",
        township_post="dayingxiang-midwife",
        village_post="dayingxiang-dongying-doctor",
        contact_preference=ContactPreference.VISIT,
        handbook="example",
    )
    registered = RegisterPregnancy(
        **stamp(REGISTERED), pregnancy=SHE, person=SHE, registration=registration, consents_to_care=True
    )
    visits = [
        LogVisit(
            **stamp(week),
            person=SHE,
            pregnancy=SHE,
            kind=VisitKind.ANTENATAL,
            visited_on=period + timedelta(weeks=week),
            unit="county-hospital",
            observations=sealed(Random(week), "observations"),
        )
        for week in seen
    ]
    return [registered, *visits]


def _decided(command: Command, states: States) -> Decision:
    while True:
        try:
            return HANDLERS[type(command)](command, states)
        except Missing as missing:
            for case_id, case in missing.cases.items():
                states.put(case, case_id, ())
