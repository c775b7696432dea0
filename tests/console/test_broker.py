"""The own broker: private, and nobody reaches a stream that is not theirs."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
import tempfile
from pathlib import Path

import pytest
import redis
from faststream.redis import RedisBroker
from redis.exceptions import NoPermissionError

from services.console import broker as broker_module
from services.console.broker import (
    Broker,
    BrokerAway,
    BrokerMissing,
    BrokerSilent,
    find_binary,
    own_broker,
    wait_for_broker,
)
from services.console.keys import make_secrets, passwords_of, user_of
from services.console.supervisor import Supervisor
from shared.contracts.cloudevents import Event
from shared.journal import Journal
from shared.messaging.doors import MEND
from shared.messaging.transport import BODY, SIGNATURE, Streams, connect
from shared.relay import Relay
from shared.stores import Stores

HOSPITAL, CLINIC = "dayingxiang-hospital", "dayingxiang-dongying-clinic"
STREAMS = Streams("demo")
INBOX = STREAMS.inbox("births", HOSPITAL)
RECEIPTS = STREAMS.channel("births", f"receipts.{HOSPITAL}")
CARE = STREAMS.channel("births", "care")


@pytest.fixture(scope="module")
def home(broker_binary):
    made = Path(tempfile.mkdtemp(prefix="evenborn-test-"))
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def running(home, broker_binary):
    make_secrets(home / "secrets", "demo", [HOSPITAL, CLINIC])
    passwords = passwords_of(home / "secrets")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(broker_module, "find_binary", lambda: broker_binary)
        broker, program = own_broker(home / "broker", home / "broker.log", "demo", passwords, [HOSPITAL, CLINIC])
    supervisor = Supervisor(lambda _: None)
    supervisor.start(program)
    wait_for_broker(broker, home / "broker.log")
    yield broker
    supervisor.stop()


@pytest.fixture
def broker(running):
    redis.Redis.from_url(running.url("operator")).flushall()
    return running


def as_(broker, user):
    return redis.Redis.from_url(broker.url(user))


def test_it_listens_on_a_private_socket_only(home, broker):
    assert as_(broker, "operator").config_get("port") == {"port": "0"}
    assert stat.S_IMODE((home / "broker").stat().st_mode) == 0o700
    assert stat.S_IMODE(broker.socket.stat().st_mode) == 0o700
    assert all(stat.S_IMODE((home / "broker" / name).stat().st_mode) == 0o600 for name in ("users.acl", "broker.conf"))


def test_it_keeps_what_it_was_told(broker):
    assert as_(broker, "operator").config_get("appendonly") == {"appendonly": "yes"}


def test_nobody_is_let_in_without_a_password(broker):
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"unix://{broker.socket}").ping()
    with pytest.raises(redis.AuthenticationError):
        redis.Redis.from_url(f"unix://births:guess@{broker.socket}").ping()


def test_passwords_are_not_in_its_files(home, broker):
    text = (home / "broker" / "users.acl").read_text() + (home / "broker" / "broker.conf").read_text()
    assert not [password for password in broker.passwords.values() if password in text]


def test_a_department_writes_to_its_own_inbox_and_cannot_read_it(broker):
    hospital = as_(broker, user_of(HOSPITAL))
    hospital.xadd(INBOX, {BODY: b"{}", SIGNATURE: b"s"})
    with pytest.raises(NoPermissionError):
        hospital.xread({INBOX: "0"})
    with pytest.raises(NoPermissionError):
        hospital.delete(INBOX)


def test_a_department_cannot_write_to_anothers_inbox_or_forge_a_receipt(broker):
    clinic = as_(broker, user_of(CLINIC))
    for stream in (INBOX, RECEIPTS, CARE):
        with pytest.raises(NoPermissionError):
            clinic.xadd(stream, {BODY: b"{}"})


def test_a_department_reads_its_own_receipts_only(broker):
    as_(broker, "births").xadd(RECEIPTS, {BODY: b"{}"}, id="1-0")
    assert len(as_(broker, user_of(HOSPITAL)).xread({RECEIPTS: "0"})) == 1
    with pytest.raises(NoPermissionError):
        as_(broker, user_of(CLINIC)).xread({RECEIPTS: "0"})
    with pytest.raises(NoPermissionError):
        as_(broker, user_of(HOSPITAL)).xread({CARE: "0"})


def test_a_service_reads_what_it_hears_and_cannot_write_it(broker):
    as_(broker, "births").xadd(CARE, {BODY: b"{}"}, id="1-0")
    hearing = as_(broker, "pregnancy_tracking")
    assert len(hearing.xread({CARE: "0"})) == 1
    assert hearing.xinfo_stream(CARE)["length"] == 1
    for command in (f"XADD {CARE} 9-0 a b", f"DEL {CARE}", f"XTRIM {CARE} MAXLEN 0", f"XDEL {CARE} 1-0"):
        with pytest.raises(NoPermissionError):
            hearing.execute_command(*command.split())


def test_a_script_can_do_no_more_than_its_caller(broker):
    with pytest.raises(NoPermissionError):
        as_(broker, "pregnancy_tracking").eval("return redis.call('XADD', KEYS[1], '9-0', 'a', 'b')", 1, CARE)


def test_a_service_cannot_reach_another_services_inbox(broker):
    as_(broker, user_of(HOSPITAL)).xadd(INBOX, {BODY: b"{}"})
    with pytest.raises(NoPermissionError):
        as_(broker, "pregnancy_tracking").xread({INBOX: "0"})


@pytest.mark.parametrize("command", ["FLUSHALL", "KEYS *", "CONFIG GET *", "ACL LIST", "SHUTDOWN", "MONITOR", "SCAN 0"])
def test_only_the_operator_looks_after_the_broker(broker, command):
    for user in ("births", "pregnancy_tracking", user_of(HOSPITAL)):
        with pytest.raises(NoPermissionError):
            as_(broker, user).execute_command(*command.split())


def test_a_service_may_do_all_that_its_relay_and_its_inbox_need(broker, tmp_path, clock):
    stores = Stores("births", directory=tmp_path)
    journal = Journal(stores.engine("journal"))
    client = connect(broker.url("births"))
    relay = Relay(journal, client, lambda channel: STREAMS.channel("births", channel), 1000)
    event = Event(id="x", source="/demo/births", type="t", time=clock.now(), data={})
    journal.append([("care", event), (f"receipts.{HOSPITAL}", event)])
    relay.relay()
    as_(broker, "operator").flushall()
    relay.relay()
    as_(broker, "operator").xadd(CARE, {"foreign": "entry"}, id="99999-0")
    relay.relay()
    assert client.xlen(CARE) == client.xlen(RECEIPTS) == 1
    entry = as_(broker, user_of(HOSPITAL)).xadd(INBOX, {BODY: b"{}"})
    assert client.xread({INBOX: "0"}, count=10, block=10)
    assert client.xdel(INBOX, entry) == 1
    assert client.eval(MEND, 1, INBOX) == 0
    stores.close()


def test_faststream_takes_the_same_url(broker):
    async def ping():
        async with RedisBroker(broker.url("births"), logger=None) as connected:
            return await connected.ping(timeout=5)

    assert asyncio.run(ping())


def test_a_directory_too_deep_for_a_socket_gets_a_short_private_one(tmp_path):
    deep = tmp_path / ("long" * 20) / ("longer" * 10)
    passwords = dict.fromkeys(("operator", "births", "pregnancy_tracking"), "x")
    made, _ = own_broker(deep, tmp_path / "log", "demo", passwords, [])
    assert len(os.fsencode(made.socket)) <= 107
    assert stat.S_IMODE(made.socket.parent.stat().st_mode) == 0o700
    again, _ = own_broker(deep, tmp_path / "log", "demo", passwords, [])
    assert again.socket == made.socket
    made.socket.parent.rmdir()


def test_a_named_broker_is_everybodys():
    assert Broker(given="redis://h").url("births") == Broker(given="redis://h").of_department(HOSPITAL) == "redis://h"


def test_an_old_server_on_the_path_is_passed_over(tmp_path, monkeypatch):
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=6.2.1 sha=0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary() != old
    old.write_text("#!/bin/sh\necho 'Redis server v=7.4.0 sha=0'\n")
    assert find_binary() == old


def test_a_server_that_is_a_link_to_a_program_of_many_names_is_called_by_its_own(tmp_path, monkeypatch):
    program = tmp_path / "redis-check-rdb"
    program.write_text("#!/bin/sh\necho 'Redis server v=7.0.15 sha=0'\n")
    program.chmod(0o755)
    (tmp_path / "redis-server").symlink_to(program.name)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_binary().name == "redis-server"


def test_without_any_server_it_says_how_to_install_one(tmp_path, monkeypatch):
    def missing():
        raise broker_module.ValkeyBinaryNotFoundError("none")

    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(broker_module, "get_binary_path", missing)
    with pytest.raises(BrokerMissing, match="apt install valkey-server"):
        find_binary()


def test_a_broker_that_does_not_answer_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(broker_module, "PATIENCE", 0.2)
    monkeypatch.setattr(broker_module, "PATIENCE_WITH_OTHERS", 0.2)
    nobody = tmp_path / "nobody.sock"
    with pytest.raises(BrokerSilent, match="Its log"):
        wait_for_broker(Broker(socket=nobody, passwords={"operator": "p"}), tmp_path / "log")
    with pytest.raises(BrokerAway, match=f"The broker unix://me:…@{nobody} does not answer"):
        wait_for_broker(Broker(given=f"unix://me:secret@{nobody}"), tmp_path / "log")
