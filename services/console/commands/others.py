"""Commands about who writes to a deployment: neighbour counties and departments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from services.console.departments import add as register
from services.console.departments import print_departments
from services.console.deployment import Deployment
from services.console.neighbours import add as take_in
from services.console.neighbours import describe, print_neighbours, shown
from services.console.options import command, deployment
from services.console.showing import Show

app = typer.Typer()
neighbours = typer.Typer(help="Counties beside this one. / 邻县。", no_args_is_help=True)
departments = typer.Typer(help="Departments that may write. / 可发送消息的部门。", no_args_is_help=True)
app.add_typer(neighbours, name="neighbour")
app.add_typer(departments, name="department")


@command(neighbours, deployment, "show")
def show_self(
    show: Show,
    here: Deployment,
    name_zh: Annotated[str, typer.Option(help="The county's name in Chinese.")],
    name_en: Annotated[str, typer.Option(help="… and in English.")],
    *,
    address: Annotated[str | None, typer.Option(help="Where others reach pregnancy_tracking; else this host.")] = None,
) -> None:
    """This county as another one needs to know it: names, units, address, public keys. Write it to a file for them."""
    told = describe(here, name_zh, name_en, address)
    show.told(told, shown(told))


@command(neighbours, deployment, "add")
def add_neighbour(show: Show, here: Deployment, file: Path) -> None:
    """Take in a neighbour as it described itself, in place of what was known of it; from the next start on."""
    show.done("neighbour_added", county=take_in(here, file))


@command(neighbours, deployment, "list")
def list_neighbours(show: Show, here: Deployment) -> None:
    """The neighbours of this deployment."""
    print_neighbours(show, here)


@command(departments, deployment, "add")
def add_department(
    show: Show,
    here: Deployment,
    code: Annotated[str, typer.Argument(help="Such as xinglong-hospital.")],
    *,
    key: Annotated[Path | None, typer.Option(help="Its public Ed25519 key (JWK); else a pair is made.")] = None,
    kid: Annotated[str | None, typer.Option(help="The key's id; else CODE-1.")] = None,
    inbox: Annotated[bool, typer.Option(help="Whether it has an inbox on the broker, beside POST /events.")] = True,
    unit: Annotated[
        list[str] | None,
        typer.Option(help="A unit or facility it speaks for (again for more); else the one of its own code, if any."),
    ] = None,
) -> None:
    """Let a department write from the next start on; prints what it has to know, as JSON."""
    told = register(here, code, key, kid, inbox=inbox, units=unit or ())
    show.note("department_added", department=code)
    show.told(told, json.dumps(told, ensure_ascii=False, indent=2))


@command(departments, deployment, "list")
def list_departments(show: Show, here: Deployment) -> None:
    """Departments that may write, with their key's id."""
    print_departments(show, here)
