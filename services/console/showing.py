"""What the console shows: tables and words on standard output, progress and trouble on standard error."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from shutil import which
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from services.console.deployment import Deployment
from services.console.words import Lang, Trouble, said
from shared.clock import COUNTY_TIME

UNDEFINED = "–"


WIDE = 120
"""Columns where nobody has said how wide the paper is."""


def _width() -> int | None:
    return None if sys.stdout.isatty() else WIDE


@dataclass(frozen=True)
class Show:
    """One person's console: her language, and whether standard output is for a machine."""

    lang: Lang
    as_json: bool = False
    out: Console = field(default_factory=lambda: Console(highlight=False, width=_width()))
    err: Console = field(default_factory=lambda: Console(stderr=True, highlight=False))

    def say(self, key: str, **fields: Any) -> str:
        """The words for a key in her language."""
        return said(self.lang, key, **fields)

    def note(self, key: str, **fields: Any) -> None:
        """Tell her something beside the answer."""
        self.err.print(self.say(key, **fields), markup=False, soft_wrap=True)

    def trouble(self, trouble: Trouble) -> None:
        """Tell her what is wrong; a machine is told the same as the one document it waits for."""
        self.err.print(trouble.said(self.lang), style="red", markup=False, soft_wrap=True)
        self.document_of(trouble)

    def document_of(self, trouble: Trouble) -> None:
        """What is wrong as a document, where one is wanted."""
        if self.as_json:
            text = {lang.value: trouble.said(lang) for lang in Lang}
            self.document(json.dumps({"trouble": type(trouble).__name__, "text": text}, ensure_ascii=False))

    def done(self, key: str, **fields: Any) -> None:
        """Tell her that something was done; a machine gets the fields."""
        self.note(key, **fields)
        if self.as_json:
            self.document(json.dumps(fields, ensure_ascii=False, default=str))

    def told(self, found: Any, text: str) -> None:
        """The answer for a machine, or as text that is not wrapped either."""
        self.document(json.dumps(found, ensure_ascii=False) if self.as_json else text)

    def document(self, text: str) -> None:
        """Print a JSON document as it is: nothing wrapped, nothing coloured."""
        self.out.file.write(text.rstrip("\n") + "\n")
        self.out.file.flush()

    def answer(self, found: Any, table: Table) -> None:
        """The answer, for a machine or for a person."""
        if self.as_json:
            self.document(json.dumps(found, ensure_ascii=False))
        elif table.row_count:
            self.out.print(table)
        else:
            self.out.print(self.say("nothing"), markup=False)

    def table(self, title: str, *columns: str) -> Table:
        """A table whose columns have the words for these keys as heads."""
        table = Table(title=title, title_justify="left", box=SIMPLE_HEAD)
        for column in columns:
            table.add_column(self.say(column), overflow="fold")
        return table

    @contextmanager
    def waiting(self, key: str, **fields: Any) -> Iterator[None]:
        """Something moves on standard error while the block runs: nobody knows how long."""
        with self.err.status(self.say(key, **fields)):
            yield

    @contextmanager
    def progress(self, key: str, total: int | None = None, **fields: Any) -> Iterator[_Bar]:
        """A bar on standard error for as long as the block runs."""
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TaskProgressColumn())
        detail = TextColumn("{task.fields[detail]}")
        with Progress(*columns, TimeRemainingColumn(), detail, console=self.err) as progress:
            task = progress.add_task(self.say(key, **fields), total=total, detail="")
            yield _Bar(progress, task)


@dataclass(frozen=True)
class _Bar:
    progress: Progress
    task: Any

    def at(self, done: float, total: float, detail: str = "") -> None:
        self.progress.update(self.task, completed=done, total=total, detail=detail)


def report_table(show: Show, report: Mapping[str, Any]) -> Table:
    """A period's counts and ratios, each with its interval."""
    when = {"period": report.get("quarter") or report["year"], "from_": report["from"], "to": report["to"]}
    title = show.say("report", township=report["township"] or show.say("whole_county"), **when)
    table = show.table(title, "birth_order", "boys", "girls", "births", "ratio", "interval")
    for order, cell in report["by_birth_order"].items():
        table.add_row(show.say(f"order_{order}"), *figures_of(cell))
    table.add_section()
    table.add_row(show.say("all"), *figures_of(report), style="bold")
    return table


