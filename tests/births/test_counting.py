"""Property: the figures equal the births that happened, in whatever order and however often they are told."""

from __future__ import annotations

import tempfile
from collections import Counter
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from services.births.domain.birth import BIRTH
from services.births.domain.events import BirthRecorded
from services.births.domain.particulars import Particulars, Residence, Sex, Vital, content_of
from services.births.handling import HANDLERS
from services.births.projections.indicators import Indicators, counts
from services.births.projections.lag import Lag, delays, triangle
from services.births.projections.sex_ratio import (
    CELLS,
    ORDERS,
    Filters,
    SexRatio,
    live_by,
    live_by_residence,
    total,
)
from shared.clock import COUNTY_TIME
from shared.eventstore import Recorded, envelope
from shared.kernel import Refusal, fold
from shared.stores import Stores
from tests.births.records import approve, confirm, die, dismiss, reject, request, withdraw
from tests.births.scene import NOW, STANDING, TOLD, record
from tests.deciding import Given
from tests.reading import as_read

ABOUT = envelope(at=NOW, by="clerk", command="c")
START = datetime(2024, 10, 1, tzinfo=COUNTY_TIME)
PERIOD = Filters("2024-10", "2024-11")
FIELDS = st.fixed_dictionaries({
    "person": st.sampled_from(["m1", "m2", "m3", "m4"]),
    "born_at": st.integers(0, 40 * 24).map(lambda hours: START + timedelta(hours=hours)),
    "number": st.integers(1, 3),
    "plurality": st.just(3),
    "facility": st.sampled_from(["county-hospital", "home"]),
    "township": st.sampled_from(["dayingxiang", "hekou"]),
    "sex": st.sampled_from(Sex),
    "vital": st.sampled_from(Vital),
    "birth_order": st.integers(1, 6),
    "residence": st.sampled_from(Residence),
})  # fmt: skip
CHILDREN = st.lists(
    FIELDS, max_size=12, unique_by=lambda told: (told["person"], told["born_at"].date(), told["number"])
)


@st.composite
def deliveries(draw):
    """Some children, and messages that tell each of them at least once, in any order."""
    children = draw(CHILDREN)
    repeated = draw(st.lists(st.sampled_from(range(len(children))), max_size=12)) if children else []
    order = draw(st.permutations([*range(len(children)), *repeated]))
    return children, [children[index] for index in order]


class Book(Given):
    """Facts in the order they were decided, as a log has them."""

    def __init__(self) -> None:
        super().__init__(HANDLERS, STANDING)
        self.log: list[Recorded] = []

    def take(self, command) -> None:
        for case_id, facts in self.decide(command).items():
            kept = self._facts.setdefault(case_id, [])
            for fact in facts:
                kept.append(fact)
                self.log.append(as_read(len(self.log) + 1, case_id, len(kept), fact, ABOUT))


@contextmanager
def viewed(view, log, cut):
    """A view that was given the log in batches of this size, to be asked."""
    with tempfile.TemporaryDirectory() as home:
        stores = Stores("births", directory=Path(home))
        engine = stores.engine("view")
        view.tables.create_all(engine)
        ours = [recorded for recorded in log if isinstance(recorded.fact, view.facts)]
        for start in range(0, len(ours), cut):
            with engine.begin() as db:
                view().project(ours[start : start + cut], db)
        with engine.connect() as db:
            yield db
        stores.close()


def counted(log, cut):
    """The cells of the sex ratio."""
    with viewed(SexRatio, log, cut) as db:
        return {tuple(row[:-1]): row[-1] for row in db.execute(CELLS.select())}


def cell(child):
    order = ORDERS[min(child["birth_order"], 3) - 1]
    return f"{child['born_at']:%Y-%m}", child["township"], child["facility"], order, child["sex"], child["vital"]


@settings(max_examples=60, deadline=None)
@given(deliveries(), st.integers(1, 5))
def test_counts_equal_the_births_under_any_order_and_repetition(delivered, cut):
    children, messages = delivered
    book = Book()
    for number, told in enumerate(messages):
        book.take(record(command_id=f"c{number}", birth=f"b{number}", **told))
    assert counted(book.log, cut) == Counter(map(cell, children))


@settings(max_examples=60, deadline=None)
@given(deliveries(), st.lists(FIELDS, max_size=6))
def test_of_contradicting_tellings_the_first_counts_and_none_is_lost(delivered, contradictions):
    _, messages = delivered
    book = Book()
    told = [record(command_id=f"c{n}", birth=f"b{n}", **each) for n, each in enumerate([*messages, *contradictions])]
    for command in told:
        book.take(command)
    distinct = {(each.person, each.born_on, each.number) for each in told}
    assert sum(counted(book.log, 3).values()) == len(distinct)
    kept = {(r.fact.person, content_of(r.fact)) for r in book.log if hasattr(r.fact, "mother")}
    assert kept == {(each.person, content_of(each)) for each in told}


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["tell", "correct", "approve", "reject", "confirm", "dismiss", "die", "withdraw"]),
        st.integers(0, 30),
        st.integers(0, 30),
        FIELDS,
    ),
    max_size=40,
)


