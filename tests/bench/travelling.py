"""Workload `end-to-end`: from a hospital's signed message on its inbox to the birth in the other service's view."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from threading import Thread
from time import monotonic, perf_counter, sleep
from typing import Any, NamedTuple
from uuid import uuid5

import redis
from sqlalchemy import text

from services.births.reactions import BIRTH_IDS
from services.console.keys import kid_of, reader_key_of, signing_key_of
from services.console.letters import Letter, seal
from services.pregnancy_tracking.domain.events import FACTS
from shared.clock import COUNTY_TIME
from shared.contracts import departments
from shared.contracts.cloudevents import decode
from shared.eventstore import FactNames, Ledger, Log, Recording, envelope
from shared.messaging.opening import message_key
from shared.messaging.transport import BODY, SIGNATURE, Streams
from shared.sealing import Sealer
from shared.settings import Secrets
from shared.signing import sign
from shared.stores import Stores
from tests.bench import births, courses
from tests.bench.deployed import Running, at_rest, cpu_ms, hospital, prepared, started, stores_of, until
from tests.bench.places import Task
from tests.bench.results import Result, percentile
from tests.bench.travelling_plainly import plain_rate

PACE = 300
"""Messages a second when latency is measured."""
LOOK = 0.005
"""Seconds between two looks at the view."""
TIMELINE = "view_timeline_1"
WARM = 100


class Sent(NamedTuple):
    """A message ready to be put into its inbox, and the birth it will cause."""

    stream: str
    fields: dict[Any, Any]
    birth: str


@dataclass(frozen=True)
class Women:
    """Women of a county: documents, and the pseudonyms by which care knows them."""

    documents: Sequence[str]
    pseudonyms: Sequence[str]


def run(task: Task) -> Result:
    """First as fast as it goes; then, once all of that is behind, 300 a second."""
    fast, paced = task.size(8_000, 600), task.size(3_000, 300)
    with prepared(task) as deployment:
        women = _women(deployment.secrets, WARM + fast + paced)
        _register(stores_of(deployment, "pregnancy_tracking"), women, task)
        letters = list(_letters(deployment.secrets, task, women))
        with started(deployment) as running:
            resting = running.resting()
            at_rest(deployment)
            view = View(stores_of(deployment, "pregnancy_tracking"))
            _as_fast_as_it_goes(running, view, letters[:WARM])
            before = running.cpu()
            rate = _as_fast_as_it_goes(running, view, letters[WARM : WARM + fast])
            cpu = cpu_ms(before, running.cpu(), fast)
            at_rest(deployment)
            latencies = _paced(running, view, letters[WARM + fast :])
            peaks = running.peaks()
            view.close()
        limit = plain_rate(task, deployment, fast)
    return Result(
        task.workload, task.store, rate, "messages/s", percentile(latencies, 0.5), percentile(latencies, 0.99),
        limit, fast, peaks, {"at_rest_mb": resting, "cpu_ms_each": cpu, "latency_at": PACE},
    )  # fmt: skip


class View:
    """Looks at the timeline's table from outside: which births stand there.

    By the bare driver: what the looking takes of the two cores is not there for what is looked at.
    """

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._db = stores.engine(TIMELINE).connect().execution_options(isolation_level="AUTOCOMMIT")
        self._position = self._db.execute(text("SELECT coalesce(max(position), 0) FROM entries")).scalar_one()
        if stores.is_postgres:  # a look through the whole table, several processes at once, would be most of the load
            self._db.execute(text("SET enable_seqscan = off"))
        mark = "%s" if stores.is_postgres else "?"
        self._new = f"SELECT position, body FROM entries WHERE position > {mark} AND kind = 'BirthNoted' ORDER BY 1"
        self._cursor = self._db.connection.cursor()

    def new(self) -> list[str]:
        """Births that came to stand there since the last look."""
        self._cursor.execute(self._new, (self._position,))
        rows = self._cursor.fetchall()
        self._position = rows[-1][0] if rows else self._position
        return [body[10:42] for _, body in rows]

    def close(self) -> None:
        self._cursor.close()
        self._db.close()
        self._stores.close()


def _as_fast_as_it_goes(running: Running, view: View, letters: Sequence[Sent]) -> float:
    """Messages a second, from the first sent to the last seen."""
    began, seen = perf_counter(), 0
    sender = Thread(target=_send, args=(running, letters))
    sender.start()

    def all_seen() -> bool:
        nonlocal seen
        seen += len(view.new())
        return seen >= len(letters)

    until(all_seen, "all births in the timeline", 0.01)
    seconds = perf_counter() - began
    sender.join()
    return len(letters) / seconds


def _send(running: Running, letters: Sequence[Sent]) -> None:
    clients = _clients(running)
    for start in range(0, len(letters), 100):
        with clients.pipeline(transaction=False) as pipe:
            for letter in letters[start : start + 100]:
                pipe.xadd(letter.stream, letter.fields)
            pipe.execute()
    clients.close()


def _paced(running: Running, view: View, letters: Sequence[Sent]) -> list[float]:
    """Seconds from when each message was due to be sent until its birth stands in the view."""
    began = perf_counter() + 0.2
    due = {letter.birth: began + number / PACE for number, letter in enumerate(letters)}
    sender = Thread(target=_send_paced, args=(running, letters, due))
    sender.start()
    latencies: list[float] = []
    deadline = monotonic() + len(letters) / PACE + 120
    while len(latencies) < len(letters):
        now_there, now = view.new(), perf_counter()
        latencies += [now - due[birth] for birth in now_there]
        if monotonic() > deadline:
            raise TimeoutError(len(latencies))
        sleep(LOOK)
    sender.join()
    return latencies


def _send_paced(running: Running, letters: Sequence[Sent], due: dict[str, float]) -> None:
    client = _clients(running)
    for letter in letters:
        sleep(max(0.0, due[letter.birth] - perf_counter()))
        client.xadd(letter.stream, letter.fields)
    client.close()


def _clients(running: Running) -> redis.Redis:
    """One connection for all hospitals, as the broker's operator: four connections would only cost this side more."""
    return redis.Redis.from_url(running.broker.url("operator"))


