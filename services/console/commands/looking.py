"""Commands of auditors: who read a person's record, and whose glass was broken."""

from __future__ import annotations

from typing import Annotated

import typer

from services.console.client import Services
from services.console.looking import print_access_log, print_glass, review_glass
from services.console.options import command
from services.console.showing import Show

app = typer.Typer()
glass = typer.Typer(
    help="Records opened outside the own units, for a second person to look at. / 应急查阅及其复核。",
    no_args_is_help=True,
)
app.add_typer(glass, name="glass")


@command(app, name="access-log")
def access_log(
    show: Show,
    services: Services,
    person: Annotated[str, typer.Argument(help="Her pseudonym, or “-” to type her document's number unseen.")],
) -> None:
    """Who read a person's record, when and for what. That you looked is recorded."""
    unseen = typer.prompt("document", hide_input=True, err=True) if person == "-" else ""
    print_access_log(show, services, {"document": unseen} if unseen else {"person": person})


@command(glass, name="list")
def list_(
    show: Show,
    services: Services,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Also those somebody has looked at.")] = False,
) -> None:
    """Glasses that others broke and nobody has looked at yet. That you looked is recorded."""
    print_glass(show, services, unreviewed=not everything)


@command(glass)
def review(
    show: Show,
    services: Services,
    service: Annotated[str, typer.Argument(help="The service, as the list names it.")],
    person: Annotated[str, typer.Argument(help="Her pseudonym, as the list gives it.")],
    number: Annotated[int, typer.Argument(min=1, help="The glass's number in her record.")],
) -> None:
    """Say that you, who did not break it, looked at a broken glass and at its reason."""
    review_glass(show, services, service, person, number)
