"""Workload `due-list`: the first page of a unit's due list over HTTP, 100 times a second, with 100,000 pregnancies."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from random import Random
from time import perf_counter
from uuid import uuid4

import uvloop
import yaml
from sqlalchemy import select

from services.console.client import Services
from services.console.deployment import Deployment
from services.console.layout import REFERENCE
from services.pregnancy_tracking.domain.care_events import RiskGraded
from services.pregnancy_tracking.domain.duty_events import Answerable, DutyKind, DutyOpened
from services.pregnancy_tracking.domain.events import FACTS
from services.pregnancy_tracking.domain.pregnancy import PREGNANCY
from services.pregnancy_tracking.domain.words import RiskColour
from services.pregnancy_tracking.projections.due_list import DUTIES, DueList
from shared.access import Role
from shared.clock import COUNTY_TIME
from shared.eventstore import FactNames, Ledger, Log, Recording, envelope
from shared.kernel import Fact
from shared.stores import Stores
from tests.bench import pregnancies
from tests.bench.births import person, sealed
from tests.bench.deployed import cpu_ms, prepared, settled, started, stores_of
from tests.bench.places import Task
from tests.bench.results import Result, percentile
from tests.bench.running import apart

PER_SECOND = 100
CONNECTIONS = 16
WARM = 100
BATCH = 5_000
DUTIES_OF_EACH = 6
ELSEWHERE = 97
"""Townships whose duties are not asked for, beside the three of the reference data; as many pregnancies in each."""
SERVICE = "pregnancy_tracking"


def run(task: Task) -> Result:
    """Fill the log, let the views follow, ask at a steady rate; then the plain query the page comes from."""
    with prepared(task) as deployment:
        apart(fill, task, deployment)
        with started(deployment) as running, Services(deployment) as services:
            settled(deployment)
            token = services.token(Role.MIDWIFE, ["*"], [], timedelta(hours=1))
            asked = _requests(token, WARM + task.size(6_000, 150))
            port = deployment.port(SERVICE)
            uvloop.run(_load(port, asked[:WARM], 0))
            before = running.cpu()
            latencies = uvloop.run(_load(port, asked[WARM:], PER_SECOND))
            cpu = cpu_ms(before, running.cpu(), len(latencies))
            began = perf_counter()
            uvloop.run(_load(port, asked[WARM:], 0))
            rate = (len(asked) - WARM) / (perf_counter() - began)
            peaks = running.peaks()
        limit = _plain_rate(stores_of(deployment, SERVICE), task.size(2_000, 200))
    return Result(
        task.workload, task.store, rate, "pages/s", percentile(latencies, 0.5), percentile(latencies, 0.99),
        limit, len(latencies), peaks, {"asked_per_second": PER_SECOND, "cpu_ms_each": cpu},
    )  # fmt: skip


def fill(task: Task, deployment: Deployment) -> None:
    """Pregnancies under care, each with what is owed to it, straight into the log."""
    stores, random = stores_of(deployment, SERVICE), Random(task.seed)
    log, batch = Log(stores, FactNames(FACTS)), list[Recording]()
    places = _places()
    about = envelope(at=datetime.now(COUNTY_TIME), by="bench", command=uuid4().hex)
    for _, (unit, township_post, village_post) in zip(range(task.size(100_000, 500)), cycle(places), strict=False):
        by = Answerable(
            unit=unit, post=village_post, township_post=township_post, village_post=village_post, superior="o"
        )
        [(case, facts), _] = pregnancies.registered(random, person(random), _today() - timedelta(weeks=20))
        assert case.startswith(PREGNANCY.kind)
        owed = [*facts, *_owed(random, by)]
        batch += [Recording(case, version, fact, about) for version, fact in enumerate(owed, 1)]
        if len(batch) >= BATCH:
            log.append(batch, Ledger())
            batch.clear()
    log.append(batch, Ledger())
    log.close()
    stores.close()


def _owed(random: Random, by: Answerable) -> Iterator[Fact]:
    """Contacts around today: closed ones are not in the list, so none is."""
    if random.random() < 0.1:
        yield RiskGraded.model_construct(
            colour=random.choice(tuple(RiskColour)), graded_on=_today(), unit=by.unit, infectious=sealed(random, "risk")
        )
    opens = _today() - timedelta(random.randrange(60))
    for number in range(DUTIES_OF_EACH):
        yield DutyOpened.model_construct(
            duty=f"antenatal-{number}@{opens}",
            kind=DutyKind.ANTENATAL,
            contact=f"antenatal-{number}",
            opens_on=opens,
            due_until=opens + timedelta(28),
            lapses_on=opens + timedelta(42),
            known_on=opens,
            answerable=by,
        )
        opens += timedelta(28)


def _places() -> list[tuple[str, str, str]]:
    """Unit, township post and village post: of every village there is, then of made ones."""
    units = yaml.safe_load((REFERENCE / "units.yaml").read_text(encoding="utf-8"))["units"]
    midwives = {
        unit.get("township"): post["code"] for unit in units for post in unit["posts"] if post["tier"] == "township"
    }
    real = [
        (unit["code"], midwives[unit["township"]], post["code"])
        for unit in units
        for post in unit["posts"]
        if post["tier"] == "village"
    ]
    made = [(f"clinic-{number}", f"midwife-{number // 7}", f"doctor-{number}") for number in range(ELSEWHERE * 7)]
    return real + made


def _requests(token: str, count: int) -> list[bytes]:
    """The due lists of all units that have posts, in turn."""
    units = yaml.safe_load((REFERENCE / "units.yaml").read_text(encoding="utf-8"))["units"]
    named = cycle(unit["code"] for unit in units if unit["posts"] and unit.get("township"))
    return [
        f"GET /duties?unit={unit} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        for _, unit in zip(range(count), named, strict=False)
    ]


async def _load(port: int, asked: Sequence[bytes], per_second: int) -> list[float]:
    """The latency of each request, from when it was to be sent; all at once over the connections without a rate."""
    began, waiting, latencies = perf_counter(), iter(enumerate(asked)), list[float]()

    async def caller() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, request in waiting:
            due = began + number / per_second if per_second else perf_counter()
            await asyncio.sleep(max(0.0, due - perf_counter()))
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0]))
            latencies.append(perf_counter() - due)
            if not head.startswith(b"HTTP/1.1 200"):
                raise AssertionError(head)
        writer.close()

    await asyncio.gather(*[caller() for _ in range(CONNECTIONS)])
    return latencies


def _plain_rate(stores: Stores, count: int) -> float:
    """Pages a second that one connection reads by the same index, without the service."""
    area = max(area for area in stores.areas() if area.startswith(f"view_{DueList.name}_"))
    posts = cycle(post for _, midwife, doctor in _places()[:20] for post in (midwife, doctor))
    order = (DUTIES.c.priority, DUTIES.c.due_until, DUTIES.c.pregnancy, DUTIES.c.duty)
    with stores.engine(area).connect() as db:
        began = perf_counter()
        for _, post in zip(range(count), posts, strict=False):
            open_ones = select(*DUTIES.c).where(DUTIES.c.open, DUTIES.c.holder == post, DUTIES.c.opens_on <= _today())
            db.execute(open_ones.order_by(*order).limit(100)).all()
        seconds = perf_counter() - began
    stores.close()
    return count / seconds


def _today() -> date:
    return datetime.now(COUNTY_TIME).date()
