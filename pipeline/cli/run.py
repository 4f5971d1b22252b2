"""`actionnariat run`: the cron job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pipeline import config as configuration
from pipeline.cli import options
from pipeline.cli.output import StageBars
from pipeline.config import Settings
from pipeline.errors import ConfigurationError

if TYPE_CHECKING:
    from sqlite_utils import Database

    from pipeline.extraction.extractor import Extractor
    from pipeline.run import Summary


@click.command(
    epilog="Exit code 0 when at least one feed was read (each failed one is a line on stderr), 69 when none was, "
    "75 when another run is at work.\n\n\b\n"
    "  crontab: 7,37 * * * *  actionnariat run"
)
@click.option(
    "--feeds",
    "feed_list",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Import this TOML feed list first.",
)
@click.option("--fail-on", type=click.Choice(["all", "any"]), default="all", show_default=True,
              help="Exit with 69 when all feeds failed, or when any did.")  # fmt: skip
@options.database
@options.model
@options.config
def run(feed_list: Path | None, fail_on: str, db: str | None, model: str | None, config: Path | None) -> None:
    """Poll the feeds, fetch what is new, extract the stakes, store them.

    Tells a person what it did; silent where no terminal reads, except for what failed.
    """
    from pipeline.feeds import feedlist
    from pipeline.storage import queries, store
    from pipeline.storage.database import run_lock

    settings = configuration.load(config, db=db, model=model)
    listed = feedlist.read(feed_list) if feed_list else []
    with run_lock(settings.db):
        database = options.opened(settings.db, create=True)
        for feed in listed:
            store.add_feed(database, feed)
        if not queries.feeds(database):
            raise ConfigurationError(
                f"{settings.db}: no feeds yet; add one with 'actionnariat feeds add URL', or see 'actionnariat demo'"
            )
        summary = travel(database, settings)
    report_failures(summary)
    if sys.stdout.isatty():
        click.echo(tell(summary))
    if fail_on == "any" and summary.failed:
        sys.exit(69)


def travel(database: Database, settings: Settings) -> Summary:
    """One run with progress bars where a person watches."""
    from pipeline import run as journey

    def load() -> Extractor:
        from pipeline.extraction.extractor import Extractor

        return Extractor(settings.model, settings.organisations)

    with StageBars() as bars:
        return journey.run(database, settings, bars, load)


def report_failures(summary: Summary) -> None:
    """One line on stderr for each thing that failed."""
    for line in summary.failures:
        click.echo(f"actionnariat: {line}", err=True)


def tell(summary: Summary) -> str:
    """A run in one line."""
    return (
        f"{summary.feeds} feeds polled ({summary.unchanged} answered 304 not modified, {summary.failed} failed), "
        f"{summary.new_entries} new or changed entries, {summary.new_articles} articles, "
        f"{summary.new_stakes} stakes."
    )
