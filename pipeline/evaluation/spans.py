"""Percentages and sentence boundaries against those that people marked in articles (data/gold/dev_spans.jsonl)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.evaluation.gold import GoldArticle
from pipeline.evaluation.scorer import Score
from pipeline.extraction import percents
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.layout import Layout

_Percent = tuple[str, int, Decimal]
_NEAR = 4  # characters that two starts of one percentage may differ: an article, a sign


@dataclass(frozen=True)
class SpanReport:
    """Scores of percentages (value and place agree) and of sentence starts."""

    percents: Score
    sentences: Score


def evaluate(extractor: Extractor, gold: Sequence[GoldArticle], path: Path) -> SpanReport:
    """Score the grammar of percentages and the sentence boundaries of an extractor."""
    marked: Mapping[str, Any] = {
        line["id"]: line for line in map(json.loads, path.read_text(encoding="utf-8").splitlines())
    }
    counts = {"percents": [0, 0, 0], "sentences": [0, 0, 0]}
    for item in gold:
        layout = Layout.of(item.article)
        wanted = marked[item.article.id or ""]
        found = [
            (*layout.locate(p.start, p.end)[:2], p.value)
            for p in percents.find(layout.text)
            if p.kind != "majority"  # stands for a percentage only where a stake is told
        ]
        right = [(field, start, Decimal(str(value))) for field, start, _, value, _ in wanted["percents"]]
        _add(counts["percents"], sum(_is_among(percent, found) for percent in right), len(found), len(right))
        starts = {layout.locate(*bounds)[:2] for bounds in extractor.sentences(layout)}
        expected = {(field, start) for field, start, _ in wanted["sentences"]}
        _add(counts["sentences"], len(starts & expected), len(starts), len(expected))
    return SpanReport(Score(*counts["percents"]), Score(*counts["sentences"]))


def _is_among(wanted: _Percent, found: Sequence[_Percent]) -> bool:
    field, start, value = wanted
    return any(f == field and abs(s - start) <= _NEAR and abs(v - value) < Decimal("0.02") for f, s, v in found)


def _add(counts: list[int], right: int, found: int, wanted: int) -> None:
    counts[0] += right
    counts[1] += found
    counts[2] += wanted
