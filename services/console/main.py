"""The `evenborn` command, put together from its commands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import typer
from typer._click import ClickException, Context  # typer shows its own click nowhere else
from typer.core import TyperGroup

from services.console.commands import care, figures, looking, others, running
from services.console.showing import Show
from services.console.words import Trouble, language


class CommandUnfit(Trouble):
    """A command line that cannot be understood."""


class Evenborn(TyperGroup):
    """Tells of a command line that cannot be understood in a document as well, where one was asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: Context | None = None, **more: Any
    ) -> Context:
        self._wanted = tuple(args)
        with _told(self._wanted):
            return super().make_context(info_name, args, parent, **more)

    def invoke(self, ctx: Context) -> Any:
        with _told(self._wanted):
            return super().invoke(ctx)


@contextmanager
def _told(args: Sequence[str]) -> Iterator[None]:
    try:
        yield
    except ClickException as error:
        if "--json" in args:
            Show(language(None), as_json=True).document_of(CommandUnfit(reason=error.format_message()))
        raise


app = typer.Typer(
    name="evenborn",
    cls=Evenborn,
    help="Run a county's services on this machine, and see what they know. / 在本机运行县级服务并查看其记录。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for each in (running, figures, care, looking, others):
    app.add_typer(each.app)

if __name__ == "__main__":
    app(prog_name="evenborn")
