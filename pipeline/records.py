"""What flows through the journey: feed → entry → article → stakes. Frozen; no record does any work.

Texts are Unicode strings, offsets count code points. Times are aware and in UTC, except what a dateline
prints, which has no zone. Percentages are exact decimals, 0 < percent <= 100.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

Field = Literal["title", "body"]
Bound = Literal["=", "~", ">", ">=", "<", "<="]
Basis = Literal["capital", "votes"]
Nature = Literal["holding", "purchase", "sale"]
Status = Literal["current", "past", "planned", "possible", "denied"]


@dataclass(frozen=True)
class Feed:
    """A feed to poll, with what its server said last (validators are kept verbatim)."""

    url: str
    title: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class Entry:
    """One item of a feed. `guid` is stable within its feed; `content` is HTML where the feed carries it."""

    guid: str
    url: str | None
    title: str
    published: datetime | None
    summary: str | None = None
    content: str | None = None


@dataclass(frozen=True)
class Article:
    """A text to read: title and body are plain text, paragraphs one a line."""

    title: str
    body: str
    published: datetime | None = None
    url: str | None = None
    id: str | None = None


@dataclass(frozen=True)
class Dateline:
    """Where, when and by which agency a dispatch says it was sent; null where it does not say."""

    place: str | None = None
    agency: str | None = None
    published: datetime | None = None


@dataclass(frozen=True)
class Mention:
    """A labelled stretch of an article: ORG, PER, LOC, PERCENT, MONEY, DATE.

    `name` is what it is called across articles: the fullest form that the article gives, or, where the lists know
    that, the name that they file it under. None for figures.
    """

    field: Field
    text: str
    label: str
    start: int
    end: int
    name: str | None = None


@dataclass(frozen=True)
class Evidence:
    """The sentence that states a stake."""

    field: Field
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Span:
    """A place in an article, without a label."""

    field: Field
    start: int
    end: int


@dataclass(frozen=True)
class StakeMentions:
    """Where each slot of a stake was read."""

    holder: tuple[Span, ...] = ()
    company: tuple[Span, ...] = ()
    percent: tuple[Span, ...] = ()
    status: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Stake:
    """A statement that `holder` holds, buys or sells `percent` of the capital or votes of `company`.

    `as_of` is an ISO date, month or year. `asserted_by` is the source that the sentence names, if any. `confidence` is
    the likelihood that holder, company and percent are right.
    """

    holder: tuple[str, ...]
    company: str
    percent: Decimal
    bound: Bound
    basis: Basis
    nature: Nature
    status: Status
    evidence: Evidence
    as_of: str | None = None
    counterparty: str | None = None
    asserted_by: str | None = None
    mentions: StakeMentions = field(default_factory=StakeMentions)
    confidence: float = 0.5


@dataclass(frozen=True)
class Dropped:
    """A percentage that is told as no stake, and why."""

    field: Field
    text: str
    start: int
    end: int
    reason: str


@dataclass(frozen=True)
class Extraction:
    """All that was read in one article."""

    article: Article
    entities: tuple[Mention, ...]
    stakes: tuple[Stake, ...]
    dropped: tuple[Dropped, ...] = ()


def as_fields(record: Stake | Dropped | Mention) -> dict[str, Any]:
    """A record as JSON has it: plain lists and numbers. The fields are a contract (docs/extract.md)."""
    plain = asdict(record)
    if isinstance(record, Stake):
        percent = record.percent
        plain["percent"] = int(percent) if percent == percent.to_integral_value() else float(percent)
        plain["holder"] = list(record.holder)
        plain["mentions"] = {slot: list(places) for slot, places in plain["mentions"].items()}
    return plain
