"""A system of linear equations in whole numbers that are not negative, and its solutions at the ends of directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Any, NamedTuple, Self

WHOLE = 1e-6
"""How far from a whole number the solver's arithmetic may leave one."""


class Unsolved(Exception):
    """The printed numbers contradict one another, which a release's rows never do."""


class Sum(NamedTuple):
    """A number, and unknowns with their factors."""

    number: int
    unknowns: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, number: int) -> Self:
        """A number."""
        return cls(number)

    @classmethod
    def total(cls, parts: Iterable[Sum]) -> Sum:
        """All of them together."""
        number, factors = 0, Counter[int]()
        for part in parts:
            number += part.number
            for unknown, factor in part.unknowns:
                factors[unknown] += factor
        return Sum(number, tuple((unknown, factor) for unknown, factor in factors.items() if factor))

    @property
    def fixed(self) -> bool:
        """Whether it is a number."""
        return not self.unknowns

    def times(self, factor: int) -> Sum:
        """Each part so many times."""
        return Sum(factor * self.number, tuple((unknown, factor * each) for unknown, each in self.unknowns))

    def minus(self, other: Sum) -> Sum:
        """The difference."""
        return Sum.total((self, other.times(-1)))

    def at(self, solution: Any) -> int:
        """What it is in a solution."""
        return self.number + sum(factor * round(float(solution[unknown])) for unknown, factor in self.unknowns)


class System:
    """Equations, those that hold nearly with as little deviation in all as possible, and their whole solutions."""

    def __init__(self) -> None:
        self._count = 0
        self._equations: list[tuple[Sum, int]] = []
        self._deviations: list[int] = []
        self._constraints: Any = None

    def unknown(self) -> Sum:
        """A number nobody knows."""
        self._count += 1
        return Sum(0, ((self._count - 1, 1),))

    def equal(self, left: Sum, right: int) -> None:
        """State that it is so. Numbers alone state nothing."""
        if not left.fixed:
            self._equations.append((left, right))

    def least_be(self, left: Sum, right: int) -> None:
        """State that it is so much or more. Numbers alone state nothing."""
        if not left.fixed:
            self.equal(left.minus(self.unknown()), right)

    def nearly(self, left: Sum, right: int) -> None:
        """State that it is so but for deviations. Numbers alone state nothing."""
        if left.fixed:
            return
        more, fewer = self.unknown(), self.unknown()
        self._deviations += [self._count - 2, self._count - 1]
        self.equal(Sum.total((left, fewer, more.times(-1))), right)

    def least(self, objective: Sum, *, whole: bool = False) -> Any:
        """The solution in which this is least; None if the solver finds it in no whole numbers.

        With `whole` it searches on where the corner of the equations is not whole. Raises Unsolved.
        """
        import numpy as np  # noqa: PLC0415 - takes longer to load than all else, and few ask

        if self._constraints is None:
            self._constraints = self._prepared()
        costs = np.zeros(self._count)
        for unknown, factor in objective.unknowns:
            costs[unknown] = factor
        solution = self._solve(costs)
        if np.abs(solution - solution.round()).max(initial=0) < WHOLE:
            return solution
        return self._solve(costs, whole=True) if whole else None

    def _prepared(self) -> Any:
        """The equations as the solver takes them, with as little deviation as they allow."""
        import numpy as np  # noqa: PLC0415
        from scipy.optimize import LinearConstraint  # noqa: PLC0415
        from scipy.sparse import csr_array  # noqa: PLC0415

        entries = [(n, *each) for n, (left, _) in enumerate(self._equations) for each in left.unknowns]
        rows, columns, factors = zip(*entries, strict=True) if entries else ((), (), ())
        shape = (len(self._equations), self._count)
        matrix = csr_array((factors, (rows, columns)), shape=shape, dtype=float)
        right = np.array([number - left.number for left, number in self._equations], dtype=float)
        self._constraints = [LinearConstraint(matrix, right, right)]
        if self._deviations:
            costs = np.zeros(self._count)
            costs[self._deviations] = 1
            least = float(costs @ self._solve(costs))
            self._constraints.append(LinearConstraint(csr_array(costs.reshape(1, -1)), -np.inf, ceil(least - WHOLE)))
        return self._constraints

    def _solve(self, costs: Any, *, whole: bool = False) -> Any:
        from scipy.optimize import Bounds, milp  # noqa: PLC0415

        bounds = Bounds(0, 1e7)
        found = milp(costs, integrality=int(whole), bounds=bounds, constraints=self._constraints)
        if found.x is None:
            raise Unsolved(found.message)
        return found.x
