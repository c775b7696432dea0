"""Moves and terminations of the county year: every answer and every path, by the people whose they are."""

from __future__ import annotations

from collections import Counter

import pytest

from services.console.county_year.births import confinements
from services.console.county_year.courses import courses
from services.console.county_year.moves import Answer, moves
from services.console.county_year.terminations import GOES_ON, REVIEWED, Path, terminations
from shared.access import Role

SEED = 7


@pytest.fixture(scope="module", params=[40, 1_000])
def year(request, ground):
    return request.param, courses(SEED, confinements(SEED, request.param, ground), ground)


def test_every_answer_is_given_to_some_who_move(year, ground):
    found = [move for move in moves(SEED, year[1], ground) if move.to]
    assert set(Counter(move.answer for move in found)) == {*Answer}
    for move in found:
        assert move.to.township != move.course.township
        assert move.course.written_on < move.asked_on < move.course.confinement.born_on
        assert len(move.acts) == (1 if move.answer is Answer.TIMED_OUT else 2), move.answer
        assert all(act.role is Role.MIDWIFE for act in move.acts)


def test_who_leaves_for_work_is_asked_over_in_vain_or_no_longer(year, ground):
    leaving = [move for move in moves(SEED, year[1], ground) if move.to is None]
    assert leaving or not any(course.away for course in year[1])
    for move in leaving:
        assert move.asked_on < move.course.away[0]
        assert move.answer in {Answer.TIMED_OUT, Answer.WITHDRAWN}


def test_every_path_happens_equally_often(year, ground):
    births, registered = year
    found = Counter(each.path for each in terminations(SEED, births, registered, ground))
    assert set(found) == {*Path}
    assert len(set(found.values())) == 1


def test_two_clinicians_certify_and_a_second_opinion_is_another_reviewers(year, ground):
    for each in terminations(SEED, *year, ground):
        assert bool(each.acts) is (each.path in REVIEWED)
        certifiers = [act.who for act in each.acts if act.id.startswith("certify")]
        reviewers = [act.who for act in each.acts if act.id.startswith("decide")]
        assert len(set(certifiers)) == len(certifiers) in {0, 2}
        assert len(set(reviewers)) == len(reviewers)


def test_what_happened_is_entered_once_and_nothing_else_is(year, ground):
    for each in terminations(SEED, *year, ground):
        entered = [*each.letters, *(act for act in each.acts if act.path == "/registers/procedures")]
        assert len(entered) == (0 if each.path in GOES_ON else 1)
        assert (each.performed_at is None) is (each.path in GOES_ON)
