"""Property: from all releases together nobody can tell a suppressed cell more closely than the policy's width.

The attack is held to account as well: what releases without one of our defences give away, it finds to the birth.
"""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.births.domain.release import DifferencingRevealsCell, SuppressionWouldFail
from services.births.domain.release_events import ReleasePublished
from services.births.domain.release_figures import NONE, Axis, Detail, Words
from services.births.domain.suppression import Disclosure, Plan
from services.births.projections import release_draft
from services.births.projections.periods import quarter, statistical_year
from services.births.projections.release_draft import Known, draft
from services.births.projections.releases import document_of
from tests.births.attack import PARTS, Attack
from tests.births.scene import NOW, RULES

SMALL = Disclosure(least_cell=3, small_area=12, protection_width=2, least_changes=1)
POLICY = RULES.model_copy(update={"releases": SMALL})
QUARTERS = ("2025Q1", "2025Q2", "2025Q3", "2025Q4")
BIRTH = st.tuples(st.sampled_from("ABC"), st.sampled_from("HKL"), st.integers(0, 5))
"""Township, facility, and which of the six cells."""
TRIED = 15
"""Suppressed cells that the attack tries of each history: each costs two integer programmes."""
EXAMPLES = 15
CORRECTION = st.tuples(st.sampled_from(QUARTERS), st.sampled_from(["add", "remove", "move"]), BIRTH, st.integers(0, 99))
ACTS = st.lists(st.sampled_from([*QUARTERS, "2025"]) | CORRECTION, min_size=4, max_size=9)


def births_of(cells):
    """Areas of both axes from births by township, facility and cell."""
    areas = {axis: {} for axis in (Axis.TOWNSHIP, Axis.FACILITY)}
    for (township, facility, cell), births in cells.items():
        for axis, code in ((Axis.TOWNSHIP, township), (Axis.FACILITY, facility)):
            counts = list(areas[axis].get(code, NONE))
            counts[cell] += births
            areas[axis][code] = tuple(counts)
    return {axis: {code: counts for code, counts in sorted(each.items()) if any(counts)}
            for axis, each in areas.items()}  # fmt: skip


def truth(county):
    """Births of each quarter and of the year they make."""
    year = sum(county.values(), Counter())
    return {period: births_of(cells) for period, cells in [*county.items(), ("2025", year)]}


def correct(cells, what, birth, choice):
    present = sorted(cells.elements())
    if what != "add" and present:
        cells[present[choice % len(present)]] -= 1
    if what != "remove":
        cells[birth] += 1


def published(name, editions, county):
    """The next edition of a period as the service would make it; None if it may not."""
    named = quarter if "Q" in name else statistical_year
    known = Known(1, POLICY, truth(county), [each.figures for each in editions])
    try:
        figures = draft(named(name, 10), known)
    except (SuppressionWouldFail, DifferencingRevealsCell):
        return None
    edition = sum(each.period == name for each in editions) + 1
    words, about = Words(zh="", en=""), {"published_on": NOW.date(), "published_by": "someone"}
    return ReleasePublished(period=name, edition=edition, figures=figures, words=words, **about)


