"""The page of a service's operations needs nothing from elsewhere, and no answer may be kept or bring in anything."""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from shared.documents import page
from shared.guarding import GUARDS
from tests.contracts.deployment import SERVICES, running

NOW = datetime.fromisoformat("2024-10-20T10:00:00+08:00")


@pytest.fixture(scope="module", params=SERVICES)
def client(request, tmp_path_factory):
    with running(SERVICES[request.param], tmp_path_factory.mktemp("service"), NOW) as client:
        yield client


def test_the_page_shows_every_operation_in_both_languages(client):
    shown = client.get("/docs")
    assert shown.headers["content-type"] == "text/html; charset=utf-8"
    paths = client.get("/openapi.json").json()["paths"]
    for path, methods in paths.items():
        assert shown.text.count(f"<code>{path}</code><span>") == len(methods)
    for words in ("出生登记" if "births" in shown.text[:200] else "保健", "说明 About", "应答 Answers", "Operation"):
        assert words in shown.text


def test_the_page_has_no_script_and_nothing_from_another_origin(client):
    shown = client.get("/docs").text + client.get("/docs.css").text
    assert not re.findall(r"<script|<style|style=|<img|<iframe|@import|url\(| on\w+=", shown)
    assert not re.findall(r"(?:src|href)=\"(?!docs\.css|openapi\.json|asyncapi\.json)", shown)
    assert client.get("/docs.css").headers["content-type"] == "text/css; charset=utf-8"


def test_pages_of_the_framework_are_not_there(client):
    for path in ("/redoc", "/docs/oauth2-redirect"):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/docs", 200),
        ("/docs.css", 200),
        ("/openapi.json", 200),
        ("/health/live", 200),
        ("/metrics", 200),
        ("/status", 401),
        ("/nowhere", 404),
        ("/events", 405),
    ],
)
def test_every_answer_is_guarded(client, path, status):
    answer = client.get(path)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in GUARDS} == GUARDS
    assert GUARDS["content-security-policy"].startswith("default-src 'self'")


def test_a_failure_of_our_own_is_guarded_too(client, monkeypatch):
    monkeypatch.setattr(client.app.state.service.health, "live", lambda: 1 / 0)
    answer = client.get("/health/live")
    assert (answer.status_code, answer.json()["refusal"]) == (500, "Failed")
    assert {name: answer.headers[name] for name in GUARDS} == GUARDS


def test_what_a_document_says_is_shown_as_text():
    operation = {"tags": ["<a>"], "summary": "<b>", "description": "<i>", "security": [], "responses": {}}
    body = {"content": {"application/json": {"example": {"x": "<script>"}}}}
    document = {
        "info": {"title": "<t>", "description": "&"},
        "tags": [{"name": "<a>", "description": "<d>"}],
        "paths": {"/<p>": {"get": {**operation, "requestBody": body}}},
    }
    shown = page(document)
    for raw in ("<a>", "<b>Get", "<i>", "<t>", "<d>", "<p>/", "<script>", "/<p>"):
        assert raw not in shown
    assert json.dumps("<script>").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") in shown
