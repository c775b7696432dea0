"""The publisher's feed: a channel from its journal, for readers that missed something."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import httpx
from pydantic_core import from_json, to_json

PAGE = 500
"""Messages asked for at once."""


class FeedAway(Exception):
    """The publisher did not give a page of its feed."""


class Page(NamedTuple):
    """The bodies that follow a sequence, without gap, and the newest sequence of the channel."""

    head: int
    bodies: list[bytes]


class Feed(Protocol):
    """Where a channel can be read from any sequence on. Raises FeedAway."""

    async def read(self, after: int, limit: int) -> Page: ...


class HttpFeed:
    """`GET <base>/feed/<channel>?after=N&limit=…`: a JSON array of events, and the head in `Evenborn-Head`."""

    def __init__(self, client: httpx.AsyncClient, base: str, channel: str, token: str = "") -> None:
        self._client, self._url = client, f"{base.rstrip('/')}/feed/{channel}"
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def read(self, after: int, limit: int) -> Page:
        """A page; its bodies mean what was published (spacing may differ). Raises FeedAway."""
        try:
            answer = await self._client.get(
                self._url, params={"after": after, "limit": limit}, headers=self._headers, timeout=10
            )
            answer.raise_for_status()
            events: Any = from_json(answer.content)
            return Page(int(answer.headers["Evenborn-Head"]), [to_json(event) for event in events])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise FeedAway(type(error).__name__) from error
