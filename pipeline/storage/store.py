"""Records into rows. Every write is one transaction per datum: killed at any instant, nothing is half there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlite_utils import Database

from pipeline.names import fold
from pipeline.records import Article, Dateline, Entry, Extraction, Feed, Stake
from pipeline.storage.database import immediate

MAX_ATTEMPTS = 5


def now() -> str:
    """The current time in UTC, to the second, as stored."""
    return utc(datetime.now(UTC)) or ""


def utc(moment: datetime | None) -> str | None:
    """A time as stored: ISO 8601 in UTC with Z; a time without zone is taken to be UTC."""
    if moment is None:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def add_feed(db: Database, feed: Feed) -> bool:
    """Add a feed, or give a known one its title. True if it is new."""
    with immediate(db):
        known = db.execute("SELECT 1 FROM feeds WHERE url = ?", [feed.url]).fetchone()
        db.execute(
            "INSERT INTO feeds (url, title, added) VALUES (?, ?, ?)"
            " ON CONFLICT (url) DO UPDATE SET title = coalesce(excluded.title, title)"
            " WHERE excluded.title IS NOT NULL AND title IS NOT excluded.title",
            [feed.url, feed.title, now()],
        )
    return known is None


def remove_feed(db: Database, url: str) -> bool:
    """Remove a feed with all that came from it. False where there is no such feed."""
    with immediate(db):
        return bool(db.execute("DELETE FROM feeds WHERE url = ?", [url]).rowcount)


def start_run(db: Database, version: str) -> int:
    """Open a row of the run log; its id marks what the run stores."""
    with immediate(db):
        return int(db.execute("INSERT INTO runs (version, started) VALUES (?, ?)", [version, now()]).lastrowid or 0)


def end_run(db: Database, run_id: int, counts: dict[str, int]) -> None:
    """Close a row of the run log with its counts."""
    columns = ("feeds", "unchanged", "failed", "new_entries", "new_articles", "new_stakes")
    with immediate(db):
        db.execute(
            "UPDATE runs SET ended = ?, " + ", ".join(f"{name} = ?" for name in columns) + " WHERE id = ?",
            [now(), *(counts[name] for name in columns), run_id],
        )


def save_poll(db: Database, feed_id: int, feed: Feed, entries: Sequence[Entry]) -> int:
    """Keep what a successful poll brought: validators and new or changed entries. Returns how many."""
    moment = now()
    changed = 0
    with immediate(db):
        db.execute(
            "UPDATE feeds SET title = coalesce(title, ?), etag = ?, last_modified = ?, last_polled = ?,"
            " last_success = ?, last_error = NULL WHERE id = ?",
            [feed.title, feed.etag, feed.last_modified, moment, moment, feed_id],
        )
        for entry in entries:
            said = [entry.url, entry.title, utc(entry.published), entry.summary, entry.content]
            digest = _hash(*said)
            changed += db.execute(
                "INSERT INTO entries (feed_id, guid, url, title, published, summary, content, content_hash,"
                " first_seen, last_changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                " ON CONFLICT (feed_id, guid) DO UPDATE SET url = excluded.url, title = excluded.title,"
                " published = excluded.published, summary = excluded.summary, content = excluded.content,"
                " content_hash = excluded.content_hash, last_changed = excluded.last_changed, attempts = 0,"
                " last_error = NULL WHERE content_hash IS NOT excluded.content_hash",
                [feed_id, entry.guid, *said, digest, moment, moment],
            ).rowcount
    return changed


def save_poll_unchanged(db: Database, feed_id: int, etag: str | None, last_modified: str | None) -> None:
    """Note a 304; validators that it brings replace the old ones."""
    with immediate(db):
        db.execute(
            "UPDATE feeds SET last_polled = :now, last_success = :now, last_error = NULL,"
            " etag = coalesce(:etag, etag), last_modified = coalesce(:modified, last_modified) WHERE id = :id",
            {"now": now(), "etag": etag, "modified": last_modified, "id": feed_id},
        )


def save_poll_failure(db: Database, feed_id: int, reason: str) -> None:
    """Note a failed poll; entries and validators stay as they were."""
    with immediate(db):
        db.execute("UPDATE feeds SET last_polled = ?, last_error = ? WHERE id = ?", [now(), reason, feed_id])


def save_article(db: Database, entry_id: int, content_hash: str, article: Article, dateline: Dateline) -> bool:
    """Keep an article as the next version of its entry; the same text again is no new version."""
    digest = _hash(article.title, article.body)
    with immediate(db):
        last = db.execute(
            "SELECT version, body_hash FROM articles WHERE entry_id = ? ORDER BY version DESC LIMIT 1",
            [entry_id],
        ).fetchone()
        new = last is None or last[1] != digest
        if new:
            db.execute("UPDATE articles SET superseded = 1 WHERE entry_id = ?", [entry_id])
            printed = dateline.published.isoformat() if dateline.published else None
            db.execute(
                "INSERT INTO articles (entry_id, version, url, title, published, body, body_hash, fetched,"
                " dateline_place, dateline_agency, dateline_published) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    entry_id,
                    last[0] + 1 if last else 1,
                    article.url,
                    article.title,
                    utc(article.published),
                    article.body,
                ]
                + [digest, now(), dateline.place, dateline.agency, printed],
            )
        db.execute("UPDATE entries SET article_hash = ?, last_error = NULL WHERE id = ?", [content_hash, entry_id])
    return new


def save_article_failure(db: Database, entry_id: int, reason: str, *, final: bool) -> None:
    """Note that an entry gave no article; it is tried again up to MAX_ATTEMPTS times unless `final`."""
    with immediate(db):
        db.execute(
            "UPDATE entries SET last_error = ?, attempts = CASE WHEN ? THEN ? ELSE attempts + 1 END WHERE id = ?",
            [reason, final, MAX_ATTEMPTS, entry_id],
        )


def save_extraction(db: Database, article_id: int, extraction: Extraction, extractor: str, run_id: int) -> int:
    """Keep the mentions and stakes read in an article, and that it was read. Returns the number of stakes."""
    with immediate(db):
        names = {m.text: m.name for m in extraction.entities if m.name}
        for m in extraction.entities:
            db.execute(
                'INSERT OR IGNORE INTO mentions (article_id, field, "start", "end", text, label, name_key)'
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                [article_id, m.field, m.start, m.end, m.text, m.label, fold(m.name or m.text)],
            )
        for stake in extraction.stakes:
            _save_stake(db, article_id, stake, names, extractor, run_id)
        db.execute("UPDATE articles SET extractor = ? WHERE id = ?", [extractor, article_id])
    return len(extraction.stakes)


def _save_stake(
    db: Database, article_id: int, stake: Stake, names: Mapping[str, str], extractor: str, run_id: int
) -> None:
    said: list[Any] = [" + ".join(stake.holder), stake.company, str(stake.percent), stake.bound, stake.basis]
    said += [stake.nature, stake.status, stake.as_of, stake.counterparty]
    where = [stake.evidence.field, stake.evidence.start, stake.evidence.end]
    stake_id = _hash(article_id, extractor, *said, *where)[:32]
    inserted = db.execute(
        "INSERT OR IGNORE INTO stakes (id, article_id, holder, company, percent_exact, bound, basis, nature,"
        " status, as_of, counterparty, percent, evidence, evidence_field, evidence_start, evidence_end, slots,"
        " confidence, extractor, run_id, company_key, learned, asserted_by)"
        f" VALUES ({', '.join('?' * 23)})",
        [stake_id, article_id, *said, float(stake.percent), stake.evidence.text, *where]
        + [json.dumps(asdict(stake.mentions)), stake.confidence, extractor, run_id]
        + [fold(names.get(stake.company, stake.company)), now(), stake.asserted_by],
    ).rowcount
    if inserted:
        for position, name in enumerate(stake.holder):
            db.execute(
                "INSERT INTO stake_holders (stake_id, position, name, name_key) VALUES (?, ?, ?, ?)",
                [stake_id, position, name, fold(names.get(name, name))],
            )


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, default=str).encode()).hexdigest()
