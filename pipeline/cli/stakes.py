"""`actionnariat stakes`, `captable` and `show`: questions to the database."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import click
from rich.console import Group
from rich.text import Text

from pipeline import config as configuration
from pipeline.cli import options
from pipeline.cli import output as out
from pipeline.errors import InputError, MissingInputError
from pipeline.records import Status

Row = dict[str, Any]


def stakes_table(rows: list[Row], title: str) -> Any:
    """Statements as a table for people."""
    columns = [
        ("holder", "left"), ("", "left"), ("figure", "right"), ("company", "left"), ("status", "left"),
        ("published", "left"), ("outlet", "left"), ("article", "right"),
    ]  # fmt: skip
    cells = [
        [
            row["holder"],
            row["nature"],
            out.percent(row) + (" votes" if row["basis"] == "votes" else ""),
            row["company"],
            row["status"],
            (row["published"] or "")[:10],
            row["outlet"] or "",
            str(row["article_id"]),
        ]
        for row in rows
    ]
    return out.table(title, columns, cells, caption="actionnariat show ARTICLE prints the text with its evidence")


@click.command(
    epilog="\b\nExamples:\n  actionnariat stakes cloudwatt\n"
    "  actionnariat stakes --holder Thales --status current --csv"
)
@click.argument("words", nargs=-1)
@click.option("--holder", help="Only stakes of this holder; case, accents and legal form do not matter.")
@click.option("--company", help="Only stakes in this company.")
@click.option("--status", type=click.Choice(get_args(Status)), help="Only this status.")
@click.option("--limit", type=click.IntRange(1), help="At most so many, newest first.")
@out.formats
@options.database
@options.config
def stakes(
    words: tuple[str, ...],
    holder: str | None,
    company: str | None,
    status: str | None,
    limit: int | None,
    output: str | None,
    fmt: str | None,
    db: str | None,
    config: Path | None,
) -> None:
    """List the stakes found, newest first; WORDS are looked for in holder and company."""
    from pipeline.storage import queries

    database = options.opened(configuration.load(config, db=db).db)
    rows = queries.stakes(database, words=" ".join(words), holder=holder, company=company, status=status, limit=limit)
    if fmt or not out.wants_table(output, fmt):
        out.write_rows(rows, output, fmt)
    elif rows:
        out.console().print(stakes_table(rows, f"{len(rows)} stakes"))
    else:
        click.echo("No stake found. 'actionnariat stakes' without words lists all.")


@click.command(epilog="Example: actionnariat captable Cloudwatt")
@click.argument("company")
@out.formats
@options.database
@options.config
def captable(company: str, output: str | None, fmt: str | None, db: str | None, config: Path | None) -> None:
    """Who holds COMPANY's capital by the newest statements, and what else was said of it, kept apart."""
    from pipeline.storage import queries

    database = options.opened(configuration.load(config, db=db).db)
    found = queries.captable(database, company)
    if found is None:
        like = queries.names_like(database, company)
        hint = f"; did you mean {' or '.join(like)}?" if like else ""
        raise InputError(f"{company}: no stake in this company is known{hint}")
    if fmt or not out.wants_table(output, fmt):
        out.write_rows([*found.levels, *found.apart], output, fmt)
    else:
        out.console().print(captable_table(found))


def captable_table(found: Any) -> Group:
    """A cap table and, apart from it, what is no current level."""
    levels = [
        [row["holder"], out.percent(row), (row["last_said"] or "")[:10], str(row["articles"])] for row in found.levels
    ]
    rest = 100 - found.total
    if found.total > 100:
        note = f"together {found.total} %: more than 100 %, sources or dates differ"
    else:
        note = f"together {found.total} %, unknown rest {rest} %" if found.levels else "no current level is known"
    columns = [("holder", "left"), ("capital", "right"), ("last said", "left"), ("articles", "right")]
    parts = [out.table(f"Who holds {found.company}", columns, levels, caption=note)]
    if found.apart:
        rows = [
            [
                row["holder"],
                row["nature"],
                out.percent(row) + (" votes" if row["basis"] == "votes" else ""),
                row["status"] + (f" ({row['as_of']})" if row["as_of"] else ""),
                (row["last_said"] or "")[:10],
                str(row["articles"]),
            ]
            for row in found.apart
        ]
        columns = [
            ("holder", "left"), ("", "left"), ("figure", "right"), ("status", "left"), ("last said", "left"),
            ("articles", "right"),
        ]  # fmt: skip
        parts.append(out.table("Kept apart: no current level of capital", columns, rows))
    return Group(*parts)


@click.command(epilog="Example: actionnariat show 12")
@click.argument("article", metavar="ARTICLE", type=click.IntRange(1))
@out.formats
@options.database
@options.config
def show(article: int, output: str | None, fmt: str | None, db: str | None, config: Path | None) -> None:
    """Print a stored article with its evidence highlighted and the stakes read in it.

    ARTICLE is the number that 'actionnariat stakes' shows.
    """
    from pipeline.storage import queries

    database = options.opened(configuration.load(config, db=db).db)
    found = queries.article(database, article)
    if found is None:
        raise MissingInputError(f"article {article}: not in the database; 'actionnariat stakes' shows the numbers")
    rows = queries.article_stakes(database, article)
    if fmt or not out.wants_table(output, fmt):
        keep = ("id", "version", "superseded", "outlet", "url", "title", "published", "body")
        shown = {key: found[key] for key in keep}
        entities = queries.article_mentions(database, article)
        out.write_rows([shown | {"entities": entities, "stakes": rows}], output, fmt)
        return
    console = out.console()
    note = " (superseded by a later version)" if found["superseded"] else ""
    console.print(
        f"{found['outlet'] or ''}, {found['published'] or 'no date'}, version {found['version']}{note}", markup=False
    )
    for field in ("title", "body"):
        text = Text(found[field], style="bold" if field == "title" else "")
        for row in rows:
            if row["evidence_field"] == field:
                text.stylize("black on yellow", row["evidence_start"], row["evidence_end"])
        console.print(text, "")
    console.print(found["url"] or "", markup=False)
    for row in rows:
        said = f"{row['holder']}: {row['nature']} {out.percent(row)} of {row['company']} ({row['basis']})"
        note = f"{row['status']}, confidence {row['confidence']:.2f}"
        console.print(f"• {said}, {note}", markup=False)
