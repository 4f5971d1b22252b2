"""`extract --explain` on a terminal and `--stakes-only`."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from pipeline.cli.explain import explained
from pipeline.extraction.extractor import Extractor
from pipeline.records import Article

TITLE = "Orange monte chez Cloudwatt"
BODY = "Selon Le Figaro, Orange détient 44,4% de Cloudwatt.\nLe chiffre d'affaires a progressé de 7%.\x1b[31m"
BARE = Article("Orange ouvre une boutique", "Orange a ouvert jeudi une boutique à Lyon.")


def shown(extractor: Extractor, *, colours: bool) -> str:
    screen = StringIO()
    Console(file=screen, width=140, force_terminal=colours, color_system="standard" if colours else None).print(
        explained(extractor.read(Article(TITLE, BODY)))
    )
    return screen.getvalue()


def test_every_percentage_is_explained_slot_by_slot(extractor: Extractor) -> None:
    text = shown(extractor, colours=False)
    assert "44.4 %" in text and "Orange: holding of Cloudwatt" in text
    assert "company “Cloudwatt” (body 41–50)" in text and "says Le Figaro" in text
    assert "7%" in text and "no stake" in text and "growth or fall" in text


def test_evidence_and_slots_are_marked_and_the_text_commands_nothing(extractor: Extractor) -> None:
    text = shown(extractor, colours=True)
    assert "\x1b[1;4;32m44,4%" in text  # bold, underlined as evidence, green
    assert "\x1b[31m" not in text


def test_stakes_only_gives_the_same_stakes_in_order(extractor: Extractor) -> None:
    articles = [BARE, Article(TITLE, BODY), BARE, Article("", ""), Article(TITLE, BODY)]
    full, only = list(extractor.read_all(articles)), list(extractor.stakes_only(articles))
    assert [e.stakes for e in only] == [e.stakes for e in full] and only[1].stakes
    assert [e.dropped for e in only] == [e.dropped for e in full]
    assert not any(e.entities for e in only)
