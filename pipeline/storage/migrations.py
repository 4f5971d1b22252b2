"""The schema, as steps. A step that has landed is never edited; a new one follows it."""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("actionnariat")

_SCHEMA = """
CREATE TABLE feeds (
    id INTEGER PRIMARY KEY,
    url TEXT NOT NULL UNIQUE,
    title TEXT,
    etag TEXT,                    -- validators, verbatim, for conditional requests
    last_modified TEXT,
    added TEXT NOT NULL,
    last_polled TEXT,             -- null until the first poll
    last_success TEXT,
    last_error TEXT               -- null after a success
) STRICT;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    started TEXT NOT NULL,
    ended TEXT,                   -- null while it runs, or where it was killed
    feeds INTEGER, unchanged INTEGER, failed INTEGER,
    new_entries INTEGER, new_articles INTEGER, new_stakes INTEGER
) STRICT;

CREATE TABLE entries (
    id INTEGER PRIMARY KEY,
    feed_id INTEGER NOT NULL REFERENCES feeds(id) ON DELETE CASCADE,
    guid TEXT NOT NULL,
    url TEXT,
    title TEXT NOT NULL,
    published TEXT,
    summary TEXT,
    content TEXT,                 -- HTML, where the feed carries the full text
    content_hash TEXT NOT NULL,   -- of all that the feed says of the entry
    first_seen TEXT NOT NULL,
    last_changed TEXT NOT NULL,
    article_hash TEXT,            -- content_hash for which an article was made; differs while one is due
    attempts INTEGER NOT NULL DEFAULT 0,
    last_error TEXT,
    UNIQUE (feed_id, guid)
) STRICT;
CREATE INDEX entries_due ON entries(attempts) WHERE article_hash IS NOT content_hash;

CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    entry_id INTEGER NOT NULL REFERENCES entries(id) ON DELETE CASCADE,
    version INTEGER NOT NULL,     -- 1, then one more for each correction
    superseded INTEGER NOT NULL DEFAULT 0,
    url TEXT,
    title TEXT NOT NULL,
    published TEXT,               -- UTC
    body TEXT NOT NULL,           -- plain text; offsets of mentions and evidence count its code points
    body_hash TEXT NOT NULL,
    fetched TEXT NOT NULL,
    dateline_place TEXT,
    dateline_agency TEXT,
    dateline_published TEXT,      -- as printed, without zone
    extractor TEXT,               -- version of the extractor that read it; null while that is due
    UNIQUE (entry_id, version)
) STRICT;
CREATE INDEX articles_due ON articles(id) WHERE extractor IS NULL;

CREATE TABLE mentions (
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    "start" INTEGER NOT NULL,
    "end" INTEGER NOT NULL,
    text TEXT NOT NULL,
    label TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (article_id, field, "start", "end")
) STRICT;
CREATE INDEX mentions_name ON mentions(name_key);

CREATE TABLE stakes (
    id TEXT PRIMARY KEY,          -- of article version, evidence offsets and fields: the same reading, the same id
    article_id INTEGER NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
    holder TEXT NOT NULL,         -- names joined with ' + ' where they hold one figure together
    company TEXT NOT NULL,
    percent REAL NOT NULL,        -- for sorting and charts
    percent_exact TEXT NOT NULL,  -- decimal text, for sums
    bound TEXT NOT NULL,
    basis TEXT NOT NULL,
    nature TEXT NOT NULL,
    status TEXT NOT NULL,
    as_of TEXT,
    counterparty TEXT,
    evidence TEXT NOT NULL,
    evidence_field TEXT NOT NULL,
    evidence_start INTEGER NOT NULL,
    evidence_end INTEGER NOT NULL,
    slots TEXT NOT NULL,          -- JSON: where each slot was read
    confidence REAL NOT NULL,
    rule TEXT NOT NULL,
    extractor TEXT NOT NULL,
    run_id INTEGER REFERENCES runs(id),
    company_key TEXT NOT NULL,
    learned TEXT NOT NULL         -- when this database learned it, UTC
) STRICT;
CREATE INDEX stakes_article ON stakes(article_id);
CREATE INDEX stakes_company ON stakes(company_key);

CREATE TABLE stake_holders (
    stake_id TEXT NOT NULL REFERENCES stakes(id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    PRIMARY KEY (stake_id, position)
) STRICT;
CREATE INDEX stake_holders_name ON stake_holders(name_key);

-- What the newest version of each article says.
CREATE VIEW stakes_said AS
SELECT s.holder, s.percent, s.bound, s.company, s.basis, s.nature, s.status, s.as_of, s.counterparty,
       a.published, f.title AS outlet, a.title AS article, a.url, s.evidence, s.confidence,
       s.percent_exact, s.company_key, s.learned, s.id, s.article_id
FROM stakes s
JOIN articles a ON a.id = s.article_id AND NOT a.superseded
JOIN entries e ON e.id = a.entry_id
JOIN feeds f ON f.id = e.feed_id;
"""


@migrations()
def m001_first_schema(db: Database) -> None:
    """Feeds, runs, entries, versioned articles, mentions and stakes."""
    for statement in _statements(_SCHEMA):
        db.execute(statement)


@migrations()
def m002_who_asserts(db: Database) -> None:
    """The source that a sentence names for what it states."""
    db.execute("DROP VIEW stakes_said")
    db.execute("ALTER TABLE stakes ADD COLUMN asserted_by TEXT")
    db.execute("ALTER TABLE stakes DROP COLUMN rule")  # one network reads them all
    view = _SCHEMA[_SCHEMA.index("CREATE VIEW") :].replace("s.confidence,", "s.asserted_by, s.confidence,")
    for statement in _statements(view):
        db.execute(statement)


def _statements(script: str) -> list[str]:
    """The statements of a script; executescript() would commit the migration's transaction half-way."""
    bare = "\n".join(
        line.partition("--")[0] if line.lstrip().startswith("--") else line for line in script.splitlines()
    )
    return [part.strip() for part in bare.split(";\n") if part.strip()]
