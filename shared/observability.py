"""What operators see of a service: logs without personal data, metrics, and whether it is alive, ready and moving."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from traceback import walk_tb
from typing import TYPE_CHECKING, Any, TextIO

import structlog
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, generate_latest

if TYPE_CHECKING:
    from types import TracebackType

    from structlog.typing import EventDict, Processor

MASK = "[masked]"
PERSONAL = frozenset(
    {"name", "phone", "mobile", "number", "address", "document", "identity", "born", "birthday"}
    | {"token", "authorization", "cookie", "password", "secret", "body", "payload", "box"}
)
"""A key that ends in one of these words is masked; so log `view=`, never `view_name=`."""
IDENTITY = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[0-9Xx]|(?:\+?86[ -]?)?1[3-9]\d{9})(?![0-9A-Za-z])")
"""Resident identity numbers (GB 11643: 17 digits and a check character) and mobile numbers, wherever they stand."""
BEARER = re.compile(r"(?i)\b(bearer|basic) +\S+")

STALLED_AFTER = 20.0
"""Seconds without progress before it is said aloud: with a probe every 10 s that is within the 30 s promised."""
LATENCIES = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
GROUPS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
Clockwork = Callable[[], float]


def configure_logging(service: str, level: str = "INFO", county: str = "") -> None:
    """Write every log line of the process, libraries' included, as one JSON object to standard error.

    Servers that configure logging of their own must be told not to (uvicorn: `log_config=None`).
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _bound(service=service, county=county),
        structlog.processors.ExceptionRenderer(_where),
        mask,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = _OneLineEach(sys.stderr)
    last: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=lambda value: mask_text(str(value))),
    ]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(processors=last, foreign_pre_chain=shared))
    logging.root.handlers = [handler]
    logging.root.setLevel(level.upper())


def mask(_logger: object, _method: str, line: EventDict) -> EventDict:
    """Take personal data and secrets out of a log line: by key, and identity and phone numbers by their form."""
    return {key: _masked(key, value) for key, value in line.items()}


def mask_text(text: str) -> str:
    """The text without identity numbers, mobile numbers and credentials."""
    return BEARER.sub(rf"\1 {MASK}", IDENTITY.sub(MASK, text))


def _masked(key: str, value: Any) -> Any:
    """A value as it may be logged; `_record` and `_from_structlog` are the logging library's own."""
    if key.startswith("_"):
        return value
    return MASK if re.split(r"[^a-z]+", key.lower())[-1] in PERSONAL else _cleaned(value)


def _cleaned(value: Any) -> Any:
    match value:
        case str():
            return mask_text(value)
        case bytes():
            return MASK
        case Mapping():
            return {str(inner): _masked(str(inner), each) for inner, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_cleaned(each) for each in value]
    return value


