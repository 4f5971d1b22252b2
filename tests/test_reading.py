"""From a text to what the network sees, and from its scores to stakes or reasons."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pipeline import locations
from pipeline.evaluation import gold
from pipeline.extraction import dates, money, names, percents
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.gazetteer import Gazetteer
from pipeline.extraction.layout import Layout
from pipeline.extraction.reading import network
from pipeline.extraction.reading.arrays import Arrays, Vocabulary, arrays
from pipeline.extraction.reading.expressions import expressions
from pipeline.extraction.reading.plain import plain_statement
from pipeline.extraction.reading.relations import MATCHES, SENTENCE_MATCHES, relations
from pipeline.extraction.reading.series import continued
from pipeline.extraction.reading.units import Reading, collapse
from pipeline.records import Article

GOLD = Path(__file__).parents[1] / "data" / "gold"
TITLE = "Nuagis: Sylvane monte au capital"
BODY = "Depuis mars 2014, l'opérateur Sylvane détient 44,4% de Nuagis, valorisé 12 millions d'euros."


def reading_of(title: str, body: str, marked: dict[str, str]) -> Reading:
    layout = Layout.of(Article(title, body))
    text = layout.text
    spans = [
        (start, start + len(name), label)
        for name, label in marked.items()
        for start in range(len(text))
        if text.startswith(name, start)
    ]
    return reading_with(layout, spans)


def reading_with(layout: Layout, spans: list[tuple[int, int, str]], lists: Gazetteer | None = None) -> Reading:
    text = layout.text
    return collapse(
        layout,
        [(0, layout.body_start), (layout.body_start, len(text))],
        names.find(text, spans, lists or Gazetteer()),
        percents.of_capital(percents.find(text)),
        money.find(text),
        dates.find(text),
    )


@pytest.fixture
def reading() -> Reading:
    return reading_of(TITLE, BODY, {"Nuagis": "ORG", "Sylvane": "ORG"})


def test_names_figures_dates_and_amounts_are_one_unit_each(reading: Reading) -> None:
    forms = [unit.form for unit in reading.units]
    assert forms[:2] == ["<ORG>", ":"]
    assert forms[-8:] == ["détient", "<figure>", "de", "<ORG>", ",", "valorisé", "<MONEY>", "."]
    assert [reading.layout.text[u.start : u.end] for u in reading.units if u.percent is not None] == ["44,4%"]
    assert all(a.end <= b.start for a, b in zip(reading.units, reading.units[1:], strict=False))


VOCABULARY = Vocabulary({"détient": (2, 2)}, {"banque": 1}, {"capit"}, {"sectors.toml: beer": 1})


def same(one: Arrays, two: Arrays) -> bool:
    shown, other = (relations(each, slice(None)).arrays(each.units) for each in (one, two))
    return all(np.array_equal(shown[name][1], other[name][1]) for name in shown)


def test_the_network_does_not_see_how_a_name_is_spelt(reading: Reading) -> None:
    other = reading_of(
        TITLE.replace("Nuagis", "Brume Sas").replace("Sylvane", "Kerlo"),
        BODY.replace("Nuagis", "Brume Sas").replace("Sylvane", "Kerlo"),
        {"Brume Sas": "ORG", "Kerlo": "ORG"},
    )
    assert same(arrays(reading, VOCABULARY), arrays(other, VOCABULARY))


def test_a_word_of_a_name_tells_its_kind(reading: Reading) -> None:
    bank = reading_of(TITLE.replace("Nuagis", "Banque Nuagis"), BODY, {"Banque Nuagis": "ORG", "Sylvane": "ORG"})
    assert arrays(bank, VOCABULARY).units["kind"][0] == 1
    assert not arrays(reading, VOCABULARY).units["kind"].any()


@pytest.mark.parametrize(
    ("lead", "description", "matches"),
    [
        ("Le fabricant de bières Kerlo grandit.", "du brasseur", True),
        ("Kerlo, à Saint-Étienne, grandit.", "du groupe stéphanois", True),
        ("Kerlo, société de Lyon, grandit.", "du groupe stéphanois", False),
        ("La Brasserie Kerlo grandit.", "de la brasserie", True),
    ],
)
def test_a_description_matches_the_name_that_it_was_said_of(lead: str, description: str, matches: bool) -> None:
    name = "Brasserie Kerlo" if "Brasserie" in lead else "Kerlo"
    far = " Ensuite les deux maisons se sont parlé longuement pendant plusieurs mois."
    body = f"{lead}{far} Sylvane détient 12% {description}."
    found = reading_of("Titre", body, {name: "ORG", "Sylvane": "ORG"})
    shown = relations(arrays(found, VOCABULARY), slice(None))
    column = shown.present.tolist().index(found.entities.index(name))
    assert (shown.absent["match"][0, column] > 0) == matches == (shown.links["match"][-1, column] > 0)
    assert shown.links["match"].max() < MATCHES and shown.absent["match"].max() < SENTENCE_MATCHES


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("Le brasseur en détient 12%.", ["brasseur", "en"]),
        ("Kerlo, dont la région a 5%, cède sa filiale.", ["dont", "région", "sa", "filiale"]),
        ("En 2019, le groupe Kerlo en avait 9%, qui valaient 2 millions.", ["en", "qui"]),
        ("Le fonds américain Kerlo pèse 5% du capital.", []),
        ("La filiale de Kerlo garde les actions.", ["filiale"]),
    ],
)
def test_expressions_that_may_stand_for_a_name(body: str, found: list[str]) -> None:
    units = reading_of("Titre", body, {"Kerlo": "ORG"}).units
    assert [units[index].form for index in expressions(units)] == found


def test_scores_do_not_depend_on_how_many_percentages_are_scored_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = " ".join(f"Nuagis détient {n},5% de Sylvane." for n in range(1, 40))
    found = reading_of(TITLE, text, {"Nuagis": "ORG", "Sylvane": "ORG"})
    vocabulary = Vocabulary.read(locations.STAKE_NETWORK / "vocabulary")
    weights = network.read_weights(locations.STAKE_NETWORK / "weights.npz")[0]
    article = arrays(found, vocabulary)
    many = network.score(weights, article, network.in_parts(article))
    monkeypatch.setattr(network, "AT_ONCE", 5)
    few = network.score(weights, article, network.in_parts(article))
    assert len(many) == 2 and len(few) == 8
    assert np.allclose(many[0].roles[:5], few[0].roles, atol=1e-3)


def test_a_vocabulary_comes_back_as_it_was_stored(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("vocabulary") / "vocabulary"
    VOCABULARY.write(path)
    stored = Vocabulary.read(path)
    assert stored["détient"] == (2, 2) and stored["inconnu"] == (1, 1)
    assert stored.kinds == {"banque": 1} and stored.common == {"capit"}
    assert stored.families == {"sectors.toml: beer": 1}


def test_each_percentage_is_a_stake_or_has_a_reason(extractor: Extractor) -> None:
    body = BODY + "\nLe chiffre d'affaires de Nuagis a progressé de 7%, avec une part de marché de 12%."
    extraction = extractor.read(Article(TITLE, body))
    told = {str(stake.percent) for stake in extraction.stakes}
    assert told == {"44.4"}
    assert {dropped.text for dropped in extraction.dropped} == {"7%", "12%"}
    assert all(dropped.reason for dropped in extraction.dropped)
    assert all(body[d.start : d.end] == d.text for d in extraction.dropped)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("Sylvane détient 44,4% de Nuagis.", True),
        ("Sylvane possède actuellement près de 44,4% du capital de Nuagis.", True),
        ("Sylvane a acquis 44,4% des actions de Nuagis.", True),
        ("La maison mère de Sylvane détient 44,4% de Nuagis.", False),
        ("Sylvane, dit-on, détient 44,4% de Nuagis.", False),
        ("Sylvane détient 44,4% du marché de Nuagis.", False),
        ("Sylvane a progressé de 44,4% chez Nuagis.", False),
        ("44,4%", False),
    ],
)
def test_the_plainest_statement_is_recognised(body: str, told: bool) -> None:
    found = reading_of("Titre", body, {"Nuagis": "ORG", "Sylvane": "ORG"})
    (index,) = [index for index, unit in enumerate(found.units) if unit.percent is not None]
    pair = plain_statement(found.units, index)
    assert (pair is not None) == told
    assert pair is None or [found.entities[entity] for entity in pair] == ["Sylvane", "Nuagis"]


@pytest.mark.parametrize(
    ("body", "holder"),
    [
        ("Sylvane détient 44% de Nuagis, le groupe de défense Kerlo 22%.", "Kerlo"),
        ("Sylvane a 44% de Nuagis et Kerlo 22%, le reste flotte.", "Kerlo"),
        ("Sylvane a 44% de Nuagis, contre 22% à Kerlo.", None),
        ("Sylvane a 44% de Nuagis. Kerlo 22%.", None),
        ("Sylvane a 44% de Nuagis, qui possède Kerlo à 22%.", None),
        ("Sylvane a 44% de Nuagis et Kerlo 22% de Brume.", None),
        ("Sylvane a 44% de Nuagis, les actionnaires, dont ceux de Kerlo 22%.", None),
    ],
)
def test_a_series_goes_on_without_verb_and_company(body: str, holder: str | None) -> None:
    found = reading_of("Titre", body, dict.fromkeys(("Nuagis", "Sylvane", "Kerlo", "Brume"), "ORG"))
    first, second = [index for index, unit in enumerate(found.units) if unit.percent is not None]
    entity = continued(found.units, first, second)
    assert (entity if entity is None else found.entities[entity]) == holder


def gold_readings() -> Iterator[tuple[gold.GoldArticle, Reading]]:
    lists = Gazetteer().read_folder(locations.GAZETTEER)
    for part in ("train", "drills", "pages", "dev"):
        for item in gold.read(GOLD / f"{part}.jsonl"):
            layout = Layout.of(item.article)
            start = {"title": 0, "body": layout.body_start}
            spans = [(start[e.field] + e.start, start[e.field] + e.end, e.label) for e in item.entities]
            yield item, reading_with(layout, spans, lists)


def test_series_of_the_gold_go_on_with_the_name_before_the_figure() -> None:
    right = []
    for item, found in gold_readings():
        places = [(i, u.percent) for i, u in enumerate(found.units) if u.percent is not None]
        for (before, first), (index, second) in pairwise(places):
            entity = continued(found.units, before, index)
            stated = {s.company for s in item.stakes if s.percent == found.percents[first].value}
            if entity is not None and stated:
                holder = item.name_key(found.entities[entity])
                same = [s for s in item.stakes if s.percent == found.percents[second].value and s.company in stated]
                right.append(any(holder in {item.name_key(name) for name in s.holder} for s in same))
    assert len(right) > 100 and sum(right) / len(right) > 0.95


def test_every_plain_statement_of_the_gold_is_a_stake_of_these_two() -> None:
    batches = set()
    for item, found in gold_readings():
        for index, unit in enumerate(found.units):
            if unit.percent is not None and (pair := plain_statement(found.units, index)):
                value = found.percents[unit.percent].value
                holder, company = (item.name_key(found.entities[entity]) for entity in pair)
                assert any(
                    abs(s.percent - value) < Decimal("0.06")
                    and item.name_key(s.company) == company
                    and holder in {item.name_key(name) for name in s.holder}
                    for s in item.stakes
                ), item.article.id
                batches.add((item.article.id or "").split("-")[0])
    assert len(batches) > 10


def test_a_plain_statement_is_told_whatever_stands_around_it(extractor: Extractor) -> None:
    body = "Orange détient 44,4% de Cloudwatt.\nLes clients sont des villes, qui ont mis du temps à venir."
    (stake,) = extractor.read(Article("Cloudwatt cherche des clients", body)).stakes
    assert (stake.holder, stake.company, stake.status) == (("Orange",), "Cloudwatt", "current")
