"""The `evenborn` command: its commands and their options; what they do is in the modules beside."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from services.console import departments as departments_module
from services.console.certificates import print_certificate, verify_code, write_document
from services.console.client import Services
from services.console.deployment import Asked, Deployment
from services.console.integrity import print_integrity
from services.console.neighbours import add, describe, print_neighbours
from services.console.operating import drop_parked, print_access_log, print_parked, rebuild_view, retry_parked
from services.console.owing import given, print_coverage, print_digest, print_due
from services.console.releases import print_release, print_releases
from services.console.reports import DocumentKind, show_report
from services.console.showing import Show, status_table
from services.console.timelines import moment, print_timeline
from services.console.upping import up as run_up
from services.console.watching import statuses
from services.console.words import Lang, Trouble, language
from shared.access import Purpose, Role

app = typer.Typer(
    name="evenborn",
    help="Run a county's services on this machine, and see what they know. / 在本机运行县级服务并查看其记录。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
reports = typer.Typer(help="Reports a county prints. / 报告。", no_args_is_help=True)
certificates = typer.Typer(help="Medical birth certificates. / 出生医学证明。", no_args_is_help=True)
neighbours = typer.Typer(help="Counties beside this one. / 邻县。", no_args_is_help=True)
departments = typer.Typer(help="Departments that may write. / 可发送消息的部门。", no_args_is_help=True)
parked = typer.Typer(help="Messages set aside. / 搁置的消息。", no_args_is_help=True)
app.add_typer(reports, name="report")
app.add_typer(parked, name="parked")
app.add_typer(neighbours, name="neighbour")
app.add_typer(departments, name="department")
app.add_typer(certificates, name="certificate")
releases = typer.Typer(help="Published figures. / 发布的数字。", no_args_is_help=True)
app.add_typer(releases, name="releases")

Data = Annotated[Path, typer.Option("--data", help="Directory of the deployment.", file_okay=False)]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else.")]
Csv = Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet.")]
Language = Annotated[Lang | None, typer.Option("--lang", help="en or zh; else that of the environment.")]
Kind = Annotated[DocumentKind | None, typer.Option("--format", help="A document: text, tables and charts.")]
Out = Annotated[Path | None, typer.Option("--out", help="The file to write it to.", dir_okay=False)]
HERE = Path(".evenborn")
INTERRUPTED = 130


@contextmanager
def console(lang: Lang | None, as_json: bool = False) -> Iterator[Show]:
    """A console in the person's language; trouble is told there and ends the command with 1, Ctrl-C with 130."""
    show = Show(language(lang), as_json)
    try:
        yield show
    except Trouble as trouble:
        show.trouble(trouble)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        raise typer.Exit(INTERRUPTED) from None


@contextmanager
def asking(data: Path, lang: Lang | None, as_json: bool = False) -> Iterator[tuple[Show, Services]]:
    """A console and the services of a deployment that runs."""
    with console(lang, as_json) as show, Services(Deployment.load(data.absolute())) as services:
        yield show, services