def _where(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> str:
    """An exception's kind and where it arose; never its message or variables, which may hold a person's data."""
    kind, _, trace = exc_info
    frames = [f"{Path(f.f_code.co_filename).name}:{line} {f.f_code.co_name}" for f, line in walk_tb(trace)]
    return " > ".join([*frames, kind.__name__])


class _OneLineEach(logging.StreamHandler[TextIO]):
    """Writes lines; of one that cannot be written it tells only that (Python would print what it was about)."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the standard library's name
        kind = getattr(sys.exc_info()[0], "__name__", "")
        lost = {"event": "log line lost", "logger": record.name, "level": "error", "failure": kind}
        self.stream.write(json.dumps(lost) + self.terminator)


def _bound(**fields: str) -> Processor:
    given = {key: value for key, value in fields.items() if value}
    return lambda _logger, _method, line: {**given, **line}


class Metrics:
    """The metrics of one service in a registry of its own. Labels hold routes, views and channels, never persons."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.commands = self._counter("commands", "Commands answered", "outcome")
        self.command_seconds = self._seconds("command", "From a command's arrival to its answer")
        self.commit_commands = Histogram(
            "evenborn_commit_commands", "Commands per commit", buckets=GROUPS, registry=self.registry
        )
        self.log_position = self._gauge("log_position", "Position of the newest fact")
        self.view_position = self._gauge("view_position", "Log position a view has reached", "view")
        self.view_lag = self._gauge("view_lag_facts", "Log positions a view is behind", "view")
        self.view_stalled = self._gauge("view_stalled_seconds", "Since a view that is behind last moved", "view")
        self.view_failures = self._counter("view_failures", "Batches a view could not take in", "view")
        self.view_facts = self._counter("view_facts", "Facts projected into a view", "view")
        self.channel_position = self._gauge("channel_position", "Sequence reached in a channel", "channel")
        self.channel_lag = self._gauge("channel_lag_messages", "Messages a channel's reader is behind", "channel")
        self.channel_stalled = self._gauge(
            "channel_stalled_seconds", "Since a reader or relay that is behind last moved", "channel"
        )
        self.relay_refills = self._counter("relay_refills", "Streams filled again from the journal", "channel")
        self.relay_foreign = self._counter("relay_foreign", "Times a stream held what is not ours", "channel")
        self.parked = self._gauge("parked_messages", "Messages set aside for an operator")
        self.held = self._gauge("held_messages", "Messages that wait for something not yet known")
        self.glass_broken = self._counter("glass_broken", "Records opened outside the reader's units", "reason")
        self.glass_to_review = self._gauge("glass_to_review", "Broken glasses no second person has looked at")
        self.store_away = self._gauge("store_away", "1 while the store does not answer")
        self.receipts = self._counter("receipts", "Receipts given to departments", "department", "status")
        self.person_reads = self._counter("person_reads", "Reads of persons' records", "purpose", "outcome")
        self.http_requests = self._counter("http_requests", "HTTP requests answered", "route", "method", "status")
        self.http_seconds = self._seconds("http_request", "From an HTTP request's arrival to its answer", "route")

    def render(self) -> bytes:
        """The page for /metrics; its content type is `prometheus_client.CONTENT_TYPE_LATEST`."""
        return generate_latest(self.registry)

    def _counter(self, name: str, what: str, *labels: str) -> Counter:
        return Counter(f"evenborn_{name}", what, labels, registry=self.registry)

    def _gauge(self, name: str, what: str, *labels: str) -> Gauge:
        return Gauge(f"evenborn_{name}", what, labels, registry=self.registry)

    def _seconds(self, name: str, what: str, *labels: str) -> Histogram:
        return Histogram(f"evenborn_{name}_seconds", what, labels, buckets=LATENCIES, registry=self.registry)


class Watchdog:
    """Notices that something is pending and nothing moves.

    It asks for itself (`position`, `pending`: what is left to do) whenever it is looked at, so a worker
    that hangs or has died is noticed as well. Both callables must be cheap and must not raise.
    """

    def __init__(
        self, position: Callable[[], int], pending: Callable[[], int], now: Clockwork = time.monotonic
    ) -> None:
        self._position, self._pending, self._now = position, pending, now
        self._seen, self._since = position(), now()
        self._lock = Lock()

    def stalled(self) -> float:
        """Seconds since the last progress; 0 while nothing is pending."""
        with self._lock:
            position, now = self._position(), self._now()
            if position != self._seen or self._pending() <= 0:
                self._seen, self._since = position, now
            return now - self._since

    def check(self) -> str | None:
        """Why this is not ready: for `Health.add`."""
        seconds = self.stalled()
        if seconds < STALLED_AFTER:
            return None
        return f"{self._pending()} pending and no progress for {seconds:.0f} s"


@dataclass(frozen=True)
class Report:
    """The answer of a health page: 200 when ok, else 503 with a reason per check that failed."""

    ok: bool
    reasons: Mapping[str, str]


class Health:
    """Named checks: callables that give None, or the reason why not."""

    def __init__(self) -> None:
        self._checks: dict[str, tuple[Callable[[], str | None], bool]] = {}

    def add(self, name: str, check: Callable[[], str | None], *, vital: bool = False) -> None:
        """Ask this for readiness; for liveness too if `vital` (only a restart would help)."""
        self._checks[name] = (check, vital)

    def live(self) -> Report:
        """Whether the process is worth keeping."""
        return self._report(only_vital=True)

    def ready(self) -> Report:
        """Whether the service should be sent work."""
        return self._report(only_vital=False)

    def _report(self, *, only_vital: bool) -> Report:
        asked = [(name, check) for name, (check, vital) in self._checks.items() if vital or not only_vital]
        reasons = {name: reason for name, check in asked if (reason := _reason(check))}
        return Report(not reasons, reasons)


def _reason(check: Callable[[], str | None]) -> str | None:
    """What a check says; a check that raises is a reason too, named by its kind only (messages may hold data)."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - a health page must answer 503, not fall over
        return type(error).__name__
