"""`actionnariat feeds`: which feeds are polled."""

from __future__ import annotations

from pathlib import Path

import click

from pipeline import config as configuration
from pipeline.cli import options, output
from pipeline.errors import InputError


@click.group()
def feeds() -> None:
    """Add, list, import and remove the feeds that are polled."""


@feeds.command(epilog="Example: actionnariat feeds add https://example.org/rss.xml --title 'Example'")
@click.argument("url")
@click.option("--title", help="What to call it instead of the title that the feed gives itself.")
@options.database
def add(url: str, title: str | None, db: str | None) -> None:
    """Add a feed by its address."""
    from pipeline.feeds.feedlist import check_url
    from pipeline.records import Feed
    from pipeline.storage import store

    feed = Feed(check_url(url), title)
    database = options.opened(configuration.load(db=db).db, create=True)
    click.echo("Added; 'actionnariat run' polls it." if store.add_feed(database, feed) else "Already there.")


@feeds.command("list")
@output.formats
@options.database
def list_feeds(output: str | None, fmt: str | None, db: str | None) -> None:
    """List the feeds and how their last poll went."""
    from pipeline.cli import output as out
    from pipeline.storage import queries

    rows = queries.feed_states(options.opened(configuration.load(db=db).db))
    if fmt or not out.wants_table(output, fmt):
        out.write_rows(rows, output, fmt)
        return
    columns = [
        ("feed", "left"),
        ("title", "left"),
        ("entries", "right"),
        ("last success", "left"),
        ("error", "left"),
    ]
    cells = [[str(value) if value is not None else "" for value in row.values()] for row in rows]
    out.console().print(out.table(f"{len(rows)} feeds", columns, cells))


@feeds.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@options.database
def import_feeds(file: Path, db: str | None) -> None:
    """Add the feeds of a TOML list ([[feed]] tables with url and title)."""
    from pipeline.feeds import feedlist
    from pipeline.storage import store

    listed = feedlist.read(file)
    database = options.opened(configuration.load(db=db).db, create=True)
    new = sum(store.add_feed(database, feed) for feed in listed)
    click.echo(f"{new} feeds added, {len(listed) - new} were there.")


@feeds.command()
@click.argument("url")
@click.option("--yes", is_flag=True, help="Do not ask.")
@options.database
def remove(url: str, yes: bool, db: str | None) -> None:
    """Remove a feed and all that came from it."""
    from pipeline.storage import store

    database = options.opened(configuration.load(db=db).db)
    if not yes:
        click.confirm(f"Remove {url} with its entries, articles and stakes?", abort=True)
    if not store.remove_feed(database, url):
        raise InputError(f"{url}: no such feed; 'actionnariat feeds list' shows those that are there")
    click.echo("Removed.")
