"""The inbox: every message ends in a receipt, and has one effect or none."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from eventsourcing.persistence import OperationalError

from shared.contracts.receipts import Receipt
from shared.messaging.opening import Opener
from shared.messaging.parking import Parking
from tests.shared.messaging.scene import ADD, OPEN, body, message

pytestmark = pytest.mark.anyio


async def send(world, inbox, raw, department="hospital", to=None):
    receipts = await inbox.receive(raw, world.signed(raw, department), to)
    return receipts[0]


async def test_an_accepted_message_is_receipted_with_what_was_written(world):
    inbox = world.make_inbox()
    receipt = await send(world, inbox, body(OPEN, sum="a"))
    assert (receipt.status, receipt.source, receipt.id) == ("accepted", "/demo/hospital", "m1")
    assert receipt.results == ("sum:a",)
    assert [r["id"] for r in world.receipts()] == ["m1"]


async def test_a_batch_is_receipted_message_by_message(world):
    inbox = world.make_inbox()
    batch = [
        message(OPEN, "m1", sum="a"),
        message(ADD, "m2", sum="a", amount=3),
        message(ADD, "m3", sum="a", amount=101),
    ]
    raw = json.dumps(batch).encode()
    receipts = await inbox.receive(raw, world.signed(raw))
    assert [(r.id, r.status) for r in receipts] == [("m1", "accepted"), ("m2", "accepted"), ("m3", "rejected")]
    assert world.total() == 3
    assert receipts[2].reason.model_dump() == {
        "name": "OverLimit", "detail": "too much", "pointer": "/data/amount", "accepted": "100",
    }  # fmt: skip


async def test_a_bad_message_in_a_batch_costs_only_itself(world):
    inbox = world.make_inbox()
    batch = [message(OPEN, "m1", sum="a"), 5, {"id": "m3"}, message(ADD, "m4", sum="a", amount=2)]
    raw = json.dumps(batch).encode()
    receipts = await inbox.receive(raw, world.signed(raw))
    assert [r.status for r in receipts] == ["accepted", "rejected", "rejected", "accepted"]
    assert receipts[1].reason.pointer == "/1"
    assert (receipts[2].id, receipts[2].reason.pointer) == ("m3", "/2/source")
    assert world.total() == 2


BAD = {
    "not JSON": (b"{", "Malformed", ""),
    "nothing": (b"", "Malformed", ""),
    "not UTF-8": (b'{"id": "\xff\xfe"}', "Malformed", ""),
    "NaN": (b'{"id": NaN}', "Malformed", ""),
    "huge integer": (
        body(ADD, sum="a", amount=1).replace(b'"amount": 1', b'"amount": ' + b"9" * 5000),
        "Malformed",
        "",
    ),
    "deep": (b"[" * 100_000, "Malformed", ""),
    "a number": (b"5", "Malformed", ""),
    "an empty batch": (b"[]", "Malformed", ""),
    "no type": (json.dumps({**message(ADD), "type": None}).encode(), "Malformed", "/type"),
    "no data": (json.dumps({k: v for k, v in message().items() if k != "data"}).encode(), "Malformed", "/data"),
    "no zone in time": (json.dumps(message() | {"time": "2024-10-15T12:00:00"}).encode(), "Malformed", "/time"),
    "wrong type of a field": (body(ADD, sum="a", amount="3"), "Malformed", "/data/amount"),
    "unknown field": (body(ADD, sum="a", amount=3, sex="girl"), "Malformed", "/data/sex"),
    "unknown type": (body("evenborn.test.nothing.v1"), "UnknownType", "/type"),
    "unknown version": (body("evenborn.test.add.v2"), "UnknownType", "/type"),
    "another's source": (body(OPEN, source="/demo/village", sum="a"), "WrongSource", "/source"),
    "another county's source": (body(OPEN, source="/other/hospital", sum="a"), "WrongSource", "/source"),
    "a source that begins alike": (body(OPEN, source="/demo/hospital2", sum="a"), "WrongSource", "/source"),
    "oversize": (body(OPEN, sum="a" * 1024 * 1024), "Oversize", ""),
    "too many": (json.dumps([message()] * 1001).encode(), "Oversize", ""),
}


@pytest.mark.parametrize("bad", BAD)
async def test_bad_input_is_rejected_and_nothing_written(world, bad):
    raw, name, pointer = BAD[bad]
    inbox = world.make_inbox()
    receipt = await send(world, inbox, raw, to="hospital")
    assert (receipt.status, receipt.reason.name, receipt.reason.pointer) == ("rejected", name, pointer)
    assert world.log.head() == 0
    assert world.receipts()[0]["reason"]["name"] == name
    assert (await send(world, inbox, body(OPEN, id="next", sum="a"))).status == "accepted"


async def test_what_is_rejected_tells_nothing_of_the_value(world):
    raw = b'{"name": "Wang Xiaohong", "document": "11010119900307888'
    receipt = await send(world, world.make_inbox(), raw)
    assert "Wang" not in receipt.model_dump_json()
    assert "110101" not in receipt.model_dump_json()


async def test_an_unsigned_message_is_rejected(world):
    [receipt] = await world.make_inbox().receive(body(OPEN, sum="a"), "")
    assert (receipt.reason.name, world.log.head(), world.receipts()) == ("SignatureMissing", 0, [])


async def test_a_forged_signature_is_rejected(world):
    forged = world.signed(body(OPEN, sum="b"))
    [receipt] = await world.make_inbox().receive(body(OPEN, sum="a"), forged)
    assert (receipt.reason.name, world.log.head()) == ("SignatureInvalid", 0)


async def test_a_stranger_is_rejected(world):
    raw = body(OPEN, sum="a")
    [receipt] = await world.make_inbox().receive(raw, world.signed(raw, "stranger"))
    assert (receipt.reason.name, world.log.head()) == ("SignerUnknown", 0)


async def test_an_expired_signature_is_rejected(world, clock):
    raw = body(OPEN, sum="a")
    signature = world.signed(raw, lifetime=timedelta(minutes=1))
    clock.set(clock.now() + timedelta(minutes=2))
    [receipt] = await world.make_inbox().receive(raw, signature)
    assert (receipt.reason.name, world.log.head()) == ("SignatureExpired", 0)


async def test_a_message_at_another_departments_door_is_rejected_to_the_door(world):
    raw = body(OPEN, sum="a")
    [receipt] = await world.make_inbox().receive(raw, world.signed(raw, "hospital"), "village")
    assert (receipt.reason.name, world.log.head()) == ("WrongDepartment", 0)
    assert [r["reason"]["name"] for r in world.receipts("village")] == ["WrongDepartment"]
    assert world.receipts("hospital") == []


async def test_a_unit_below_the_department_may_be_the_source(world):
    assert (
        await send(world, world.make_inbox(), body(OPEN, source="/demo/hospital/ward-3", sum="a"))
    ).status == "accepted"


async def test_the_same_message_again_has_one_effect_and_an_equal_receipt(world, clock):
    inbox = world.make_inbox()
    await send(world, inbox, body(OPEN, sum="a"))
    first = await send(world, inbox, body(ADD, "m2", sum="a", amount=3))
    clock.set(clock.now() + timedelta(minutes=5))
    again = await send(world, world.make_inbox(), body(ADD, "m2", sum="a", amount=3))
    assert (again, world.total()) == (first, 3)
    assert world.receipts()[1] == world.receipts()[2]


async def test_the_same_message_spaced_differently_is_the_same(world):
    inbox = world.make_inbox()
    first = await send(world, inbox, body(OPEN, sum="a"))
    spaced = json.dumps(message(OPEN, sum="a"), indent=3, sort_keys=True).encode()
    assert await send(world, inbox, spaced) == first


async def test_the_same_id_with_other_content_is_rejected(world):
    inbox = world.make_inbox()
    await send(world, inbox, body(OPEN, sum="a"))
    await send(world, inbox, body(ADD, "m2", sum="a", amount=3))
    receipt = await send(world, inbox, body(ADD, "m2", sum="a", amount=4))
    assert (receipt.status, receipt.reason.name, world.total()) == ("rejected", "CommandIdReused", 3)


async def test_the_same_id_of_another_source_is_another_message(world):
    inbox = world.make_inbox()
    await send(world, inbox, body(OPEN, sum="a"))
    receipt = await send(world, inbox, body(ADD, source="/demo/hospital/x", sum="a", amount=3))
    assert (receipt.status, world.total()) == ("accepted", 3)


async def test_a_message_is_held_until_what_it_needs_is_known(world):
    inbox = world.make_inbox()
    parking = Parking(world.log, {"inbox": inbox.retry})
    held = await send(world, inbox, body(ADD, sum="a", amount=3))
    assert (held.status, held.reason.name) == ("held", "SumNotOpen")
    assert held.held_until == world.clock.now() + timedelta(days=7)
    assert [(p.kind, p.department, p.reason) for p in world.log.parked()] == [("held", "hospital", "SumNotOpen")]
    await parking.round("held")
    assert [r["status"] for r in world.receipts()] == ["held"]
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    await parking.round("held")
    assert [(r["id"], r["status"]) for r in world.receipts()] == [
        ("m1", "held"),
        ("m2", "accepted"),
        ("m1", "accepted"),
    ]
    assert (world.total(), world.log.parked()) == (3, [])


async def test_a_message_accepted_while_it_is_set_aside_is_told_last_that_it_is_accepted(world, monkeypatch):
    inbox = world.make_inbox()
    give, retries = inbox._receipts.give, []

    async def meanwhile(owed):
        if owed and owed[0][1].status == "held":
            await send(world, inbox, body(OPEN, "m2", sum="a"))
            retries.append(asyncio.create_task(inbox.retry(world.log.parked())))
            await asyncio.wait(retries, timeout=0.2)
        return await give(owed)

    monkeypatch.setattr(inbox._receipts, "give", meanwhile)
    await send(world, inbox, body(ADD, sum="a", amount=3))
    assert await retries[0] == ["accepted"]
    assert [r["status"] for r in world.receipts() if r["id"] == "m1"] == ["held", "accepted"]


async def test_held_messages_are_tried_in_the_order_they_came(world):
    inbox = world.make_inbox()
    for number in range(5):
        await send(world, inbox, body(ADD, f"m{number}", sum="a", amount=number + 1))
    await send(world, inbox, body(OPEN, "open", sum="a"))
    await Parking(world.log, {"inbox": inbox.retry}).round("held")
    assert [r.fact.amount for r in world.log.case("sum:a")[1:]] == [1, 2, 3, 4, 5]


async def test_what_is_kept_of_a_held_message_proves_who_sent_it(world):
    raw = body(ADD, sum="a", amount=3)
    await send(world, world.make_inbox(), raw)
    kept = json.loads(world.log.parked()[0].body)
    assert (kept["department"], kept["key"], kept["text"].encode()) == ("hospital", "hospital-1", raw)
    assert world.departments.verify(raw, kept["signature"], world.clock.now()).department == "hospital"


async def test_a_held_message_sent_again_is_still_held_once_since_the_first_time(world, clock):
    inbox = world.make_inbox()
    first = await send(world, inbox, body(ADD, sum="a", amount=3))
    clock.set(clock.now() + timedelta(days=1))
    assert await send(world, inbox, body(ADD, sum="a", amount=3)) == first
    assert await send(world, world.make_inbox(), body(ADD, sum="a", amount=3)) == first
    assert len(world.log.parked()) == 1


async def test_a_held_message_sent_again_when_it_can_be_accepted_is_no_longer_held(world):
    inbox = world.make_inbox()
    await send(world, inbox, body(ADD, sum="a", amount=3))
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    assert (await send(world, inbox, body(ADD, sum="a", amount=3))).status == "accepted"
    assert (world.total(), world.log.parked()) == (3, [])


async def test_other_content_under_the_id_of_a_held_message_is_rejected(world):
    inbox = world.make_inbox()
    await send(world, inbox, body(ADD, sum="a", amount=3))
    receipt = await send(world, inbox, body(ADD, sum="a", amount=4))
    assert (receipt.status, receipt.reason.name) == ("rejected", "CommandIdReused")
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    await inbox.retry(world.log.parked())
    assert world.total() == 3


async def test_other_content_never_takes_over_the_id_of_a_held_message_though_it_could_be_accepted(world):
    inbox = world.make_inbox()
    await send(world, inbox, body(ADD, sum="a", amount=3))
    receipt = await send(world, inbox, body(OPEN, sum="b"))
    assert (receipt.status, receipt.reason.name, receipt.reason.pointer) == ("rejected", "CommandIdReused", "/id")
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    assert await inbox.retry(world.log.parked()) == ["accepted"]
    assert (world.total(), [(r["id"], r["status"]) for r in world.receipts()][-1]) == (3, ("m1", "accepted"))


@pytest.mark.parametrize("others", [(OPEN, {"sum": "b"}), (ADD, {"sum": "a", "amount": 4})])
async def test_of_two_contents_under_one_id_at_once_only_the_first_is_held(world, others):
    inbox, (kind, data) = world.make_inbox(), others
    raw = json.dumps([message(ADD, "m1", sum="a", amount=3), message(kind, "m1", **data)]).encode()
    receipts = await inbox.receive(raw, world.signed(raw))
    assert [r.status for r in receipts] == ["held", "rejected"]
    assert receipts[1].reason.name == "CommandIdReused"
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    assert await inbox.retry(world.log.parked()) == ["accepted"]
    assert world.total() == 3


async def test_a_message_held_too_long_is_rejected_for_what_it_waited_for(world, clock):
    inbox = world.make_inbox(hold_for=timedelta(hours=2))
    await send(world, inbox, body(ADD, sum="a", amount=3))
    clock.set(clock.now() + timedelta(hours=3))
    assert await inbox.retry(world.log.parked()) == ["rejected"]
    assert (world.receipts()[-1]["status"], world.receipts()[-1]["reason"]["name"]) == ("rejected", "SumNotOpen")
    assert world.log.parked() == []


@pytest.mark.parametrize("poison", [{"sum": "a", "amount": -1}, {"sum": "unreadable", "amount": 1}])
async def test_a_message_our_code_fails_on_is_set_aside_and_others_go_on(world, poison):
    inbox = world.make_inbox()
    batch = [message(OPEN, "m1", sum="a"), message(ADD, "m2", **poison), message(ADD, "m3", sum="a", amount=2)]
    raw = json.dumps(batch).encode()
    receipts = await inbox.receive(raw, world.signed(raw))
    assert [r.status for r in receipts] == ["accepted", "held", "accepted"]
    [parked] = world.log.parked()
    assert (parked.kind, parked.attempts, world.total()) == ("poison", 3, 2)
    assert await inbox.retry([parked]) == ["poison"]
    assert world.log.parked()[0].attempts == 6


async def test_an_operator_gives_a_message_up(world):
    inbox = world.make_inbox()
    parking = Parking(world.log, {"inbox": inbox.retry}, dropped=inbox.forget)
    await send(world, inbox, body(ADD, sum="a", amount=3))
    parking.drop(world.log.parked()[0].id)
    assert world.log.parked() == []
    assert (await send(world, inbox, body(ADD, sum="a", amount=4))).status == "held"


async def test_a_crash_between_commit_and_receipt_ends_in_one_effect_and_a_receipt(world, monkeypatch):
    inbox = world.make_inbox()
    await send(world, inbox, body(OPEN, sum="a"))
    monkeypatch.setattr(world.journal, "append", cut_off)
    with pytest.raises(OperationalError):
        await send(world, inbox, body(ADD, "m2", sum="a", amount=3))
    assert world.total() == 3
    monkeypatch.undo()
    receipt = await send(world, world.make_inbox(), body(ADD, "m2", sum="a", amount=3))
    assert (receipt.status, world.total(), len(world.receipts())) == ("accepted", 3, 2)


async def test_a_crash_between_a_held_messages_commit_and_its_receipt_loses_no_receipt(world, monkeypatch):
    inbox = world.make_inbox()
    await send(world, inbox, body(ADD, sum="a", amount=3))
    await send(world, inbox, body(OPEN, "m2", sum="a"))
    monkeypatch.setattr(inbox._receipts, "give", fails)
    with pytest.raises(KeyboardInterrupt):
        await inbox.retry(world.log.parked())
    monkeypatch.undo()
    again = world.make_inbox()
    assert await again.retry(world.log.parked()) == ["accepted"]
    assert (world.total(), world.receipts()[-1]["status"], world.log.parked()) == (3, "accepted", [])


async def test_while_the_store_is_away_nothing_is_promised(world, monkeypatch):
    inbox = world.make_inbox()
    monkeypatch.setattr(world.log, "append", cut_off)
    with pytest.raises(OperationalError):
        await send(world, inbox, body(OPEN, sum="a"))
    monkeypatch.undo()
    assert (world.receipts(), world.log.parked()) == ([], [])
    assert (await send(world, inbox, body(OPEN, sum="a"))).status == "accepted"


def cut_off(*_args, **_kwargs):
    raise OperationalError("the store went away")


async def fails(_receipts):
    raise KeyboardInterrupt


async def test_a_neighbour_sends_what_travels_between_counties_and_nobody_else_does(world, clock):
    opener = Opener(
        "demo", world.departments, {ADD}, clock, str, {"village": "/linshui/births"}, {"village": frozenset({OPEN})}
    )

    def opened(kind, source, by):
        raw = body(kind, source=source, sum="a")
        [said] = opener.open(raw, world.signed(raw, by), None)[1]
        return said.reason.name if isinstance(said, Receipt) else said.department

    assert opened(OPEN, "/linshui/births", "village") == "village"
    assert opened(ADD, "/demo/hospital", "hospital") == "hospital"
    assert opened(OPEN, "/demo/hospital", "hospital") == "UnknownType"
    assert opened(ADD, "/linshui/births", "village") == "UnknownType"
    assert opened(OPEN, "/demo/village", "village") == "WrongSource"
