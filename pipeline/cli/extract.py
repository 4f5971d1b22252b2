"""`actionnariat extract`: texts in, stakes out, no database."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import config as configuration
from pipeline.articles import dateline, text
from pipeline.cli import options
from pipeline.cli import output as out
from pipeline.cli.explain import explained
from pipeline.config import Settings
from pipeline.errors import ActionnariatError, InputError, MissingInputError
from pipeline.records import Article, Extraction, as_fields

if TYPE_CHECKING:
    from pipeline.extraction.extractor import Extractor

Reader = Callable[[Iterable[Article]], Iterator[Extraction]]


@click.command(
    epilog="\b\nExamples:\n  actionnariat extract dispatch.txt\n  actionnariat extract page.html --json\n"
    "  cat articles.jsonl | actionnariat extract --jsonl - > stakes.jsonl\n"
    "  actionnariat extract https://example.org/article"
)
@click.argument("sources", nargs=-1, required=True, metavar="FILE|URL|-...")
@click.option("--title", help="Title of a plain text; without it the first line that is not empty.")
@click.option("--published", metavar="DATE", help="When it was published, as an ISO date.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object per source (what you get off a terminal).")
@click.option("--jsonl", is_flag=True, help='Read lines {"id", "title", "published", "body"}, write one object a line.')
@click.option("--explain", is_flag=True, help="Tell how each percentage was read: slot by slot, or why it is no stake.")
@click.option(
    "--stakes-only", is_flag=True, help="No entities: texts without a percentage of capital are not parsed at all."
)
@options.model
@options.organisations
@options.config
def extract(
    sources: tuple[str, ...],
    title: str | None,
    published: str | None,
    as_json: bool,
    jsonl: bool,
    explain: bool,
    stakes_only: bool,
    model: str | None,
    organisations: str | None,
    config: Path | None,
) -> None:
    """Read texts, web pages or JSON lines and print entities and stakes, without a database.

    Exit code 65 when a source or line cannot be read; the others are read all the same.
    """
    from pipeline.extraction.extractor import Extractor

    settings = configuration.load(config, model=model, organisations=organisations)
    moment = _moment(published, "--published")
    if jsonl:
        extractor = Extractor(settings.model, settings.organisations)
        sys.exit(_extract_lines(sources, _reader(extractor, stakes_only), explain))
    articles: list[Article] = []
    exit_code = 0
    for source in sources:
        try:
            articles.append(_article(source, title, moment, settings))
        except ActionnariatError as error:
            click.echo(f"actionnariat: {error}", err=True)
            exit_code = error.exit_code
    if not articles:
        sys.exit(exit_code)
    reader = _reader(Extractor(settings.model, settings.organisations), stakes_only)
    for extraction in reader(articles):
        if as_json or not sys.stdout.isatty():
            click.echo(json.dumps(to_json(extraction, explain), ensure_ascii=False, indent=2))
        elif explain:
            out.console().print(explained(extraction))
        else:
            _print(extraction)
    sys.exit(exit_code)


def to_json(extraction: Extraction, explain: bool = False) -> dict[str, Any]:
    """The object that `extract` prints; its fields are a contract (docs/extract.md)."""
    article = extraction.article
    head = dateline.find(article.body)
    printed = head.published.isoformat() if head.published else None
    return {
        "id": article.id,
        "title": article.title,
        "published": article.published.isoformat() if article.published else None,
        "body": article.body,
        "dateline": {"place": head.place, "agency": head.agency, "published": printed},
        "entities": [as_fields(mention) for mention in extraction.entities],
        "stakes": [as_fields(stake) for stake in extraction.stakes],
        **({"dropped": [as_fields(dropped) for dropped in extraction.dropped]} if explain else {}),
    }


def _moment(value: object, what: str) -> datetime | None:
    if value in (None, ""):
        return None
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise InputError(f"{what} {value!r}: not an ISO date such as 2015-01-12 or 2015-01-12T11:44:50") from None


def _article(source: str, title: str | None, published: datetime | None, settings: Settings) -> Article:
    """One source as an article: a URL, '-' for standard input, or a file."""
    if source.startswith(("http://", "https://")):
        data, url = _download(source, settings), source
    else:
        data, url = _bytes(source), None
    if text.is_html(data):
        page_title, body = text.from_page(data, source)
        return Article(title or page_title or "", body, published, url, id=source)
    decoded = text.decode(data, source)
    if title is not None:
        return Article(title, decoded.strip("\n"), published, url, id=source)
    first, body = text.split_title(decoded)
    return Article(first, body, published, url, id=source)


def _bytes(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(source).read_bytes()
    except FileNotFoundError:
        raise MissingInputError(f"{source}: no such file") from None
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror})") from None


def _download(url: str, settings: Settings) -> bytes:
    from pipeline.feeds.client import Client

    async def get() -> bytes:
        async with Client(timeout=settings.timeout, contact=settings.contact, allowed=settings.networks()) as client:
            return (await client.get(url, max_bytes=settings.max_article_bytes)).body

    return asyncio.run(get())


def _reader(extractor: Extractor, stakes_only: bool) -> Reader:
    return extractor.stakes_only if stakes_only else extractor.read_all


def _extract_lines(sources: tuple[str, ...], reader: Reader, explain: bool) -> int:
    """Stream JSON lines; a line that cannot be read gives an error object in its place. Returns the exit code."""
    exit_code = 0
    for source in sources:
        with _lines(source) as handle:
            for number, line in enumerate(handle, 1):
                if not line.strip():
                    continue
                try:
                    result = to_json(next(iter(reader([_article_of_line(line)]))), explain)
                except InputError as error:
                    name, reason = error.args if len(error.args) == 2 else (None, str(error))
                    result = {"id": name, "error": reason} if name is not None else {"line": number, "error": reason}
                    exit_code = InputError.exit_code
                click.echo(json.dumps(result, ensure_ascii=False))
    return exit_code


def _lines(source: str) -> Any:
    if source == "-":
        return sys.stdin.buffer
    try:
        return Path(source).open("rb")
    except FileNotFoundError:
        raise MissingInputError(f"{source}: no such file") from None
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror})") from None


def _article_of_line(line: bytes) -> Article:
    """Raises InputError(id, reason), or InputError(reason) where the line has no id."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON ({error})") from None
    if not isinstance(data, dict):
        raise InputError("not a JSON object")
    name = str(data["id"]) if data.get("id") is not None else None
    try:
        values = {key: data.get(key) or "" for key in ("title", "body")}
        if not all(isinstance(value, str) for value in values.values()):
            raise InputError("title and body must be strings")
        if any("\ud800" <= c <= "\udfff" for text in (*values.values(), name or "") for c in text):
            name = None
            raise InputError("holds half a character (a lone surrogate)")
        if not any(values.values()):
            raise InputError("neither title nor body")
        return Article(**values, published=_moment(data.get("published"), "published"), id=name)
    except InputError as error:
        raise (InputError(name, str(error)) if name is not None else error) from None


def _print(extraction: Extraction) -> None:
    columns = [
        ("holder", "left"),
        ("", "left"),
        ("figure", "right"),
        ("company", "left"),
        ("status", "left"),
        ("evidence", "left"),
    ]
    rows = []
    for stake in extraction.stakes:
        figure = out.percent({"bound": stake.bound, "percent": float(stake.percent)})
        votes = " votes" if stake.basis == "votes" else ""
        rows.append(
            [
                " + ".join(stake.holder),
                stake.nature,
                figure + votes,
                stake.company,
                stake.status,
                stake.evidence.text,
            ]
        )
    title = extraction.article.title or str(extraction.article.id)
    out.console().print(out.table(title, columns, rows, caption="" if rows else "no stake found"))
