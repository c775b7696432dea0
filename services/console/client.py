"""Asks services over HTTP, as somebody with a role and for a purpose, with tokens of the county's local issuer."""

from __future__ import annotations

import getpass
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Self

import httpx

from services.console.deployment import Deployment, NoDeployment
from services.console.keys import issuer_of
from services.console.words import Trouble
from shared.access import Purpose, Role

TOKEN_LASTS = timedelta(hours=1)
PATIENCE = 30.0
"""Seconds for one answer."""
EVERYWHERE = "*"


class ServiceSilent(Trouble):
    """Nothing answers at a service's address."""


class Refused(Trouble):
    """A service said no, and why."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        accepted = f" ({problem['accepted']})" if problem.get("accepted") else ""
        super().__init__(title=problem.get("title", status), detail=problem.get("detail", ""), accepted=accepted)


class Services:
    """The services of a deployment, asked one question at a time. Close it, or use it in a `with`."""

    def __init__(self, deployment: Deployment) -> None:
        """Raises NoDeployment if the deployment has no issuer yet."""
        self._deployment = deployment
        try:
            self._issuer = issuer_of(deployment.secrets, deployment.county)
        except FileNotFoundError:
            raise NoDeployment(data=deployment.home) from None
        self._http = httpx.Client(timeout=PATIENCE, trust_env=False)
        self._tokens: dict[tuple[Role, str], str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._http.close()

    def names(self) -> list[str]:
        return list(self._deployment.urls)

    def token(
        self, role: Role, units: Iterable[str], purposes: Iterable[Purpose], lifetime: timedelta, subject: str = ""
    ) -> str:
        """A token for a role; its subject is the person at this console unless another is named."""
        return self._issuer.issue(subject or console_user(), role, units, purposes, lifetime)

    def ask(
        self,
        service: str,
        path: str,
        role: Role,
        *,
        method: str = "GET",
        purpose: Purpose | None = None,
        **options: Any,
    ) -> httpx.Response:
        """One request in a role, for a purpose. Raises ServiceSilent, or Refused with the problem's words."""
        headers = {"Authorization": f"Bearer {self._token(role, purpose)}"}
        headers |= {"Purpose": purpose} if purpose else {}
        url = self._deployment.urls[service]
        try:
            answer = self._http.request(method, f"{url}{path}", headers=headers, **options)
        except httpx.TransportError:
            raise ServiceSilent(service=service, url=url, data=self._deployment.home) from None
        if answer.is_error:
            raise Refused(answer.status_code, _problem(answer))
        return answer

    def not_ready(self, service: str) -> str:
        """Why a service is not ready, "" when it is."""
        try:
            answer = self._http.get(f"{self._deployment.urls[service]}/health/ready", timeout=5)
        except httpx.TransportError as error:
            return type(error).__name__
        reasons: dict[str, str] = _problem(answer).get("reasons", {})
        return "" if answer.is_success else "; ".join(f"{name}: {why}" for name, why in reasons.items()) or answer.text

    def _token(self, role: Role, purpose: Purpose | None) -> str:
        key = role, purpose or ""
        if key not in self._tokens:
            self._tokens[key] = self.token(role, (EVERYWHERE,), [purpose] if purpose else (), TOKEN_LASTS)
        return self._tokens[key]


def console_user() -> str:
    """Who sits at this console, as the read log names it."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = "unknown"
    return "console:" + "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in name)


def _problem(answer: httpx.Response) -> dict[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        return {"title": f"HTTP {answer.status_code}"}
    return found if isinstance(found, dict) else {}
