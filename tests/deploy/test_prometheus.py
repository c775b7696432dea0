"""The alert rules speak of metrics there are, and say in both languages what to look at."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from shared.observability import STALLED_AFTER, Metrics

RULES = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml").read_text())
ALERTS = {rule["alert"]: rule for group in RULES["groups"] for rule in group["rules"]}


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_is_about_a_metric_that_is_shown(name):
    shown = {metric.name for metric in Metrics().registry.collect()}
    named = re.findall(r"evenborn_\w+", ALERTS[name]["expr"])
    assert {each.removesuffix("_total") for each in named} <= shown
    assert named or ALERTS[name]["expr"].startswith("up{")


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_in_both_languages_what_to_look_at(name):
    english, _, chinese = ALERTS[name]["annotations"]["summary"].partition(" / ")
    assert english
    assert re.search(r"[一-鿿]", chinese)
    assert ALERTS[name]["labels"]["severity"] in {"page", "ticket", "info"}


def test_what_stalls_is_said_at_the_same_moment_as_in_readiness():
    for name in ("ViewStalled", "ChannelStalled"):
        assert float(ALERTS[name]["expr"].rpartition("> ")[2]) == STALLED_AFTER
