"""From what a model marks to the names of an article."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy

from pipeline.extraction import names
from pipeline.extraction.gazetteer import Gazetteer

NLP = spacy.blank("fr")


def entities(text: str, marked: dict[str, str], lists: Gazetteer | None = None) -> set[tuple[str, str]]:
    doc = NLP(text)
    spans = []
    for surface, label in marked.items():
        start = text.index(surface)
        span = doc.char_span(start, start + len(surface), label=label, alignment_mode="expand")
        assert span is not None
        spans.append(span)
    doc.set_ents(spans)
    return {(text[start:end], label) for start, end, label in names.entities(doc, text, lists or Gazetteer())}


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("Dans le canton de Vaud.", {"canton de Vaud": "LOC"}, {("Vaud", "LOC")}),
        ("Mme Dubreuil préside.", {"Mme Dubreuil": "PER"}, {("Dubreuil", "PER")}),
        ("Voltero de Clermont.", {"Voltero de": "ORG"}, {("Voltero", "ORG")}),
        ("La TVA et Kerlo.", {"TVA": "ORG", "Kerlo": "ORG"}, {("Kerlo", "ORG")}),
        ("GPE de Paris.", {"Paris": "GPE"}, {("Paris", "LOC")}),
        ("Kerlo a un site. KERLO vend. Kerlos.", {"Kerlo": "ORG"}, {("Kerlo", "ORG")}),
        ("Un prix à la Saint-Jean", {"Saint-Jean": "DATE"}, set()),
        ("L'usine de l'ex-Oisel.", {"ex-Oisel": "ORG"}, {("Oisel", "ORG")}),
        (
            "Les Sucres Oisel. Sucres Oisel FR00123 recule.",
            {"Sucres Oisel": "ORG", "Sucres Oisel FR00123": "ORG"},
            {("Sucres Oisel", "ORG")},
        ),
        (
            "Kerlo recrute. Kerlo Industrie.",
            {"Kerlo recrute": "ORG", "Kerlo Industrie": "ORG"},
            {("Kerlo recrute", "ORG"), ("Kerlo Industrie", "ORG")},
        ),
    ],
    ids=[
        "lower lead",
        "civility",
        "function tail",
        "no name",
        "other labels",
        "whole words",
        "unknown label",
        "former",
        "residue",
        "no residue",
    ],
)
def test_spans_are_cut_to_the_name(text: str, marked: dict[str, str], expected: set[tuple[str, str]]) -> None:
    lists = Gazetteer()
    lists.no_names.add("TVA")
    assert entities(text, marked, lists) == expected


def test_one_article_one_label() -> None:
    text = "Sylvane monte. Sylvane vend. Le groupe Sylvane achète."
    doc = NLP(text)
    doc.set_ents([doc.char_span(0, 7, label="PER"), doc.char_span(15, 22, label="PER")])
    found = names.entities(doc, text, Gazetteer())
    assert [(start, label) for start, _, label in found] == [(0, "ORG"), (15, "ORG"), (39, "ORG")]


def test_listed_organisations_are_added_unless_they_are_something_else() -> None:
    lists = Gazetteer()
    for surface in ("Quartzia", "Orange", "Milan"):
        lists.add(surface, "ORG")
    lists.add("Milan", "LOC")
    lists.words.add("orange")
    assert entities("Quartzia, Orange et Milan", {}, lists) == {("Quartzia", "ORG")}
    lists.certain.add("Orange")
    assert entities("Quartzia, Orange et Milan", {}, lists) == {("Quartzia", "ORG"), ("Orange", "ORG")}


@pytest.mark.parametrize(
    ("text", "marked", "expected"),
    [
        ("Kerlo Industries (KI) et KI", {"Kerlo Industries": "ORG", "KI": "ORG"}, {"KI": "Kerlo Industries"}),
        ("Jean Dubreuil. M. Dubreuil", {"Jean Dubreuil": "PER", "Dubreuil": "PER"}, {"Dubreuil": "Jean Dubreuil"}),
        ("Jean Dubreuil. Dubreuil SA", {"Jean Dubreuil": "PER", "Dubreuil": "ORG"}, {"Dubreuil": "Dubreuil"}),
        ("Les Sucres Oisel. Oisel", {"Sucres Oisel": "ORG", "Oisel": "ORG"}, {"Oisel": "Sucres Oisel"}),
        ("Oisel Nord, Oisel Sud, Oisel", {"Oisel Nord": "ORG", "Oisel Sud": "ORG", "Oisel": "ORG"}, {"Oisel": "Oisel"}),
        ("Orange Bank et Orange", {"Orange Bank": "ORG", "Orange": "ORG"}, {"Orange": "Orange"}),
        ("Listé Conseil et Listé", {"Listé Conseil": "ORG", "Listé": "ORG"}, {"Listé": "Listé"}),
        ("Kerlo Allemagne et Kerlo", {"Kerlo Allemagne": "ORG", "Kerlo": "ORG"}, {"Kerlo": "Kerlo"}),
        (
            "Union bancaire du littoral, dite UBL",
            {"Union bancaire du littoral": "ORG", "UBL": "ORG"},
            {"UBL": "Union bancaire du littoral"},
        ),
        ("Caisse X et CX", {"Caisse X": "ORG", "CX": "ORG"}, {"CX": "Caisse X"}),
        ("Luc Kern, Paul Kern", {"Luc Kern": "PER", "Paul Kern": "PER"}, {"Paul Kern": "Paul Kern"}),
    ],
    ids=["acronym", "last name", "firm of a person", "short form", "two long forms", "bank", "listed", "country",
         "initials", "listed alias", "two people"],
)  # fmt: skip
def test_forms_of_one_name_and_names_that_only_look_alike(
    tmp_path: Path, text: str, marked: dict[str, str], expected: dict[str, str]
) -> None:
    (tmp_path / "own.csv").write_text("name,aliases\nCaisse X,CX\nListé,\n", encoding="utf-8")
    lists = Gazetteer()
    lists.read_organisations(tmp_path / "own.csv")
    spans = [(text.index(surface), text.index(surface) + len(surface), label) for surface, label in marked.items()]
    last = {surface: text.rindex(surface) for surface in marked}
    spans += [(last[s], last[s] + len(s), label) for s, label in marked.items()]
    found = {name.text: name.canonical for name in names.named(text, sorted(set(spans)), lists)}
    assert expected.items() <= found.items()
