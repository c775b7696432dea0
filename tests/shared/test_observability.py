"""Logs without personal data, metrics that parse, and a service that says when it is not well."""

from __future__ import annotations

import json
import logging
import sys
from io import StringIO

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from shared.observability import STALLED_AFTER, Health, Metrics, Watchdog, _OneLineEach, configure_logging

CANARIES = ("王小梅", "13800138000", "11010519491231002X", "槐树胡同12号", "s3cr3t-t0ken")


@pytest.fixture
def lines():
    """The lines logged so far, each parsed as the JSON object it must be."""
    configured, before = structlog.get_config(), (logging.root.handlers, logging.root.level)
    configure_logging("births", "info", county="dayingxian")
    [handler] = logging.root.handlers
    assert handler.stream is sys.stderr
    handler.setStream(StringIO())
    yield lambda: [json.loads(line) for line in handler.stream.getvalue().splitlines()]
    structlog.configure(**configured)
    logging.root.handlers, logging.root.level = before


def test_every_line_is_one_json_object_that_names_service_and_county(lines):
    structlog.get_logger("views").info("view rebuilt", view="timeline", facts=3)
    logging.getLogger("uvicorn").warning("listening on %s", "unix socket")
    ours, theirs = lines()
    assert (ours["event"], ours["view"], ours["facts"], ours["level"]) == ("view rebuilt", "timeline", 3, "info")
    assert (theirs["event"], theirs["level"]) == ("listening on unix socket", "warning")
    assert [(line["service"], line["county"]) for line in (ours, theirs)] == [("births", "dayingxian")] * 2


def test_lines_below_the_level_are_not_written(lines):
    structlog.get_logger("a").debug("quiet")
    logging.getLogger("b").debug("quiet")
    assert lines() == []


def test_no_canary_reaches_a_line_by_any_way(lines):
    name, phone, id_number, address, token = CANARIES
    logger = structlog.get_logger("a")
    headers = {"Authorization": f"Bearer {token}", "X-Token": token, "accept": "*"}
    logger.info("refused", name=name, mother_name=name, Phone=phone, id_number=id_number, address=address)
    logger.info("asked", document=id_number, access_token=token, headers=headers, raw=token.encode())
    logger.info("listed", people=[{"name": name}, {"identity": {"phone": phone}}], told=(phone, {id_number}))
    logger.info(f"called {phone} about {id_number} with Bearer {token}")  # noqa: G004 - as careless code would
    logging.getLogger("driver").warning("row (%s, +86%s) authorization: Bearer %s", id_number, phone, token)
    for log in (logger, logging.getLogger("driver")):
        try:
            raise ValueError(f"{name} lives at {address}")
        except ValueError:
            log.exception("failed")
    written = lines()
    assert len(written) == 7
    text = json.dumps(written, ensure_ascii=False)
    assert [canary for canary in CANARIES if canary in text] == []
    assert written[1]["headers"]["accept"] == "*"
    assert all(line["exception"].startswith("test_observability.py:") for line in written[5:])
    assert all(line["exception"].endswith("> ValueError") for line in written[5:])


def test_a_line_that_cannot_be_written_tells_only_that(lines):
    [handler] = [each for each in logging.root.handlers if isinstance(each, _OneLineEach)]
    handler.handle(logging.LogRecord("driver", logging.WARNING, "", 0, "%d rows about %s", CANARIES[:2], None))
    [line] = lines()
    assert (line["event"], line["logger"], line["failure"]) == ("log line lost", "driver", "TypeError")
    assert not set(CANARIES) & set(line.values())


def test_numbers_that_are_nobodys_stay_readable(lines):
    structlog.get_logger("a").info("at 138001380001234", position=13800138000, digest="a" * 64, case="birth:7f01")
    [line] = lines()
    assert (line["event"], line["position"], line["digest"], line["case"]) == (
        "at 138001380001234", 13800138000, "a" * 64, "birth:7f01",
    )  # fmt: skip


def test_metrics_parse_and_keep_to_one_manner_of_naming():
    metrics = Metrics()
    metrics.commands.labels("done").inc()
    metrics.command_seconds.observe(0.02)
    metrics.commit_commands.observe(16)
    metrics.receipts.labels("hospital", "accepted").inc()
    metrics.http_requests.labels("/births/{id}", "GET", "200").inc()
    families = {family.name: family for family in text_string_to_metric_families(metrics.render().decode())}
    ours = [name for name in families if not name.startswith("process_")]
    assert "evenborn_commands" in ours
    assert all(name.startswith("evenborn_") for name in ours)
    [sample] = [s for s in families["evenborn_commands"].samples if s.name.endswith("_total")]
    assert (sample.labels, sample.value) == ({"outcome": "done"}, 1)
    assert "process_resident_memory_bytes" in families


def test_two_services_in_one_process_have_metrics_of_their_own():
    one, other = Metrics(), Metrics()
    one.log_position.set(5)
    assert b"evenborn_log_position 5.0" in one.render()
    assert b"evenborn_log_position 0.0" in other.render()


class Worker:
    """Something that moves, or not, at a time that the test sets."""

    def __init__(self) -> None:
        self.position, self.pending, self.now = 0, 0, 0.0
        self.watchdog = Watchdog(lambda: self.position, lambda: self.pending, lambda: self.now)

    def look(self, now: float, position: int, pending: int) -> str | None:
        self.now, self.position, self.pending = now, position, pending
        return self.watchdog.check()


def test_nothing_pending_is_never_a_stall():
    assert Worker().look(now=1000, position=0, pending=0) is None


def test_work_that_moves_is_no_stall_however_much_is_pending():
    worker = Worker()
    assert [worker.look(now=15 * n, position=n, pending=100) for n in range(1, 10)] == [None] * 9


def test_pending_work_that_does_not_move_is_said_within_thirty_seconds():
    worker = Worker()
    worker.look(now=100, position=7, pending=0)
    assert worker.look(now=105, position=7, pending=3) is None
    assert worker.look(now=120, position=7, pending=3) == "3 pending and no progress for 20 s"
    assert STALLED_AFTER <= 20
    assert worker.look(now=125, position=8, pending=2) is None
    assert worker.watchdog.stalled() == 0


def test_a_service_is_ready_when_no_check_has_a_reason_against_it():
    health, down = Health(), []
    health.add("store", lambda: down[0] if down else None)
    assert health.ready().ok
    down.append("no answer")
    assert (health.ready().ok, dict(health.ready().reasons)) == (False, {"store": "no answer"})


def test_only_what_a_restart_would_mend_ends_a_life():
    health = Health()
    health.add("broker", lambda: "away")
    assert health.live().ok
    health.add("writer", lambda: "dead", vital=True)
    assert dict(health.live().reasons) == {"writer": "dead"}
    assert set(health.ready().reasons) == {"broker", "writer"}


def test_a_check_that_fails_is_a_reason_and_tells_no_message():
    def check() -> str | None:
        raise ConnectionError(CANARIES[0])

    health = Health()
    health.add("store", check)
    assert dict(health.ready().reasons) == {"store": "ConnectionError"}
