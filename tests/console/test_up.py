"""`evenborn up` over real processes, without a scenario: it starts, answers, refuses, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from random import randrange

import httpx
import pytest

from services.console.layout import ROOT, SERVICES

UP = [sys.executable, "-m", "services.console.main", "up", "--scenario", "none", "--lang", "en"]


@pytest.fixture
def base():
    """A port with free ones after it, below those the system gives to clients: one of them may come at any moment."""
    while True:
        port = randrange(20_000, 28_000)
        if all(free(port + number) for number in SERVICES.values()):
            return port


def free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def run(home, base, *options, **more):
    command = [*UP, "--data", str(home), "--port-base", str(base), *options]
    environment = {**os.environ, **more}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=90, check=False)


def test_once_prints_one_document_and_ends_everything(tmp_path, base):
    answer = run(tmp_path / "data", base, "--once", "--json")
    assert answer.returncode == 0, answer.stderr
    assert f"up --data {tmp_path / 'data'}" in answer.stderr
    assert set(json.loads(answer.stdout)) == set(SERVICES)
    assert all(free(base + number) for number in SERVICES.values())


def test_a_service_that_cannot_start_is_named_with_the_end_of_its_log(tmp_path, base):
    answer = run(tmp_path / "data", base, "--once", POSTGRES_ENABLE_DB_FUNCTIONS="1")
    assert answer.returncode == 1
    assert "is not ready" in answer.stderr
    assert "unset POSTGRES_ENABLE_DB_FUNCTIONS" in answer.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 0), (signal.SIGKILL, -9)])
def test_it_stays_until_told_to_stop_and_takes_everything_with_it(tmp_path, base, number, code):
    command = [*UP, "--data", str(tmp_path), "--port-base", str(base)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        for line in process.stderr:
            if "Running" in line:
                break
        ready = [httpx.get(f"http://127.0.0.1:{base + port}/health/ready") for port in SERVICES.values()]
        assert [answer.status_code for answer in ready] == [200, 200]
        process.send_signal(number)
        process.communicate(timeout=30)
        assert process.returncode == code
    deadline = time.monotonic() + 60
    while not all(free(base + port) for port in SERVICES.values()):
        assert time.monotonic() < deadline, "a service was left behind"
        time.sleep(0.05)
