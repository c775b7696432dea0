"""Reading a publisher's feed over HTTP."""

from __future__ import annotations

import json

import httpx
import pytest

from shared.messaging.feeds import FeedAway, HttpFeed, Page

pytestmark = pytest.mark.anyio


def feed_of(answer):
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return HttpFeed(client, "http://births:8000/", "care", "secret")


async def test_a_page_is_asked_for_with_the_readers_token_and_read_in_order():
    asked = []

    def answer(request):
        asked.append((str(request.url), request.headers["authorization"]))
        return httpx.Response(200, content=b'[{"sequence": 4}, {"sequence":5}]', headers={"Evenborn-Head": "9"})

    page = await feed_of(answer).read(3, 2)
    assert (page.head, [json.loads(body) for body in page.bodies]) == (9, [{"sequence": 4}, {"sequence": 5}])
    assert asked == [("http://births:8000/feed/care?after=3&limit=2", "Bearer secret")]


async def test_an_empty_page_is_a_page():
    answer = lambda _: httpx.Response(200, content=b"[]", headers={"Evenborn-Head": "0"})
    assert await feed_of(answer).read(0, 10) == Page(0, [])


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(403, content=b"[]", headers={"Evenborn-Head": "1"}),
        httpx.Response(200, content=b"[", headers={"Evenborn-Head": "1"}),
        httpx.Response(200, content=b"5", headers={"Evenborn-Head": "1"}),
        httpx.Response(200, content=b"[]"),
        httpx.Response(200, content=b"[]", headers={"Evenborn-Head": "many"}),
    ],
)
async def test_anything_else_is_no_page(answer):
    with pytest.raises(FeedAway):
        await feed_of(lambda _: answer).read(0, 10)


async def test_a_publisher_that_does_not_answer_is_away():
    def refuse(request):
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(FeedAway, match="ConnectError"):
        await feed_of(refuse).read(0, 10)
