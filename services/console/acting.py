"""Does the acts of a scenario, several at once, as the people they are of."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Self

import httpx

from services.console.acts import Act, filled
from services.console.client import Services
from services.console.deployment import Deployment
from services.console.words import Trouble
from shared.access import Purpose, Role

AT_ONCE = 16
"""Requests under way at a time: a service commits them together."""
TOKEN_LASTS = timedelta(days=7)
PATIENCE = 60.0
"""Seconds in which a service that is being started again answers."""


class ActRefused(Trouble):
    """A service said no to what somebody did in a scenario."""


class ActUnready(Trouble):
    """What an act is about never became known."""


class Desk:
    """Everybody who acts in a scenario. Use it in an `async with`.

    `known` is what acts may refer to. Answers are kept in a file, so that acts of later days find them again.
    """

    def __init__(self, deployment: Deployment, services: Services, answers: Path) -> None:
        self._urls, self._services, self._answers = deployment.urls, services, answers
        self._http = httpx.AsyncClient(timeout=PATIENCE, trust_env=False)
        self._tokens: dict[tuple[Role, str, tuple[str, ...], str], str] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE)
        lines = answers.read_text().splitlines() if answers.exists() else []
        self.known: dict[str, str] = dict(line.split("\t", 1) for line in lines if "\t" in line)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self._http.aclose()

    async def do(self, acts: Sequence[Act]) -> list[Act]:
        """Do what can be done; gives back those whose subjects are not known yet. Raises ActRefused."""
        done = await asyncio.gather(*map(self._do, acts))
        return [act for act, was in zip(acts, done, strict=True) if not was]

    async def _do(self, act: Act) -> bool:
        async with self._at_once:
            try:
                known = {**self.known, **await self._found(act)}
                path, form = filled(act.path, known), filled(act.form, known)
            except KeyError:
                return False
            answer = await self._ask(act, "POST", path, json=form, headers={"Idempotency-Key": act.id})
            if act.keeps:
                self._keep(act.id, str(answer[act.keeps]))
            return True

    async def _found(self, act: Act) -> Mapping[str, str]:
        """Raises KeyError if there is no such row yet."""
        if act.find is None:
            return {}
        where = {name: filled(value, self.known) for name, value in act.find.where.items()}
        rows = (await self._ask(act, "GET", filled(act.find.path, self.known)))["rows"]
        found = [row[act.find.take] for row in rows if all(row[name] == value for name, value in where.items())]
        if not found:
            raise KeyError(act.find.name)
        return {act.find.name: found[0]}

    async def _ask(self, act: Act, method: str, path: str, **options: Any) -> dict[str, Any]:
        """Asked again while the service is being started again: the second answer is the first."""
        headers = {"Authorization": f"Bearer {self._token(act)}", **options.pop("headers", {})}
        headers |= {"Purpose": act.purpose} if act.purpose else {}
        for _ in range(int(PATIENCE)):
            try:
                url = f"{self._urls[act.service]}{path}"
                answer = await self._http.request(method, url, headers=headers, **options)
            except httpx.TransportError:
                await asyncio.sleep(1)
                continue
            if answer.is_error:
                raise ActRefused(act=act.id, path=path, reason=answer.text)
            return dict(answer.json())
        raise ActRefused(act=act.id, path=path, reason="no answer")

    def _token(self, act: Act) -> str:
        who = act.role, act.who, act.units, act.purpose
        if who not in self._tokens:
            purposes = [Purpose(act.purpose)] if act.purpose else []
            self._tokens[who] = self._services.token(act.role, act.units, purposes, TOKEN_LASTS, act.who)
        return self._tokens[who]

    def _keep(self, name: str, value: str) -> None:
        self.known[name] = value
        with self._answers.open("a") as file:
            file.write(f"{name}\t{value}\n")
