"""The whole journey on the demo newsroom, through the command line."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from pipeline.demo import outlets


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A database that one demo filled, and what the command printed."""
    from click.testing import CliRunner

    from pipeline.cli import main

    path = tmp_path_factory.mktemp("demo") / "demo.db"
    result = CliRunner().invoke(main, ["demo", "--port", "0", "--db", str(path)], catch_exceptions=False)
    assert result.exit_code == 0
    return path, result.output


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute(sql).fetchall()


def test_the_newsroom_is_what_it_promises() -> None:
    found = outlets()
    pieces = [piece for outlet in found for piece in outlet.pieces]
    assert len(pieces) >= 40
    assert {outlet.feed for outlet in found} == {"rss", "atom", "rss-latin1"}
    assert sum("Cloudwatt" in piece.body for piece in pieces) == 3
    assert any(piece.corrects for piece in pieces)


def test_all_texts_arrive_also_those_behind_links(filled: tuple[Path, str]) -> None:
    path, _ = filled
    (stored,) = rows(path, "SELECT count(*) FROM articles")
    assert stored[0] == sum(len(outlet.pieces) for outlet in outlets())
    bodies = " ".join(str(body) for (body,) in rows(path, "SELECT body FROM articles"))
    for residue in ("À lire aussi", "Mentions légales", "S'abonner", "Partager"):
        assert residue not in bodies


def test_the_corrected_dispatch_is_a_second_version(filled: tuple[Path, str]) -> None:
    path, _ = filled
    versions = rows(path, "SELECT version, superseded, title FROM articles WHERE entry_id IN"
                          " (SELECT entry_id FROM articles WHERE version = 2) ORDER BY version")  # fmt: skip
    assert [(version, superseded) for version, superseded, _ in versions] == [(1, 1), (2, 0)]
    assert "CORRECTIF" in str(versions[1][2])


def test_the_cap_table_of_cloudwatt(filled: tuple[Path, str], actionnariat: Callable[..., Result]) -> None:
    path, printed = filled
    found = json.loads(actionnariat("captable", "cloudwatt", "--db", path).stdout)
    levels = {(r["holder"], r["percent_exact"]) for r in found if (r["nature"], r["status"]) == ("holding", "current")}
    assert levels == {("Orange", "44.4"), ("Caisse des dépôts", "33.3"), ("Thales", "22.2")}
    talks = [r for r in found if r["percent"] == 100]
    assert talks and {(r["holder"], r["nature"], r["status"]) for r in talks} == {("Orange", "purchase", "possible")}
    for words in ("Who holds Cloudwatt", "44.4 %", "33.3 %", "22.2 %", "together 99.9 %", "Kept apart", str(path)):
        assert words in printed


def test_offsets_point_into_the_stored_text(filled: tuple[Path, str]) -> None:
    path, _ = filled
    stakes = rows(path, "SELECT s.evidence, s.evidence_field, s.evidence_start, s.evidence_end, a.title, a.body"
                        " FROM stakes s JOIN articles a ON a.id = s.article_id")  # fmt: skip
    assert len(stakes) > 30
    for evidence, field, start, end, title, body in stakes:
        assert (title if field == "title" else body)[start:end] == evidence  # type: ignore[index]


def test_times_are_utc(filled: tuple[Path, str]) -> None:
    path, _ = filled
    for table, column in (
        ("articles", "published"),
        ("entries", "first_seen"),
        ("runs", "ended"),
        ("stakes", "learned"),
    ):
        assert all(str(value).endswith("Z") for (value,) in rows(path, f"SELECT {column} FROM {table}"))


def test_show_prints_text_and_stakes(filled: tuple[Path, str], actionnariat: Callable[..., Result]) -> None:
    path, _ = filled
    stake = json.loads(actionnariat("stakes", "cloudwatt", "--limit", "1", "--db", path).stdout)[0]
    (shown,) = json.loads(actionnariat("show", stake["article_id"], "--db", path).stdout)
    assert stake["evidence"] in shown["body"] and stake["id"] in {s["id"] for s in shown["stakes"]}
    text = actionnariat("show", stake["article_id"], "--table", "--db", path).stdout
    assert "Cloudwatt" in text and "confidence" in text


@pytest.mark.parametrize("flag", ["--csv", "--tsv", "--nl", "--json", "--table", "--fmt=github"])
def test_stakes_in_every_format(filled: tuple[Path, str], actionnariat: Callable[..., Result], flag: str) -> None:
    path, _ = filled
    result = actionnariat("stakes", "--company", "Cloudwatt", flag, "--db", path)
    assert result.exit_code == 0 and "Caisse des dépôts" in result.stdout


def test_datasette_shows_it(filled: tuple[Path, str]) -> None:
    """In a process of its own: Datasette leaves its connections to the end of the process."""
    path, _ = filled

    def get(page: str) -> subprocess.CompletedProcess[str]:
        command = [Path(sys.executable).with_name("actionnariat"), "serve", "--get", page, "--db", path]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    found = get(f"/{path.stem}/stakes_said.json?_shape=array&company=Cloudwatt")
    assert found.returncode == 0
    assert Counter(row["holder"] for row in json.loads(found.stdout))["Thales"] >= 1
    assert get("/nowhere").returncode == 1


def test_a_second_demo_finds_nothing_new(filled: tuple[Path, str], actionnariat: Callable[..., Result]) -> None:
    path, printed = filled
    port = printed.split("http://127.0.0.1:")[1].split()[0]
    result = actionnariat("demo", "--port", port, "--db", path)
    assert "3 answered 304 not modified" in result.output
    assert "0 new or changed entries, 0 articles, 0 stakes" in result.output


def test_the_readme_shows_what_the_demo_prints(filled: tuple[Path, str]) -> None:
    _, printed = filled
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    shown = readme.split("```\n")[1]
    lines = [line.rstrip() for line in printed.splitlines()]
    start = lines.index(shown.splitlines()[0].rstrip())
    assert [line.rstrip() for line in shown.splitlines()] == lines[start : start + len(shown.splitlines())]
