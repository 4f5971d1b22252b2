"""`actionnariat demo`: the whole journey on an invented newsroom, nothing else needed."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import click

from pipeline import config as configuration
from pipeline.cli import options
from pipeline.cli.output import console
from pipeline.cli.run import report_failures, tell, travel
from pipeline.cli.stakes import captable_table, stakes_table

FIRST_COMPANY = "Cloudwatt"


@click.command(epilog="Example: actionnariat demo --db demo.db")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port of the newsroom on loopback.")
@click.option("--db", metavar="PATH", default="actionnariat-demo.db", show_default=True, help="Database to fill.")
@options.model
def demo(port: int | None, db: str, model: str | None) -> None:
    """Start a small newsroom on this machine, poll it over HTTP, and show who owns what in its news.

    A second call finds nothing new: the feeds answer 304 not modified.
    """
    from pipeline import demo as newsrooms
    from pipeline.storage import queries, store
    from pipeline.storage.database import run_lock

    settings = dataclasses.replace(
        configuration.load(model=model), db=str(Path(db).resolve()), allow_addresses="127.0.0.0/8"
    )
    printer = console()
    with run_lock(settings.db):
        database = options.opened(settings.db, create=True)
        known = bool(queries.feeds(database))
        with newsrooms.newsroom(newsrooms.DEFAULT_PORT if port is None else port, evening=known) as room:
            printer.print(f"A newsroom of {len(room.feeds())} outlets is open at {room.address}")
            for feed in room.feeds():
                store.add_feed(database, feed)
            editions = ["evening"] if known else ["morning", "evening"]
            for edition in editions:
                if edition == "evening":
                    room.evening()
                summary = travel(database, settings)
                report_failures(summary)
                printer.print(f"{edition.capitalize()} edition: {tell(summary)}")
        rows = queries.stakes(database)
        printer.print(stakes_table(rows, f"\n{len(rows)} stakes found"))
        company = FIRST_COMPANY if queries.captable(database, FIRST_COMPANY) else None
        company = company or queries.company_with_most_holders(database)
        if company and (found := queries.captable(database, company)):
            printer.print("", captable_table(found))
    printer.print(
        f"\nThe database is {settings.db}\nWhat to type next (export ACTIONNARIAT_DB={settings.db} first):\n"
        f"  actionnariat stakes orange       statements with a name in them\n"
        f"  actionnariat captable {company or 'COMPANY'}  who holds a company\n"
        f"  actionnariat show 1              a text with its evidence\n"
        f"  actionnariat serve               all of it in Datasette\n"
        f"  actionnariat feeds add URL       a feed of your own, then: actionnariat run",
        soft_wrap=True,
    )
