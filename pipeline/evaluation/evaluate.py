"""Running a reader over gold articles: the extractor, or a baseline that it must beat."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise

from pipeline.evaluation.gold import GoldArticle
from pipeline.evaluation.scorer import Report, score_article
from pipeline.extraction import percents
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.normalise import normalise
from pipeline.extraction.percents import Percent
from pipeline.extraction.sentences import starts
from pipeline.records import Article, Evidence, Extraction, Field, Mention, Stake

Progress = Callable[[int, int], None]


def evaluate(
    extractor: Extractor, gold: Sequence[GoldArticle], progress: Progress = lambda done, total: None
) -> Report:
    """Read every gold article and score it; one that raises counts as all missed."""
    report = Report()
    for done, item in enumerate(gold, 1):
        found = len(_percents(item.article))
        try:
            extraction = extractor.read(item.article)
        except Exception:  # a crash is a score, not the end of the evaluation
            report.articles.append(score_article(item, (), (), found, crashed=True))
        else:
            report.articles.append(score_article(item, extraction.stakes, extraction.entities, found))
        progress(done, len(gold))
    return report


def baselines(extractor: Extractor, gold: Sequence[GoldArticle]) -> dict[str, Report]:
    """What two simple rules reach with the names of the same model."""
    reports = {"nearest ORG left and right": Report(), "the same, within one sentence": Report()}
    for item in gold:
        extraction = extractor.read(item.article)
        found = len(_percents(item.article))
        for (_, report), within in zip(reports.items(), (False, True), strict=True):
            stakes = list(nearest(extraction, one_sentence=within))
            report.articles.append(score_article(item, stakes, extraction.entities, found))
    return reports


def nearest(extraction: Extraction, *, one_sentence: bool) -> Iterable[Stake]:
    """For each percentage the nearest ORG to the left holds of the nearest to the right, if both are there."""
    article = extraction.article
    for field, percent in _percents(article):
        text = article.title if field == "title" else article.body
        bounds = _line_sentence(text, percent.start) if one_sentence else (0, len(text))
        names = [m for m in extraction.entities if m.field == field and m.label == "ORG" and _inside(m, bounds)]
        left = [m for m in names if m.end <= percent.start]
        right = [m for m in names if m.start >= percent.end]
        if left and right and left[-1].text != right[0].text:
            evidence = Evidence(field, text[slice(*bounds)], *bounds)
            holder, company = (left[-1].text,), right[0].text
            yield Stake(holder, company, percent.value, percent.bound, "capital", "holding", "current", evidence)


def _percents(article: Article) -> list[tuple[Field, Percent]]:
    texts: list[tuple[Field, str]] = [("title", article.title), ("body", article.body)]
    return [(field, percent) for field, text in texts for percent in percents.find(normalise(text))]


def _inside(mention: Mention, bounds: tuple[int, int]) -> bool:
    return bounds[0] <= mention.start and mention.end <= bounds[1]


def _line_sentence(text: str, position: int) -> tuple[int, int]:
    borders = [*sorted(starts(normalise(text))), len(text)]
    return next(((a, b) for a, b in pairwise(borders) if a <= position < b), (0, len(text)))
