"""Asks births for its reports: figures to be shown, or documents to be kept."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path

from services.console.client import Services
from services.console.showing import Show, print_report
from shared.access import Role


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
    made = _ask(services, of, wanted | {"format": kind, "lang": show.lang.value})
    if to is None:
        show.out.file.flush()
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
        return
    to.write_bytes(made)
    show.done("written", file=to)


def _ask(services: Services, of: str, asked: dict[str, str]) -> bytes:
    return services.ask("births", f"/reports/{of}", Role.STATISTICIAN, params=asked).content
