"""Pipelines other than the shipped one, lists of names, and what the shipped one must reach."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from click.testing import CliRunner
from spacy.training import Example

from pipeline.cli import main
from pipeline.config import load
from pipeline.errors import ConfigurationError
from pipeline.evaluation import gold, spans
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.gazetteer import Gazetteer
from pipeline.records import Article

GOLD = Path(__file__).parents[1] / "data" / "gold"
SENTENCE = "Orange détient 44,4% de Cloudwatt."


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A pipeline of another hand: trained here on one sentence, without lists, stored on disk."""
    spacy.util.fix_random_seed(1)
    nlp = spacy.blank("fr")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("ner")
    doc = nlp.make_doc(SENTENCE)
    example = Example.from_dict(doc, {"entities": [(0, 6, "ORG"), (24, 33, "ORG")]})
    nlp.initialize(lambda: [example])
    for _ in range(40):
        nlp.update([example])
    folder = tmp_path_factory.mktemp("models") / "small"
    nlp.to_disk(folder)
    return str(folder)


def test_another_pipeline_reads_stakes(small: str) -> None:
    stakes = Extractor(small).read(Article("Cloudwatt", SENTENCE)).stakes
    assert [(stake.holder, stake.company, str(stake.percent)) for stake in stakes] == [
        (("Orange",), "Cloudwatt", "44.4")
    ]


def test_the_pipeline_is_named_by_flag_environment_and_file(
    small: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config.toml").write_text(f'model = "{small}"\n', encoding="utf-8")
    assert load(tmp_path / "config.toml").model == small
    monkeypatch.setenv("ACTIONNARIAT_MODEL", small)
    assert load().model == small
    text = tmp_path / "dispatch.txt"
    text.write_text("Cloudwatt\n" + SENTENCE, encoding="utf-8")
    result = CliRunner().invoke(main, ["extract", str(text), "--json", "--model", small])
    assert result.exit_code == 0 and '"company": "Cloudwatt"' in result.output


@pytest.mark.parametrize(
    ("components", "missing"), [(["sentencizer"], "ner"), (["ner"], "senter"), ([], "ner")], ids=str
)
def test_a_missing_component_is_named(components: list[str], missing: str, tmp_path: Path) -> None:
    nlp = spacy.blank("fr")
    for name in components:
        nlp.add_pipe(name)
    if "ner" in components:
        nlp.initialize(lambda: [Example.from_dict(nlp.make_doc(SENTENCE), {"entities": [(0, 6, "ORG")]})])
    nlp.to_disk(tmp_path / "model")
    with pytest.raises(ConfigurationError, match=f"no component '{missing}'"):
        Extractor(str(tmp_path / "model"))


def test_an_unknown_pipeline_is_named() -> None:
    with pytest.raises(ConfigurationError, match="fr_no_such_pipeline"):
        Extractor("fr_no_such_pipeline")


def test_a_list_of_ones_own_makes_its_names_known(small: str, tmp_path: Path) -> None:
    names = tmp_path / "names.csv"
    names.write_text('name,aliases\nquartz santé,QZS;"Quartz, Santé"\n', encoding="utf-8")
    article = Article("Rachat", "Le groupe a vendu la clinique à quartz santé, dit QZS.")
    found = {m.text for m in Extractor(small, str(names)).read(article).entities if m.label == "ORG"}
    assert {"quartz santé", "QZS"} <= found


@pytest.mark.parametrize(
    ("content", "complaint"),
    [("nom\nOrange\n", "no column 'name'"), ('name\n""\n', "line 2: the name is empty"), (None, "cannot be read")],
)
def test_a_bad_list_is_refused_by_name(content: str | None, complaint: str, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=complaint) as error:
        Gazetteer().read_organisations(path)
    assert str(path) in str(error.value)


@pytest.mark.parametrize("text", ["Le Monde", "LE MONDE", "Economie", "ÉCONOMIE"])
def test_listed_names_are_found_in_capitals_and_without_accents(text: str) -> None:
    lists = Gazetteer()
    lists.add("Le Monde", "ORG")
    lists.add("Économie", "ORG")
    assert list(lists.matches(text)) == [(0, len(text), "ORG")]
    assert list(Gazetteer().from_bytes(lists.to_bytes()).matches(text)) == [(0, len(text), "ORG")]
    assert list(lists.matches(text + "s")) == []


def test_percentages_and_sentences_of_dev(extractor: Extractor) -> None:
    report = spans.evaluate(extractor, gold.read(GOLD / "dev.jsonl"), GOLD / "dev_spans.jsonl")
    assert report.percents.precision >= 0.995 and report.percents.recall >= 0.995
    assert report.sentences.f1 >= 0.93
