"""The end of a numbered sequence in memory, so that those who follow it need not read back what was just written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Newest(Generic[Item]):
    """The last `most` items as they were written, always without gap; what others wrote in between is not here.

    Add from one thread at a time, and only what is committed; read from any thread.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: tuple[int, list[Item]] = (0, [])

    def add(self, first: int, items: Sequence[Item]) -> None:
        """Items with the numbers `first`, `first` + 1, …; if they do not follow what is here, that is forgotten."""
        begin, kept = self._kept
        if begin + len(kept) != first:
            begin, kept = first, []
        kept = [*kept, *items]
        surplus = max(0, len(kept) - self._most)
        self._kept = (begin + surplus, kept[surplus:])

    def after(self, number: int) -> Sequence[Item]:
        """Everything known here that follows a number; nothing if what comes next is not known here."""
        begin, kept = self._kept
        return kept[number + 1 - begin :] if number + 1 >= begin else ()

    @property
    def last(self) -> int:
        """The number of the newest item, -1 if there is none."""
        begin, kept = self._kept
        return begin + len(kept) - 1
