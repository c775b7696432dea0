"""Asks births for its reports: figures to be shown, or documents to be kept."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from services.console.client import Services
from services.console.showing import Show, figures_of, print_report
from shared.access import Role

MANY = 10_000
"""Lines shown at most; a file has all."""
CUTS = ("period", "township", "facility", "birth_order")


class TableKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


class DocumentKind(StrEnum):
    HTML = "html"
    PDF = "pdf"


def quarter_report(services: Services, township: str, quarter: str) -> str:
    """The quarterly report as births gives it. Raises ServiceSilent, Refused."""
    return _ask(services, "quarter", {"township": township, "quarter": quarter}).decode()


def show_report(  # noqa: PLR0917 - what a report is of, and how it is wanted
    show: Show, services: Services, of: str, asked: dict[str, str | None], kind: str | None, to: Path | None
) -> None:
    """Print a report (`of` is `quarter` or `year`), or write it as a document. Raises ServiceSilent, Refused, OSError.

    A document goes to standard output where no file is named.
    """
    wanted = {name: value for name, value in asked.items() if value is not None}
    if kind is None:
        print_report(show, _ask(services, of, wanted).decode())
        return
    _keep(show, _ask(services, of, wanted | {"format": kind, "lang": show.lang.value}), to)


def show_ratio(show: Show, services: Services, asked: Mapping[str, Any], kind: str | None, to: Path | None) -> None:
    """Print the sex ratio by what it is cut by, or write it as a file. Raises ServiceSilent, Refused, OSError.

    `asked` are the parameters of `/sex-ratio/table`; a file goes to standard output where none is named.
    """
    form: dict[str, Any] = {"limit": MANY} if kind is None else {"format": kind, "lang": show.lang.value}
    params = {**asked, **form}
    answer = services.ask("births", "/sex-ratio/table", Role.STATISTICIAN, params=params)
    if kind is not None:
        _keep(show, answer.content, to)
        return
    found = answer.json()
    cuts = [name for name in CUTS if any(row[name] for row in found["rows"])]
    table = show.table(show.say("ratio"), *cuts, "boys", "girls", "births", "ratio", "interval", "funnel")
    for row in found["rows"]:
        cell = row | {"interval95": (row["exact_low"], row["exact_high"])}
        standing = show.say(f"funnel_{row['standing']}")
        table.add_row(*(_key(show, name, row[name]) for name in cuts), *figures_of(cell), standing)
    show.answer(found, table)


def _key(show: Show, name: str, value: Any) -> str:
    if name == "birth_order":
        return show.say(f"order_{value}")
    return value if isinstance(value, str) else ", ".join(value)


def _keep(show: Show, made: bytes, to: Path | None) -> None:
    if to is None:
        show.out.file.flush()
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return
    to.write_bytes(made)
    show.done("written", file=to)


def _ask(services: Services, of: str, asked: dict[str, str]) -> bytes:
    return services.ask("births", f"/reports/{of}", Role.STATISTICIAN, params=asked).content
