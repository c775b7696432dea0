"""What all commands share: options, the console they speak through, and how trouble ends one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import wraps
from inspect import Parameter, Signature, signature
from pathlib import Path
from typing import Annotated, Any

import typer

from services.console.client import Services
from services.console.deployment import Deployment
from services.console.showing import Show
from services.console.timelines import moment
from services.console.words import Lang, Trouble, language

INTERRUPTED = 130
Csv = Annotated[bool, typer.Option("--csv", help="A table for a spreadsheet.")]
Since = Annotated[str | None, typer.Option(parser=moment, help="First day.")]
Until = Annotated[str | None, typer.Option(parser=moment, help="Last day.")]
Township = Annotated[str | None, typer.Option(help="Code of the township; else the whole county.")]


class Interrupted(Trouble):
    """Told to stop before there was an answer."""


def _option(name: str, default: Any, annotation: Any) -> Parameter:
    return Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)


SHARED = (
    _option(
        "data",
        Path(".evenborn"),
        Annotated[Path, typer.Option("--data", help="Directory of the deployment.", file_okay=False)],
    ),
    _option(
        "as_json",
        False,
        Annotated[bool, typer.Option("--json", help="One JSON document on standard output, and nothing else.")],
    ),
    _option("lang", None, Annotated[Lang | None, typer.Option("--lang", help="en or zh; else the environment's.")]),
)
"""Options of every command."""


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
        show.trouble(Interrupted())
        raise typer.Exit(INTERRUPTED) from None


Subject = Callable[[Path], AbstractContextManager[Any]]
"""What a command is about, by the directory of a deployment."""


@contextmanager
def directory(data: Path) -> Iterator[Path]:
    """The directory itself, whatever is in it."""
    yield data


@contextmanager
def deployment(data: Path) -> Iterator[Deployment]:
    """The deployment kept there, whether it runs or not. Raises NoDeployment."""
    yield Deployment.load(data)


@contextmanager
def services(data: Path) -> Iterator[Services]:
    """The services of the deployment kept there. Raises NoDeployment."""
    with Services(Deployment.load(data)) as found:
        yield found


def command(
    app: typer.Typer, subject: Subject = services, name: str | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a function a command of `app`. It takes a console and a subject, then options of its own as keywords.

    The options in SHARED are added to its own, and serve to open both.
    """

    def register(function: Callable[..., None]) -> Callable[..., None]:
        @wraps(function)
        def run(*, data: Path, as_json: bool, lang: Lang | None, **own: Any) -> None:
            with console(lang, as_json) as show, subject(data.absolute()) as found:
                function(show, found, **own)

        _, _, *own = signature(function, eval_str=True).parameters.values()
        keywords = (each.replace(kind=Parameter.KEYWORD_ONLY) for each in own)
        run.__signature__ = Signature([*keywords, *SHARED])  # type: ignore[attr-defined]
        return app.command(name)(run)

    return register
