"""The scorer itself: it must tell a good reading from a bad one, and never flatter."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from pipeline.evaluation import evaluate as evaluation
from pipeline.evaluation.gold import GoldArticle, read
from pipeline.evaluation.scorer import CORE, FULL, RUNGS, Report, Score, score_article
from pipeline.records import Article, Extraction, Mention, Stake

BODY = "Orange détient 44,4% de Cloudwatt, Thales 22,2%. La CDC en a un tiers."
LINE = {
    "id": "a-1",
    "title": "Cloudwatt",
    "published": "2015-01-12T11:44:50",
    "body": BODY,
    "register": "agency",
    "phenomena": ["gapping"],
    "aliases": {"Caisse des dépôts": ["CDC"]},
    "entities": [{"field": "body", "text": "Orange", "label": "ORG", "start": 0, "end": 6}],
    "stakes": [
        {
            "holder": [holder], "company": "Cloudwatt", "percent": percent, "bound": "=", "basis": "capital",
            "nature": "holding", "status": "current", "as_of": None, "counterparty": None,
            "evidence": {"field": "body", "text": BODY[:48], "start": 0, "end": 48},
        }
        for holder, percent in (("Orange", 44.4), ("Thales", 22.2), ("Caisse des dépôts", 33.33))
    ],
}  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path) -> GoldArticle:
    (tmp_path / "gold.jsonl").write_text(json.dumps(LINE), encoding="utf-8")
    return read(tmp_path / "gold.jsonl")[0]


def scored(gold: GoldArticle, *stakes: Stake) -> Report:
    return Report([score_article(gold, stakes, gold.entities, percents=3)])


def test_the_gold_itself_scores_one_on_every_rung(gold: GoldArticle) -> None:
    report = scored(gold, *gold.stakes)
    assert all(report.rung(rung).f1 == 1 for rung in RUNGS)
    assert report.entities().f1 == 1


def test_nothing_read_scores_nothing(gold: GoldArticle) -> None:
    assert scored(gold).rung(CORE) == Score(0, 0, 3)


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"percent": Decimal("44.5")}, "percent is a stake"),
        ({"company": "Numergy"}, "+ company"),
        ({"holder": ("Thales",)}, "+ holder (core)"),
        ({"holder": ("Orange", "Thales")}, "+ holder (core)"),
        ({"basis": "votes"}, "+ basis, nature"),
        ({"status": "planned"}, "+ status"),
        ({"bound": "~"}, "+ bound (full)"),
        ({"as_of": "2014"}, "+ as_of"),
        ({"counterparty": "SFR"}, "+ counterparty"),
    ],
)
def test_each_field_costs_its_rung_and_those_above(gold: GoldArticle, change: dict[str, Any], lost: str) -> None:
    report = scored(gold, replace(gold.stakes[0], **change), *gold.stakes[1:])
    rungs = list(RUNGS)
    assert [report.rung(rung).agreed for rung in rungs] == [
        3 if i < rungs.index(lost) else 2 for i in range(len(rungs))
    ]


def test_exchanged_holders_are_two_errors(gold: GoldArticle) -> None:
    first, second, third = gold.stakes
    report = scored(gold, replace(first, holder=second.holder), replace(second, holder=first.holder), third)
    assert report.rung(CORE) == Score(1, 3, 3)


def test_a_stake_read_twice_counts_once(gold: GoldArticle) -> None:
    assert scored(gold, gold.stakes[0], gold.stakes[0]).rung(FULL) == Score(1, 2, 3)


def test_names_agree_by_alias_article_case_and_accent(gold: GoldArticle) -> None:
    read_as = [
        replace(gold.stakes[0], holder=("groupe ORANGE SA",)),
        replace(gold.stakes[2], holder=("CDC",), percent=Decimal("33.3")),
    ]
    assert scored(gold, *read_as).rung(CORE).agreed == 2


def test_false_stakes_are_counted_against_other_percents(gold: GoldArticle) -> None:
    free = replace(gold, stakes=())
    report = Report([score_article(free, gold.stakes[:1], (), percents=4)])
    assert report.false_per_thousand() == 250
    assert report.stake_free() == (1, 1)


def test_entities_are_compared_with_their_label(gold: GoldArticle) -> None:
    wrong = [Mention("body", "Orange", "LOC", 0, 6), Mention("body", "Thales", "ORG", 35, 41)]
    report = Report([score_article(gold, (), wrong, percents=3)])
    assert report.entities("ORG") == Score(0, 1, 1) and report.entities() == Score(0, 2, 1)


def test_an_article_that_crashes_counts_as_missed(gold: GoldArticle) -> None:
    class Crashing:
        def read(self, article: Article) -> Extraction:
            raise RuntimeError("boom")

    report = evaluation.evaluate(Crashing(), [gold])  # type: ignore[arg-type]
    assert report.crashed() == 1 and report.rung(CORE) == Score(0, 0, 3)


def test_the_interval_holds_the_score_and_is_reproducible(gold: GoldArticle) -> None:
    report = Report([score_article(gold, gold.stakes[:n], (), percents=3) for n in (0, 1, 2, 3) * 10])
    low, high = report.interval(CORE)
    assert low < report.rung(CORE).f1 < high and report.interval(CORE) == (low, high)


def test_the_baseline_takes_the_nearest_names(gold: GoldArticle) -> None:
    names = [("Orange", 0), ("Cloudwatt", BODY.index("Cloudwatt")), ("Thales", BODY.index("Thales"))]
    mentions = tuple(Mention("body", text, "ORG", at, at + len(text)) for text, at in names)
    stakes = list(evaluation.nearest(Extraction(gold.article, mentions, ()), one_sentence=True))
    assert [(s.holder, s.company, float(s.percent)) for s in stakes] == [(("Orange",), "Cloudwatt", 44.4)]


def test_evaluate_prints_ladder_groups_and_differences(actionnariat: Callable[..., Result], tmp_path: Path) -> None:
    unheard = {**LINE["stakes"][0], "percent": 12.5}  # nobody can read it: the text does not say it
    line = {**LINE, "stakes": [*LINE["stakes"], unheard]}
    (tmp_path / "gold.jsonl").write_text(json.dumps(line), encoding="utf-8")
    result = actionnariat("evaluate", tmp_path / "gold.jsonl", "--errors", "--baselines")
    for words in ("+ holder (core)", "agency", "gapping", "nearest ORG left and right", "missed"):
        assert words in result.stdout
    totals = actionnariat("evaluate", tmp_path / "gold.jsonl", "--totals").stdout
    assert "gapping" not in totals and "a-1" not in totals
    assert json.loads(actionnariat("evaluate", tmp_path / "gold.jsonl", "--json").stdout)["articles"] == 1


WRONG_OFFSET = {"field": "body", "text": "Orange", "label": "ORG", "start": 1, "end": 7}


@pytest.mark.parametrize(
    "line",
    ["nonsense", "[]", "{}"]
    + [json.dumps(LINE | change) for change in ({"stakes": [{"holder": ["X"]}]}, {"entities": [WRONG_OFFSET]})],
)
def test_gold_that_is_none_is_refused_with_its_line(
    actionnariat: Callable[..., Result], tmp_path: Path, line: str
) -> None:
    (tmp_path / "gold.jsonl").write_text(json.dumps(LINE) + "\n" + line, encoding="utf-8")
    result = actionnariat("evaluate", tmp_path / "gold.jsonl")
    assert result.exit_code == 65 and "line 2" in result.stderr
