"""A service in this process whose keys anybody can look up, so that what it says can be printed and said again."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from fastapi.testclient import TestClient
from joserfc.jwk import OKPKey

from services.births.main import DEFINITION as BIRTHS
from services.pregnancy_tracking.main import DEFINITION as PREGNANCY_TRACKING
from shared.access import Issuer
from shared.clock import ScenarioClock
from shared.service import Definition, application
from shared.settings import Settings

ROOT = Path(__file__).parents[2]
SERVICES = {definition.name: definition for definition in (BIRTHS, PREGNANCY_TRACKING)}
HOSPITAL = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
}
"""Signs as every department: the key pair of RFC 8037, appendix A.1."""
READER = {
    "kty": "OKP",
    "crv": "X25519",
    "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
    "d": "XasIfmJKikt54X-Lg4AO5m87sSkmGLb9HC-LJ_-I4Os",
}
"""Opens personal parts: Bob's key pair of RFC 7748, section 6.1."""
DEPARTMENTS = ("dayingxiang-hospital", "county-hospital", "dayingxiang-dongying-clinic")
KIDS = {department: f"{department}-1" for department in DEPARTMENTS}
CARE, HOUSEHOLD, FINGERPRINT, MASTER = b"c" * 32, b"h" * 32, b"f" * 32, b"m" * 32
_ISSUER = OKPKey.generate_key("Ed25519")


@contextmanager
def running(definition: Definition, home: Path, now: datetime) -> Iterator[TestClient]:
    """The service with the county's reference data and no broker, at a moment; asked through the client."""
    ScenarioClock(home / "clock").move(now)
    (home / f"{definition.name}.json").write_text(json.dumps(_secrets()))
    settings = Settings(
        store=str(home / "store"),
        broker=f"unix://{home}/nobody.sock",
        secrets=home,
        reference=ROOT / "deploy" / "county",
        port=0,
        peers=dict.fromkeys(SERVICES, "http://127.0.0.1:9"),
        scenario_clock=home / "clock",
    )
    with TestClient(application(definition, settings), raise_server_exceptions=False) as client:
        yield client


def bearer(role: str, units: Iterable[str] = (), purposes: Iterable[str] = (), subject: str = "") -> dict[str, str]:
    """The header of a caller with these rights."""
    return {"Authorization": f"Bearer {_token(subject or f'{role}-1', role, tuple(units), tuple(purposes))}"}


@cache
def _token(subject: str, role: str, units: tuple[str, ...], purposes: tuple[str, ...]) -> str:
    return Issuer(_ISSUER.as_dict(private=True), "demo").issue(subject, role, units, purposes, timedelta(hours=1))


def public(key: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in key.items() if name != "d"}


def _secrets() -> dict[str, object]:
    return {
        "master": _text(MASTER),
        "fingerprint": _text(FINGERPRINT),
        "purposes": {"care": _text(CARE), "household": _text(HOUSEHOLD)},
        "reader_key": READER,
        "signing_key": HOSPITAL,
        "issuer": _ISSUER.as_dict(private=False),
        "token": "unused",
        "departments": {kid: {"department": name, "key": public(HOSPITAL)} for name, kid in KIDS.items()},
    }


def _text(key: bytes) -> str:
    return b64encode(key).decode()
