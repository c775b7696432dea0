"""Releases on the console: which there are, and what one prints."""

from __future__ import annotations

import json

import httpx
import pytest

from services.births.projections.releases import document_of
from services.console.releases import print_release, print_releases
from services.console.showing import Show
from services.console.words import Lang
from tests.births.release_scene import published

ROWS = [
    {"period": "2024Q4", "edition": 2, "published_on": "2024-11-21", "reason": "corrections"},
    {"period": "2024Q4", "edition": 1, "published_on": "2024-11-20", "reason": None},
]
DOCUMENT = document_of(published())


class Answering:
    """Services that answer everything alike, and what they were asked."""

    def __init__(self, found):
        self._found, self.asked = found, []

    def ask(self, service, path, role, *, params):
        self.asked.append((service, path, params))
        return httpx.Response(200, json=self._found)


@pytest.mark.parametrize(("lang", "words"), [(Lang.EN, "corrections"), (Lang.ZH, "更正")])
def test_editions_are_listed(capsys, lang, words):
    services = Answering({"total": 2, "rows": ROWS})
    print_releases(Show(lang), services, 2024, newest=False)
    assert services.asked == [("births", "/releases", {"limit": 10_000, "newest": False, "year": 2024})]
    told = capsys.readouterr().out
    assert all(each in told for each in ("2024Q4", "2024-11-21", words))


@pytest.mark.parametrize("lang", Lang)
def test_a_release_is_shown_with_a_dash_for_what_is_suppressed(capsys, lang):
    services = Answering(DOCUMENT)
    print_release(Show(lang), services, "2024Q4", None)
    assert services.asked == [("births", "/releases/2024Q4", {})]
    told = capsys.readouterr().out
    assert all(each in told for each in ("104.9", "81.0 – 136.0", "46", "–", *DOCUMENT["text"].values()))


def test_a_release_is_one_json_document(capsys):
    print_release(Show(Lang.EN, as_json=True), Answering(DOCUMENT), "2024Q4", 1)
    assert json.loads(capsys.readouterr().out) == DOCUMENT
