"""A timeline in pages: joined they are the whole, in either order, as it had happened and as it was known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.clock import ScenarioClock
from tests.pregnancy_tracking.asking import MIDWIFE, WHO, course, refusal, registered, timeline, visit
from tests.pregnancy_tracking.scene import NOW

LATER = NOW + timedelta(hours=2)
HOSPITAL = ("hospital", "county-hospital")
KEPT = ("total", "limit", "offset")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request, tmp_path):
    return str(tmp_path / "store") if request.param == "sqlite" else request.getfixturevalue("new_database")()


@pytest.fixture
def told(served):
    """A pregnancy of which two visits became known in one moment, an earlier and a later one; and one before, later."""
    pregnancy = registered(served)
    for day in ("2025-05-12", "2025-04-07"):
        assert visit(served, pregnancy, visited_on=day).status_code == 201
    ScenarioClock(served.secrets.parent / "now").move(LATER)
    assert visit(served, pregnancy, visited_on="2025-03-10").status_code == 201
    return pregnancy


def joined(served, pregnancy, size, **params):
    """The entries of all pages, each of which says how many there are."""
    entries, total = [], 1
    while len(entries) < total:
        page = timeline(served, pregnancy, limit=size, offset=len(entries), **params).json()
        total = page["total"]
        assert (page["limit"], page["offset"]) == (size, len(entries))
        assert len(page["entries"]) == min(size, total - len(entries))
        entries += page["entries"]
    return entries


WHEN = [
    {},
    {"as_of": "2025-04-07"},
    {"known_at": NOW.isoformat()},
    {"as_of": "2025-04-06", "known_at": NOW.isoformat()},
    {"as_of": "2025-04-06", "known_at": LATER.isoformat()},
]


def test_pages_joined_are_the_whole_whatever_is_asked_for(served, told):
    for when in WHEN:
        for order in ("occurred", "recorded"):
            asked = when | {"order": order}
            page = timeline(served, told, **asked).json()
            whole = page["entries"]
            assert [page[name] for name in (*KEPT, "order")] == [len(whole), 100, 0, order]
            for size in (1, 3, len(whole), 1_000):
                assert joined(served, told, size, **asked) == whole


def days(answer):
    return [entry["occurred_at"] for entry in course(answer)]


def test_entries_stand_as_it_happened_or_as_it_was_told(served, told):
    happened = ["2025-03-03"] * 3 + ["2025-03-10", "2025-04-07", "2025-05-12"]
    assert days(timeline(served, told)) == days(timeline(served, told, order="occurred")) == happened
    as_told = ["2025-03-03"] * 3 + ["2025-05-12", "2025-04-07", "2025-03-10"]
    assert days(timeline(served, told, order="recorded")) == as_told
    assert days(timeline(served, told, order="recorded", known_at=NOW.isoformat())) == as_told[:-1]


def test_past_the_end_there_is_nothing_but_how_many_there_are(served, told):
    total = timeline(served, told).json()["total"]
    for offset in (total, total + 1, 10_000_000):
        page = timeline(served, told, offset=offset, limit=5).json()
        assert ([page[name] for name in KEPT], page["entries"]) == ([total, 5, offset], [])


def test_a_page_that_cannot_be_is_refused_and_is_no_read(served, told):
    before = served.service.log.head()
    wrong = {"limit": (0, -1, 100_001, "all"), "offset": (-1, 10_000_001, "first"), "order": ("sex", "")}
    for name, values in wrong.items():
        for value in values:
            assert refusal(timeline(served, told, **{name: value})) == (422, "Malformed", f"/query/{name}")
    assert served.service.log.head() == before


def test_every_page_is_a_read_of_its_own(served, told):
    person = served.service.sealer.pseudonym("care", WHO["document"])
    before = len(served.facts(f"access:{person}"))
    pages = -(-len(joined(served, told, 3)) // 3)
    assert len(served.facts(f"access:{person}")) == before + pages
    assert pages > 1


def test_what_a_reader_is_not_shown_is_in_no_page_and_in_no_total(served):
    pregnancy = registered(served)
    performed = {"facility": "county-hospital", "performed_at": "2025-06-30T08:00:00+08:00", "emergency": False}
    entry = performed | {"document": WHO["document"]}
    assert served.ask("POST", "/registers/procedures", *HOSPITAL, json=entry).status_code == 201
    whole = timeline(served, pregnancy, HOSPITAL).json()
    hidden = [each for each in whole["entries"] if each["kind"] in {"TerminationPerformed", "LossSupportAssigned"}]
    hidden += [each for each in whole["entries"] if str(each["body"].get("duty", "")).startswith("loss_support")]
    assert len(hidden) >= 3
    shown = joined(served, pregnancy, 1)
    assert shown == [each for each in whole["entries"] if each not in hidden]
    assert timeline(served, pregnancy, MIDWIFE, limit=1).json()["total"] == whole["total"] - len(hidden)
