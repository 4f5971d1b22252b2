"""What the extractor promises for any text: no crash, offsets that are right, the same answer however it is typed."""

from __future__ import annotations

import unicodedata
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction.extractor import Extractor
from pipeline.locations import DEFAULT_MODEL
from pipeline.records import Article, Extraction

SENTENCE = "Orange détient 44,4% de Cloudwatt, la Caisse des dépôts 33,3% et le groupe Thales 22,2%."
PIECES = [
    SENTENCE,
    "44,4%",
    " de ",
    "(",
    ")",
    "«",
    "50/50",
    "l'opérateur ",
    "dont ",
    "Cloudwatt",
    "\n",
    "\u202f",
    "é",
    "🍊",
]


@cache
def reader() -> Extractor:
    return Extractor(str(DEFAULT_MODEL))


def read(title: str, body: str) -> Extraction:
    extraction = reader().read(Article(title, body))
    fields = {"title": title, "body": body}
    for mention in extraction.entities:
        assert fields[mention.field][mention.start : mention.end] == mention.text
    for stake in extraction.stakes:
        evidence = stake.evidence
        assert fields[evidence.field][evidence.start : evidence.end] == evidence.text
        for span in (*stake.mentions.holder, *stake.mentions.company, *stake.mentions.percent, *stake.mentions.status):
            assert fields[span.field][span.start : span.end]
    return extraction


def facts(extraction: Extraction) -> set[tuple[tuple[str, ...], str, str, str]]:
    return {(s.holder, s.company, str(s.percent), s.status) for s in extraction.stakes}


EXPECTED = {
    (("Orange",), "Cloudwatt", "44.4", "current"),
    (("Thales",), "Cloudwatt", "22.2", "current"),
    (("Caisse des dépôts",), "Cloudwatt", "33.3", "current"),
}


@pytest.mark.parametrize("space", ["", " ", "\u00a0", "\u202f"])
def test_gapped_figures_inherit_verb_and_company_however_they_are_typed(space: str) -> None:
    assert facts(read("Cloudwatt", SENTENCE.replace("%", space + "%"))) == EXPECTED


def test_exchanged_names_exchange_their_stakes() -> None:
    swapped = SENTENCE.replace("Orange", "\0").replace("Thales", "Orange").replace("\0", "Thales")
    assert (("Thales",), "Cloudwatt", "44.4", "current") in facts(read("Cloudwatt", swapped))


@pytest.mark.parametrize(
    ("sentence", "status"),
    [
        ("Orange détenait 44,4% de Cloudwatt.", "past"),
        ("Orange détiendra 44,4% de Cloudwatt.", "planned"),
        ("Orange détiendrait 44,4% de Cloudwatt.", "possible"),
        ("Orange va acquérir 44,4% de Cloudwatt.", "planned"),
        ("Orange pourrait acquérir 44,4% de Cloudwatt.", "possible"),
        ("Orange a renoncé à acquérir 44,4% de Cloudwatt.", "denied"),
        ("Orange a acquis 44,4% de Cloudwatt.", "current"),
    ],
)
def test_the_verb_tells_the_status(sentence: str, status: str) -> None:
    assert facts(read("Cloudwatt", sentence)) == {(("Orange",), "Cloudwatt", "44.4", status)}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "\n\n  \n",
        "🍊 détient 44,4% de 🌥️. " * 50,
        "תפוז מחזיק 44,4% מ Cloudwatt.",
        SENTENCE.upper(),
        unicodedata.normalize("NFD", SENTENCE),
        "Orange détient " + ", ".join(f"{n % 99 + 1}% de Société{n}" for n in range(5_000)),
        "Orange détient 44,4% de Cloudwatt" * 2_000,
        SENTENCE + " mot" * 2_500_000,
        SENTENCE.replace("é", "e").replace("l", "1").replace("o", "0"),
        "Orange owns 44.4% of Cloudwatt, Thales 22.2%.",
        "\x00\x1b[31mOrange\x07 détient 44,4% de Cloudwatt.",
    ],
    ids=[
        "empty",
        "blank",
        "emoji",
        "hebrew",
        "capitals",
        "nfd",
        "percents",
        "one line",
        "10 MB",
        "OCR",
        "English",
        "control",
    ],
)
def test_odd_texts_are_read_with_right_offsets(body: str) -> None:
    read("Cloudwatt", body)


@settings(max_examples=60, deadline=None)
@given(title=st.text(max_size=40), parts=st.lists(st.sampled_from(PIECES) | st.text(max_size=12), max_size=25))
def test_no_text_crashes_the_reader(title: str, parts: list[str]) -> None:
    read(title, "".join(parts))
