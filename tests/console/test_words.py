"""What the console says: the same in both languages."""

from __future__ import annotations

from string import Formatter

import pytest

from services.console import main
from services.console.words import WORDS, Lang, Trouble, language, said


def fields(text):
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", WORDS)
def test_both_languages_say_the_same_things(key):
    english, chinese = WORDS[key]
    assert english
    assert chinese
    assert fields(english) == fields(chinese)


def test_every_trouble_has_its_words():
    assert main.app, "which imports them all"
    assert {trouble.__name__ for trouble in Trouble.__subclasses__()} <= set(WORDS)


def test_the_language_is_the_one_asked_for_then_the_environments(monkeypatch):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    assert language(None) is Lang.EN
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert language(None) is Lang.ZH
    assert language(Lang.EN) is Lang.EN
    monkeypatch.setenv("LC_ALL", "C")
    assert language(None) is Lang.EN


def test_words_are_filled_in():
    assert said(Lang.ZH, "PortTaken", port=8701, service="births").startswith("births 需要的端口 8701")
