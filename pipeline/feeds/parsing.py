"""Bytes of a feed → entries. feedparser reads; this file checks and narrows what it found."""

from __future__ import annotations

import calendar
import hashlib
import re
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
# A reference to one half of a surrogate pair (U+D800 to U+DFFF), on which feedparser 6.0 fails.
_HALF_CHARACTER = re.compile(
    rb"&#(?:x0*d[89a-f][0-9a-f]{2}|0*(?:55(?:29[6-9]|[3-9]\d\d)|56\d{3}|57(?:[0-2]\d\d|3[0-3]\d|34[0-3])));",
    re.IGNORECASE,
)
FIRST_YEAR = 1970  # an earlier date is a slip of the feed


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
    plain = _HALF_CHARACTER.sub(b"&#xFFFD;", body.strip())
    told = {**headers, "content-location": url}
    try:
        parsed = feedparser.parse(plain, response_headers=told, sanitize_html=False)
    except Exception as error:  # whatever the parser trips over is this feed's failure, not the run's
        raise FeedError(f"{url}: not a feed that can be parsed ({type(error).__name__}: {error})") from None
    if not parsed.version and not parsed.entries:
        raise FeedError(f"{url}: not a feed ({_looks_like(body)}); give the address of an RSS or Atom feed")
    entries = tuple(_entry(item) for item in parsed.entries[:MAX_ENTRIES])
    return ParsedFeed(_whole(parsed.feed.get("title")), entries)


def _entry(item: Any) -> Entry:
    title = " ".join(unescape(_whole(item.get("title")) or "").split())
    content = next((_whole(part.value) for part in item.get("content", []) if part.get("value")), None)
    summary = _whole(item.get("summary"))
    link = _whole(item.get("link"))
    guid = _whole(item.get("id")) or link
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


def _whole(text: str | None) -> str | None:
    """A text without half characters (lone surrogates), which no file and no database takes."""
    return text.encode("utf-8", "ignore").decode() if text else text


def _time(parsed: time.struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        moment = datetime.fromtimestamp(calendar.timegm(parsed), UTC)
        return moment if moment.year >= FIRST_YEAR else None
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