def print_report(show: Show, text: str) -> None:
    """The report as the service gave it, or as a table with its text in both languages."""
    if show.as_json:
        show.document(text)
        return
    report = json.loads(text)
    show.out.print(report_table(show, report))
    for lang in (show.lang, *(each for each in Lang if each is not show.lang)):
        show.out.print(report["text"][lang], markup=False)
        show.out.print()


def figures_of(cell: Mapping[str, Any]) -> Sequence[str]:
    """Boys, girls, births, the ratio and its exact interval, as a table shows them."""
    low, high = cell["interval95"] or (None, None)
    interval = UNDEFINED if low is None else f"{low:.1f} – {_shown(high)}"
    return str(cell["boys"]), str(cell["girls"]), str(cell["boys"] + cell["girls"]), _shown(cell["ratio"]), interval


def _shown(figure: float | None) -> str:
    return UNDEFINED if figure is None else f"{figure:.1f}"


def command_here() -> str:
    """How this command is called from here: by its name where the shell finds it, else by its path."""
    if which("evenborn"):
        return "evenborn"
    installed = Path(sys.executable).with_name("evenborn")
    return str(installed.relative_to(Path.cwd()) if installed.is_relative_to(Path.cwd()) else installed)


def print_where(show: Show, deployment: Deployment, pregnancy: str, more: Sequence[str] = ()) -> None:
    """Where to look, and what to try next: a pregnancy's timeline, and `more` commands."""
    command, data = command_here(), f"--data {deployment.home}"
    wanted = ["status", "token operator", *([f"timeline {pregnancy}"] if pregnancy else []), *more]
    tries = [f"{command} {each} {data}" for each in wanted]
    pages = {"docs": "docs", "health": "health/ready", "metrics": "metrics"}
    places = [
        f"{service} {show.say(what)}: {url}/{page}"
        for service, url in deployment.urls.items()
        for what, page in pages.items()
    ]
    kept = {"logs": deployment.logs} | ({"truth": deployment.truth} if deployment.truth.exists() else {})
    files = [f"{show.say(what)}: {path}" for what, path in kept.items()]
    lines = [show.say("where"), *places, *files, show.say("try"), *tries]
    for line in lines:
        indent = "" if line in {show.say("where"), show.say("try")} else "  "
        show.out.print(indent + line, markup=False, soft_wrap=True)


def status_table(show: Show, found: Mapping[str, Mapping[str, Any]]) -> Table:
    """Every follower of something: where it is, how far behind in messages and seconds."""
    table = show.table("", "service", "follows", "position", "lag", "seconds")
    for service, status in found.items():
        table.add_row(service, "log", str(status["position"]), "", "")
        for view, about in status["views"].items():
            table.add_row("", f"view {view}", str(about["position"]), str(about["lag"]), "")
        publishing = status["publishing"]
        table.add_row("", "journal", str(publishing["position"]), str(publishing["lag"]), "")
        for channels, about in _relays(status["publishes"]).items():
            table.add_row("", f"relay {channels}", str(about["relayed"]), str(about["sequence"] - about["relayed"]), "")
        for channel, about in status["hears"].items():
            table.add_row("", f"hears {channel}", *(str(about[name]) for name in ("position", "lag", "seconds")))
        for county, about in status["brings"].items():
            where = show.say("brings", county=county)
            table.add_row("", where, *(str(about[name]) for name in ("position", "lag", "seconds")))
        table.add_row("", f"{show.say('parked')} / {show.say('held')}", f"{status['parked']} / {status['held']}")
        table.add_row("", show.say("glass_to_review"), str(status["glass_to_review"]))
        table.add_section()
    return table


def _relays(publishes: Mapping[str, Mapping[str, int]]) -> dict[str, Counter[str]]:
    """Channels, those of receipts together: a county has as many as departments."""
    shown: dict[str, Counter[str]] = {}
    for channel, about in sorted(publishes.items()):
        name = "receipts" if channel.startswith("receipts.") else channel
        shown.setdefault(name, Counter()).update({field: about[field] for field in ("sequence", "relayed")})
    return shown


def shown_moment(moment: str) -> str:
    """A moment as people of the county write it, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone(COUNTY_TIME):%Y-%m-%d %H:%M}"