def _women(secrets: Any, count: int) -> Women:
    """Women, and how births and pregnancy_tracking call them."""
    kept = Secrets.load(secrets, "births")
    sealer = Sealer(None, kept.purposes, kept.fingerprint)  # type: ignore[arg-type]
    documents = [f"9901011990{number:08}" for number in range(count)]
    return Women(documents, [sealer.pseudonym("care", document) for document in documents])


def _register(stores: Stores, women: Women, task: Task) -> None:
    """Every woman is under care and near her time, written straight into the log."""
    log, random, versions = Log(stores, FactNames(FACTS)), Random(task.seed), Counter[str]()
    today = datetime.now(COUNTY_TIME).date()
    left = courses.cared_for(today - timedelta(days=279), today)
    _append(log, courses.cleared(today), versions)
    for start in range(0, len(women.pseudonyms), 1_000):
        batch = women.pseudonyms[start : start + 1_000]
        _append(log, [each for woman in batch for each in left(random, woman)], versions)
    log.close()
    stores.close()


def _append(log: Log, left: courses.Left, versions: Counter[str]) -> None:
    about, batch = envelope(at=datetime.now(UTC), by="bench", command="registered"), list[Recording]()
    for case, facts in left:
        batch += [Recording(case, version, fact, about) for version, fact in enumerate(facts, versions[case] + 1)]
        versions[case] += len(facts)
    log.append(batch, Ledger())


def _letters(secrets: Any, task: Task, women: Women) -> Iterator[Sent]:
    """Births as hospitals tell them: the mother encrypted, the whole signed."""
    random, streams = Random(task.seed), Streams(task.county)
    reader, now = reader_key_of(secrets, "births"), datetime.now(COUNTY_TIME)
    keys = {name: signing_key_of(secrets, name) for name in map(hospital, range(4))}
    for number, document in enumerate(women.documents):
        sender = hospital(number)
        told = births.told(random) | {
            "born_at": now - timedelta(hours=1, minutes=random.randrange(60)),
            "facility": sender,
        }
        letter = Letter(
            id=f"bench-{number}",
            written_at=now,
            department=sender,
            service="births",
            contract=departments.Birth,
            data=told | {name: getattr(departments, name.title())(told[name]) for name in ("vital", "sex")},
            personal=departments.Person(document=document, **births.IDENTITY),
        )
        body = seal(letter, task.county, reader).body
        signature = sign(body, keys[sender], kid_of(sender), now, timedelta(hours=1))
        birth = uuid5(BIRTH_IDS, message_key(decode(body))).hex
        yield Sent(streams.inbox("births", sender), {BODY: body, SIGNATURE: signature.encode()}, birth)
