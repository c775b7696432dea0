"""Commands of pregnancy_tracking: a pregnancy's timeline, what posts owe and did, transfers, how registers are kept."""

from __future__ import annotations

from typing import Annotated

import typer

from services.console.client import Services
from services.console.integrity import print_integrity, print_procedures
from services.console.options import Csv, Since, Until, command
from services.console.owing import given, print_coverage, print_digest, print_due, print_late, print_transfers
from services.console.showing import Show
from services.console.timelines import moment, print_timeline

app = typer.Typer()


@command(app)
def timeline(
    show: Show,
    services: Services,
    pregnancy: Annotated[str, typer.Argument(help="Case id, as receipts give it.")],
    *,
    as_of: Annotated[str | None, typer.Option(parser=moment, help="Only what happened up to then.")] = None,
    known_at: Annotated[str | None, typer.Option(parser=moment, help="Only what was known by then.")] = None,
    order: Annotated[str | None, typer.Option(help="occurred: by day; recorded: as it was told. Else by day.")] = None,
) -> None:
    """A pregnancy's whole timeline, both services' part. That you looked is recorded."""
    print_timeline(show, services, pregnancy, given(as_of=as_of, known_at=known_at, order=order))


@command(app)
def due(
    show: Show,
    services: Services,
    unit: Annotated[str, typer.Option(help="Code of the unit.")],
    *,
    post: Annotated[str | None, typer.Option(help="Code of one of its posts; else all.")] = None,
    state: Annotated[
        list[str] | None, typer.Option(help="not_yet_open, due, overdue, lapsed; may be repeated.")
    ] = None,
    as_csv: Csv = False,
) -> None:
    """What a unit's posts owe, by clinical risk and then the clock; by duty, with nobody's name."""
    print_due(show, services, given(unit=unit, post=post, state=state or None), as_csv=as_csv)


@command(app)
def late(
    show: Show,
    services: Services,
    *,
    unit: Annotated[str | None, typer.Option(help="Code of a unit; else all of the county.")] = None,
    state: Annotated[list[str] | None, typer.Option(help="overdue, lapsed; else both.")] = None,
    as_csv: Csv = False,
) -> None:
    """What has come up to the county superior: overdue and lapsed duties, by clinical risk and then the clock."""
    print_late(show, services, given(unit=unit, state=state or None), as_csv=as_csv)


@command(app)
def transfers(
    show: Show,
    services: Services,
    *,
    unit: Annotated[str | None, typer.Option(help="Code of the unit that is asked, or asks; else all.")] = None,
    direction: Annotated[str | None, typer.Option(help="outgoing, incoming, within; else all.")] = None,
    status: Annotated[
        str | None, typer.Option(help="waiting, accepted, declined, timed_out, withdrawn; else all.")
    ] = None,
    as_csv: Csv = False,
) -> None:
    """Transfers of care between counties and units, newest first; with nobody's name."""
    print_transfers(show, services, given(unit=unit, direction=direction, status=status), as_csv=as_csv)


@command(app)
def digest(
    show: Show,
    services: Services,
    month: Annotated[str, typer.Option(help="Such as 2025-06.")],
    *,
    township: Annotated[str | None, typer.Option(help="Code of a township; else all.")] = None,
    by_village: Annotated[bool, typer.Option("--by-village", help="A row per village.")] = False,
    as_csv: Csv = False,
) -> None:
    """What was done for the pregnancies of townships in a month, as it was frozen; small numbers are few."""
    asked = given(township=township, month=month, by_village=by_village or None)
    print_digest(show, services, asked, as_csv=as_csv)


@command(app)
def coverage(
    show: Show,
    services: Services,
    *,
    township: Annotated[str | None, typer.Option(help="Code of a township; else all.")] = None,
    since: Since = None,
    until: Until = None,
    as_csv: Csv = False,
) -> None:
    """How many of those who gave birth had the care they are owed, with n; small numbers are few."""
    print_coverage(show, services, given(township=township, since=since, until=until), as_csv=as_csv)


@command(app)
def integrity(
    show: Show,
    services: Services,
    *,
    facility: Annotated[str | None, typer.Option(help="Code of a facility; else all.")] = None,
    since: Since = None,
    until: Until = None,
    anomalies: Annotated[bool, typer.Option("--anomalies", help="Only days that show one.")] = False,
    as_csv: Csv = False,
) -> None:
    """How the registers of scans and procedures are kept, per device-day and facility; nothing about anybody."""
    asked = given(facility=facility, since=since, until=until, anomalies=anomalies or None)
    print_integrity(show, services, asked, as_csv=as_csv)


@command(app)
def procedures(
    show: Show,
    services: Services,
    *,
    facility: Annotated[str | None, typer.Option(help="Code of a facility; else all.")] = None,
    since: Since = None,
    until: Until = None,
    anomalies: Annotated[bool, typer.Option("--anomalies", help="Only weeks that show one.")] = False,
    as_csv: Csv = False,
) -> None:
    """How procedures are done and entered, per facility, month and week; counts, and none where they are few."""
    asked = given(facility=facility, since=since, until=until, anomalies=anomalies or None)
    print_procedures(show, services, asked, as_csv=as_csv)
