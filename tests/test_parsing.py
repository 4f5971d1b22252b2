from __future__ import annotations

import pytest
from conftest import rss

from pipeline.errors import FeedError
from pipeline.feeds.parsing import parse


def test_an_rss_feed_becomes_entries() -> None:
    feed = parse(rss(("https://a.example/1", "Titre &amp; suite", "Texte")).encode(), {}, "u")
    (entry,) = feed.entries
    assert (entry.guid, entry.url, entry.title) == ("https://a.example/1", "https://a.example/1", "Titre & suite")
    assert entry.published is not None
    assert entry.published.isoformat() == "2015-01-12T10:44:50+00:00"


def test_the_charset_of_the_document_is_obeyed() -> None:
    body = '<?xml version="1.0" encoding="iso-8859-1"?><rss version="2.0"><channel><item><title>Société</title>'
    feed = parse((body + "</item></channel></rss>").encode("iso-8859-1"), {"content-type": "application/xml"}, "u")
    assert feed.entries[0].title == "Société"


def test_a_cut_off_feed_keeps_its_whole_items() -> None:
    body = rss(("https://a.example/1", "Un", "Texte"), ("https://a.example/2", "Deux", "Texte")).encode()
    assert parse(body[: body.index(b"Deux")], {}, "u").entries[0].title == "Un"


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"<!doctype html><html><body>Bonjour</body></html>", "web page"),
        (b"\x00\x01\x02\x03binary", "binary"),
        (b"just words", "no feed element"),
    ],
)
def test_what_is_no_feed_is_named(body: bytes, what: str) -> None:
    with pytest.raises(FeedError, match=what) as error:
        parse(body, {}, "https://a.example/feed")
    assert "https://a.example/feed" in str(error.value)


def test_items_without_guid_and_link_are_told_apart() -> None:
    body = "<rss version='2.0'><channel><item><title>A</title></item><item><title>B</title></item></channel></rss>"
    assert len({entry.guid for entry in parse(body.encode(), {}, "u").entries}) == 2
