"""Ways messages travel: whatever the way, each travels, and none before it was written."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from services.console.delivery import AS_WRITTEN, OVERTAKEN, Delivery
from services.console.letters import Ready

DAYS = [date(2024, 10, 1) + timedelta(days=number // 3) for number in range(60)]
LETTERS = [Ready(str(number), day, "hospital", "births", b"{}") for number, day in enumerate(DAYS)]


def sent(delivery):
    return [(day, letter) for day, letters in delivery.schedule(LETTERS) for letter in letters]


def test_usually_each_message_is_sent_once_in_order_on_its_day():
    assert sent(AS_WRITTEN) == [(letter.day, letter) for letter in LETTERS]


def test_duplicates_are_each_message_again():
    assert Counter(letter.id for _, letter in sent(Delivery(copies=3))) == {letter.id: 3 for letter in LETTERS}


def test_reordering_stays_within_its_window():
    order = [int(letter.id) for _, letter in sent(Delivery(window=10))]
    assert order != sorted(order)
    assert all(abs(place - number) <= 10 for place, number in enumerate(order))


def test_where_few_are_sent_reordering_costs_no_more_than_a_few_days():
    late = [(day - letter.day).days for day, letter in sent(Delivery(window=50))]
    assert 0 < max(late) <= OVERTAKEN


@pytest.mark.parametrize("delivery", [Delivery(window=20), Delivery(late_days=5), Delivery(2, 9, 3, seed=4)])
def test_nothing_is_sent_before_it_was_written_and_nothing_is_lost(delivery):
    assert all(day >= letter.day for day, letter in sent(delivery))
    assert {letter.id for _, letter in sent(delivery)} == {letter.id for letter in LETTERS}


def test_some_are_late_but_no_later_than_said():
    late = [(day - letter.day).days for day, letter in sent(Delivery(late_days=5))]
    assert 0 < max(late) <= 5
    assert late.count(0) > len(late) / 3


def test_the_same_seed_travels_the_same_way():
    assert sent(Delivery(2, 9, 3, seed=4)) == sent(Delivery(2, 9, 3, seed=4))
