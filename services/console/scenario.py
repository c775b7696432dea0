"""A scenario lived through day by day: its clock moves on once that day's messages have their receipts."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from services.console.acting import ActUnready, Desk
from services.console.acts import Act, keep_acts, kept_acts
from services.console.broker import Broker
from services.console.client import Services
from services.console.delivery import Delivery
from services.console.deployment import Deployment
from services.console.doors import Doors
from services.console.keys import reader_key_of
from services.console.layout import SERVICES
from services.console.letters import Ready, keep, kept, seal
from services.console.operating import try_held
from services.console.private import write_private
from services.console.scenarios import Scenario
from services.console.watching import catch_up
from services.console.words import Trouble
from shared.clock import COUNTY_TIME, ScenarioClock

EVENING = time(20)
"""The moment of each day at which its messages are sent: all they tell of has happened."""
Schedule = Sequence[tuple[date, list[Ready]]]
Progress = Callable[[date, int, int], None]
"""Told of each day lived: the day, messages sent so far, messages in all."""


class MessageRejected(Trouble):
    """A department was told that its message is not acceptable."""


def set_clock(deployment: Deployment, scenario: Scenario) -> None:
    """Begin the scenario's time, before the first service asks for it; an interrupted one stays where it was."""
    if deployment.clock:
        ScenarioClock(deployment.clock).move(_evening(scenario.begins))


def live(
    deployment: Deployment,
    broker: Broker,
    scenario: Scenario,
    progress: Progress,
    delivery: Delivery | None = None,
) -> None:
    """Live through a scenario from where its clock stands; nothing if it was lived through before.

    Raises MessageRejected, ReceiptsMissing, ActRefused, ActUnready, NotCaughtUp.
    """
    if deployment.clock is None or deployment.finished.exists():
        return
    written = _written(deployment, scenario)
    days = _every_day((delivery or scenario.delivery).schedule(written.letters), written.acts, scenario)
    doors = Doors(deployment, broker, ScenarioClock(deployment.clock), scenario.on_broker(deployment.reference))
    with Services(deployment) as services:
        desk = Desk(deployment, services, deployment.home / "scenario" / "answers.tsv")
        asyncio.run(_Living(doors, desk, services, written.letters, progress).live(days))
    end = {"at": datetime.now(COUNTY_TIME).isoformat(), "example": _example(doors, written.letters)}
    write_private(deployment.finished, json.dumps(end).encode())


def example_of(deployment: Deployment) -> str:
    """A pregnancy of the scenario that was lived through, "" if there is none."""
    return str(json.loads(deployment.finished.read_text())["example"]) if deployment.finished.exists() else ""


def _example(doors: Doors, letters: Sequence[Ready]) -> str:
    """The pregnancy that the first receipt for a registration names: a department learns case ids from nothing else."""
    receipts = (doors.receipt(letter) for letter in letters)
    cases = (case for receipt in receipts if receipt for case in receipt.results)
    return next((case for case in cases if case.startswith("pregnancy:")), "")


@dataclass
class _Living:
    """A scenario being lived: `waiting` are acts whose subjects are not known yet, `held` the messages that wait so."""

    doors: Doors
    desk: Desk
    services: Services
    letters: Sequence[Ready]
    progress: Progress
    waiting: list[Act] = field(default_factory=list)
    held: list[Ready] = field(default_factory=list)

    async def live(self, days: Sequence[Day]) -> None:
        today, sent, total = self.doors.clock.now().date(), 0, sum(len(day.letters) for day in days)
        async with self.doors, self.desk:
            self.doors.listen((letter.department, letter.service) for letter in self.letters)
            for day in days:
                if day.date >= today:
                    await self._live_day(day)
                sent += len(day.letters)
                self.progress(day.date, sent, total)
            await self.doors.settle(self.letters)
            _none_rejected(self.doors, self.letters)
        if self.waiting:
            raise ActUnready(count=len(self.waiting), first=self.waiting[0].id)

    async def _live_day(self, day: Day) -> None:
        """The day ends when its messages are answered, and every service has heard what others made of them.

        Were the clock to move on before, a service would seem to have learnt days later what took it milliseconds; so
        what it holds is tried again as well.
        """
        self.doors.clock.move(_evening(day.date))
        if day.letters:
            await self.doors.deliver(day.letters)
            _none_rejected(self.doors, day.letters)
            self.held = [letter for letter in (*self.held, *day.letters) if not self.doors.final(letter)]
        if self.held and day.letters:
            await asyncio.to_thread(catch_up, self.services)
            await asyncio.to_thread(try_held, self.services)
        if acts := [*self.waiting, *day.acts]:
            await asyncio.to_thread(catch_up, self.services)
            self.desk.known |= self._cases()
            self.waiting = await self.desk.do(acts)
        if day.letters or acts:
            await asyncio.to_thread(catch_up, self.services)

    def _cases(self) -> dict[str, str]:
        """The key of the first case each receipt names, by message id."""
        receipts = self.doors.receipts.items()
        return {name: receipt.results[0].partition(":")[2] for (_, name), receipt in receipts if receipt.results}


class _Written(NamedTuple):
    letters: list[Ready]
    acts: list[Act]


class Day(NamedTuple):
    """What is sent and done on a day."""

    date: date
    letters: list[Ready]
    acts: list[Act]


def _written(deployment: Deployment, scenario: Scenario) -> _Written:
    """The messages and acts of a scenario, written down the first time they are asked for, with their truth."""
    folder = deployment.home / "scenario"
    letters, acts = folder / "letters.jsonl", folder / "acts.jsonl"
    if not letters.exists():
        script = scenario.script(deployment.reference, deployment.seed, deployment.births or scenario.births)
        if script.truth is not None:
            truth = json.dumps(script.truth, ensure_ascii=False, indent=1)
            write_private(deployment.truth, truth.encode())
        keep_acts(acts, script.acts)
        keys = {service: reader_key_of(deployment.secrets, service) for service in SERVICES}
        keep(letters, [seal(letter, deployment.county, keys[letter.service]) for letter in script.letters])
    return _Written(kept(letters), kept_acts(acts))


def _every_day(schedule: Schedule, acts: Sequence[Act], scenario: Scenario) -> list[Day]:
    """Each day of the scenario with what is sent and done on it, and the days after its end that still have some."""
    sent, done = dict(schedule), defaultdict[date, list[Act]](list)
    for act in acts:
        done[act.day].append(act)
    days = (max(scenario.ends, *sent, *done) - scenario.begins).days + 1
    every = (scenario.begins + timedelta(days=day) for day in range(days))
    return [Day(day, sent.get(day, []), done.get(day, [])) for day in every]


def _none_rejected(doors: Doors, letters: Sequence[Ready]) -> None:
    for letter in letters:
        receipt = doors.receipt(letter)
        if receipt and receipt.status == "rejected":
            reason = receipt.reason.name if receipt.reason else ""
            pointer = receipt.reason.pointer if receipt.reason else ""
            raise MessageRejected(message=letter.id, reason=reason, pointer=pointer)


def _evening(day: date) -> datetime:
    return datetime.combine(day, EVENING, COUNTY_TIME)
