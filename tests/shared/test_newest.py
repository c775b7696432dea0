"""What was written last stays in memory, without gap, and never says more than it knows."""

from __future__ import annotations

from shared.newest import Newest


def test_what_follows_a_number_is_given_in_order():
    newest = Newest[str](10)
    newest.add(5, ["e", "f"])
    newest.add(7, ["g"])
    assert list(newest.after(4)) == ["e", "f", "g"]
    assert list(newest.after(6)) == ["g"]
    assert newest.last == 7


def test_nothing_is_given_when_what_comes_next_is_not_known():
    newest = Newest[str](10)
    assert list(newest.after(0)) == []
    newest.add(5, ["e"])
    assert list(newest.after(3)) == []
    assert list(newest.after(5)) == []
    assert list(newest.after(9)) == []


def test_only_the_last_are_kept():
    newest = Newest[int](3)
    newest.add(1, [1, 2])
    newest.add(3, [3, 4, 5])
    assert list(newest.after(2)) == [3, 4, 5]
    assert list(newest.after(1)) == []


def test_a_gap_forgets_what_was_before_it():
    newest = Newest[int](10)
    newest.add(1, [1, 2])
    newest.add(4, [4])
    assert list(newest.after(1)) == []
    assert list(newest.after(3)) == [4]