@app.command()
def up(
    *,
    data: Data = HERE,
    county: Annotated[str | None, typer.Option(help="Code of the county it serves; demo.")] = None,
    port_base: Annotated[int | None, typer.Option(min=1, max=65_000, help="births gets N+1, and so on.")] = None,
    store: Annotated[str | None, typer.Option(help="postgresql://… instead of files in the directory.")] = None,
    broker: Annotated[str | None, typer.Option(help="redis://… instead of a broker of its own.")] = None,
    scenario: Annotated[
        str | None, typer.Option(help="dayingxiang, county-year, county-births (the same without care) or none.")
    ] = None,
    births: Annotated[int | None, typer.Option(min=0, help="Births in a scenario that lets one choose.")] = None,
    seed: Annotated[int | None, typer.Option(help="What chance draws in a scenario.")] = None,
    once: Annotated[bool, typer.Option("--once", help="Stop after the report.")] = False,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Start everything, live through the scenario, print its report; Ctrl-C stops everything."""
    with console(lang, as_json) as show:
        asked = Asked(scenario, seed, store, broker, port_base, county, births)
        run_up(data.absolute(), asked, show, once=once)


@reports.command()
def quarter(
    quarter: Annotated[str, typer.Option(help="Of the statistical year, such as 2025Q1.")],
    *,
    township: Annotated[str | None, typer.Option(help="Code of the township; else the whole county.")] = None,
    kind: Kind = None,
    to: Out = None,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Births of a quarter: counts, ratios, and what they can and cannot show; as a document with its charts."""
    with asking(data, lang, as_json) as (show, services):
        show_report(show, services, "quarter", {"quarter": quarter, "township": township}, kind, to)


@reports.command()
def year(
    year: Annotated[str, typer.Option(help="The statistical year, such as 2025.")],
    *,
    township: Annotated[str | None, typer.Option(help="Code of the township; else the whole county.")] = None,
    kind: Kind = None,
    to: Out = None,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Births of a statistical year, as those of a quarter."""
    with asking(data, lang, as_json) as (show, services):
        show_report(show, services, "year", {"year": year, "township": township}, kind, to)


@app.command()
def timeline(
    pregnancy: Annotated[str, typer.Argument(help="Case id, as receipts give it.")],
    *,
    as_of: Annotated[str | None, typer.Option(parser=moment, help="Only what happened up to then.")] = None,
    known_at: Annotated[str | None, typer.Option(parser=moment, help="Only what was known by then.")] = None,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """A pregnancy's whole timeline, both services' part. That you looked is recorded."""
    with asking(data, lang, as_json) as (show, services):
        print_timeline(show, services, pregnancy, as_of, known_at)


@releases.command("list")
def list_releases(
    year: Annotated[int | None, typer.Option(help="Of the statistical year.")] = None,
    *,
    newest: Annotated[bool, typer.Option("--newest", help="Only the newest edition of each period.")] = False,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Published releases, the newest first."""
    with asking(data, lang, as_json) as (show, services):
        print_releases(show, services, year, newest=newest)


@releases.command("show")
def show_release(
    period: Annotated[str, typer.Argument(help="2025Q1, or 2025 for the year.")],
    edition: Annotated[int | None, typer.Option(min=1, help="Else the newest.")] = None,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """What a release prints, as everybody may read it."""
    with asking(data, lang, as_json) as (show, services):
        print_release(show, services, period, edition)


@certificates.command("show")
def show_certificate(number: str, data: Data = HERE, as_json: Json = False, lang: Language = None) -> None:
    """A certificate's record: what it prints, and whether it is valid. That you looked is recorded."""
    with asking(data, lang, as_json) as (show, services):
        print_certificate(show, services, number)


@certificates.command("print")
def print_document(
    number: str,
    to: Annotated[Path, typer.Option(help="The PDF to write.", dir_okay=False)],
    data: Data = HERE,
    lang: Language = None,
) -> None:
    """A certificate as a PDF. That you looked is recorded."""
    with asking(data, lang) as (show, services):
        write_document(show, services, number, to)


@certificates.command()
def verify(
    code: str,
    number: Annotated[str | None, typer.Option(help="Also: whether it is the code of this certificate.")] = None,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Whether a valid certificate has a code, and nothing else. Ends with 1 if none has."""
    with asking(data, lang, as_json) as (show, services):
        if not verify_code(show, services, code, number):
            raise typer.Exit(1)


@app.command()
def integrity(
    facility: Annotated[str | None, typer.Option(help="Code of a facility; else all.")] = None,
    *,
    since: Annotated[str | None, typer.Option(parser=moment, help="First day.")] = None,
    until: Annotated[str | None, typer.Option(parser=moment, help="Last day.")] = None,
    anomalies: Annotated[bool, typer.Option("--anomalies", help="Only days that show one.")] = False,
    as_csv: Csv = False,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """How the registers of scans and procedures are kept, per device-day and facility; nothing about anybody."""
    with asking(data, lang, as_json) as (show, services):
        asked = given(facility=facility, since=since, until=until, anomalies=anomalies or None)
        print_integrity(show, services, asked, as_csv=as_csv)


@app.command()
def due(
    unit: Annotated[str, typer.Option(help="Code of the unit.")],
    post: Annotated[str | None, typer.Option(help="Code of one of its posts; else all.")] = None,
    *,
    state: Annotated[
        list[str] | None, typer.Option(help="not_yet_open, due, overdue, lapsed; may be repeated.")
    ] = None,
    as_csv: Csv = False,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """What a unit's posts owe, by clinical risk and then the clock; by duty, with nobody's name."""
    with asking(data, lang, as_json) as (show, services):
        print_due(show, services, given(unit=unit, post=post, state=state or None), as_csv=as_csv)


@app.command()
def digest(
    township: Annotated[str, typer.Option(help="Code of the township.")],
    month: Annotated[str, typer.Option(help="Such as 2025-06.")],
    *,
    by_village: Annotated[bool, typer.Option("--by-village", help="A row per village.")] = False,
    as_csv: Csv = False,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """What was done for a township's pregnancies in a month, as it was frozen; small numbers are few."""
    with asking(data, lang, as_json) as (show, services):
        asked = given(township=township, month=month, by_village=by_village or None)
        print_digest(show, services, asked, as_csv=as_csv)


@app.command()
def coverage(
    township: Annotated[str | None, typer.Option(help="Code of a township; else all.")] = None,
    *,
    since: Annotated[str | None, typer.Option(parser=moment, help="First day.")] = None,
    until: Annotated[str | None, typer.Option(parser=moment, help="Last day.")] = None,
    as_csv: Csv = False,
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """How many of those who gave birth had the care they are owed, with n; small numbers are few."""
    with asking(data, lang, as_json) as (show, services):
        print_coverage(show, services, given(township=township, since=since, until=until), as_csv=as_csv)


@app.command()
def status(data: Data = HERE, as_json: Json = False, lang: Language = None) -> None:
    """Positions, lags in messages and seconds, messages set aside."""
    with asking(data, lang, as_json) as (show, services):
        found = statuses(services)
        show.answer(found, status_table(show, found))


@app.command()
def rebuild(
    view: Annotated[str, typer.Argument(help="Name of the view, as status shows it.")],
    data: Data = HERE,
    lang: Language = None,
) -> None:
    """Build a view again from the first fact, beside the one that answers meanwhile."""
    with asking(data, lang) as (show, services):
        rebuild_view(show, services, view)


@neighbours.command("show")
def show_self(
    name_zh: Annotated[str, typer.Option(help="The county's name in Chinese.")],
    name_en: Annotated[str, typer.Option(help="… and in English.")],
    address: Annotated[str | None, typer.Option(help="Where others reach pregnancy_tracking; else this host.")] = None,
    data: Data = HERE,
    lang: Language = None,
) -> None:
    """This county as another one needs to know it: names, units, address, public keys. Write it to a file for them."""
    with console(lang) as show:
        show.document(describe(Deployment.load(data.absolute()), name_zh, name_en, address))


@neighbours.command("add")
def add_neighbour(file: Path, data: Data = HERE, lang: Language = None) -> None:
    """Take in a neighbour as it described itself, in place of what was known of it; from the next start on."""
    with console(lang) as show:
        show.note("neighbour_added", county=add(Deployment.load(data.absolute()), file))


@neighbours.command("list")
def list_neighbours(data: Data = HERE, as_json: Json = False, lang: Language = None) -> None:
    """The neighbours of this deployment."""
    with console(lang, as_json) as show:
        print_neighbours(show, Deployment.load(data.absolute()))


@departments.command("add")
def add_department(
    code: Annotated[str, typer.Argument(help="Such as xinglong-hospital.")],
    *,
    key: Annotated[Path | None, typer.Option(help="Its public Ed25519 key (JWK); else a pair is made.")] = None,
    kid: Annotated[str | None, typer.Option(help="The key's id; else CODE-1.")] = None,
    inbox: Annotated[bool, typer.Option(help="Whether it has an inbox on the broker, beside POST /events.")] = True,
    data: Data = HERE,
    lang: Language = None,
) -> None:
    """Let a department write from the next start on; prints what it has to know, as JSON."""
    with console(lang) as show:
        told = departments_module.add(Deployment.load(data.absolute()), code, key, kid, inbox=inbox)
        show.note("department_added", department=code)
        show.document(json.dumps(told, ensure_ascii=False, indent=2))


@departments.command("list")
def list_departments(data: Data = HERE, as_json: Json = False, lang: Language = None) -> None:
    """Departments that may write, with their key's id."""
    with console(lang, as_json) as show:
        departments_module.print_departments(show, Deployment.load(data.absolute()))


@parked.command("list")
def list_(data: Data = HERE, as_json: Json = False, lang: Language = None) -> None:
    """Messages set aside, with the reason; never their content."""
    with asking(data, lang, as_json) as (show, services):
        print_parked(show, services)


@parked.command()
def retry(message: str, data: Data = HERE, lang: Language = None) -> None:
    """Try a message again."""
    with asking(data, lang) as (show, services):
        retry_parked(show, services, message)


@parked.command()
def drop(message: str, data: Data = HERE, lang: Language = None) -> None:
    """Give a message up."""
    with asking(data, lang) as (show, services):
        drop_parked(show, services, message)


@app.command("access-log")
def access_log(
    person: Annotated[str, typer.Argument(help="Her pseudonym, or “-” to type her document's number unseen.")],
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """Who read a person's record, when and for what. That you looked is recorded."""
    with asking(data, lang, as_json) as (show, services):
        unseen = typer.prompt("document", hide_input=True, err=True) if person == "-" else ""
        print_access_log(show, services, {"document": unseen} if unseen else {"person": person})


@app.command()
def token(
    role: Role,
    *,
    unit: Annotated[list[str] | None, typer.Option(help="A unit's code, or * for all; may be repeated.")] = None,
    purpose: Annotated[list[Purpose] | None, typer.Option(help="May be repeated.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 366)] = 8,
    subject: Annotated[str, typer.Option(help="Whom it names; a person's is her pseudonym.")] = "",
    data: Data = HERE,
    as_json: Json = False,
    lang: Language = None,
) -> None:
    """A bearer token of this deployment's own issuer."""
    with asking(data, lang, as_json) as (show, services):
        made = services.token(role, unit or (), purpose or (), timedelta(hours=hours), subject)
        show.document(json.dumps({"token": made}) if as_json else made)


if __name__ == "__main__":
    app(prog_name="evenborn")
