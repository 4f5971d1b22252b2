"""Rows for people and for programs: a table on a terminal, JSON elsewhere, and the flags of sqlite-utils."""

from __future__ import annotations

import csv
import json
import sys
import unicodedata
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text
from tabulate import tabulate, tabulate_formats

Command = TypeVar("Command", bound=Callable[..., Any])
Row = dict[str, Any]

_FORMATS = ("json", "csv", "tsv", "nl")


def formats(command: Command) -> Command:
    """--json --csv --tsv --nl -t/--table --fmt, as sqlite-utils has them; the function gets `output`."""
    for name, text in (
        ("--nl", "Newline-delimited JSON."),
        ("--tsv", "TSV."),
        ("--csv", "CSV."),
        ("--json", "JSON (what you get where no terminal reads)."),
    ):
        command = click.option(name, "output", flag_value=name[2:], help=text)(command)
    command = click.option("-t", "--table", "output", flag_value="table", help="Table (default on a terminal).")(
        command
    )
    return click.option("--fmt", metavar="FORMAT", help="Table in a format of tabulate, such as github or html.")(
        command
    )


def wants_table(output: str | None, fmt: str | None) -> bool:
    """Whether a person reads: asked for, or on a terminal."""
    return fmt is not None or output == "table" or (output is None and sys.stdout.isatty())


def write_rows(rows: Sequence[Row], output: str | None, fmt: str | None = None) -> None:
    """Print rows in a machine's format, or with tabulate."""
    if fmt is not None:
        if fmt not in tabulate_formats:
            raise click.BadParameter(f"{fmt!r} is no table format of tabulate", param_hint="--fmt")
        click.echo(tabulate(rows, headers="keys", tablefmt=fmt))
    elif output in ("csv", "tsv"):
        writer = csv.writer(sys.stdout, delimiter="," if output == "csv" else "\t", lineterminator="\n")
        if rows:
            writer.writerow(rows[0].keys())
        writer.writerows(row.values() for row in rows)
    elif output == "nl":
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(json.dumps(list(rows), ensure_ascii=False, indent=2))


def console() -> Console:
    """Where people read; wide enough for a table when the output is a file."""
    found = Console(highlight=False)
    return found if sys.stdout.isatty() else Console(highlight=False, width=120)


def table(title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]], *, caption: str = "") -> Table:
    """A rich table; columns are (heading, "left" or "right")."""
    result = Table(
        title=as_it_is(title), title_justify="left", caption=as_it_is(caption) if caption else None,
        caption_justify="left",
    )  # fmt: skip
    for heading, side in columns:
        result.add_column(heading, justify="right" if side == "right" else "left", overflow="fold")
    for row in rows:
        result.add_row(*(as_it_is(cell) for cell in row))
    return result


def as_it_is(text: str, *, same_length: bool = False) -> Text:
    """News may hold rich's markup, or control sequences that a terminal would obey; they go, or become blanks."""
    blank = " " if same_length else ""
    return Text("".join(c if c == "\n" or unicodedata.category(c) != "Cc" else blank for c in text))


def percent(row: Row) -> str:
    """A figure with its bound, as people write it: "~ 44.4 %"."""
    bound = {"=": "", "~": "~ ", ">": "> ", ">=": "≥ ", "<": "< ", "<=": "≤ "}[row["bound"]]
    return f"{bound}{row['percent']:.6g} %"


class StageBars:
    """A progress bar per stage on a terminal; silent elsewhere, so that cron has nothing to mail."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:>12}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> StageBars:
        self._bars.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Move the bar of a stage."""
        if stage not in self._tasks:
            self._tasks[stage] = self._bars.add_task(stage, total=total)
        self._bars.update(self._tasks[stage], completed=done, total=total)
