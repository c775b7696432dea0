"""The supervisor: what it starts runs, and never longer than itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from services.console.layout import ROOT
from services.console.supervisor import Program, Supervisor

FOR_EVER = (sys.executable, "-c", "import time; time.sleep(600)")
STUBBORN = (sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(1); time.sleep(600)")
PARENT = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # tests may run under nohup
from services.console.supervisor import Program, Supervisor
from services.console.upping import interrupted_by_signals
home = Path(sys.argv[1])
sleeping = (sys.executable, "-c", "import time; time.sleep(600)")
supervisor = Supervisor(lambda ended: None)
with interrupted_by_signals():
    try:
        for name in ("broker", "births"):
            supervisor.start(Program(name, sleeping, {}, home, home / f"{name}.log", foundation=name == "broker"))
        print(*(supervisor.pid(name) for name in ("broker", "births")), flush=True)
        time.sleep(600)
    finally:
        supervisor.stop()
"""


def alive(pid):
    """Whether a process runs; one that nobody has reaped yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until(so, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


@pytest.fixture
def parent(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    yield process, [int(pid) for pid in process.stdout.readline().split()]
    process.kill()
    process.wait()
    process.stdout.close()


@pytest.fixture
def reports():
    return []


@pytest.fixture
def supervisor(reports):
    made = Supervisor(reports.append)
    yield made
    made.stop()


def program(home, command, name="births", **more):
    return Program(name, command, {}, home, home / f"{name}.log", **more)


def test_kill_9_of_the_parent_leaves_no_orphan(parent):
    process, children = parent
    assert all(alive(pid) for pid in children)
    process.send_signal(signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in children))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_request_to_end_stops_everything(parent, number):
    process, children = parent
    process.send_signal(number)
    until(lambda: not any(alive(pid) for pid in children))
    assert process.wait(10) != 0


def test_ctrl_c_in_the_terminal_reaches_the_supervisor_only(supervisor, tmp_path):
    supervisor.start(program(tmp_path, FOR_EVER))
    assert os.getpgid(supervisor.pid("births")) != os.getpgid(0)


def test_a_program_that_dies_is_reported_and_started_again(supervisor, reports, tmp_path):
    supervisor.start(program(tmp_path, FOR_EVER))
    first = supervisor.pid("births")
    os.kill(first, signal.SIGKILL)
    until(lambda: supervisor.pid("births") != first and alive(supervisor.pid("births")))
    assert [(ended.program.name, ended.code, ended.delay) for ended in reports] == [("births", -signal.SIGKILL, 0.5)]


def test_one_that_keeps_dying_is_started_at_growing_intervals(supervisor, reports, tmp_path):
    supervisor.start(program(tmp_path, (sys.executable, "-c", "raise SystemExit(3)")))
    until(lambda: len(reports) >= 3)
    assert [(ended.code, ended.delay) for ended in reports[:3]] == [(3, 0.5), (3, 1.0), (3, 2.0)]
    assert supervisor.ends("births") >= 3


def test_foundations_end_last(supervisor, tmp_path):
    line = "import sys, time, signal; "
    line += "signal.signal(15, lambda *_: (time.sleep({}), print(time.monotonic()), sys.exit()))"
    waiting = "; print('ready', flush=True); time.sleep(600)"
    supervisor.start(program(tmp_path, (sys.executable, "-c", line.format(0) + waiting), "broker", foundation=True))
    supervisor.start(program(tmp_path, (sys.executable, "-c", line.format(0.3) + waiting), "births"))
    logs = [tmp_path / "births.log", tmp_path / "broker.log"]
    until(lambda: all(log.exists() and "ready" in log.read_text() for log in logs))
    supervisor.stop()
    births, broker = (float(log.read_text().split()[-1]) for log in logs)
    assert births <= broker


def test_what_does_not_end_when_asked_to_is_killed(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("services.console.supervisor.PATIENCE", 0.3)
    supervisor.start(program(tmp_path, STUBBORN))
    pid = supervisor.pid("births")
    supervisor.stop()
    assert not alive(pid)


def test_nothing_is_started_again_after_the_stop(supervisor, reports, tmp_path):
    supervisor.start(program(tmp_path, FOR_EVER))
    pid = supervisor.pid("births")
    supervisor.stop()
    assert not alive(pid)
    assert supervisor.pid("births") == pid
    assert reports == []


def test_output_goes_to_a_private_log_and_a_large_one_is_put_aside(supervisor, tmp_path, monkeypatch):
    monkeypatch.setattr("services.console.supervisor.LARGEST_LOG", 4)
    log = tmp_path / "births.log"
    log.write_text("from before")
    supervisor.start(program(tmp_path, (sys.executable, "-u", "-c", "print('hello'); import time; time.sleep(600)")))
    until(lambda: log.exists() and log.read_text() == "hello\n")
    assert log.stat().st_mode & 0o077 == 0
    assert (tmp_path / "births.log.1").read_text() == "from before"
