"""Releases over HTTP: prepared, cleared, published, restated, read by everybody, replayed; and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import count

import pytest

from services.births.api import releasing
from services.births.domain.birth import BIRTH
from services.births.domain.particulars import Sex
from services.births.domain.release import ReleasedCells
from shared.clock import COUNTY_TIME
from shared.eventstore import Ledger, Recording, envelope
from shared.kernel import Case
from tests.births.api.doors import as_, problem, results
from tests.births.records import corrected, told
from tests.births.scene import recorded

STATISTICIAN, OTHER = as_("statistician", subject="statistician-1"), as_("statistician", subject="statistician-2")
HEALTH, AUDITOR = as_("county_health", subject="county-1"), as_("auditor")
Q4, NUMBERS = date(2024, 7, 1), count(1)
TOWNSHIPS = {"dayingxiang": 46, "qinghezhen": 300, "nanshanxiang": 260}
FACILITIES = {
    "dayingxiang": "dayingxiang-hospital",
    "qinghezhen": "county-hospital",
    "nanshanxiang": "county-maternity",
}
BOOKS = [
    {"facility": FACILITIES[township], "births": births} for township, births in TOWNSHIPS.items()
]  # fmt: skip


def born(client, township, births, first=Q4, **other):
    """Write births straight into the log, as if they had been recorded one by one: every other one is a girl."""
    service = client.app.state.service
    about = envelope(at=service.clock.now(), by="hospital", command=f"c-{next(NUMBERS)}")
    day = datetime(first.year, first.month, first.day, 9, tzinfo=COUNTY_TIME)
    facts = [
        recorded(
            birth=f"{next(NUMBERS):032x}",
            township=township,
            facility=FACILITIES[township],
            born_at=day + timedelta(hours=number % 2_000),
            sex=Sex.BOY if number % 2 else Sex.GIRL,
            birth_order=(1, 1, 1, 1, 2, 2, 2, 2, 3, 3)[number % 10],
            **other,
        )
        for number in range(births)
    ]
    service.log.append([Recording(BIRTH.id(fact.birth), 1, fact, about) for fact in facts], Ledger())
    service.projector.hint(service.log.head())
    return facts


def correct(client, birth, **after):
    service = client.app.state.service
    before = told(**{name: getattr(birth, name) for name in type(told()).model_fields})
    changed = before.model_copy(update=after)
    fact = corrected(birth=birth.birth).model_copy(update={"before": before, "after": changed})
    about = envelope(at=service.clock.now(), by="clerk", command=f"c-{next(NUMBERS)}")
    service.log.append([Recording(BIRTH.id(birth.birth), 2, fact, about)], Ledger())


@pytest.fixture
def county(client):
    """The births of the fourth quarter of 2024, three townships."""
    return {township: born(client, township, births) for township, births in TOWNSHIPS.items()}


def prepare(client, period="2024Q4", headers=STATISTICIAN, **other):
    return client.post("/releases", json={"period": period, "books": BOOKS} | other, headers=headers)


def clear(client, *cleared, period="2024Q4", headers=STATISTICIAN):
    return client.post(f"/releases/{period}/clear", json={"cleared": list(cleared)}, headers=headers)


def publish(client, period="2024Q4", headers=HEALTH):
    return client.post(f"/releases/{period}/publish", json={}, headers=headers)


def restate(client, period="2024Q4", headers=HEALTH, reason="corrections"):
    return client.post(f"/releases/{period}/restate", json={"reason": reason}, headers=headers)


def released(client, period="2024Q4", make=publish):
    """An edition, prepared, cleared and published, each as it should be."""
    assert prepare(client, period).status_code == 201
    found = client.get(f"/releases/{period}/draft", headers=STATISTICIAN).json()["faults"]
    reasons = [{"fault": each["fault"], "place": each["place"], "reason": "source_confirmed"} for each in found]
    assert clear(client, *reasons, period=period).status_code == 201
    answer = make(client, period)
    assert answer.status_code == 201, answer.text
    return answer


def test_a_release_is_prepared_cleared_and_published(client, county):
    assert results(prepare(client)) == ["births.ReleasePrepared"]
    assert client.get("/releases").json()["total"] == 0
    assert results(clear(client)) == ["births.DataFaultsCleared"]
    assert results(publish(client)) == ["births.ReleasePublished"]
    made = client.get("/releases/2024Q4").json()
    rows = {(row["axis"], *row["areas"]): row for row in made["rows"]}
    assert rows["county",]["births"] == 606
    assert (rows["township", "dayingxiang"]["births"], rows["township", "dayingxiang"]["sexes"]) == (46, None)
    assert (made["edition"], made["from"], made["to"], made["reason"]) == (1, "2024-07-01", "2024-09-30", None)
    assert made["text"]["zh"].startswith("2024年第四季度")
    assert made["text"]["en"].startswith("Live births 2024Q4")


def test_a_release_is_read_without_a_token_and_leads_to_nothing(client, county):
    released(client)
    made = client.get("/releases/2024Q4").text
    assert not [word for word in ("know_at", "prepared_by", "published_by", "position", "county-1") if word in made]
    assert client.get("/releases?year=2024&newest=true").json()["rows"] == [
        {"period": "2024Q4", "edition": 1, "published_on": "2024-11-20", "reason": None}
    ]
    assert client.get("/releases?year=2023").json()["total"] == 0


def test_figures_are_exported(client, county):
    released(client)
    text = client.get("/releases/2024Q4/figures?format=csv&lang=zh").content.decode("utf-8-sig")
    head, first, *_ = text.splitlines()
    assert head == "口径,地区或机构,孩次,活产数,男婴,女婴,出生人口性别比,95%精确区间下限,95%精确区间上限"
    assert first.startswith("全县,,合计,606,303,303,100.0,")
    assert "\n乡镇,大营乡,合计," in text
    page = client.get("/releases/2024Q4/figures?limit=1&offset=4").json()
    assert (page["total"] > 5, len(page["rows"])) == (True, 1)
    assert client.get("/releases/2024Q4/figures?format=xlsx").content[:2] == b"PK"


def test_a_release_replayed_where_it_was_known_is_the_same_bytes(client, county):
    released(client)
    born(client, "nanshanxiang", 40)
    again = client.get("/releases/2024Q4/replay", headers=AUDITOR).json()
    assert again["same"] is True
    assert again["sha256"] == again["replayed_sha256"]
    assert again["know_at"] < client.app.state.service.log.head()


def test_a_release_is_restated_and_the_earlier_edition_stays(client, county):
    released(client)
    for birth in county["qinghezhen"][:4]:
        correct(client, birth, township="nanshanxiang")
    released(client, make=restate)
    first, second = (client.get(f"/releases/2024Q4?edition={edition}").json() for edition in (1, 2))
    assert (second["reason"], client.get("/releases/2024Q4").json()["edition"]) == ("corrections", 2)
    assert first["rows"] != second["rows"]
    listed = client.get("/releases?format=csv&lang=en").text.splitlines()
    assert listed[1:] == ["2024Q4,2,2024-11-20,corrections", "2024Q4,1,2024-11-20,"]
    both = [client.get(f"/releases/2024Q4/replay?edition={each}", headers=AUDITOR).json()["same"] for each in (1, 2)]
    assert both == [True, True]


# Refusals


def test_of_what_is_not_over_nothing_is_prepared(client):
    assert problem(prepare(client, "2025Q1")) == (409, "PeriodNotOver", "/period")
    assert problem(prepare(client, "2025")) == (409, "PeriodNotOver", "/period")


def test_where_nearly_nothing_was_born_nothing_can_be_printed(client):
    born(client, "dayingxiang", 9)
    assert problem(prepare(client)) == (409, "SuppressionWouldFail", "")


def test_a_restatement_waits_for_enough_changes(client, county):
    released(client)
    correct(client, county["qinghezhen"][0], township="nanshanxiang")
    assert problem(prepare(client)) == (409, "ChangesTooFew", "/period")


def test_every_fault_is_cleared_by_name(client, county):
    prepare(client, books=BOOKS[1:])
    missing = {"fault": "book_missing", "place": "facility:dayingxiang-hospital", "reason": "books_compared"}
    assert client.get("/releases/2024Q4/draft", headers=STATISTICIAN).json()["faults"] == [
        {"fault": "book_missing", "place": "facility:dayingxiang-hospital", "found": 0, "accepted": 0}
    ]
    assert problem(clear(client)) == (409, "FaultNotExplained", "/cleared")
    assert problem(clear(client, missing | {"place": "county"})) == (409, "NoSuchFault", "/cleared/0")
    assert problem(publish(client)) == (409, "DataFaultsUncleared", "/period")
    assert clear(client, missing).status_code == 201


def test_a_book_with_other_births_than_the_register_is_a_fault(client, county):
    born(client, "nanshanxiang", 100)
    prepare(client)
    assert client.get("/releases/2024Q4/draft", headers=STATISTICIAN).json()["faults"] == [
        {"fault": "book_differs", "place": "facility:county-maternity", "found": 28, "accepted": 2}
    ]


def test_nobody_publishes_what_they_prepared(client, county):
    prepare(client)
    clear(client)
    assert problem(publish(client, headers=STATISTICIAN)) == (409, "PublisherIsPreparer", "")
    assert publish(client, headers=OTHER).status_code == 201


def test_what_was_not_prepared_is_neither_cleared_nor_published(client):
    for answer in (clear(client), publish(client)):
        assert problem(answer) == (409, "NothingPrepared", "/period")


def test_a_period_is_published_once_and_restated_only_after_that(client, county):
    prepare(client)
    clear(client)
    assert problem(restate(client)) == (409, "NotPublished", "/period")
    publish(client)
    born(client, "nanshanxiang", 30)
    prepare(client)
    clear(client, {"fault": "book_differs", "place": "facility:county-maternity", "reason": "books_compared"})
    assert problem(publish(client)) == (409, "AlreadyPublished", "/period")
    assert restate(client, reason="late_registrations").status_code == 201


def test_what_quarters_made_public_meanwhile_leave_of_the_year_is_not_published(client, county):
    """A township is small in the last quarter only: the year less three quarters would be its cells."""
    for first in (date(2023, 10, 1), date(2024, 1, 1), date(2024, 4, 1)):
        for township in TOWNSHIPS:
            born(client, township, 300, first)
    assert prepare(client, "2024", books=[]).status_code == 201
    for period in ("2024Q1", "2024Q2", "2024Q3"):
        released(client, period)
    found = client.get("/releases/2024/draft", headers=STATISTICIAN).json()["faults"]
    reasons = [{"fault": each["fault"], "place": each["place"], "reason": "source_confirmed"} for each in found]
    assert clear(client, *reasons, period="2024").status_code == 201
    refused = publish(client, "2024")
    assert problem(refused) == (409, "DifferencingRevealsCell", "")
    assert "dayingxiang" in refused.json()["detail"]
    released(client, "2024")
    rows = {tuple(row["areas"]): row for row in client.get("/releases/2024").json()["rows"]}
    assert (rows["dayingxiang",]["births"], rows["dayingxiang",]["sexes"]) == (946, None)


def test_a_check_from_before_another_release_does_not_count(client, county, monkeypatch):
    born(client, "qinghezhen", 300, date(2024, 4, 1))
    released(client, "2024Q3")
    prepare(client)
    clear(client)
    monkeypatch.setattr(releasing, "RELEASED", Case("unreleased", ReleasedCells(), lambda state, _: state))
    assert problem(publish(client)) == (409, "ReleasedMeanwhile", "")


@pytest.mark.parametrize(
    ("form", "pointer"),
    [
        ({"period": "2024Q5"}, "/period"),
        ({"period": "1Q1"}, "/period"),
        ({"books": [{"facility": "county-hospital", "births": -1}]}, "/books/0/births"),
        ({"boys": 7}, "/boys"),
    ],
)
def test_a_malformed_request_names_the_place(client, form, pointer):
    assert problem(prepare(client, **form)) == (422, "Malformed", pointer)


def test_a_book_of_an_unknown_facility_is_refused(client):
    books = [{"facility": "nowhere", "births": 1}]
    assert problem(prepare(client, books=books)) == (409, "UnknownFacility", "/facility")


def test_what_was_never_published_is_unknown(client):
    for path in ("/releases/2024Q4", "/releases/2024Q4/figures", "/releases/2024Q4?edition=2"):
        assert problem(client.get(path)) == (404, "Unknown", "")
    assert problem(client.get("/releases/2024Q4/draft", headers=STATISTICIAN)) == (404, "Unknown", "")
    assert problem(client.get("/releases/2024Q4/replay", headers=AUDITOR)) == (404, "Unknown", "")


@pytest.mark.parametrize("headers", [as_("department"), as_("hospital"), as_("registrar"), as_("operator")])
def test_releases_are_made_by_those_who_count(client, headers):
    answers = [prepare(client, headers=headers), clear(client, headers=headers), publish(client, headers=headers)]
    answers += [restate(client, headers=headers), client.get("/releases/2024Q4/draft", headers=headers)]
    answers += [client.get("/releases/2024Q4/replay", headers=headers)]
    assert {problem(answer)[:2] for answer in answers} == {(403, "AccessDenied")}
