"""One births service in this process, without a broker."""

from __future__ import annotations

import json
from base64 import b64encode
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from joserfc.jwk import OKPKey

from services.births.main import DEFINITION
from services.console.places import codes
from shared.service import application
from shared.settings import Settings
from tests.births.api.doors import HOSPITAL, ISSUER, READER, public
from tests.births.scene import NOW

COUNTY = Path(__file__).parents[3] / "deploy" / "county"


def secret(letter: str) -> str:
    return b64encode(letter.encode() * 32).decode()


@pytest.fixture
def settings(tmp_path):
    """A deployment without a broker, on 20 November 2024."""
    made = {
        "master": secret("m"),
        "fingerprint": secret("f"),
        "purposes": {"care": secret("c"), "household": secret("h")},
        "reader_key": READER.as_dict(private=True),
        "signing_key": OKPKey.generate_key("Ed25519").as_dict(private=True),
        "issuer": public(ISSUER),
        "token": "unused",
        "departments": {
            "hospital-1": {"department": "hospital", "key": public(HOSPITAL), "units": [*codes(COUNTY), "nowhere"]}
        },
    }
    (tmp_path / "births.json").write_text(json.dumps(made))
    (tmp_path / "clock").write_text(NOW.isoformat())
    return Settings(
        store=str(tmp_path / "store"),
        broker=f"unix://{tmp_path}/nobody.sock",
        secrets=tmp_path,
        reference=COUNTY,
        port=0,
        peers={"pregnancy_tracking": "http://127.0.0.1:9"},
        scenario_clock=tmp_path / "clock",
    )


@pytest.fixture
def client(settings):
    with TestClient(application(DEFINITION, settings), raise_server_exceptions=False) as client:
        yield client
