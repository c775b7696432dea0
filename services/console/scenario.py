"""A scenario lived through day by day: its clock moves on once that day's messages have their receipts."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from services.console import scenario_dayingxiang as dayingxiang
from services.console.broker import Broker
from services.console.client import Services
from services.console.delivery import AS_WRITTEN, Delivery
from services.console.deployment import Deployment, write_private
from services.console.doors import Doors, MessageRejected
from services.console.keys import reader_key_of
from services.console.layout import REFERENCE, SERVICES
from services.console.letters import Letter, Ready, keep, kept, seal
from services.console.places import Places
from services.console.watching import catch_up
from services.console.words import Trouble
from shared.clock import COUNTY_TIME, ScenarioClock

EVENING = time(20)
"""The moment of each day at which its messages are sent: all they tell of has happened."""
Schedule = Sequence[tuple[date, list[Ready]]]
Progress = Callable[[date, int, int], None]
"""Told of each day lived: the day, messages sent so far, messages in all."""


class ScenarioUnknown(Trouble):
    """No scenario of that name is built."""


@dataclass(frozen=True)
class Scenario:
    """What happens, from when until when, and the quarter its report is about."""

    name: str
    township: str
    quarter: str
    births: int
    begins: date
    ends: date
    letters: Callable[[int, Places], list[Letter]]


SCENARIOS = {
    "dayingxiang": Scenario(
        "dayingxiang",
        dayingxiang.TOWNSHIP,
        dayingxiang.QUARTER,
        sum(dayingxiang.BIRTHS.values()),
        dayingxiang.BEGINS,
        dayingxiang.ENDS,
        dayingxiang.letters,
    )
}


def scenario_named(name: str) -> Scenario:
    """Raises ScenarioUnknown."""
    if name not in SCENARIOS:
        raise ScenarioUnknown(asked=name, known=", ".join([*SCENARIOS, "none"]))
    return SCENARIOS[name]


def places_of(scenario: Scenario) -> Places:
    """Where it happens, by the county's reference data."""
    return Places.load(REFERENCE, scenario.township)


def departments_of(scenario: Scenario) -> list[str]:
    """The departments that write in it."""
    return list(places_of(scenario).departments)


def set_clock(deployment: Deployment, scenario: Scenario) -> None:
    """Begin the scenario's time, before the first service asks for it; an interrupted one stays where it was."""
    if deployment.clock:
        ScenarioClock(deployment.clock).move(_evening(scenario.begins))


def live(
    deployment: Deployment,
    broker: Broker,
    scenario: Scenario,
    progress: Progress,
    delivery: Delivery = AS_WRITTEN,
) -> None:
    """Live through a scenario from where its clock stands; nothing if it was lived through before.

    Raises MessageRejected, ReceiptsMissing, NotCaughtUp.
    """
    if deployment.clock is None or deployment.finished.exists():
        return
    letters = _written(deployment, scenario)
    doors = Doors(deployment, broker, ScenarioClock(deployment.clock), places_of(scenario).on_broker)
    with Services(deployment) as services:
        days = _every_day(delivery.schedule(letters), scenario)
        asyncio.run(_live(doors, services, days, letters, progress))
    end = {"at": datetime.now(COUNTY_TIME).isoformat(), "example": _example(doors, letters)}
    write_private(deployment.finished, json.dumps(end).encode())


def example_of(deployment: Deployment) -> str:
    """A pregnancy of the scenario that was lived through, "" if there is none."""
    return str(json.loads(deployment.finished.read_text())["example"]) if deployment.finished.exists() else ""


def _example(doors: Doors, letters: Sequence[Ready]) -> str:
    """The pregnancy that the first receipt for a registration names: a department learns case ids from nothing else."""
    receipts = (doors.receipt(letter) for letter in letters)
    cases = (case for receipt in receipts if receipt for case in receipt.results)
    return next((case for case in cases if case.startswith("pregnancy:")), "")


async def _live(doors: Doors, services: Services, days: Schedule, letters: Sequence[Ready], progress: Progress) -> None:
    today, sent, total = doors.clock.now().date(), 0, sum(len(todays) for _, todays in days)
    async with doors:
        doors.listen((letter.department, letter.service) for letter in letters)
        for day, todays in days:
            if day >= today:
                await _live_day(doors, services, day, todays)
            sent += len(todays)
            progress(day, sent, total)
        await doors.settle(letters)
        _none_rejected(doors, letters)


async def _live_day(doors: Doors, services: Services, day: date, letters: Sequence[Ready]) -> None:
    """The day ends when its messages are answered, and every service has heard what others made of them.

    Were the clock to move on before, a service would seem to have learnt days later what took it milliseconds.
    """
    doors.clock.move(_evening(day))
    if letters:
        await doors.deliver(letters)
        _none_rejected(doors, letters)
        await asyncio.to_thread(catch_up, services)


def _written(deployment: Deployment, scenario: Scenario) -> list[Ready]:
    """The messages of a scenario, written down the first time they are asked for."""
    file = deployment.home / "scenario" / "letters.jsonl"
    if not file.exists():
        keys = {service: reader_key_of(deployment.secrets, service) for service in SERVICES}
        letters = scenario.letters(deployment.seed, places_of(scenario))
        keep(file, [seal(letter, deployment.county, keys[letter.service]) for letter in letters])
    return kept(file)


def _every_day(schedule: Schedule, scenario: Scenario) -> Schedule:
    """Each day of the scenario with what is sent on it, and the days after its end on which something still is."""
    sent = dict(schedule)
    days = (max(scenario.ends, *sent) - scenario.begins).days + 1
    every = (scenario.begins + timedelta(days=day) for day in range(days))
    return [(day, sent.get(day, [])) for day in every]


def _none_rejected(doors: Doors, letters: Sequence[Ready]) -> None:
    for letter in letters:
        receipt = doors.receipt(letter)
        if receipt and receipt.status == "rejected":
            reason = receipt.reason.name if receipt.reason else ""
            pointer = receipt.reason.pointer if receipt.reason else ""
            raise MessageRejected(message=letter.id, reason=reason, pointer=pointer)


def _evening(day: date) -> datetime:
    return datetime.combine(day, EVENING, COUNTY_TIME)
