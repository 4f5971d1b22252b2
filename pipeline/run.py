"""The journey, as the cron job makes it: poll → fetch → extract → store.

    feeds ──poll──▶ entries ──fetch──▶ articles ──extract──▶ stakes

The database is the queue: each stage asks it what lacks its output, does one thing, and commits once per
datum. Killed at any instant, the next run carries on where this one stopped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Protocol

from sqlite_utils import Database

from pipeline import __version__
from pipeline.articles import dateline, text
from pipeline.config import Settings
from pipeline.errors import ActionnariatError, AllFeedsFailedError, FetchError
from pipeline.extraction.extractor import Extractor
from pipeline.feeds import parsing
from pipeline.feeds.client import Client
from pipeline.records import Article, Extraction, Feed
from pipeline.storage import queries, store
from pipeline.storage.queries import DueEntry, PolledFeed

MIN_FULL_TEXT = 200  # characters; shorter content of an entry is a teaser, and the page is fetched


class Progress(Protocol):
    """Told how far a stage is; a progress bar where a person watches, nothing in cron."""

    def __call__(self, stage: str, done: int, total: int) -> None:
        """`done` of `total` data of a stage are through."""


@dataclass
class Summary:
    """What a run did. `failures` are one line each."""

    feeds: int = 0
    unchanged: int = 0
    failed: int = 0
    new_entries: int = 0
    new_articles: int = 0
    new_stakes: int = 0
    failures: list[str] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """The numbers alone."""
        numbers = asdict(self)
        numbers.pop("failures")
        return numbers


def run(db: Database, settings: Settings, progress: Progress, load: Callable[[], Extractor]) -> Summary:
    """One whole run. `load` gives the extractor; it is called only when there is something to read.

    Raises AllFeedsFailedError at the end where no feed could be read.
    """
    summary = Summary()
    run_id = store.start_run(db, __version__)
    asyncio.run(_poll_and_fetch(db, settings, progress, summary))
    _extract(db, progress, summary, run_id, load)
    store.end_run(db, run_id, summary.counts())
    if summary.feeds and summary.failed == summary.feeds:
        raise AllFeedsFailedError("\n".join([*summary.failures, "every feed failed"]))
    return summary


async def _poll_and_fetch(db: Database, settings: Settings, progress: Progress, summary: Summary) -> None:
    async with Client(
        timeout=settings.timeout,
        contact=settings.contact,
        allowed=settings.networks(),
        connections=settings.connections,
    ) as client:
        feeds = queries.feeds(db)
        summary.feeds = len(feeds)
        polls = [_poll(db, client, settings, feed, summary) for feed in feeds]
        for done, poll in enumerate(asyncio.as_completed(polls), 1):
            await poll
            progress("feeds", done, len(polls))
        entries = queries.due_entries(db)
        fetches = [_fetch(db, client, settings, entry, summary) for entry in entries]
        for done, fetch in enumerate(asyncio.as_completed(fetches), 1):
            await fetch
            progress("articles", done, len(fetches))


async def _poll(db: Database, client: Client, settings: Settings, polled: PolledFeed, summary: Summary) -> None:
    """feed → entries"""
    feed = polled.feed
    validators = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    headers = {name: value for name, value in validators.items() if value}
    try:
        response = await client.get(feed.url, max_bytes=settings.max_feed_bytes, headers=headers)
        etag, modified = response.headers.get("etag"), response.headers.get("last-modified")
        if response.status == 304:
            store.save_poll_unchanged(db, polled.id, etag, modified)
            summary.unchanged += 1
            return
        parsed = parsing.parse(response.body, response.headers, response.url)
    except ActionnariatError as error:
        store.save_poll_failure(db, polled.id, str(error))
        summary.failed += 1
        summary.failures.append(str(error))
        return
    told = Feed(feed.url, parsed.title, etag, modified)
    summary.new_entries += store.save_poll(db, polled.id, told, parsed.entries)


async def _fetch(db: Database, client: Client, settings: Settings, entry: DueEntry, summary: Summary) -> None:
    """entry → article: the feed's own full text, or the page that the entry links to"""
    try:
        title, body = entry.title, text.from_fragment(entry.content or "")
        if len(body) < MIN_FULL_TEXT and entry.url:
            response = await client.get(entry.url, max_bytes=settings.max_article_bytes)
            page_title, body = await asyncio.to_thread(text.from_page, response.body, entry.url)
            title = title or page_title or ""
        body = body or text.from_fragment(entry.summary or "")
    except ActionnariatError as error:
        store.save_article_failure(db, entry.id, str(error), final=not isinstance(error, FetchError))
        summary.failures.append(str(error))
        return
    article = Article(title, body, entry.published, entry.url)
    summary.new_articles += store.save_article(db, entry.id, entry.content_hash, article, dateline.find(body))


def _extract(db: Database, progress: Progress, summary: Summary, run_id: int, load: Callable[[], Extractor]) -> None:
    """article → entities and stakes"""
    articles = queries.unread_articles(db)
    if not articles:
        return
    extractor = load()
    for done, article in enumerate(articles, 1):
        try:
            extraction = extractor.read(article)
        except Exception as error:  # one text that cannot be read must not keep all others from being read
            summary.failures.append(f"article {article.id}: cannot be read ({type(error).__name__}: {error})")
            extraction = Extraction(article, (), ())
        summary.new_stakes += store.save_extraction(db, int(article.id or 0), extraction, extractor.version, run_id)
        progress("texts read", done, len(articles))
