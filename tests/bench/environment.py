"""What a rate depends on besides the code."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg

from tests.conftest import broker_binaries

PACKAGES = ("eventsourcing", "pydantic", "psycopg", "SQLAlchemy", "fastapi", "uvicorn", "faststream", "redis")


def environment(postgres: str, seed: int, *, quick: bool) -> dict[str, Any]:
    """Machine, versions, what reaches the disk, load, seed."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "seed": seed,
        "cpus": os.cpu_count(),
        "cpu": _cpu(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
        "packages": _packages(),
        "sqlite": {"version": sqlite3.sqlite_version, "journal_mode": "WAL", "synchronous": "FULL"},
        "postgresql": _postgres(postgres),
        "broker": _broker(),
        "files_on": _file_system(Path(tempfile.gettempdir())),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def _postgres(url: str) -> dict[str, str]:
    durable = ("fsync", "synchronous_commit", "full_page_writes", "wal_sync_method")
    shown = ("server_version", *durable, "shared_buffers", "min_wal_size", "max_wal_size")
    with psycopg.connect(url) as db:
        return {name: db.execute(f"SHOW {name}").fetchone()[0] for name in shown}  # type: ignore[index]


def _broker() -> dict[str, str]:
    told = subprocess.run([broker_binaries()[0], "--version"], capture_output=True, text=True, check=True).stdout
    return {"version": told.strip(), "appendonly": "yes", "appendfsync": "everysec"}


def _packages() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _file_system(path: Path) -> str:
    """The type of the file system a path is on: on a tmpfs, nothing that is measured here reaches a disk."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    below = [mount for mount in mounts if path.resolve().is_relative_to(mount[1])]
    return max(below, key=lambda mount: len(mount[1]))[2]
