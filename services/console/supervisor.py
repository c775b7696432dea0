"""Keeps a deployment's processes running, and ends them all when it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock, Thread
from typing import IO

LEASH = Path(__file__).with_name("leash.py")
FIRST_DELAY, LONGEST_DELAY = 0.5, 15.0
"""Seconds before a program that ended is started again; doubled each time."""
HEALTHY_AFTER = 30.0
"""Seconds after which a program counts as well again, and its delay as paid."""
PATIENCE = 10.0
"""Seconds a program has to end by itself when asked to."""
LARGEST_LOG = 10 * 1024 * 1024
"""Bytes after which a log is put aside when its program starts; one older log is kept."""


@dataclass(frozen=True)
class Program:
    """What to run: an absolute path with arguments, the environment, where it runs, where its output goes.

    A `foundation` is stopped only after everything else has ended.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    log: Path
    foundation: bool = False


@dataclass(frozen=True)
class Ended:
    """A program that ended by itself, and when it is started again (seconds from now)."""

    program: Program
    code: int
    delay: float


@dataclass
class _Kept:
    program: Program
    process: subprocess.Popen[bytes]
    started: float = field(default_factory=time.monotonic)
    ends: int = 0
    again_at: float | None = None


class Supervisor:
    """Starts programs, starts them again with back-off when they end, and stops them, foundations last.

    Programs die with this process whatever ends it, kill -9 included (on Linux). They are started from the
    thread that calls `start` or from the watching thread; both must live as long as the programs, because
    the leash is held by the thread that started them.
    """

    def __init__(self, report: Callable[[Ended], None]) -> None:
        self._report = report
        self._kept: dict[str, _Kept] = {}
        self._lock = Lock()
        self._stopping = Event()
        self._watching = Thread(target=self._watch, name="supervisor", daemon=True)
        self._watching.start()

    def start(self, program: Program) -> None:
        """Run a program from now on. Raises OSError if it cannot be run at all."""
        with self._lock:
            self._kept[program.name] = _Kept(program, _spawn(program))

    def pid(self, name: str) -> int:
        """The process id of a program's present incarnation."""
        return self._kept[name].process.pid

    def ends(self, name: str) -> int:
        """How often a program ended by itself since it was last well."""
        return self._kept[name].ends

    def stop(self) -> None:
        """End all programs; what does not end within PATIENCE when asked to is killed."""
        self._stopping.set()
        with self._lock:
            for foundation in (False, True):
                _end([kept.process for kept in self._kept.values() if kept.program.foundation is foundation])
        self._watching.join(PATIENCE)

    def _watch(self) -> None:
        while not self._stopping.wait(0.1):
            with self._lock:
                if not self._stopping.is_set():
                    for kept in self._kept.values():
                        self._look_after(kept)

    def _look_after(self, kept: _Kept) -> None:
        code, now = kept.process.poll(), time.monotonic()
        if kept.again_at is not None and now >= kept.again_at:
            kept.process, kept.started, kept.again_at = _spawn(kept.program), now, None
        elif kept.again_at is None and code is not None:
            kept.ends = 0 if now - kept.started > HEALTHY_AFTER else kept.ends
            delay = min(FIRST_DELAY * 2**kept.ends, LONGEST_DELAY)
            kept.ends, kept.again_at = kept.ends + 1, now + delay
            self._report(Ended(kept.program, code, delay))


def _spawn(program: Program) -> subprocess.Popen[bytes]:
    """In a session of its own, so that a terminal's Ctrl-C reaches the supervisor only, which keeps the order."""
    leashed = [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *program.command]
    with _log(program.log) as log:
        return subprocess.Popen(
            leashed,
            env=dict(program.environment),
            cwd=program.directory,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _log(path: Path) -> IO[bytes]:
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_suffix(".log.1"))
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab")


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    deadline = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
