"""The source quarter of Dayingxiang, as its document gives it."""

from __future__ import annotations

from typing import Any

QUARTER: dict[str, Any] = {
    "township": "dayingxiang",
    "quarter": "2025Q1",
    "from": "2024-10-01",
    "to": "2024-12-31",
    "births": 46,
    "boys": 27,
    "girls": 19,
    "ratio": 142.1,
    "interval95": [76.1, 270.4],
    "by_birth_order": {
        "1": {"boys": 20, "girls": 15, "ratio": 133.3, "interval95": [64.9, 279.9]},
        "2": {"boys": 7, "girls": 4, "ratio": 175.0, "interval95": [44.5, 815.2]},
        "3+": {"boys": 0, "girls": 0, "ratio": None, "interval95": [None, None]},
    },
}


def figures(report: dict[str, Any]) -> dict[str, Any]:
    """A report without its prose."""
    return {key: value for key, value in report.items() if key != "text"}
