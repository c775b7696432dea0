"""Commands of who runs a deployment: up, status, rebuild, parked, keys, token."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from services.console.client import Services
from services.console.deployment import Asked, Deployment
from services.console.operating import drop_parked, print_parked, rebuild_view, retry_parked
from services.console.options import command, deployment, directory
from services.console.rotating import rotate_keys
from services.console.showing import Show, status_table
from services.console.upping import up as run_up
from services.console.watching import statuses
from shared.access import Purpose, Role

app = typer.Typer()
parked = typer.Typer(help="Messages set aside. / 搁置的消息。", no_args_is_help=True)
keys = typer.Typer(help="Keys of services. / 服务的密钥。", no_args_is_help=True)
app.add_typer(parked, name="parked")
app.add_typer(keys, name="keys")


@command(app, directory)
def up(
    show: Show,
    home: Path,
    *,
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
) -> None:
    """Start everything, live through the scenario, print its report; Ctrl-C stops everything."""
    run_up(home, Asked(scenario, seed, store, broker, port_base, county, births), show, once=once)


@command(app)
def status(show: Show, services: Services) -> None:
    """Positions, lags in messages and seconds, messages set aside."""
    found = statuses(services)
    show.answer(found, status_table(show, found))


@command(app)
def rebuild(
    show: Show, services: Services, view: Annotated[str, typer.Argument(help="Name of the view, as status shows it.")]
) -> None:
    """Build a view again from the first fact, beside the one that answers meanwhile."""
    rebuild_view(show, services, view)


@command(app)
def token(
    show: Show,
    services: Services,
    role: Role,
    *,
    unit: Annotated[list[str] | None, typer.Option(help="A unit's code, or * for all; may be repeated.")] = None,
    purpose: Annotated[list[Purpose] | None, typer.Option(help="May be repeated.")] = None,
    hours: Annotated[float, typer.Option(min=0.01, max=24 * 366)] = 8,
    subject: Annotated[str, typer.Option(help="Whom it names; a person's is her pseudonym.")] = "",
) -> None:
    """A bearer token of this deployment's own issuer."""
    made = services.token(role, unit or (), purpose or (), timedelta(hours=hours), subject)
    show.told({"token": made}, made)


@command(parked, name="list")
def list_(show: Show, services: Services) -> None:
    """Messages set aside, with the reason; never their content."""
    print_parked(show, services)


@command(parked)
def retry(show: Show, services: Services, message: str) -> None:
    """Try a message again."""
    retry_parked(show, services, message)


@command(parked)
def drop(show: Show, services: Services, message: str) -> None:
    """Give a message up."""
    drop_parked(show, services, message)


@command(keys, deployment)
def rotate(
    show: Show,
    here: Deployment,
    service: Annotated[list[str] | None, typer.Argument(help="Such as births; else every service.")] = None,
) -> None:
    """A new master key for services that do not run. Interrupted, run it again."""
    rotate_keys(show, here, service or ())
