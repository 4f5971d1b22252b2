"""Opening the database: settings of the connection, checks that it is ours, migrations, the run lock."""

from __future__ import annotations

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from pipeline.errors import DatabaseError, LockedError
from pipeline.storage.migrations import migrations

_BUSY_MILLISECONDS = 30_000


def open_database(path: str | Path, *, create: bool = True) -> Database:
    """Open and, where needed, create or migrate the database.

    Raises DatabaseError for what is no SQLite database, belongs to something else or was made by a newer
    version; the file is left as it was.
    """
    path = Path(path)
    if not path.exists():
        if not create:
            raise DatabaseError(
                f"{path}: no database yet; fill one with 'actionnariat run', or look at one with 'actionnariat demo'"
            )
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"{path.parent}: cannot make this folder ({error.strerror})") from None
    try:
        db = Database(sqlite3.connect(path, timeout=_BUSY_MILLISECONDS / 1000))
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{path}: {_explain(error)}") from None
    try:
        _prepare(db, path)
    except BaseException as error:
        db.close()
        if isinstance(error, sqlite3.DatabaseError):
            raise DatabaseError(f"{path}: {_explain(error)}") from None
        raise
    return db


def _prepare(db: Database, path: Path) -> None:
    _check_ours(db, path)
    db.enable_wal()
    db.execute("PRAGMA foreign_keys = ON")
    db.execute("PRAGMA synchronous = NORMAL")
    if migrations.pending(db):
        with immediate(db):  # two processes may open a new database at once
            migrations.apply(db)


def _check_ours(db: Database, path: Path) -> None:
    tables = set(db.table_names())
    if not tables:
        return
    applied = {step.name for step in migrations.applied(db)} if "_sqlite_migrations" in tables else set()
    if not applied:
        raise DatabaseError(f"{path}: a SQLite database of something else; name another path with --db")
    with Database(memory=True) as empty:
        known = {step.name for step in migrations.pending(empty)}
    if unknown := sorted(applied - known):
        raise DatabaseError(f"{path}: made by a newer version of actionnariat (step {unknown[0]}); upgrade to open it")


def _explain(error: sqlite3.DatabaseError) -> str:
    text = str(error)
    if "not a database" in text:
        return "not a SQLite database; name another path with --db"
    if "unable to open" in text:
        return "cannot be opened; is it a folder, or not yours to read?"
    if "readonly" in text:
        return "is read-only"
    return text


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """A write transaction that takes its lock at once, so that it waits instead of failing half-way."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.conn.rollback()
        raise
    db.conn.commit()


@contextmanager
def run_lock(path: str | Path) -> Iterator[None]:
    """Hold the one lock that lets a run write; the kernel frees it also after a kill.

    Raises LockedError where another process holds it.
    """
    lock = Path(f"{path}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        handle = lock.open("w")
    except OSError as error:
        raise DatabaseError(f"{lock}: cannot be written ({error.strerror}); name another place with --db") from None
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise LockedError(f"{path}: another run is at work on it; try again when it has ended") from None
        yield
