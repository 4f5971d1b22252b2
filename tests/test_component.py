"""The spaCy components: on a blank pipeline, on another one, stored, in worker processes, and installed alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin

from pipeline.errors import InputError

ROOT = Path(__file__).parents[1]
TITLE = "Orange monte chez Cloudwatt"
BODY = "Orange détient 44,4% de Cloudwatt, la Caisse des dépôts 33,3%. Le titre a gagné 2%."


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = spacy.blank("fr")
    nlp.add_pipe("stake_names")
    nlp.add_pipe("stakes")
    return nlp


def article(nlp: Language) -> Doc:
    doc = nlp.make_doc(f"{TITLE}\n\n{BODY}")
    doc._.title_end = len(TITLE)
    doc._.published = "2015-01-12"
    return doc


def test_a_doc_gets_stakes_spans_and_reasons(nlp: Language) -> None:
    doc = nlp(article(nlp))
    first = doc._.stakes[0]
    assert (first["holder"], first["percent"], first["company"]) == (["Orange"], 44.4, "Cloudwatt")
    assert first["evidence"]["text"] == BODY[first["evidence"]["start"] : first["evidence"]["end"]]
    assert [d["text"] for d in doc._.dropped] == ["2%"]
    assert len(doc.spans["stakes"]) == len(doc._.stakes) == 2
    assert {span.label_ for span in doc.spans["stakes"]} == {"HOLDING"}
    slots = {(span.id_, span.label_, span.text) for span in doc.spans["stake_slots"]}
    assert {("0", "HOLDER", "Orange"), ("0", "PERCENT", "44,4"), ("1", "HOLDER", "Caisse des dépôts")} <= {
        (number, label, text.removesuffix("%").strip()) for number, label, text in slots
    }


def test_the_analysis_of_the_pipeline_finds_no_problem(nlp: Language) -> None:
    assert not any(nlp.analyze_pipes()["problems"].values())
    wanting = spacy.blank("fr")
    wanting.add_pipe("stakes")
    assert wanting.analyze_pipes()["problems"]["stakes"] == ["doc.ents", "token.is_sent_start"]


def test_stakes_survive_storage_and_worker_processes(nlp: Language) -> None:
    doc = nlp(article(nlp))
    again = Doc(nlp.vocab).from_bytes(doc.to_bytes())
    (stored,) = DocBin(docs=[doc], store_user_data=True).get_docs(nlp.vocab)
    assert json.dumps(again._.stakes) == json.dumps(stored._.stakes) == json.dumps(doc._.stakes)
    assert [span.text for span in again.spans["stakes"]] == [span.text for span in doc.spans["stakes"]]
    for other in nlp.pipe([BODY, BODY], n_process=2):
        assert [stake["percent"] for stake in other._.stakes] == [44.4, 33.3]


def test_it_works_on_top_of_another_pipeline() -> None:
    nlp = spacy.blank("fr")
    nlp.add_pipe("sentencizer")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "ORG", "pattern": name} for name in ("Zyx Telecom", "Cloudwatt")])  # type: ignore[attr-defined]
    nlp.add_pipe("stakes")
    (stake,) = nlp("Zyx Telecom détient 44,4% de Cloudwatt.")._.stakes
    assert (stake["holder"], stake["company"]) == (["Zyx Telecom"], "Cloudwatt")


@pytest.mark.parametrize("text", ["", "\n", "44,4%", "é" * 50, "Ore\u0301al détient 3% de Nuagis."])
def test_odd_docs_are_read(nlp: Language, text: str) -> None:
    assert isinstance(nlp(text)._.stakes, list)


def test_a_date_that_is_none_is_named(nlp: Language) -> None:
    doc = nlp.make_doc(BODY)
    doc._.published = "hier"
    with pytest.raises(InputError, match="'hier'"):
        nlp(doc)


def test_spacy_alone_is_enough_for_the_components(tmp_path: Path) -> None:
    """The base package in an empty environment: the example of docs/components.md, and a helpful command."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}

    def call(*arguments: object, code: int = 0) -> str:
        done = subprocess.run(
            [str(a) for a in arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    call(sys.executable, "-m", "pip", "--quiet", "wheel", "--no-deps", "--wheel-dir", tmp_path, ROOT)
    (wheel,) = tmp_path.glob("actionnariat-*.whl")
    call(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    call(python, "-m", "pip", "--quiet", "install", "--constraint", ROOT / "constraints.txt", wheel)
    installed = call(python, "-m", "pip", "list", "--format", "freeze").lower()
    assert not re.search(r"^(feedparser|datasette|sqlite-utils|trafilatura|platformdirs)==", installed, re.MULTILINE)
    page = (ROOT / "docs" / "components.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert "import pipeline" not in example and "from pipeline" not in example
    (expected,) = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    (tmp_path / "example.py").write_text(example, encoding="utf-8")
    assert call(python, tmp_path / "example.py") == expected
    assert (tmp_path / "stakes.html").read_text(encoding="utf-8").count("HOLDER") >= 1
    assert "pip install 'actionnariat[all]'" in call(tmp_path / "venv" / "bin" / "actionnariat", "--help", code=1)
