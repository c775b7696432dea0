"""`evenborn up`: start everything, feed the scenario, print the report, and stay until told to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Event
from types import FrameType

from services.console.broker import Broker
from services.console.client import Services
from services.console.delivery import Delivery
from services.console.deployment import DEFAULTS, FILE, NO_SCENARIO, Asked, Deployment, locked, prepare
from services.console.keys import make_secrets, registered
from services.console.reports import quarter_report
from services.console.running import log_of, running
from services.console.scenario import example_of, live, set_clock
from services.console.scenarios import BirthsFixed, Scenario, departments_of, scenario_named
from services.console.showing import Show, command_here, print_report, print_where, status_table
from services.console.supervisor import Ended
from services.console.watching import catch_up, statuses

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def up(home: Path, asked: Asked, show: Show, *, once: bool, delivery: Delivery | None = None) -> None:
    """Run a deployment. Raises what its parts raise; KeyboardInterrupt when told to stop before it was up."""
    with interrupted_by_signals(), locked(home):
        scenario = _scenario(home, asked)
        deployment = prepare(home, asked)
        departments = furnish(deployment, scenario)
        with _started(deployment, departments, show) as broker:
            if scenario:
                _live(deployment, broker, scenario, delivery, show)
            _print(deployment, scenario, show)
            if once:
                _say_how_to_go_on(deployment, show)
            else:
                _stay(show)


def _scenario(home: Path, asked: Asked) -> Scenario | None:
    """The scenario to live, asked for or begun before. Raises ScenarioUnknown, BirthsFixed, BirthsImpossible."""
    kept = Deployment.load(home).scenario if (home / FILE).exists() else str(DEFAULTS["scenario"])
    name = asked.scenario or kept
    scenario = None if name == NO_SCENARIO else scenario_named(name)
    if scenario:
        scenario.judge(asked.births)
    elif asked.births:
        raise BirthsFixed(scenario=name, births=0)
    return scenario


def furnish(deployment: Deployment, scenario: Scenario | None) -> list[str]:
    """What a deployment needs before its first start: reference data, secrets, the scenario's clock.

    Gives the departments that write to it: those of the scenario, and those that were added.
    """
    if scenario is None:
        make_secrets(deployment.secrets, deployment.county, ())
        return writers(deployment)
    made = deployment.home / "scenario" / "county"
    if scenario.makes and not made.exists():
        beside = made.with_name("county.new")
        scenario.makes(beside)
        beside.rename(made)
    departments, on_broker = departments_of(scenario, deployment.reference), scenario.on_broker(deployment.reference)
    make_secrets(deployment.secrets, deployment.county, departments, on_broker)
    set_clock(deployment, scenario)
    return writers(deployment)


def writers(deployment: Deployment) -> list[str]:
    """The departments that may write, in the order they were registered."""
    return [each.department for each in registered(deployment.secrets).values()]


@contextmanager
def _started(deployment: Deployment, departments: list[str], show: Show) -> Iterator[Broker]:
    def died(ended: Ended) -> None:
        log = log_of(deployment, ended.program.name)
        show.note("died", program=ended.program.name, code=ended.code, delay=ended.delay, log=log)

    show.note("starting", what=", ".join(deployment.urls))
    with running(deployment, departments, died) as (broker, _):
        try:
            yield broker
        finally:
            show.note("stopping")


def _live(deployment: Deployment, broker: Broker, scenario: Scenario, delivery: Delivery | None, show: Show) -> None:
    if not deployment.finished.exists():
        with show.progress("feeding", scenario=scenario.name) as bar:

            def lived(day: date, sent: int, total: int) -> None:
                bar.at(sent, total, day.isoformat())

            live(deployment, broker, scenario, lived, delivery)
    with Services(deployment) as services, show.waiting("catching_up"):
        catch_up(services)


def _print(deployment: Deployment, scenario: Scenario | None, show: Show) -> None:
    with Services(deployment) as services:
        if scenario:
            print_report(show, quarter_report(services, scenario.township, scenario.quarter))
        else:
            found = statuses(services)
            show.answer(found, status_table(show, found))
    if not show.as_json:
        print_where(show, deployment, example_of(deployment), scenario.tries if scenario else ())


def _say_how_to_go_on(deployment: Deployment, show: Show) -> None:
    """What was named to look at answers while it runs, and it ends now."""
    show.note("start_again", command=f"{command_here()} up --data {deployment.home}")


def _stay(show: Show) -> None:
    """Until a signal comes."""
    show.note("running")
    try:
        Event().wait()
    except KeyboardInterrupt:
        return


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Inside the block, a request to end (Ctrl-C, SIGTERM, a closed terminal) raises KeyboardInterrupt, once.

    Nothing hurries what is then ending: it is bounded, and ends in order. Under nohup a closed terminal means nothing.
    """
    heeded = [each for each in SIGNALS if each != signal.SIGHUP or signal.getsignal(each) is not signal.SIG_IGN]

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for each in heeded:
            signal.signal(each, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {each: signal.signal(each, interrupt) for each in heeded}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
