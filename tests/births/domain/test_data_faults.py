"""Data faults: what is found in figures before anything is said of them, and what clears it."""

from __future__ import annotations

import pytest

from services.births.domain.data_faults import (
    DataFault,
    Fault,
    FaultCleared,
    FaultLimits,
    FaultNotExplained,
    FaultReason,
    NoSuchFault,
    Registered,
    check_cleared,
    faults_of,
)
from services.births.domain.policy import PolicyMissing
from tests.births.scene import RULES

LIMITS = FaultLimits(least_births=30, late_gap_percent=10, incomplete_percent=5, book_gap_percent=2, bookless=("home",))
HOSPITAL = "facility:county-hospital"


def registered(**told):
    return Registered.model_validate(
        {"place": HOSPITAL, "boys": 105, "girls": 100, "book": 205, "has_book": True} | told
    )


def found(**told):
    return faults_of([registered(**told)], LIMITS)


def fault(kind, number=0, accepted=0, place=HOSPITAL):
    return DataFault(fault=kind, place=place, found=number, accepted=accepted)


def cleared(kind, reason=FaultReason.BOOKS_COMPARED, place=HOSPITAL):
    return FaultCleared(fault=kind, place=place, reason=reason)


def test_figures_as_they_should_be_have_no_fault():
    assert found() == ()


def test_one_sex_registered_later_than_the_other_is_a_fault():
    assert found(late_boys=0, late_girls=12) == (fault(Fault.LATE_BY_SEX, 12, 10),)
    assert found(late_boys=21) == (fault(Fault.LATE_BY_SEX, 20, 10),)


def test_both_sexes_late_alike_are_none():
    assert found(late_boys=42, late_girls=40) == ()
    assert found(late_girls=10) == ()


@pytest.mark.parametrize("told", [{"boys": 29}, {"girls": 29}, {"boys": 0}])
def test_of_few_births_of_one_sex_nothing_is_compared(told):
    assert found(**told, late_girls=29, has_book=False) == ()


def test_records_that_lack_something_are_a_fault():
    assert found(incomplete=10) == ()
    assert found(incomplete=11) == (fault(Fault.INCOMPLETE, 6, 5),)


@pytest.mark.parametrize(("book", "differs"), [(210, 3), (200, 3), (0, 100)])
def test_a_book_with_other_births_than_the_register_is_a_fault(book, differs):
    assert found(book=book) == (fault(Fault.BOOK_DIFFERS, differs, 2),)


def test_a_book_nobody_told_of_is_a_fault_where_there_is_one():
    assert found(book=None) == (fault(Fault.BOOK_MISSING),)
    assert found(book=None, has_book=False) == ()
    assert found(book=None, boys=20, girls=9) == ()


def test_nothing_is_found_where_nothing_was_born():
    assert faults_of([Registered(place="township:dayingxiang")], LIMITS) == ()


FAULTS = (fault(Fault.LATE_BY_SEX, 12, 10), fault(Fault.BOOK_MISSING))


def test_faults_are_cleared_one_by_one():
    check_cleared(FAULTS, [cleared(Fault.BOOK_MISSING), cleared(Fault.LATE_BY_SEX, FaultReason.LATE_NOTICES_ENTERED)])
    check_cleared((), ())


def test_a_fault_without_a_reason_stays():
    with pytest.raises(FaultNotExplained, match="late_by_sex at facility:county-hospital"):
        check_cleared(FAULTS, [cleared(Fault.BOOK_MISSING)])


def test_what_was_not_found_is_not_cleared():
    with pytest.raises(NoSuchFault) as refused:
        check_cleared(FAULTS, [cleared(Fault.BOOK_MISSING, place="facility:home")])
    assert (refused.value.pointer, refused.value.accepted[:12]) == ("/cleared/0", "book_missing")
    with pytest.raises(NoSuchFault) as refused:
        check_cleared((), [cleared(Fault.INCOMPLETE)])
    assert refused.value.accepted == "none"


def test_the_limits_are_the_policys():
    assert RULES.of_faults == LIMITS
    with pytest.raises(PolicyMissing, match="data faults"):
        _ = RULES.model_copy(update={"faults": None}).of_faults