def act(book, number, doing):
    """Do something to one of the births that were ever told, as a clerk would; what is refused changes nothing."""
    what, one, other, told = doing
    ids = sorted({r.fact.birth for r in book.log if isinstance(r.fact, Particulars)}) or ["b"]
    birth, of = ids[one % len(ids)], ids[other % len(ids)]
    stamp = {"command_id": f"c{number}"}
    asked = sorted(book[BIRTH, birth].requests) or ["none"]
    commands = {
        "tell": lambda: record(**stamp, birth=f"b{number:02}", **told),
        "correct": lambda: request(**stamp, birth=birth, correction=f"r{number}", after=without_person(told)),
        "approve": lambda: approve(**stamp, birth=birth, correction=asked[other % len(asked)]),
        "reject": lambda: reject(**stamp, birth=birth, correction=asked[other % len(asked)]),
        "confirm": lambda: confirm(**stamp, of=of, birth=birth),
        "dismiss": lambda: dismiss(**stamp, of=of, birth=birth),
        "die": lambda: die(day_of(book, birth), **stamp, birth=birth),
        "withdraw": lambda: withdraw(**stamp, birth=birth),
    }
    with suppress(Refusal):
        book.take(commands[what]())


def day_of(book, birth):
    """The day of a birth that is on record, else any."""
    content = book[BIRTH, birth].content
    return (content.born_at if content else TOLD["born_at"]).date()


def without_person(told):
    return {name: value for name, value in told.items() if name != "person"}


def births_that_count(book):
    """Every birth on record that is no duplicate, as it was last corrected: from the states, not from any view."""
    ids = {r.fact.birth for r in book.log if isinstance(r.fact, BirthRecorded)}
    states = [book[BIRTH, each] for each in ids]
    return [state.content._asdict() for state in states if not state.duplicate_of]


@settings(max_examples=120, deadline=None)
@given(ACTS, st.integers(1, 7))
def test_counts_equal_the_births_under_any_corrections_and_reviews(acts, cut):
    book = Book()
    for number, doing in enumerate(acts):
        act(book, number, doing)
    counts = {key: births for key, births in counted(book.log, cut).items() if births}
    assert counts == Counter(map(cell, births_that_count(book)))


@settings(max_examples=60, deadline=None)
@given(ACTS, st.integers(1, 7))
def test_every_other_figure_equals_the_births_as_well(acts, cut):
    book = Book()
    for number, doing in enumerate(acts):
        act(book, number, doing)
    births = births_that_count(book)
    live = [each for each in births if each["vital"] is Vital.LIVE]
    with viewed(SexRatio, book.log, cut) as db:
        assert sums(live_by_residence(db, PERIOD)) == Counter((each["residence"], each["sex"]) for each in live)
        for by in ("month", "township", "facility", "birth_order"):
            assert total(live_by(db, PERIOD, by)).births == len(live)
    with viewed(Lag, book.log, cut) as db:
        waited = {days: at.births for days, at in delays(db, PERIOD).items()}
        assert waited == Counter((NOW.date() - each["born_at"].date()).days for each in live)
        assert total(triangle(db, PERIOD)).births == len(live)
    with viewed(Indicators, book.log, cut) as db:
        found = counts(db, PERIOD, {"home"})
        assert (found.live, found.still) == (len(live), len(births) - len(live))
        assert found.at_home == sum(each["facility"] == "home" for each in live)
        assert found.neonatal_deaths == deaths_that_count(book)


def sums(found):
    """Births by key and sex."""
    by_sex = {(key, sex): getattr(live, f"{sex}s") for key, live in found.items() for sex in Sex}
    return {key: births for key, births in by_sex.items() if births}


def deaths_that_count(book):
    """Children on record who died, of births that are no duplicates."""
    ids = {r.fact.birth for r in book.log if isinstance(r.fact, BirthRecorded)}
    states = [book[BIRTH, each] for each in ids]
    return sum(state.died_on is not None and not state.duplicate_of for state in states)


@settings(max_examples=60, deadline=None)
@given(ACTS)
def test_whatever_was_told_or_corrected_is_absorbed_when_it_is_told_again(acts):
    book = Book()
    for number, doing in enumerate(acts):
        act(book, number, doing)
    before = len(book.log)
    for number, told in enumerate([told for what, _, _, told in acts if what == "tell"]):
        book.take(record(command_id=f"again{number}", birth=f"again{number}", **told))
    assert len(book.log) == before


def test_a_stored_birth_replays_to_the_same_state(log, append):
    book = Book()
    book.take(record())
    append({r.case: [r.fact] for r in book.log})
    replayed = fold(BIRTH.evolve, BIRTH.initial, [r.fact for r in log.case("birth:b1")])
    assert replayed == book[BIRTH, "b1"]
