"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pipeline import config as configuration

if TYPE_CHECKING:
    from sqlite_utils import Database

Command = TypeVar("Command", bound=Callable[..., Any])


def database(command: Command) -> Command:
    """--db PATH"""
    return click.option(
        "--db",
        metavar="PATH",
        envvar="ACTIONNARIAT_DB",
        help=f"Database to use.  [default: {_short(configuration.DEFAULT_DATABASE)}; environment: ACTIONNARIAT_DB]",
    )(command)


def model(command: Command) -> Command:
    """--model NAME|PATH"""
    return click.option("--model", metavar="NAME|PATH", help="spaCy pipeline to use instead of the shipped one.")(
        command
    )


def organisations(command: Command) -> Command:
    """--organisations FILE"""
    return click.option(
        "--organisations",
        metavar="FILE",
        help="CSV file of organisations to know as well: columns name and aliases (separated by ';').",
    )(command)


def config(command: Command) -> Command:
    """--config FILE"""
    return click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path),
        help=f"Settings to use.  [default: {_short(configuration.DEFAULT_CONFIG)}]",
    )(command)


def opened(path: str | Path, *, create: bool = False) -> Database:
    """The database of a command, closed when the command ends."""
    from pipeline.storage.database import open_database

    database = open_database(path, create=create)
    click.get_current_context().call_on_close(database.close)
    return database


def _short(path: Path) -> str:
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
