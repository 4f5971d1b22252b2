from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result
from sqlite_utils import Database

from pipeline.errors import DatabaseError, LockedError
from pipeline.records import Article, Dateline, Entry, Evidence, Extraction, Feed, Mention, Stake
from pipeline.storage import queries, store
from pipeline.storage.database import open_database, run_lock

ENTRY = Entry("g1", "https://a.example/1", "Titre", datetime(2015, 1, 12, 10, 44, 50, tzinfo=UTC), "Résumé")
ARTICLE = Article("Titre", "Orange détient 44,4% de Cloudwatt.", ENTRY.published, ENTRY.url)


def stake(holder: str, percent: str, status: str = "current", nature: str = "holding") -> Stake:
    evidence = Evidence("body", ARTICLE.body, 0, len(ARTICLE.body))
    return Stake((holder,), "Cloudwatt", Decimal(percent), "=", "capital", nature, status, evidence)  # type: ignore[arg-type]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "facts.db") as database:
        store.add_feed(database, Feed("https://a.example/feed", "Essai"))
        yield database


def poll(db: Database, *entries: Entry) -> int:
    return store.save_poll(db, 1, Feed("https://a.example/feed", "Essai", '"v1"', None), entries)


def save(db: Database, article: Article, *stakes: Stake) -> None:
    (due,) = queries.due_entries(db)
    store.save_article(db, due.id, due.content_hash, article, Dateline())
    (unread,) = queries.unread_articles(db)
    mention = Mention("body", "Orange", "ORG", 0, 6)
    run_id = store.start_run(db, "0")
    store.save_extraction(db, int(unread.id or 0), Extraction(article, (mention,), stakes), "x1", run_id)


def test_each_stage_takes_what_lacks_its_output(db: Database) -> None:
    assert poll(db, ENTRY) == 1
    save(db, ARTICLE, stake("Orange", "44.4"))
    assert queries.due_entries(db) == [] and queries.unread_articles(db) == []
    (row,) = queries.stakes(db)
    assert (row["holder"], row["percent"], row["published"]) == ("Orange", 44.4, "2015-01-12T10:44:50Z")


def test_the_same_poll_again_changes_nothing(db: Database) -> None:
    poll(db, ENTRY)
    save(db, ARTICLE)
    before = list(db["entries"].rows)
    assert poll(db, ENTRY) == 0
    assert list(db["entries"].rows) == before


def test_a_corrected_article_is_a_new_version_and_the_old_one_stays(db: Database) -> None:
    poll(db, ENTRY)
    save(db, ARTICLE, stake("Orange", "44.4"))
    poll(db, Entry(ENTRY.guid, ENTRY.url, "CORRECTIF Titre", ENTRY.published))
    corrected = Article("CORRECTIF Titre", ARTICLE.body, ENTRY.published, ENTRY.url)
    save(db, corrected, stake("Orange", "45"))
    assert [row["percent"] for row in queries.stakes(db)] == [45]
    assert [(row["version"], row["superseded"]) for row in db["articles"].rows] == [(1, 1), (2, 0)]
    assert db["stakes"].count == 2


def test_a_failing_article_is_tried_again_but_not_for_ever(db: Database) -> None:
    poll(db, ENTRY)
    for _ in range(store.MAX_ATTEMPTS):
        (due,) = queries.due_entries(db)
        store.save_article_failure(db, due.id, "timeout", final=False)
    assert queries.due_entries(db) == []


def test_a_cap_table_adds_up_and_keeps_talks_apart(db: Database) -> None:
    poll(db, ENTRY)
    levels = [stake("Orange", "44.4"), stake("Thales", "22.2"), stake("Caisse des dépôts", "33.3")]
    save(db, ARTICLE, *levels, stake("Orange", "100", "possible", "purchase"))
    found = queries.captable(db, "CLOUDWATT SA")
    assert found is not None
    assert [row["holder"] for row in found.levels] == ["Orange", "Caisse des dépôts", "Thales"]
    assert found.total == Decimal("99.9")
    assert [(row["nature"], row["status"]) for row in found.apart] == [("purchase", "possible")]


@pytest.mark.parametrize(
    "name", ['O\'Brien "& Cie"', "100 % Bio", "a_b%", "💶", "x" * 100_000, "'; DROP TABLE stakes; --"]
)
def test_names_are_bound_not_pasted(db: Database, name: str) -> None:
    poll(db, ENTRY)
    save(db, ARTICLE, stake(name, "10"))
    assert [row["holder"] for row in queries.stakes(db, holder=name)] == [name]
    assert queries.captable(db, name) is None
    assert queries.stakes(db, words=name) != []


def test_a_percent_sign_is_no_wildcard(db: Database) -> None:
    poll(db, ENTRY)
    save(db, ARTICLE, stake("Orange", "44.4"))
    assert queries.stakes(db, words="%") == [] and queries.stakes(db, words="_range") == []


def test_several_processes_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    code = "import sys; from pipeline.storage.database import open_database; open_database(sys.argv[1])"
    path = tmp_path / "new.db"
    started = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(4)]
    assert [process.wait() for process in started] == [0] * 4


def test_what_is_no_database_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Ceci n'est pas une base de données, mais un texte assez long pour y ressembler." * 30)
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="not a SQLite database"):
        open_database(path)
    assert path.read_bytes() == before


def test_a_database_of_something_else_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE recipes (name TEXT)")
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="something else"):
        open_database(path)
    assert path.read_bytes() == before


def test_a_database_of_a_newer_version_is_left_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "newer.db"
    database = open_database(path)
    database["_sqlite_migrations"].insert({"migration_set": "actionnariat", "name": "m999_later", "applied_at": ""})
    database.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match=r"newer version of actionnariat \(step m999_later\)"):
        open_database(path)
    assert path.read_bytes() == before


def test_the_lock_lets_one_run_in(tmp_path: Path, actionnariat: Callable[..., Result]) -> None:
    path = tmp_path / "facts.db"
    with run_lock(path):
        with pytest.raises(LockedError), run_lock(path):
            pass
        result = actionnariat("run", "--db", path)
        assert result.exit_code == 75 and "another run" in result.stderr
    with run_lock(path):
        pass
