"""Bad input: one clear line that names the thing and the way out, the right exit code, nothing changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from conftest import Site, rss

Command = Callable[..., Result]


def one_line(result: Result, exit_code: int, *words: str) -> None:
    assert result.exit_code == exit_code, result.output
    assert result.stderr.count("\n") == 1, result.stderr
    for word in words:
        assert word in result.stderr


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"%PDF-1.7 stream", "PDF"),
        (b"\x00\x01\xff" * 100, "binary"),
        (b"<html><body></body></html>", "article"),
    ],
    ids=["empty", "pdf", "binary", "bare page"],
)
def test_extract_names_what_it_cannot_read(actionnariat: Command, tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "input.txt"
    path.write_bytes(data)
    one_line(actionnariat("extract", path), 65, "input.txt", what)


def test_a_missing_file(actionnariat: Command, tmp_path: Path) -> None:
    one_line(actionnariat("extract", tmp_path / "gone.txt"), 66, "gone.txt", "no such file")
    one_line(actionnariat("extract", "--jsonl", tmp_path / "gone.jsonl"), 66, "gone.jsonl")


def test_good_sources_are_read_beside_a_bad_one(actionnariat: Command, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("Titre\nOrange détient 44,4% de Cloudwatt.", encoding="utf-8")
    result = actionnariat("extract", tmp_path / "gone.txt", tmp_path / "good.txt")
    assert result.exit_code == 66
    assert json.loads(result.stdout)["title"] == "Titre"


@pytest.mark.parametrize("line", ["nonsense", "[1, 2]", '"text"', "{}", '{"id": 7, "body": 5}', "[" * 100_000])
def test_a_bad_json_line_gives_an_error_in_its_place(actionnariat: Command, line: str) -> None:
    good = json.dumps(
        {"id": "a", "title": "T", "published": "2015-01-12", "body": "Orange détient 44,4% de Cloudwatt."}
    )
    result = actionnariat("extract", "--jsonl", "-", input=f"{line}\n{good}\n")
    assert result.exit_code == 65
    first, second = (json.loads(text) for text in result.stdout.splitlines())
    assert "error" in first and (first.get("line") == 1 or first.get("id") == "7")
    assert second["id"] == "a" and second["published"] == "2015-01-12T00:00:00"


def test_a_date_that_is_none(actionnariat: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Titre\nTexte", encoding="utf-8")
    one_line(actionnariat("extract", tmp_path / "a.txt", "--published", "demain"), 65, "demain", "ISO date")


def test_an_unknown_option_is_a_usage_error(actionnariat: Command) -> None:
    result = actionnariat("stakes", "--colour")
    assert result.exit_code == 2 and "--colour" in result.stderr


@pytest.mark.parametrize(
    "command", [("stakes",), ("captable", "X"), ("show", "1"), ("serve", "--get", "/"), ("feeds", "list")]
)
def test_no_database_yet(actionnariat: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    one_line(actionnariat(*command, "--db", tmp_path / "none.db"), 1, "none.db", "actionnariat run")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    "command", [("stakes",), ("run",), ("feeds", "add", "https://a.example/"), ("serve", "--get", "/")]
)
def test_a_database_that_is_none(actionnariat: Command, tmp_path: Path, command: tuple[str, ...]) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"\xff\xd8\xff" + b"jpeg" * 1000)
    one_line(actionnariat(*command, "--db", path), 1, "photo.jpg", "not a SQLite database")
    assert path.read_bytes() == b"\xff\xd8\xff" + b"jpeg" * 1000


def test_run_without_feeds_says_how_to_add_one(actionnariat: Command, tmp_path: Path) -> None:
    one_line(actionnariat("run", "--db", tmp_path / "a.db"), 78, "feeds add")


@pytest.mark.parametrize(
    ("text", "code"),
    [("not toml [", 78), ("", 78), ("[[feed]]\ntitle = 'x'", 78), ("[[feed]]\nurl = 'javascript:alert(1)'", 78)],
)
def test_a_feed_list_that_is_none(actionnariat: Command, tmp_path: Path, text: str, code: int) -> None:
    (tmp_path / "feeds.toml").write_text(text)
    result = actionnariat("run", "--feeds", tmp_path / "feeds.toml", "--db", tmp_path / "a.db")
    one_line(result, code)
    assert not (tmp_path / "a.db").exists()


def test_an_unknown_article_or_company(actionnariat: Command, tmp_path: Path) -> None:
    actionnariat("feeds", "add", "https://a.example/feed", "--db", tmp_path / "a.db")
    one_line(actionnariat("show", "7", "--db", tmp_path / "a.db"), 66, "article 7")
    one_line(actionnariat("captable", "Nulle Part", "--db", tmp_path / "a.db"), 65, "Nulle Part")


@pytest.mark.parametrize("text", ["colour = 1", "timeout = -1", "timeout = 'soon'", "[", "allow_addresses = 'home'"])
def test_settings_that_cannot_be(actionnariat: Command, tmp_path: Path, text: str) -> None:
    (tmp_path / "config.toml").write_text(text)
    actionnariat("feeds", "add", "https://a.example/feed", "--db", tmp_path / "a.db")
    one_line(actionnariat("run", "--config", tmp_path / "config.toml", "--db", tmp_path / "a.db"), 78)


def test_a_model_that_is_none(actionnariat: Command, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Titre\nTexte", encoding="utf-8")
    one_line(actionnariat("extract", tmp_path / "a.txt", "--model", "fr_nowhere"), 78, "fr_nowhere")
    import spacy

    spacy.blank("fr").to_disk(tmp_path / "blank")
    one_line(actionnariat("extract", tmp_path / "a.txt", "--model", tmp_path / "blank"), 78, "'ner'")


def feeds_of(site: Site, tmp_path: Path, *paths: str) -> Path:
    listed = "".join(f'[[feed]]\nurl = "{site.address}{path}"\n' for path in paths)
    (tmp_path / "feeds.toml").write_text(listed)
    return tmp_path / "feeds.toml"


FULL_TEXT = (
    "<p>Orange détient 44,4% de Cloudwatt.</p>"
    "<p>L'hébergeur emploie une centaine de personnes en région parisienne.</p>"
    "<p>Il a été lancé il y a deux ans pour offrir aux administrations un stockage de données situé en France.</p>"
    "<p>Ses clients sont des ministères, des villes et des entreprises, qui ont mis du temps à venir.</p>"
)


def test_a_bad_feed_does_not_stop_the_others(
    actionnariat: Command, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTIONNARIAT_ALLOW_ADDRESSES", "127.0.0.0/8")
    site.serve("/good", rss((f"{site.address}/1", "Cloudwatt cherche des clients", FULL_TEXT)))
    site.serve("/page", "<!doctype html><html><body>Bonjour</body></html>")
    site.serve("/empty", b"")
    listed = feeds_of(site, tmp_path, "/page", "/good", "/empty", "/gone")
    result = actionnariat("run", "--feeds", listed, "--db", tmp_path / "a.db")
    assert result.exit_code == 0 and result.stdout == ""
    lines = result.stderr.splitlines()
    assert len(lines) == 3
    for path, what in (("/page", "web page"), ("/empty", "empty"), ("/gone", "answered 404")):
        assert any(path in line and what in line for line in lines)
    stakes = json.loads(actionnariat("stakes", "--db", tmp_path / "a.db").stdout)
    assert [(row["holder"], row["percent"], row["company"]) for row in stakes] == [("Orange", 44.4, "Cloudwatt")]
    assert actionnariat("run", "--fail-on", "any", "--db", tmp_path / "a.db").exit_code == 69


def test_when_every_feed_fails_the_exit_code_says_so(
    actionnariat: Command, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTIONNARIAT_ALLOW_ADDRESSES", "127.0.0.0/8")
    result = actionnariat("run", "--feeds", feeds_of(site, tmp_path, "/gone"), "--db", tmp_path / "a.db")
    assert result.exit_code == 69 and "every feed failed" in result.stderr


def test_an_article_that_is_a_pdf_is_told_and_not_fetched_again(
    actionnariat: Command, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ACTIONNARIAT_ALLOW_ADDRESSES", "127.0.0.0/8")
    link = site.serve("/rapport.pdf", b"%PDF-1.7 ...", Content_Type="application/pdf")
    site.serve("/feed", rss((link, "Rapport", "court")))
    run = ("run", "--feeds", feeds_of(site, tmp_path, "/feed"), "--db", tmp_path / "a.db")
    one_line(actionnariat(*run), 0, "rapport.pdf", "PDF")
    assert actionnariat(*run).stderr == ""
    assert [path for path, _ in site.requests].count("/rapport.pdf") == 1


def test_a_link_to_this_machine_is_not_followed(actionnariat: Command, site: Site, tmp_path: Path) -> None:
    site.serve("/feed", rss((f"{site.address}/secret", "Titre", "court")))
    result = actionnariat("run", "--feeds", feeds_of(site, tmp_path, "/feed"), "--db", tmp_path / "a.db")
    assert result.exit_code == 69 and "private" in result.stderr
    assert site.requests == []


HOSTILE = [
    ("<title>a &#xD800; b</title>", "a surrogate"),
    ("<title>a</title><content:encoded><![CDATA[<p>b &#27;[31m</p>]]></content:encoded>", "a control character"),
    ("<title>a</title><content:encoded>" + "1" * 1_200_000 + "</content:encoded>", "a very long word"),
    ("<title>a</title><link>http://127.0.0.1:99999/x</link>", "a port that is none"),
    ("<title>a</title><pubDate>Thu, 01 Jan 0001 00:00:00 GMT</pubDate>", "a date that is none"),
]


@pytest.mark.parametrize("item", [item for item, _ in HOSTILE], ids=[what for _, what in HOSTILE])
def test_a_hostile_item_does_not_stop_the_others(
    actionnariat: Command, site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, item: str
) -> None:
    monkeypatch.setenv("ACTIONNARIAT_ALLOW_ADDRESSES", "127.0.0.0/8")
    good = rss((f"{site.address}/1", "Cloudwatt cherche des clients", FULL_TEXT))
    site.serve("/feed", good.replace("<item>", f"<item><guid>bad</guid>{item}</item><item>", 1))
    result = actionnariat("run", "--feeds", feeds_of(site, tmp_path, "/feed"), "--db", tmp_path / "a.db")
    assert result.exit_code == 0
    stakes = json.loads(actionnariat("stakes", "--db", tmp_path / "a.db").stdout)
    assert [row["company"] for row in stakes] == ["Cloudwatt"]


def test_half_a_character_in_a_json_line_is_told(actionnariat: Command) -> None:
    lines = '{"id": "a", "body": "x \\ud800"}\n{"id": "b", "body": "Texte."}\n'
    result = actionnariat("extract", "--jsonl", "-", input=lines)
    assert result.exit_code == 65
    assert [("error" in json.loads(line)) for line in result.stdout.splitlines()] == [True, False]


def test_a_place_that_cannot_be_written(actionnariat: Command) -> None:
    one_line(actionnariat("run", "--db", "/dev/null/x.db"), 1, "cannot be written")
    one_line(actionnariat("extract", "--jsonl", "."), 65, "cannot be read")


def test_an_unknown_table_format(actionnariat: Command, tmp_path: Path) -> None:
    actionnariat("feeds", "add", "https://a.example/feed", "--db", tmp_path / "a.db")
    result = actionnariat("stakes", "--fmt", "nosuch", "--db", tmp_path / "a.db")
    assert result.exit_code == 2 and "nosuch" in result.stderr


def test_markup_and_control_sequences_are_shown_not_obeyed() -> None:
    from pipeline.cli import output

    with output.console() as console, console.capture() as shown:
        console.print(output.table("[/red]\x1b[2J", [("[b]", "left")], [["[/x]\x1b]0;pwn\x07"]]))
    assert "[/red]" in shown.get() and "[/x]" in shown.get() and "\x1b]0" not in shown.get()
