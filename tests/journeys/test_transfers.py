"""Two counties, each a deployment of its own: women are transferred, and whatever fails, everything is told once."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.console.deployment import Asked, Deployment, prepare
from services.console.neighbours import add, describe, shown
from services.console.people import Woman
from services.console.upping import furnish
from shared.access import Purpose, Role
from shared.clock import ScenarioClock
from shared.couriers import SIGNATURE_LASTS
from shared.journal import Journal
from shared.neighbours import kid_of
from shared.settings import Secrets
from shared.signing import sign
from shared.stores import Stores
from tests.conftest import databases
from tests.journeys.conftest import SCENARIO, Life, deployed
from tests.journeys.women import CARE, HER, OTHER, REGISTRATION, identity
from tests.pregnancy_tracking.conftest import until

HOSPITAL, THERE = ("dayingxiang-hospital",), ("qinghezhen-hospital",)
ACCEPTANCE = {
    "township": "qinghezhen",
    "village": "qinghezhen-dukou",
    "township_post": "qinghezhen-midwife",
    "village_post": "qinghezhen-dukou-doctor",
    "consents_to_care": True,
}
pytestmark = pytest.mark.xdist_group("transfers")


@dataclass
class Counties:
    """Our county runs; the other one once it is started."""

    homes: dict[str, Path]
    ports: dict[str, int]
    stores: dict[str, str]
    stack: ExitStack
    lives: dict[str, Life] = field(default_factory=dict)

    def start(self, county: str) -> Life:
        life = deployed(self.homes[county], self.ports[county], self.stores[county], county=county)
        self.lives[county] = self.stack.enter_context(life)
        return self.lives[county]

    def ask(self, here: str, method: str, path: str, units: tuple[str, ...] = HOSPITAL, **json: Any) -> httpx.Response:
        body = {"json": json} if method == "POST" else {}
        return self.lives[here].request(CARE, path, Role.MIDWIFE, Purpose.CARE, units=units, method=method, **body)

    def pass_days(self, days: int) -> None:
        """The same moment in both counties, running or not."""
        clocks = [ScenarioClock(Deployment.load(home).clock) for home in self.homes.values()]
        moment = clocks[0].now() + timedelta(days=days)
        for clock in clocks:
            clock.move(moment)

    def register(self, woman: Woman, handbook: str) -> str:
        told = REGISTRATION | {"registered_on": "2024-01-02", "last_menstrual_period": "2023-11-06"}
        answer = self.ask("demo", "POST", "/pregnancies", **told, identity=identity(woman), handbook=handbook)
        assert answer.status_code == 201, answer.text
        return answer.json()["pregnancy"]

    def transfer(self, pregnancy: str) -> str:
        asked = {"county": "linshui", "unit": THERE[0], "consents_to_transfer": True}
        answer = self.ask("demo", "POST", f"/pregnancies/{pregnancy}/transfers", **asked)
        assert answer.status_code == 201, answer.text
        return f"demo:{answer.json()['transfer']}"

    def waiting(self) -> set[str]:
        """What waits for the unit over there."""
        answer = self.ask("linshui", "GET", f"/transfers?unit={THERE[0]}&status=waiting", THERE)
        return {row["transfer"] for row in answer.json()["rows"]}

    def kinds(self, county: str, pregnancy: str, units: tuple[str, ...] = HOSPITAL) -> list[str]:
        answer = self.ask(county, "GET", f"/pregnancies/{pregnancy}/timeline", units)
        assert answer.status_code == 200, answer.text
        return [entry["kind"] for entry in answer.json()["entries"]]

    def accept(self, transfer: str, handbook: str) -> str:
        answer = self.ask(
            "linshui", "POST", f"/transfers/{transfer}/acceptance", THERE, **ACCEPTANCE, handbook=handbook
        )
        assert answer.status_code == 201, answer.text
        return answer.json()["pregnancy"]

    def brings(self, county: str, to: str) -> dict[str, Any]:
        return self.lives[county].status()[CARE]["brings"][to]


@contextmanager
def two_counties(home: Path, ports: int, stores: tuple[str, str] = ("", "")) -> Iterator[Counties]:
    """Two deployments made neighbours before either is started; everything ends with the block."""
    counties = {"demo": ports, "linshui": ports + 5}
    homes = {county: home / county for county in counties}
    for (county, base), store in zip(counties.items(), stores, strict=True):
        deployment = prepare(homes[county], Asked(county=county, port_base=base, store=store or None))
        furnish(deployment, SCENARIO)
    for county, other in (("demo", "linshui"), ("linshui", "demo")):
        told = home / f"{other}.yaml"
        told.write_text(shown(describe(Deployment.load(homes[other]), "邻县", "Neighbour")))
        add(Deployment.load(homes[county]), told)
    with ExitStack() as stack:
        yield Counties(homes, counties, dict(zip(counties, stores, strict=True)), stack)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.long)])
def counties(request: pytest.FixtureRequest, tmp_path: Path, ports: int) -> Iterator[Counties]:
    with ExitStack() as stack:
        stores = ("", "")
        if request.param == "postgresql":
            make = stack.enter_context(databases(request.getfixturevalue("postgres_server")))
            stores = make(), make()
        yield stack.enter_context(two_counties(tmp_path, ports, stores))


def received(counties: Counties) -> int:
    """How many transfers the other county ever received."""
    answer = counties.ask("linshui", "GET", f"/transfers?unit={THERE[0]}", THERE)
    return answer.json()["total"]


def test_women_are_transferred_whoever_is_away_or_killed(counties):
    home = counties.start("demo")
    hers, others = counties.register(HER, "h1"), counties.register(OTHER, "h2")
    seen = {"kind": "antenatal", "visited_on": "2024-01-08", "unit": HOSPITAL[0], "observations": {}}
    counties.pass_days(10)
    assert counties.ask("demo", "POST", f"/pregnancies/{hers}/visits", **seen).status_code == 201
    first, second = counties.transfer(hers), counties.transfer(others)

    # the neighbour is down: it shows, care stays, and a killed service keeps trying
    until(lambda: counties.brings("demo", "linshui")["why"], 60)
    assert counties.brings("demo", "linshui")["lag"] == 2
    home.kill(CARE)
    counties.start("linshui")
    until(lambda: counties.waiting() == {first, second}, 90)

    # who she is shows to the unit asked only, and the look is recorded
    assert counties.ask("linshui", "GET", f"/transfers/{first}").status_code == 404
    look = counties.ask("linshui", "GET", f"/transfers/{first}", THERE).json()
    assert look["identity"] == identity(HER)
    assert look["course"]["contacts"] == [{"kind": "antenatal", "seen_on": "2024-01-08"}]

    # accepted: she is under care there, and no longer here, where her record stays
    there = counties.accept(first, "h-there")
    assert {"PregnancyRegistered", "CareTakenOver"} <= set(counties.kinds("linshui", there, THERE))
    until(lambda: "CareTransferAccepted" in counties.kinds("demo", hers), 60)
    assert {"PregnancyRegistered", "VisitLogged", "CareTransferRequested"} <= set(counties.kinds("demo", hers))

    # declined: she stays here, and nothing told of her can be read there any more
    declined = counties.ask("linshui", "POST", f"/transfers/{second}/decline", THERE, ground="not_arrived")
    assert declined.status_code == 201, declined.text
    until(lambda: "CareTransferDeclined" in counties.kinds("demo", others), 60)
    assert counties.ask("linshui", "GET", f"/transfers/{second}", THERE).status_code == 409

    # told again, everything is answered the same and changes nothing
    again(counties)
    assert received(counties) == 2
    assert counties.kinds("demo", hers).count("CareTransferAccepted") == 1
    until(lambda: not counties.brings("linshui", "demo")["lag"] and not counties.brings("demo", "linshui")["lag"], 60)


def again(counties: Counties) -> None:
    """Everything our county ever wrote to the other is brought once more."""
    deployment = counties.lives["demo"].deployment
    stores = Stores.open(deployment.stores, CARE, "demo")
    key = Secrets.load(deployment.secrets, CARE).signing_key
    for _, body in Journal(stores.engine("journal")).feed("courier.linshui", 0, 100):
        now = ScenarioClock(deployment.clock).now()
        headers = {"Evenborn-Signature": sign(body, key, kid_of("demo", CARE), now, SIGNATURE_LASTS)}
        answer = counties.lives["linshui"].request(CARE, "/events", method="POST", content=body, headers=headers)
        assert [each["status"] for each in answer.json()["receipts"]] == ["accepted"]
    stores.close()


@pytest.mark.long
def test_an_acceptance_that_arrives_after_the_time_out_counts(tmp_path, ports):
    """She is accepted there while our service hangs; ours wakes up when the time is over, and hears of it then."""
    with two_counties(tmp_path, ports) as counties:
        home, _ = counties.start("demo"), counties.start("linshui")
        pregnancy = counties.register(HER, "h1")
        transfer = counties.transfer(pregnancy)
        until(lambda: counties.waiting() == {transfer}, 60)
        os.kill(home.supervisor.pid(CARE), signal.SIGSTOP)
        counties.accept(transfer, "h-there")
        counties.pass_days(20)
        home.kill(CARE)
        until(lambda: "CareTransferAccepted" in answered(counties, pregnancy), 120)
        entries = counties.ask("demo", "GET", f"/pregnancies/{pregnancy}/timeline").json()["entries"]
        learnt = {entry["kind"]: entry["recorded_at"] for entry in entries}
        assert learnt["CareTransferTimedOut"] <= learnt["CareTransferAccepted"]


def answered(counties: Counties, pregnancy: str) -> list[str]:
    """The kinds of entries, none while the service starts again."""
    try:
        return counties.kinds("demo", pregnancy)
    except httpx.TransportError:
        return []
