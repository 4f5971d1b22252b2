"""Changes of a text that must not change what is read, or must change it in one way; on articles of the dev part.

The reader is learned, so a share of the stakes may move; the bounds are a little under what was measured.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from pipeline.evaluation import gold
from pipeline.extraction.extractor import Extractor
from pipeline.names import fold
from pipeline.records import Article

ITEMS = [
    item
    for item in gold.read(Path(__file__).parents[1] / "data" / "gold" / "dev.jsonl")
    if item.stakes and item.entities
][:40]
BEFORE = "La météo sera clémente ce week-end sur la moitié nord du pays, avec des éclaircies l'après-midi.\n"
AFTER = "\nLe marché aux fleurs se tiendra dimanche matin sur la grand-place, de huit heures à midi."
Fact = tuple[tuple[str, ...], str, Decimal, str, str, str]


@cache
def facts(extractor: Extractor, article: Article) -> Counter[Fact]:
    return Counter(
        (tuple(sorted(map(fold, s.holder))), fold(s.company), s.percent, s.basis, s.nature, s.status)
        for s in extractor.read(article).stakes
    )


def changed(item: gold.GoldArticle, change: Callable[[str], str]) -> Article:
    article = item.article
    return Article(change(article.title), change(article.body), article.published)


def agreement(pairs: list[tuple[Counter[Fact], Counter[Fact]]]) -> float:
    """F1 between what was read before and after."""
    common = sum((one & two).total() for one, two in pairs)
    return 2 * common / sum(one.total() + two.total() for one, two in pairs)


@pytest.mark.parametrize(
    ("change", "least"),
    [
        (lambda text: text.replace("\u00a0", " ").replace("\u202f", " "), 0.98),
        (lambda text: re.sub(r"(?<=\d) ?%", "\u00a0%", text), 0.98),
        (lambda text: text.replace("'", "’"), 0.98),
        (lambda text: text.replace("’", "'"), 0.98),
    ],
    ids=["plain spaces", "no-break spaces", "curly apostrophes", "straight apostrophes"],
)
def test_typography_does_not_change_what_is_read(
    extractor: Extractor, change: Callable[[str], str], least: float
) -> None:
    assert agreement([(facts(extractor, i.article), facts(extractor, changed(i, change))) for i in ITEMS]) >= least


def test_another_decimal_changes_that_figure_alone(extractor: Extractor) -> None:
    pairs = []
    for item in ITEMS:
        figure = next((str(s.percent) for s in item.stakes if s.percent % 1), None)
        if figure is None:
            continue
        other = figure[:-1] + ("5" if figure[-1] == "4" else "4")
        text = changed(item, lambda text, a=figure, b=other: text.replace(a.replace(".", ","), b.replace(".", ",")))
        moved: Counter[Fact] = Counter()
        for (holder, company, percent, *rest), count in facts(extractor, item.article).items():
            moved[(holder, company, Decimal(other) if percent == Decimal(figure) else percent, *rest)] += count
        pairs.append((moved, facts(extractor, text)))
    assert len(pairs) > 10 and agreement(pairs) >= 0.95


def test_exchanged_names_exchange_their_stakes(extractor: Extractor) -> None:
    pairs = []
    for item in ITEMS:
        names = {e.text for e in item.entities if e.label == "ORG"}
        chosen = [s.holder[0] for s in item.stakes] + [s.company for s in item.stakes]
        two = [name for name in dict.fromkeys(chosen) if name in names]
        if len(two) < 2 or any(other != name and name in other for other in names for name in two[:2]):
            continue
        one, other = two[:2]
        swap = {one: other, other: one}
        pattern = re.compile("|".join(rf"\b{re.escape(name)}\b" for name in swap))
        text = changed(item, lambda text, p=pattern, s=swap: p.sub(lambda m: s[m[0]], text))
        keys = {fold(one): fold(other), fold(other): fold(one)}
        moved: Counter[Fact] = Counter()
        for (holder, company, *rest), count in facts(extractor, item.article).items():
            moved[(tuple(sorted(keys.get(h, h) for h in holder)), keys.get(company, company), *rest)] += count
        pairs.append((moved, facts(extractor, text)))
    assert len(pairs) > 10 and agreement(pairs) >= 0.8


@pytest.mark.parametrize(("before", "after"), [(BEFORE, ""), ("", AFTER), (BEFORE, AFTER)])
def test_unrelated_paragraphs_change_little(extractor: Extractor, before: str, after: str) -> None:
    pairs = []
    for item in ITEMS:
        article = item.article
        text = Article(article.title, before + article.body + after, article.published)
        pairs.append((facts(extractor, article), facts(extractor, text)))
    assert agreement(pairs) >= 0.85
