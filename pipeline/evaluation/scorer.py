"""Scores: a ladder of agreements between stakes read and gold stakes, one to one within each article.

Every rung asks for all that the rungs below ask for. "core" and "full" are those of the annotation guide:
core is percent, company and holder set; full is core with bound, basis, nature and status.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from pipeline.evaluation.gold import GoldArticle
from pipeline.names import fold
from pipeline.records import Mention, Stake

TOLERANCE = Decimal("0.06")  # two figures agree within this: 33.3 and 33.33 do
NAME_LABELS = ("ORG", "PER", "LOC")
BOOTSTRAP_ROUNDS = 1_000
BOOTSTRAP_SEED = 20150112

Agrees = Callable[[GoldArticle, Stake, Stake], bool]


def _percent(_: GoldArticle, gold: Stake, read: Stake) -> bool:
    return abs(gold.percent - read.percent) <= TOLERANCE


def _company(article: GoldArticle, gold: Stake, read: Stake) -> bool:
    return article.name_key(gold.company) == article.name_key(read.company)


def _holder(article: GoldArticle, gold: Stake, read: Stake) -> bool:
    return {article.name_key(name) for name in gold.holder} == {article.name_key(name) for name in read.holder}


def _same(*names: str) -> Agrees:
    return lambda _, gold, read: all(getattr(gold, name) == getattr(read, name) for name in names)


RUNGS: dict[str, tuple[Agrees, ...]] = {
    "percent is a stake": (_percent,),
    "+ company": (_percent, _company),
    "+ holder (core)": (_percent, _company, _holder),
    "+ basis, nature": (_percent, _company, _holder, _same("basis", "nature")),
    "+ status": (_percent, _company, _holder, _same("basis", "nature", "status")),
    "+ bound (full)": (_percent, _company, _holder, _same("basis", "nature", "status", "bound")),
    "+ as_of": (_percent, _company, _holder, _same("basis", "nature", "status", "bound", "as_of")),
    "+ counterparty": (
        _percent, _company, _holder, _same("basis", "nature", "status", "bound", "as_of", "counterparty"),
    ),
}  # fmt: skip
CORE, FULL = "+ holder (core)", "+ bound (full)"


@dataclass(frozen=True)
class Score:
    """Counts of agreement; precision, recall and F1 follow. No data gives 0."""

    agreed: int
    read: int
    gold: int

    @property
    def precision(self) -> float:
        """Agreed of read."""
        return self.agreed / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Agreed of gold."""
        return self.agreed / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.agreed / (self.read + self.gold) if self.read + self.gold else 0.0


@dataclass(frozen=True)
class ArticleScore:
    """What one article adds: agreed pairs per rung, and counts."""

    gold: GoldArticle
    read: tuple[Stake, ...]
    agreed: dict[str, int]
    entities: dict[str, Score]
    percents: int  # all percentages that the grammar finds in the article
    crashed: bool = False


def score_article(
    gold: GoldArticle, stakes: Sequence[Stake], entities: Iterable[Mention], percents: int, *, crashed: bool = False
) -> ArticleScore:
    """Compare what was read in an article with its gold."""
    agreed = {rung: len(match(gold, gold.stakes, stakes, rules)) for rung, rules in RUNGS.items()}
    found = {(fold(m.text), m.label) for m in entities if m.label in NAME_LABELS}
    wanted = {(fold(m.text), m.label) for m in gold.entities}
    by_label = {}
    for label in NAME_LABELS:
        here, there = {e for e in found if e[1] == label}, {e for e in wanted if e[1] == label}
        by_label[label] = Score(len(here & there), len(here), len(there))
    return ArticleScore(gold, tuple(stakes), agreed, by_label, percents, crashed)


def match(
    article: GoldArticle, gold: Sequence[Stake], read: Sequence[Stake], rules: Sequence[Agrees]
) -> list[tuple[int, int]]:
    """The largest one-to-one set of agreeing (gold, read) index pairs (augmenting paths, Kuhn 1955)."""
    edges = [
        [j for j, candidate in enumerate(read) if all(rule(article, stake, candidate) for rule in rules)]
        for stake in gold
    ]
    partner: dict[int, int] = {}

    def place(i: int, seen: set[int]) -> bool:
        for j in edges[i]:
            if j not in seen:
                seen.add(j)
                if j not in partner or place(partner[j], seen):
                    partner[j] = i
                    return True
        return False

    for i in range(len(gold)):
        place(i, set())
    return sorted((i, j) for j, i in partner.items())


@dataclass
class Report:
    """Scores over many articles."""

    articles: list[ArticleScore] = field(default_factory=list)

    def rung(self, rung: str) -> Score:
        """All articles on one rung of the ladder."""
        return Score(
            sum(a.agreed[rung] for a in self.articles),
            sum(len(a.read) for a in self.articles),
            sum(len(a.gold.stakes) for a in self.articles),
        )

    def interval(self, rung: str) -> tuple[float, float]:
        """95 % interval of F1 by resampling articles (percentile bootstrap, fixed seed)."""
        counts = np.array([(a.agreed[rung], len(a.read) + len(a.gold.stakes)) for a in self.articles])
        rng = np.random.default_rng(BOOTSTRAP_SEED)
        drawn = counts[rng.integers(0, len(counts), (BOOTSTRAP_ROUNDS, len(counts)))].sum(axis=1)
        values = np.divide(2 * drawn[:, 0], drawn[:, 1], out=np.zeros(len(drawn)), where=drawn[:, 1] > 0)
        low, high = np.percentile(values, [2.5, 97.5])
        return float(low), float(high)

    def entities(self, label: str | None = None) -> Score:
        """Names by surface and label, as a set per article; one label or all."""
        scores = [s for a in self.articles for name, s in a.entities.items() if label in (None, name)]
        return Score(sum(s.agreed for s in scores), sum(s.read for s in scores), sum(s.gold for s in scores))

    def reliability(self) -> list[tuple[float, float, int, int]]:
        """(lowest confidence, mean confidence, stakes told, right ones by core) for each tenth of confidence."""
        tenths: dict[int, list[tuple[float, bool]]] = {}
        for article in self.articles:
            right = {read for _, read in match(article.gold, article.gold.stakes, article.read, RUNGS[CORE])}
            for number, stake in enumerate(article.read):
                tenths.setdefault(min(9, int(stake.confidence * 10)), []).append((stake.confidence, number in right))
        return [
            (tenth / 10, sum(c for c, _ in told) / len(told), len(told), sum(right for _, right in told))
            for tenth, told in sorted(tenths.items())
        ]

    def false_per_thousand(self) -> float:
        """Stakes read from percentages that are none, per 1,000 such percentages."""
        false = self.rung("percent is a stake")
        others = sum(a.percents for a in self.articles) - false.gold
        return 1000 * (false.read - false.agreed) / others if others > 0 else 0.0

    def stake_free(self) -> tuple[int, int]:
        """(stake-free articles that yield a stake, stake-free articles)."""
        free = [a for a in self.articles if not a.gold.stakes]
        return sum(bool(a.read) for a in free), len(free)

    def crashed(self) -> int:
        """Articles that raised; all their gold counts as missed."""
        return sum(a.crashed for a in self.articles)

    def groups(self, keys: Callable[[GoldArticle], Iterable[str]]) -> dict[str, Report]:
        """A report for each key of the articles, by name."""
        groups: dict[str, Report] = {}
        for article in self.articles:
            for key in keys(article.gold):
                groups.setdefault(key, Report()).articles.append(article)
        return dict(sorted(groups.items()))
