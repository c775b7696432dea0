"""Commands of births: reports, published releases, medical birth certificates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from services.console.certificates import print_certificate, verify_code, write_document
from services.console.client import Services
from services.console.options import Township, command
from services.console.owing import given
from services.console.releases import print_release, print_releases
from services.console.reports import DocumentKind, TableKind, show_ratio, show_report
from services.console.showing import Show

app = typer.Typer()
report = typer.Typer(help="Reports a county prints. / 报告。", no_args_is_help=True)
releases = typer.Typer(help="Published figures. / 发布的数字。", no_args_is_help=True)
certificates = typer.Typer(help="Medical birth certificates. / 出生医学证明。", no_args_is_help=True)
app.add_typer(report, name="report")
app.add_typer(releases, name="releases")
app.add_typer(certificates, name="certificate")

Kind = Annotated[DocumentKind | None, typer.Option("--format", help="A document: text, tables and charts.")]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write it to.", dir_okay=False)]


@command(report)
def quarter(
    show: Show,
    services: Services,
    quarter: Annotated[str, typer.Option(help="Of the statistical year, such as 2025Q1.")],
    *,
    township: Township = None,
    kind: Kind = None,
    to: Out = None,
) -> None:
    """Births of a quarter: counts, ratios, and what they can and cannot show; as a document with its charts."""
    show_report(show, services, "quarter", {"quarter": quarter, "township": township}, kind, to)


@command(report)
def year(
    show: Show,
    services: Services,
    year: Annotated[str, typer.Option(help="The statistical year, such as 2025.")],
    *,
    township: Township = None,
    kind: Kind = None,
    to: Out = None,
) -> None:
    """Births of a statistical year, as those of a quarter."""
    show_report(show, services, "year", {"year": year, "township": township}, kind, to)


@command(report)
def ratio(
    show: Show,
    services: Services,
    *,
    by: Annotated[list[str] | None, typer.Option(help="township, facility, birth_order; may be repeated.")] = None,
    period: Annotated[str | None, typer.Option(help="Also by month, quarter or year.")] = None,
    first: Annotated[str | None, typer.Option("--from", help="First month, such as 2024-10.")] = None,
    last: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    township: Township = None,
    facility: Annotated[str | None, typer.Option(help="Code of the facility; else all.")] = None,
    birth_order: Annotated[str | None, typer.Option(help="1, 2 or 3+; else all.")] = None,
    pool: Annotated[bool, typer.Option("--pool", help="Places too small to stand alone together.")] = False,
    kind: Annotated[TableKind | None, typer.Option("--format", help="A table for a spreadsheet.")] = None,
    to: Out = None,
) -> None:
    """The sex ratio by any of period, township, facility and birth order, with intervals; for inside."""
    which = {"from": first, "to": last, "township": township, "facility": facility, "birth_order": birth_order}
    asked = given(**which, by=by or None, period=period, pool=pool or None)
    show_ratio(show, services, asked, kind, to)


@command(releases, name="list")
def list_releases(
    show: Show,
    services: Services,
    *,
    year: Annotated[int | None, typer.Option(help="Of the statistical year.")] = None,
    newest: Annotated[bool, typer.Option("--newest", help="Only the newest edition of each period.")] = False,
) -> None:
    """Published releases, the newest first."""
    print_releases(show, services, year, newest=newest)


@command(releases, name="show")
def show_release(
    show: Show,
    services: Services,
    period: Annotated[str, typer.Argument(help="2025Q1, or 2025 for the year.")],
    *,
    edition: Annotated[int | None, typer.Option(min=1, help="Else the newest.")] = None,
) -> None:
    """What a release prints, as everybody may read it."""
    print_release(show, services, period, edition)


@command(certificates, name="show")
def show_certificate(show: Show, services: Services, number: str) -> None:
    """A certificate's record: what it prints, and whether it is valid. That you looked is recorded."""
    print_certificate(show, services, number)


@command(certificates, name="print")
def print_document(
    show: Show,
    services: Services,
    number: str,
    to: Annotated[Path, typer.Option(help="The PDF to write.", dir_okay=False)],
) -> None:
    """A certificate as a PDF. That you looked is recorded."""
    write_document(show, services, number, to)


@command(certificates)
def verify(
    show: Show,
    services: Services,
    code: str,
    *,
    number: Annotated[str | None, typer.Option(help="Also: whether it is the code of this certificate.")] = None,
) -> None:
    """Whether a valid certificate has a code, and nothing else. Ends with 1 if none has."""
    if not verify_code(show, services, code, number):
        raise typer.Exit(1)
