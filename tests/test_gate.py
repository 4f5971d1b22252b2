"""The gate: dev may not score below the floors, which rise only by hand (python benchmarks/scores.py floors)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.evaluation import evaluate, gold
from pipeline.evaluation.scorer import CORE, FULL, Report
from pipeline.extraction.extractor import Extractor

GOLD = Path(__file__).parents[1] / "data" / "gold"
FLOORS = json.loads((GOLD / "floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def report(extractor: Extractor) -> Report:
    return evaluate.evaluate(extractor, gold.read(GOLD / "dev.jsonl"))


def test_the_floors_belong_to_this_gold() -> None:
    digest = hashlib.sha256((GOLD / "dev.jsonl").read_bytes()).hexdigest()
    assert digest == FLOORS["gold"], "dev changed: set the floors anew with 'python benchmarks/scores.py floors'"


def test_dev_is_not_below_its_floors(report: Report) -> None:
    bad, free = report.stake_free()
    assert report.crashed() == 0
    assert report.rung(CORE).f1 >= FLOORS["core_f1"]
    assert report.rung(FULL).f1 >= FLOORS["full_f1"]
    assert report.entities().f1 >= FLOORS["names_f1"]
    assert bad / free <= FLOORS["stake_free_that_yield_one"]


def test_the_extractor_beats_the_baselines(extractor: Extractor, report: Report) -> None:
    simple = evaluate.baselines(extractor, gold.read(GOLD / "dev.jsonl"))
    assert all(report.rung(CORE).f1 > 2 * other.rung(CORE).f1 for other in simple.values())
