"""Bytes of a feed → entries. feedparser reads; this file checks and narrows what it found."""

from __future__ import annotations

import calendar
import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any

import feedparser

from pipeline.errors import FeedError
from pipeline.records import Entry

MAX_ENTRIES = 5_000


@dataclass(frozen=True)
class ParsedFeed:
    """A feed's title and its entries, in the feed's order."""

    title: str | None
    entries: tuple[Entry, ...]


def parse(body: bytes, headers: Mapping[str, str], url: str) -> ParsedFeed:
    """Read RSS, RDF or Atom. Bytes and headers go in as received, so that the charset is decided once.

    Raises FeedError where the bytes are no feed at all; a malformed feed gives what could be read.
    """
    if not body.strip():
        raise FeedError(f"{url}: empty, not a feed")
    parsed = feedparser.parse(body.strip(), response_headers={**headers, "content-location": url}, sanitize_html=False)
    if not parsed.version and not parsed.entries:
        raise FeedError(f"{url}: not a feed ({_looks_like(body)}); give the address of an RSS or Atom feed")
    entries = tuple(_entry(item) for item in parsed.entries[:MAX_ENTRIES])
    return ParsedFeed(parsed.feed.get("title"), entries)


def _entry(item: Any) -> Entry:
    title = " ".join(unescape(item.get("title") or "").split())
    content = next((part.value for part in item.get("content", []) if part.get("value")), None)
    summary = item.get("summary")
    link = item.get("link")
    guid = item.get("id") or link
    if not guid:  # neither guid nor link: the words themselves tell items apart
        guid = hashlib.sha256(f"{title}\n{summary}".encode()).hexdigest()
    return Entry(
        guid=guid,
        url=link,
        title=title,
        published=_time(item.get("published_parsed") or item.get("updated_parsed")),
        summary=summary if summary != content else None,
        content=content,
    )


def _time(parsed: time.struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _looks_like(body: bytes) -> str:
    start = body.lstrip()[:200].lower()
    if start.startswith(b"%pdf"):
        return "it is a PDF"
    if start.startswith((b"<!doctype html", b"<html")):
        return "it is a web page"
    if b"\0" in body[:1000]:
        return "it is binary data"
    return "no feed element found"
