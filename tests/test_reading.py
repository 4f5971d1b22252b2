"""From a text to what the network sees, and from its scores to stakes or reasons."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.extraction import dates, money, names, percents
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.layout import Layout
from pipeline.extraction.reading.units import Reading, collapse
from pipeline.extraction.reading.windows import LENGTH, Vocabulary, joined, windows
from pipeline.records import Article

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
    return collapse(
        layout,
        [(0, len(title)), (layout.body_start, len(text))],
        names.named(text, spans),
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


def test_the_network_does_not_see_how_a_name_is_spelt(reading: Reading) -> None:
    other = reading_of(
        TITLE.replace("Nuagis", "Brume Sas").replace("Sylvane", "Kerlo"),
        BODY.replace("Nuagis", "Brume Sas").replace("Sylvane", "Kerlo"),
        {"Brume Sas": "ORG", "Kerlo": "ORG"},
    )
    vocabulary = Vocabulary({"détient": (2, 2)})
    one, two = joined([windows(reading, vocabulary)]), joined([windows(other, vocabulary)])
    assert all(np.array_equal(one[name], two[name]) for name in one)


def test_a_window_is_bounded_however_long_the_text() -> None:
    long = reading_of(TITLE, BODY + " Nuagis grandit vite." * 2_000, {"Nuagis": "ORG", "Sylvane": "ORG"})
    shown = windows(long, Vocabulary({}))
    assert len(shown) == 1 and shown.word.shape == (1, LENGTH)
    assert [long.entities[entity] for entity in shown.entities[0]] == ["Nuagis", "Sylvane"]


def test_a_vocabulary_comes_back_as_it_was_stored(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("vocabulary") / "forms.tsv.gz"
    Vocabulary({"détient": (2, 3)}).write(path)
    assert Vocabulary.read(path)["détient"] == (2, 3) and Vocabulary.read(path)["inconnu"] == (1, 1)


def test_each_percentage_is_a_stake_or_has_a_reason(extractor: Extractor) -> None:
    body = BODY + "\nLe chiffre d'affaires de Nuagis a progressé de 7%, avec une part de marché de 12%."
    extraction = extractor.read(Article(TITLE, body))
    told = {str(stake.percent) for stake in extraction.stakes}
    assert told == {"44.4"}
    assert {dropped.text for dropped in extraction.dropped} == {"7%", "12%"}
    assert all(dropped.reason for dropped in extraction.dropped)
    assert all(body[d.start : d.end] == d.text for d in extraction.dropped)
