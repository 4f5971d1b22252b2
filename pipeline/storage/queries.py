"""Questions to the database. Each function is one SELECT and says what its rows hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlite_utils import Database

from pipeline.names import fold
from pipeline.records import Article, Feed
from pipeline.storage.store import MAX_ATTEMPTS

Row = dict[str, Any]


@dataclass(frozen=True)
class PolledFeed:
    """A feed with its row id."""

    id: int
    feed: Feed


@dataclass(frozen=True)
class DueEntry:
    """An entry that has no article yet, or whose feed changed it since."""

    id: int
    content_hash: str
    url: str | None
    title: str
    published: datetime | None
    content: str | None
    summary: str | None


@dataclass(frozen=True)
class CapTable:
    """Levels held in a company, newest statement of each holder, and all else said of it.

    `levels` are current holdings of capital, largest first; `total` their exact sum without joint figures;
    `apart` are statements that are no current level (votes, past, planned, under discussion, transfers).
    """

    company: str
    levels: list[Row]
    total: Decimal
    apart: list[Row]


def feeds(db: Database) -> list[PolledFeed]:
    """All feeds, in the order in which they were added."""
    rows = db.query("SELECT id, url, title, etag, last_modified FROM feeds ORDER BY id")
    return [PolledFeed(row["id"], Feed(row["url"], row["title"], row["etag"], row["last_modified"])) for row in rows]


def feed_states(db: Database) -> list[Row]:
    """Each feed with its entries and how the last poll went."""
    return list(
        db.query(
            "SELECT f.url, f.title, count(e.id) AS entries, f.last_success, f.last_error FROM feeds f"
            " LEFT JOIN entries e ON e.feed_id = f.id GROUP BY f.id ORDER BY f.id"
        )
    )


def due_entries(db: Database) -> list[DueEntry]:
    """Entries without an article for what their feed says now, oldest first."""
    rows = db.query(
        "SELECT id, content_hash, url, title, published, content, summary FROM entries"
        " WHERE article_hash IS NOT content_hash AND attempts < ? ORDER BY id",
        [MAX_ATTEMPTS],
    )
    return [DueEntry(**{**row, "published": _time(row["published"])}) for row in rows]


def unread_articles(db: Database) -> list[Article]:
    """Articles that no extractor has read yet; `id` is the row id as text."""
    rows = db.query("SELECT id, title, body, published, url FROM articles WHERE extractor IS NULL ORDER BY id")
    return [Article(row["title"], row["body"], _time(row["published"]), row["url"], str(row["id"])) for row in rows]


def stakes(
    db: Database,
    *,
    words: str | None = None,
    holder: str | None = None,
    company: str | None = None,
    status: str | None = None,
    limit: int | None = None,
) -> list[Row]:
    """Statements in the newest version of each article, newest first; names are compared folded.

    `words` is looked for in holder, company and article title.
    """
    where, values = ["1"], []
    if company:
        where.append("company_key = ?")
        values.append(_key(db, company))
    if holder:
        where.append("id IN (SELECT stake_id FROM stake_holders WHERE name_key = ?)")
        values.append(_key(db, holder))
    if status:
        where.append("status = ?")
        values.append(status)
    for word in (words or "").split():
        where.append("(instr(company_key, ?) OR id IN (SELECT stake_id FROM stake_holders WHERE instr(name_key, ?)))")
        values += [fold(word)] * 2
    sql = (
        "SELECT holder, percent, bound, company, basis, nature, status, as_of, counterparty, published, outlet,"
        f" article, url, evidence, article_id, id FROM stakes_said WHERE {' AND '.join(where)}"
        " ORDER BY published DESC, article_id DESC, id LIMIT ?"
    )
    return list(db.query(sql, [*values, -1 if limit is None else limit]))


def captable(db: Database, company: str) -> CapTable | None:
    """Who holds the company's capital by the newest statements; None where nothing was said of it."""
    rows = list(
        db.query(
            "SELECT holder, percent, percent_exact, bound, company, basis, nature, status, as_of, counterparty,"
            " max(published) AS last_said, count(DISTINCT article_id) AS articles, evidence FROM stakes_said"
            " WHERE company_key = ? GROUP BY holder, percent_exact, bound, basis, nature, status"
            " ORDER BY last_said DESC, percent DESC",
            [_key(db, company)],
        )
    )
    if not rows:
        return None
    levels: dict[str, Row] = {}
    apart = []
    for row in rows:
        is_level = (row["nature"], row["status"], row["basis"]) == ("holding", "current", "capital")
        if is_level and fold(row["holder"]) not in levels:
            levels[fold(row["holder"])] = row
        elif not is_level:
            apart.append(row)
    ordered = sorted(levels.values(), key=lambda row: -row["percent"])
    single = [Decimal(row["percent_exact"]) for row in ordered if " + " not in row["holder"]]
    return CapTable(rows[0]["company"], ordered, sum(single, Decimal(0)), apart)


def names_like(db: Database, name: str, limit: int = 5) -> list[str]:
    """Companies of stored stakes whose name holds the first word given, for 'did you mean'."""
    word = (fold(name).split() or [""])[0]
    rows = db.query(
        "SELECT company, count(*) AS n FROM stakes WHERE instr(company_key, ?) GROUP BY company_key"
        " ORDER BY n DESC LIMIT ?",
        [word[:4], limit],
    )
    return [row["company"] for row in rows]


def article(db: Database, article_id: int) -> Row | None:
    """One stored article version with outlet and dateline."""
    sql = (
        "SELECT a.*, f.title AS outlet FROM articles a JOIN entries e ON e.id = a.entry_id"
        " JOIN feeds f ON f.id = e.feed_id WHERE a.id = ?"
    )
    return next(iter(db.query(sql, [article_id])), None)


def article_stakes(db: Database, article_id: int) -> list[Row]:
    """The stakes read in one article version, in the order of their evidence."""
    return list(
        db.query(
            "SELECT * FROM stakes WHERE article_id = ? ORDER BY evidence_field DESC, evidence_start",
            [article_id],
        )
    )


def article_mentions(db: Database, article_id: int) -> list[Row]:
    """The names found in one article version."""
    sql = 'SELECT field, text, label, "start", "end" FROM mentions WHERE article_id = ? ORDER BY field DESC, "start"'
    return list(db.query(sql, [article_id]))


def company_with_most_holders(db: Database) -> str | None:
    """A company worth looking at first: the one of which most current holders are known."""
    row = db.execute(
        "SELECT company, count(DISTINCT holder) AS holders, count(*) AS n FROM stakes_said WHERE nature = 'holding'"
        " AND status = 'current' AND basis = 'capital' GROUP BY company_key ORDER BY holders DESC, n DESC LIMIT 1"
    ).fetchone()
    return row[0] if row else None


def _key(db: Database, name: str) -> str:
    """The key under which a name is filed: another form of it may have been, as the lists of names know."""
    sql = "SELECT name_key FROM mentions WHERE text = ? AND label IN ('ORG', 'PER', 'LOC') LIMIT 1"
    row = db.execute(sql, [name]).fetchone()
    return row[0] if row else fold(name)


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
