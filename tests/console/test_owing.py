"""What `evenborn due`, `late`, `transfers`, `digest` and `coverage` show of a service's answers."""

from __future__ import annotations

import io
import json
from types import SimpleNamespace

import pytest
from rich.console import Console

from services.console.owing import (
    DIGEST,
    SHARES,
    TRANSFERS,
    given,
    print_coverage,
    print_digest,
    print_due,
    print_late,
    print_transfers,
)
from services.console.showing import Show
from services.console.words import Lang
from services.pregnancy_tracking.api.duties import COLOURS, KINDS, STATES
from services.pregnancy_tracking.api.transfers import DIRECTION_WORDS, STATUS_WORDS
from shared.access import Role

OWED = {
    "colour": "red",
    "state": "overdue",
    "kind": "home_visit",
    "due_until": "2025-06-30",
    "village": "dayingxiang-dongying",
    "holder": "dayingxiang-dongying-doctor",
    "pregnancy": "p1",
}
MONTH = dict.fromkeys(DIGEST, 0) | {"place": "dayingxiang", "registered": "<10"}
COVERED = {"township": "dayingxiang", "n": 46} | {f"{share}_percent": None for share in SHARES} | {"who_percent": 81.5}
ASKED = dict.fromkeys(TRANSFERS, "x") | {"direction": "outgoing", "status": "timed_out", "changed_on": None}
SHOWN = {
    print_due: OWED,
    print_late: OWED,
    print_transfers: ASKED,
    print_digest: MONTH,
    print_coverage: COVERED,
}


@pytest.fixture
def shown():
    """What a command prints of a table of one row, and what it asked for."""

    def text(command, lang=Lang.EN, *, as_json=False, **options):
        out, asked = io.StringIO(), []
        page = {"total": 1, "limit": 1_000, "offset": 0, "rows": [SHOWN[command]]}

        def ask(service, path, role, *, params):
            asked.append((service, path, role, params))
            return SimpleNamespace(text="risk,state\n", json=lambda: page)

        show = Show(lang, as_json, Console(file=out, width=300), Console(file=io.StringIO()))
        command(show, SimpleNamespace(ask=ask), {"unit": "u1"}, **options)
        return out.getvalue(), asked

    return text


@pytest.mark.parametrize(
    ("command", "english", "chinese"),
    [
        (print_due, ["home visit", "red", "overdue"], ["产后访视", "红", "逾期"]),
        (print_late, ["What is late", "overdue"], ["逾期与失访", "逾期"]),
        (print_transfers, ["to another county", "nobody answered in time", "–"], ["转往外县", "逾期未答复"]),
        (print_digest, ["duties met", "<10"], ["已履行", "<10"]),
        (print_coverage, ["WHO contacts, %", "81.5", "–"], ["世卫组织随访率，%", "81.5"]),
    ],
)
def test_each_is_a_table_in_both_languages(shown, command, english, chinese):
    for lang, words in ((Lang.EN, english), (Lang.ZH, chinese)):
        text, [(service, _, role, params)] = shown(command, lang)
        assert not [word for word in words if word not in text]
        asks = Role.COUNTY_HEALTH if command in {print_late, print_transfers} else Role.AUDITOR
        assert (service, role, params["unit"]) == ("pregnancy_tracking", asks, "u1")


@pytest.mark.parametrize("command", SHOWN)
def test_for_a_machine_it_is_one_document(shown, command):
    text, _ = shown(command, as_json=True)
    assert json.loads(text)["rows"] == [SHOWN[command]]


@pytest.mark.parametrize("command", SHOWN)
def test_for_a_spreadsheet_it_is_the_services_table_in_her_language(shown, command):
    text, [(*_, params)] = shown(command, Lang.ZH, as_csv=True)
    assert text == "risk,state\n"
    assert (params["format"], params["lang"]) == ("csv", "zh")


def test_every_colour_state_and_kind_has_the_services_words():
    for lang, place in ((Lang.EN, 0), (Lang.ZH, 1)):
        show = Show(lang)
        for words in (COLOURS, STATES, KINDS):
            assert {code: show.say(code) for code in words} == {code: told[place] for code, told in words.items()}
        for words in (STATUS_WORDS, DIRECTION_WORDS):
            said = {code: show.say(f"transfer_{code}") for code in words}
            assert said == {code: told[place] for code, told in words.items()}


def test_what_was_not_said_is_not_asked():
    assert given(unit="u1", post=None) == {"unit": "u1"}
