"""The drafts of gold batches: what a person writes becomes a line of gold, or a clear complaint."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipeline.evaluation import gold

SCRIPT = Path(__file__).parents[1] / "data" / "gold" / "drafts.py"
DRAFT = """=====
id: t-01
published: 2015-01-12T11:44
phenomena: gapping, joint
TITLE: Nuagis : Lorvane et Pradelec unis
BODY:
{filler}
Lorvane détient 51,5% de Nuagis, Pradelec 18,5%. Lorvane Bank n'en est pas.
STAKES:
Lorvane | Nuagis | 51.5 | = | capital | holding | current | - | - | Lorvane détient [...] 18,5%.
Pradelec | Nuagis | 18.5 | = | capital | holding | current | 2014 | - | Lorvane détient [...] 18,5%.
ENTITIES:
ORG: Lorvane; Nuagis@1; Pradelec; Lorvane Bank
ALIASES:
Lorvane := l'opérateur
"""
FILLER = "Le marché a progressé de 12% en un an, selon une étude qui porte sur tout le pays. " * 5


@pytest.fixture(scope="module")
def drafts() -> ModuleType:
    import sys

    spec = importlib.util.spec_from_file_location("drafts", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["drafts"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def draft(drafts: ModuleType) -> Any:
    return drafts.parse(DRAFT.format(filler=FILLER))[0]


def test_a_draft_becomes_a_line_of_gold(drafts: ModuleType, draft: Any, tmp_path: Path) -> None:
    assert drafts.check(draft) == []
    (tmp_path / "gold.jsonl").write_text(json.dumps(drafts.to_json(draft, "agency", "t")), encoding="utf-8")
    (article,) = gold.read(tmp_path / "gold.jsonl")
    assert [(s.holder, float(s.percent), s.as_of) for s in article.stakes] == [
        (("Lorvane",), 51.5, None),
        (("Pradelec",), 18.5, "2014"),
    ]
    names = [(m.field, m.text) for m in article.entities]
    assert names.count(("body", "Lorvane")) == 1 and ("body", "Lorvane Bank") in names
    assert [field for field, text in names if text == "Nuagis"] == ["title"]
    assert article.name_key("L’opérateur") == article.name_key("Lorvane")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("| 51.5 |", "| 151.5 |"), "percent '151.5'"),
        (("| current |", "| perhaps |"), "status 'perhaps'"),
        (("| 2014 |", "| last year |"), "as_of 'last year'"),
        (("Lorvane détient [...]", "Lorvane possède [...]"), "evidence is not in the text"),
        (("ORG: Lorvane;", "ORG: Orvane;"), "entity 'Orvane'"),
        (("| - | Lorvane", "| Lorvane"), "9 cells"),
        (("2015-01-12T11:44", "janvier"), "published"),
    ],
)
def test_slips_are_named(drafts: ModuleType, change: tuple[str, str], complaint: str) -> None:
    (slipped,) = drafts.parse(DRAFT.format(filler=FILLER).replace(*change))
    assert any(complaint in problem for problem in drafts.check(slipped))


def test_agreement_counts_what_two_hands_share(drafts: ModuleType, draft: Any) -> None:
    (other,) = drafts.parse(DRAFT.format(filler=FILLER).replace("| current | 2014", "| past | -"))
    figures = drafts.agreement([(draft, other)])
    assert figures["core, F1"] == 1 and figures["full, F1"] == 0.5
    assert figures["status, of stakes that both found"] == 0.5
    assert any("status" in line for line in drafts.differences(draft, other))
