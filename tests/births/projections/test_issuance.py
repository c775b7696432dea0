"""Certificates by number, and how many of the live births have one."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from services.births.domain.particulars import Vital
from services.births.projections.issuance import (
    Issuance,
    Wanted,
    certificate_of,
    certificates,
    issuance,
    verified,
)
from services.births.projections.sex_ratio import Filters
from shared.clock import COUNTY_TIME
from shared.tables import Paging, asked_of
from tests.births.records import corrected, issued, reinstated, voided, voided_birth
from tests.births.scene import birth_on_record
from tests.explaining import scanned

SECOND = {"birth": "b2", "certificate": "P000000002", "code": "CODE2"}
DECEMBER = {"born_at": datetime(2024, 12, 1, tzinfo=COUNTY_TIME)}


@pytest.fixture
def view(projector):
    """A query of the view after following the log."""

    def ask(query, *arguments):
        with projector().engine(Issuance.name).connect() as db:
            return query(db, *arguments)

    return ask


@pytest.fixture
def numbers(view):
    def find(limit=10, offset=0, **wanted):
        asked = Paging(limit, offset, "json", "code")
        rows, count = view(asked_of, certificates(Wanted(**wanted)), asked)
        return [row["certificate"] for row in rows], count

    return find


def test_an_issued_certificate_is_valid(append, view):
    append({"birth:b1": [issued(replaces="P000000009")]})
    assert view(certificate_of, "P000000001")._asdict() == {
        "certificate": "P000000001",
        "code": "CODE1",
        "birth": "b1",
        "unit": "county-hospital",
        "township": "dayingxiang",
        "facility": "county-hospital",
        "issued_on": "2024-11-20",
        "replaces": "P000000009",
        "state": "valid",
        "reason": None,
    }
    assert view(certificate_of, "P000000009") is None


def test_a_void_certificate_says_why(append, view):
    append({"birth:b1": [issued(), voided()]})
    row = view(certificate_of, "P000000001")
    assert (row.state, row.reason) == ("void", "lost")


def test_a_code_is_verified_with_its_own_number_while_the_certificate_is_valid(append, view):
    append({"birth:b1": [issued()]}, {"birth:b2": [issued(**SECOND)]})
    assert view(verified, "CODE1")
    assert view(verified, "CODE1", "P000000001")
    assert not view(verified, "CODE1", "P000000002")
    assert not view(verified, "CODE9")
    append({"birth:b1": [voided()]})
    assert not view(verified, "CODE1")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["P000000002", "P000000001"]),
        ({"unit": "county-hospital"}, ["P000000001"]),
        ({"township": "hekou"}, ["P000000002"]),
        ({"facility": "home"}, ["P000000002"]),
        ({"state": "void"}, ["P000000001"]),
        ({"first": "2024-11-21"}, ["P000000002"]),
        ({"last": "2024-11-20"}, ["P000000001"]),
        ({"first": "2024-11-20", "last": "2024-11-21"}, ["P000000002", "P000000001"]),
    ],
)
def test_certificates_are_filtered(append, numbers, wanted, found):
    other = {"unit": "dayingxiang", "issued_on": date(2024, 11, 21), "told": {"township": "hekou", "facility": "home"}}
    append({"birth:b1": [issued(), voided()]}, {"birth:b2": [issued(**SECOND | other)]})
    assert numbers(**wanted) == (found, len(found))


def test_certificates_are_paged_the_newest_first(append, numbers):
    append(*({"birth:b1": [issued(certificate=f"P{number}", code=f"C{number}")]} for number in range(5)))
    assert numbers(limit=2) == (["P4", "P3"], 5)
    assert numbers(limit=2, offset=4) == (["P0"], 5)


# How many live births have one


def test_the_newest_certificates_are_found_without_looking_through_all(projector):
    with projector().engine(Issuance.name).connect() as db:
        assert scanned(db, lambda db: db.execute(certificates(Wanted()).limit(10)), paged=True) == set()


def test_live_births_are_counted_by_month_with_those_that_have_a_certificate(append, view):
    append(birth_on_record(), birth_on_record(birth="b2", person="m2"), {"birth:b1": [issued()]})
    append(birth_on_record(birth="b3", person="m3", vital=Vital.STILL))
    append(birth_on_record(birth="b4", person="m4", **DECEMBER))
    assert view(issuance, Filters()) == {"2024-11": (2, 1), "2024-12": (1, 0)}
    assert view(issuance, Filters(last="2024-11")) == {"2024-11": (2, 1)}
    assert view(issuance, Filters(first="2024-12")) == {"2024-12": (1, 0)}


def test_they_are_filtered_by_place(append, view):
    append(birth_on_record(), birth_on_record(birth="b2", person="m2", facility="home", township="hekou"))
    for wanted in ({"township": "hekou"}, {"facility": "home"}, {"facility": "home", "township": "hekou"}):
        assert view(issuance, Filters(**wanted)) == {"2024-11": (1, 0)}
    assert view(issuance, Filters(facility="home", township="dayingxiang")) == {}


def test_they_are_filtered_by_birth_order(append, view):
    append(
        birth_on_record(), birth_on_record(birth="b2", person="m2", birth_order=4), {"birth:b2": [issued(birth="b2")]}
    )
    assert view(issuance, Filters(birth_order="3+")) == {"2024-11": (1, 1)}
    assert view(issuance, Filters(birth_order="2")) == {"2024-11": (1, 0)}
    append({"birth:b1": [corrected(after={"birth_order": 1})]})
    assert view(issuance, Filters(birth_order="2")) == {}


def test_a_void_certificate_does_not_count_and_a_reissued_one_counts_once(append, view):
    append(birth_on_record(), {"birth:b1": [issued(), voided()]})
    assert view(issuance, Filters()) == {"2024-11": (1, 0)}
    append({"birth:b1": [issued(certificate="P000000002", code="CODE2", replaces="P000000001")]})
    assert view(issuance, Filters()) == {"2024-11": (1, 1)}


def test_corrections_and_duplicates_move_births(append, view):
    append(birth_on_record(), {"birth:b1": [corrected(after=DECEMBER)]})
    assert view(issuance, Filters()) == {"2024-12": (1, 0)}
    append({"birth:b1": [voided_birth(birth="b1", told=DECEMBER)]})
    assert view(issuance, Filters()) == {}
    append({"birth:b1": [reinstated(birth="b1", told=DECEMBER)]})
    assert view(issuance, Filters()) == {"2024-12": (1, 0)}


def test_a_rebuilt_view_has_the_same_rows(append, projector):
    append(birth_on_record(), {"birth:b1": [issued(), voided(), corrected(after=DECEMBER), issued(**SECOND)]})
    following = projector()
    before = following.digest(Issuance.name)
    following.rebuild(Issuance.name)
    assert following.digest(Issuance.name) == before
