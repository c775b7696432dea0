"""An attacker with every public release and an integer programme, who knows nothing of how we check ourselves.

Unlike the production check, every edition has unknowns of its own: between one edition of a period and the next, and
between a year and its quarters, as few births differ as the printed numbers allow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

AXES, ORDERS, SEXES = ("township", "facility"), ("1", "2", "3+"), ("boys", "girls")
BASE = tuple(product(ORDERS, SEXES))
PARTS = [(o, s) for o in (None, *ORDERS) for s in (None, *SEXES)]
"""Cells of an area by birth order and sex; None is all of them."""


class Suppressed(NamedTuple):
    """A cell that an edition does not print."""

    period: str
    edition: int
    axis: str
    areas: tuple[str, ...]
    order: str | None
    sex: str | None


def printed(row: Mapping[str, Any]) -> dict[tuple[str | None, str | None], int]:
    """The numbers of a row, by birth order and sex; those a ratio gives away are among them."""
    found = {(None, None): row["births"]} if row["births"] is not None else {}
    told = [(None, row["sexes"]), *zip(ORDERS, row["by_order"] or [], strict=False)]
    for order, sexes in told:
        if sexes is not None:
            found |= {(order, None): sexes["boys"] + sexes["girls"]}
            found |= {(order, sex): sexes[sex] for sex in SEXES}
    return found


class Attack:
    """All public documents, oldest first, as one integer programme."""

    def __init__(self, documents: Sequence[Mapping[str, Any]]) -> None:
        self._unknowns, self._equations, self._deviations = 0, [], []
        self._documents = {(each["period"], each["edition"]): each for each in documents}
        self._cells = {key: self._of(each) for key, each in self._documents.items()}
        for key, document in self._documents.items():
            self._read(key, document)
        self._compare()
        self._budget = None
        self._budget = round(self._solve(dict.fromkeys(self._deviations, 1))[0])

    def suppressed(self) -> list[Suppressed]:
        return [
            Suppressed(*key, row["axis"], tuple(row["areas"]), *part)
            for key, document in self._documents.items()
            for row in document["rows"]
            for part in PARTS
            if part not in printed(row)
        ]

    def printed_by(self, cell: Suppressed) -> set[int]:
        """What any edition of the period printed for this cell."""
        rows = [
            printed(row)
            for (period, _), document in self._documents.items()
            for row in document["rows"]
            if (period, row["axis"], tuple(row["areas"])) == (cell.period, cell.axis, cell.areas)
        ]
        return {row[cell.order, cell.sex] for row in rows if (cell.order, cell.sex) in row}

    def span(self, cell: Suppressed) -> tuple[int, int]:
        """The least and the most that a cell can be."""
        factors = self._sum((cell.period, cell.edition), cell.axis, cell.areas, cell.order, cell.sex)
        low, _ = self._solve(factors)
        high, _ = self._solve({unknown: -factor for unknown, factor in factors.items()})
        return round(low), round(-high)

    def _of(self, document):
        single = [row for row in document["rows"] if len(row["areas"]) == 1]
        return {
            (row["axis"], row["areas"][0], *part): self._unknown() for row in single for part in BASE
        }  # fmt: skip

    def _unknown(self) -> int:
        self._unknowns += 1
        return self._unknowns - 1

    def _sum(self, key, axis, areas, order=None, sex=None):
        cells = self._cells[key]
        axes = (axis if axis != "county" else "township",)
        return {
            unknown: 1.0
            for (of, area, o, s), unknown in cells.items()
            if of in axes and (area in areas or axis == "county") and order in {None, o} and sex in {None, s}
        }

    def _read(self, key, document) -> None:
        for row in document["rows"]:
            for part, births in printed(row).items():
                self._equations.append((self._sum(key, row["axis"], row["areas"], *part), births, births))
            if row["births"] is None:
                self._equations.append((self._sum(key, row["axis"], row["areas"]), 1, np.inf))
        for order, sex in BASE:
            town = self._sum(key, "county", (), order, sex)
            facilities = {
                unknown: -1.0 for (axis, _, o, s), unknown in self._cells[key].items()
                if (axis, o, s) == ("facility", order, sex)
            }  # fmt: skip
            self._equations.append((town | facilities, 0, 0))

    def _compare(self) -> None:
        """Editions with the one before, years with the newest edition of each quarter."""
        for key in self._documents:
            before = (key[0], key[1] - 1)
            if before in self._documents:
                self._nearly([(key, 1.0), (before, -1.0)])
        newest = {period: (period, edition) for period, edition in self._documents}
        for year in [period for period in newest if "Q" not in period]:
            quarters = [newest[each] for each in (f"{year}Q{n}" for n in range(1, 5)) if each in newest]
            if len(quarters) == 4:
                self._nearly([(newest[year], 1.0), *((quarter, -1.0) for quarter in quarters)])

    def _nearly(self, parts) -> None:
        for name in dict.fromkeys(name for key, _ in parts for name in self._cells[key]):
            factors = {self._cells[key][name]: sign for key, sign in parts if name in self._cells[key]}
            more, fewer = self._unknown(), self._unknown()
            self._deviations += [more, fewer]
            self._equations.append((factors | {more: 1.0, fewer: -1.0}, 0, 0))

    def _solve(self, factors):
        costs, rows = np.zeros(self._unknowns), list(self._equations)
        for unknown, factor in factors.items():
            costs[unknown] = factor
        if self._budget is not None and self._deviations:
            rows.append((dict.fromkeys(self._deviations, 1.0), 0, self._budget))
        matrix = np.zeros((len(rows), self._unknowns))
        for number, (sum_, _, _) in enumerate(rows):
            for unknown, factor in sum_.items():
                matrix[number, unknown] = factor
        constraint = LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])
        found = milp(costs, integrality=1, bounds=Bounds(0, 10_000), constraints=constraint)
        assert found.x is not None, found.message
        return found.fun, found.x
