"""What `evenborn timeline` asks for and shows of a service's answer."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from rich.console import Console

from services.console.showing import Show
from services.console.timelines import print_timeline
from services.console.words import Lang
from shared.access import Purpose, Role
from shared.tables import EXPORTED

ENTRY = {
    "occurred_at": "2025-04-07",
    "recorded_at": "2025-06-30T09:00:00+08:00",
    "service": "pregnancy_tracking",
    "kind": "VisitLogged",
    "body": {"unit": "dayingxiang-hospital", "observations": {"weight_kg": 54.5}},
}
PAGE = {"pregnancy": "p1", "total": 1, "limit": EXPORTED, "offset": 0, "entries": [ENTRY]}


@pytest.fixture
def shown():
    """What is printed, and what was asked for."""

    def text(asked, *, as_json=False):
        out, questions = io.StringIO(), []

        def ask(service, path, role, **options):
            questions.append((service, path, role, options))
            return SimpleNamespace(json=lambda: PAGE)

        show = Show(Lang.EN, as_json, Console(file=out, width=200), Console(file=io.StringIO()))
        print_timeline(show, SimpleNamespace(ask=ask), "pregnancy:p1", asked)
        return out.getvalue(), questions

    return text


def test_the_whole_timeline_is_asked_for_in_one_look(shown):
    _, questions = shown({"known_at": "2025-07-01", "order": "recorded"})
    params = {"known_at": "2025-07-01", "order": "recorded", "limit": EXPORTED}
    about = {"purpose": Purpose.AUDIT, "params": params}
    assert questions == [("pregnancy_tracking", "/pregnancies/p1/timeline", Role.AUDITOR, about)]


def test_entries_are_rows_without_what_is_personal_and_a_machine_gets_the_answer(shown):
    table, _ = shown({})
    assert "2025-06-30 09:00" in table
    assert "dayingxiang-hospital" in table
    assert "54.5" not in table
    assert json.loads(shown({}, as_json=True)[0]) == PAGE