def assert_nothing_is_told(editions, truths):
    """How many cells were tried."""
    attack = Attack([document_of(each) for each in editions])
    cells = [each for each in attack.suppressed() if truths[each.period, each.edition].protects(each)]
    tried = cells[:: len(cells) // TRIED + 1]
    for cell in tried:
        low, high = attack.span(cell)
        if once := attack.printed_by(cell):
            is_ = truths[cell.period, cell.edition].of(cell)
            assert low < high or low != is_ or is_ in once, (cell, low, high, is_, once)
        else:
            assert high - low >= SMALL.protection_width, (cell, low, high)
    return len(tried)


class Real:
    """What cells really are when an edition is prepared."""

    def __init__(self, births):
        self._births = births

    def of(self, cell):
        areas = self._births[Axis.TOWNSHIP if cell.axis == "county" else Axis(cell.axis)]
        codes = areas if cell.axis == "county" else cell.areas
        at = [
            2 * order + sex
            for order in range(3)
            for sex in range(2)
            if cell.order in {None, ("1", "2", "3+")[order]} and cell.sex in {None, ("boys", "girls")[sex]}
        ]
        return sum(areas.get(code, NONE)[index] for code in codes for index in at)

    def protects(self, cell):
        """Cells that are small, and all of a small area but its total."""
        total = self.of(cell._replace(order=None, sex=None))
        is_total = cell.order is None and cell.sex is None
        return self.of(cell) < SMALL.least_cell or (total < SMALL.small_area and not is_total)


def lived_through(quarters, acts):
    """The editions of a history, and what was true when each was made."""
    county = {name: Counter(births) for name, births in zip(QUARTERS, quarters, strict=True)}
    editions, truths = [], {}
    for act in acts:
        if not isinstance(act, str):
            correct(county[act[0]], *act[1:])
        elif edition := published(act, editions, county):
            editions.append(edition)
            truths[edition.period, edition.edition] = Real(truth(county)[act])
    return editions, truths


def test_suppression_never_leaks():
    tried = Counter()

    @settings(max_examples=EXAMPLES, deadline=None)
    @given(st.lists(st.lists(BIRTH, min_size=8, max_size=60), min_size=4, max_size=4), ACTS)
    def of(quarters, acts):
        editions, truths = lived_through(quarters, acts)
        tried["editions"] += len(editions)
        tried["cells"] += assert_nothing_is_told(editions, truths) if editions else 0

    of()
    assert min(tried["editions"], tried["cells"]) > EXAMPLES, "most histories publish several editions with such cells"


LARGE, SMALLER = (9, 8, 7, 6, 5, 4), (3, 1, 2, 1, 0, 0)


def of_county(**births):
    """Births of a period, each township's in a facility of its own."""
    facilities = dict(zip("ABC", "HKL", strict=True))
    return Counter({
        (township, facilities[township], cell): count
        for township, counts in births.items() for cell, count in enumerate(counts)
    })  # fmt: skip


TELLTALE = {name: of_county(A=LARGE, B=LARGE, C=LARGE) for name in QUARTERS} | {
    "2025Q4": of_county(A=LARGE, B=SMALLER, C=LARGE)
}
"""A township that is small in one quarter only: what the year leaves of the other three is that quarter."""


def released(county, periods):
    editions = []
    for period in periods:
        editions.append(published(period, editions, county))
    return editions, {(each.period, each.edition): Real(truth(county)[each.period]) for each in editions}


def recovered(editions, truths):
    """The protected cells that the attack finds to be just what they are."""
    attack = Attack([document_of(each) for each in editions])
    cells = {cell: truths[cell.period, cell.edition] for cell in attack.suppressed()}
    return {cell for cell, real in cells.items() if real.protects(cell) and attack.span(cell) == (real.of(cell),) * 2}


@pytest.fixture
def unchecked(monkeypatch):
    """Releases that nobody holds against what was printed before."""
    monkeypatch.setattr(release_draft, "revealed", lambda *_: ())


@pytest.fixture
def naive(unchecked, monkeypatch):
    """Releases that leave out what is too small for its own sake, and hide it behind nothing."""

    def primary(areas, rules):
        return Plan({code: rules.detail_of(counts) for code, counts in areas.items()}, Detail.NOTHING)

    monkeypatch.setattr(release_draft, "plan", primary)


@pytest.mark.usefixtures("naive")
def test_the_attack_recovers_every_cell_of_an_area_that_is_the_rest_of_the_county():
    editions, truths = released(TELLTALE, ["2025Q4"])
    found = recovered(editions, truths)
    assert {(cell.axis, *cell.areas) for cell in found} == {("township", "B"), ("facility", "K")}
    assert len(found) == 2 * (len(PARTS) - 1), "all but the totals, which are printed"
    with pytest.raises(AssertionError):
        assert_nothing_is_told(editions, truths)


@pytest.mark.usefixtures("unchecked")
def test_the_attack_recovers_what_a_year_leaves_of_its_quarters():
    alone = released(TELLTALE, ["2025Q4"])
    assert not recovered(*alone)
    editions, truths = released(TELLTALE, [*QUARTERS, "2025"])
    assert {cell.period for cell in recovered(editions, truths)} == {"2025Q4"}
    with pytest.raises(AssertionError):
        assert_nothing_is_told(editions, truths)


def test_of_the_same_county_checked_releases_tell_nothing():
    editions, truths = released(TELLTALE, [*QUARTERS, "2025"])
    assert assert_nothing_is_told(editions, truths) > 0
    assert not recovered(editions, truths)
