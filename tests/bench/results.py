"""What a run gives, and how it is shown: a table on the terminal, JSON in `build/`."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

BUILD = Path(__file__).resolve().parents[2] / "build"
ROW = ("workload", "store", "rate", "unit", "p50_ms", "p99_ms", "limit_rate", "n")


@dataclass(frozen=True)
class Result:
    """One workload on one store. Rates are per second; `limit_rate` is the raw work without our code, in the same run.

    `peak_mb` is the most memory any process of ours had, by its name; `notes` what else was seen.
    """

    workload: str
    store: str
    rate: float
    unit: str
    p50_ms: float
    p99_ms: float
    limit_rate: float
    n: int
    peak_mb: dict[str, float] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)
    load: float = field(default_factory=lambda: round(os.getloadavg()[0], 2))

    def row(self) -> dict[str, Any]:
        """The line of bench.json."""
        return {name: _short(getattr(self, name)) for name in ROW}


def percentile(seconds: Sequence[float], share: float) -> float:
    """The value below which this share of the sample lies (nearest rank), in milliseconds."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def peak_mb(process: int | str = "self") -> float:
    """The most memory a process ever had resident, in MB; 0 where the system does not say."""
    return _status(process, "VmHWM")


def resident_mb(process: int | str = "self") -> float:
    """The memory a process has resident now, in MB; 0 where the system does not say."""
    return _status(process, "VmRSS")


def cpu_seconds(process: int) -> float:
    """Processor time a process has taken, user and system; 0 where the system does not say."""
    try:
        about = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(about[11]) + int(about[12])) / os.sysconf("SC_CLK_TCK")


def _status(process: int | str, name: str) -> float:
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((round(int(line.split()[1]) / 1024, 1) for line in lines if line.startswith(name)), 0.0)


def show(results: Sequence[Result], environment: dict[str, Any], console: Console) -> None:
    """Print the environment and the table."""
    console.print({name: value for name, value in environment.items() if name != "runs"})
    table = Table(title="Rates per second; the limit is the raw work without our code, measured in the same run")
    for name in ("workload", "store", "rate", "unit", "p50 ms", "p99 ms", "limit", "of limit", "n", "peak MB", "load"):
        table.add_column(name, justify="left" if name in {"workload", "store", "unit"} else "right")
    for each in results:
        peak = ", ".join(f"{name} {value:.0f}" for name, value in each.peak_mb.items())
        table.add_row(
            each.workload, each.store, f"{each.rate:,.0f}", each.unit, f"{each.p50_ms:.1f}", f"{each.p99_ms:.1f}",
            f"{each.limit_rate:,.0f}", f"{each.rate / each.limit_rate:.0%}", f"{each.n:,}", peak, f"{each.load}",
        )  # fmt: skip
    console.print(table)


def keep(results: Sequence[Result], environment: dict[str, Any]) -> None:
    """Write bench.json and bench-environment.json."""
    BUILD.mkdir(exist_ok=True)
    _write("bench.json", [each.row() for each in results])
    _write("bench-environment.json", environment | {"runs": [_seen(each) for each in results]})


def _seen(result: Result) -> dict[str, Any]:
    named = {name: getattr(result, name) for name in ("workload", "store", "load", "peak_mb")}
    return named | {name: _short(value) for name, value in result.notes.items()}


def _write(name: str, content: Any) -> None:
    (BUILD / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
