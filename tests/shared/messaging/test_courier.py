"""The courier: brings what its journal says to another county's door until each message is receipted."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from shared.contracts.cloudevents import Event
from shared.messaging.courier import Courier
from shared.stores import Stores
from tests.shared.messaging.scene import ADD, OPEN, Open, World, message, until

pytestmark = pytest.mark.anyio
CHANNEL = "courier.shi"


class Neighbour:
    """The other county's service behind a real HTTP server."""

    def __init__(self, inbox, loop):
        self.inbox, self.loop, self.broken, self.asked = inbox, loop, [], 0
        neighbour = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self):
                raw = self.rfile.read(int(self.headers["Content-Length"]))
                neighbour.asked += 1
                if neighbour.broken:
                    self.send_response(neighbour.broken.pop(0))
                    self.end_headers()
                    return
                receive = neighbour.inbox.receive(raw, self.headers["Evenborn-Signature"])
                receipts = asyncio.run_coroutine_threadsafe(receive, neighbour.loop).result()
                answer = {"receipts": [receipt.model_dump(mode="json") for receipt in receipts]}
                self.send_response(200)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_args): ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
async def neighbour(world):
    neighbour = Neighbour(world.make_inbox(), asyncio.get_running_loop())
    yield neighbour
    await asyncio.to_thread(neighbour.server.shutdown)
    neighbour.server.server_close()


@pytest.fixture
def home(tmp_path, clock):
    """Our own county: its journal, its log."""
    directory = tmp_path / "home"
    directory.mkdir()
    stores = Stores("births", directory=directory)
    home = World(stores, clock)
    yield home
    home.close()
    stores.close()


@asynccontextmanager
async def working(home, world, url, signed=None, returned=lambda _event, _receipt: ()):
    async with httpx.AsyncClient(timeout=60) as client:
        courier = Courier(
            CHANNEL,
            url,
            client=client,
            sign=signed or (lambda raw: world.signed(raw, lifetime=timedelta(minutes=1))),
            journal=home.journal,
            writer=home.writer,
            log=home.log,
            clock=home.clock,
            returned=returned,
            poll=0.1,
        )
        home.journal.listen(courier.hint)
        task = asyncio.create_task(courier.run())
        try:
            yield courier
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def say(home, *events):
    home.journal.append([(CHANNEL, Event.model_validate_json(json.dumps(each))) for each in events])


def kept(home):
    rows = home.journal.feed(f"{CHANNEL}.receipts", 0, 100)
    return [(json.loads(body)["subject"], json.loads(body)["data"]["status"]) for _, body in rows]


async def test_messages_are_brought_in_order_and_their_receipts_kept(home, world, neighbour):
    say(home, message(OPEN, sum="a"), message(ADD, sum="a", amount=2), message(ADD, sum="a", amount=500))
    async with working(home, world, neighbour.url) as courier:
        await until(lambda: courier.position == 3)
        say(home, message(ADD, sum="a", amount=3))
        await until(lambda: courier.position == 4)
    assert kept(home) == [
        ("hospital:courier.shi:1", "accepted"),
        ("hospital:courier.shi:2", "accepted"),
        ("hospital:courier.shi:3", "rejected"),
        ("hospital:courier.shi:4", "accepted"),
    ]
    assert (world.total(), courier.lag(), home.log.position(CHANNEL)) == (5, 0, 4)


async def test_it_keeps_trying_until_there_is_a_receipt(home, world, neighbour):
    neighbour.broken = [500, 503, 404]
    say(home, message(OPEN, sum="a"))
    async with working(home, world, neighbour.url) as courier:
        await until(lambda: courier.trouble == "HTTPStatusError")
        await until(lambda: courier.position == 1)
    assert neighbour.asked == 4


async def test_a_neighbour_that_is_not_there_delays_visibly(home, world):
    say(home, message(OPEN, sum="a"))
    async with working(home, world, "http://127.0.0.1:9") as courier:
        await until(lambda: courier.trouble == "ConnectError")
        assert courier.lag() == 1


async def test_a_signature_that_is_not_accepted_is_no_receipt(home, world, neighbour):
    say(home, message(OPEN, sum="a"))
    trusted = []
    signed = lambda raw: world.signed(raw, "hospital" if trusted else "stranger")
    async with working(home, world, neighbour.url, signed) as courier:
        await until(lambda: courier.trouble == "SignerUnknown")
        assert courier.position == 0
        trusted.append(True)
        await until(lambda: courier.position == 1)


async def test_a_held_message_delays_no_other_and_its_final_receipt_is_kept(home, world, neighbour):
    say(home, message(ADD, sum="a", amount=2), message(OPEN, sum="b"))
    async with working(home, world, neighbour.url) as courier:
        await until(lambda: courier.position == 2)
        [held] = home.log.parked()
        assert (held.kind, held.source, held.reason) == ("held", CHANNEL, "SumNotOpen")
        assert await courier.retry([held]) == ["held"]
        say(home, message(OPEN, sum="a"))
        await until(lambda: courier.position == 3)
        assert await courier.retry([held]) == ["accepted"]
    assert (kept(home)[-1], home.log.parked()) == (("hospital:courier.shi:1", "accepted"), [])
    assert world.total() == 2


async def test_what_is_rejected_there_asks_for_something_here_once(home, world, neighbour):
    def opens(event, receipt):
        about = {"command_id": f"returned:{event.id}", "actor": "county", "at": home.clock.now()}
        return [Open(**about, sum=receipt.reason.name)] if receipt.status == "rejected" else []

    say(home, message(OPEN, sum="a"), message(ADD, sum="a", amount=500), message(ADD, sum="b", amount=500))
    async with working(home, world, neighbour.url, returned=opens) as courier:
        await until(lambda: courier.position == 3)
        [held] = home.log.parked()
        say(home, message(OPEN, sum="b"))
        await until(lambda: courier.position == 4)
        assert await courier.retry([held]) == ["rejected"]
    assert len(home.log.case("sum:OverLimit")) == 1
    assert home.log.head() == 1


async def test_a_courier_that_died_before_it_moved_brings_the_message_again_without_a_second_effect(
    home, world, neighbour, monkeypatch
):
    say(home, message(OPEN, sum="a"), message(ADD, sum="a", amount=2))

    async def dies(_works):
        raise RuntimeError

    async with working(home, world, neighbour.url) as courier:
        monkeypatch.setattr(courier._effects, "note", dies)
        await until(lambda: courier.trouble == "RuntimeError")
    assert home.log.position(CHANNEL) == 0
    async with working(home, world, neighbour.url) as courier:
        await until(lambda: courier.position == 2)
    assert world.total() == 2
    assert set(kept(home)) == {("hospital:courier.shi:1", "accepted"), ("hospital:courier.shi:2", "accepted")}
