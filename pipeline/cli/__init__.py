"""The command line: arguments → one call. A file per noun; this one ties them together."""

from __future__ import annotations

import sqlite3
import sys
from typing import Any

import click

from pipeline import __version__
from pipeline.cli import demo, evaluate, extract, feeds, run, serve, stakes
from pipeline.errors import ActionnariatError, DatabaseError


class _Group(click.Group):
    """Prints an ActionnariatError as one line and exits with its code; bugs still show their traceback."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except ActionnariatError as error:
            click.echo(f"actionnariat: {error}", err=True)
            sys.exit(error.exit_code)
        except sqlite3.Error as error:
            click.echo(f"actionnariat: the database cannot be used ({error})", err=True)
            sys.exit(DatabaseError.exit_code)


@click.group(
    cls=_Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Start with 'actionnariat demo', which needs nothing; or 'actionnariat feeds add URL' and then "
    "'actionnariat run'.",
)
@click.version_option(__version__, prog_name="actionnariat")
def main() -> None:
    """Who owns what, read from the French news.

    Polls feeds, fetches the articles, extracts who holds, buys or sells what percentage of whose capital
    or votes, and keeps it in a SQLite database.
    """


for command in (
    run.run,
    demo.demo,
    feeds.feeds,
    extract.extract,
    stakes.stakes,
    stakes.captable,
    stakes.show,
    serve.serve,
    evaluate.evaluate,
):
    main.add_command(command)
