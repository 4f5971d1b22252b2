"""Names with and without the lists, and names that no list and no training text has.

python benchmarks/names.py [MODEL] [GOLD.jsonl]       the shipped model on data/gold/dev.jsonl; totals only
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from pipeline.evaluation import evaluate, gold, markdown
from pipeline.evaluation.scorer import NAME_LABELS
from pipeline.extraction.extractor import Extractor
from pipeline.locations import DEFAULT_MODEL
from pipeline.names import fold

GOLD = Path(__file__).parents[1] / "data" / "gold"


def main(model: str, path: Path) -> None:
    articles = gold.read(path)
    listed, bare = Extractor(model), Extractor(model)
    bare.lists.forget_names()
    rows = []
    for what, extractor in (("with the lists", listed), ("without the lists", bare)):
        report = evaluate.evaluate(extractor, articles)
        rows.append([what, *(f"{report.entities(label).f1:.3f}" for label in (*NAME_LABELS, None))])
    print(markdown.table(["names, F1", *NAME_LABELS, "all"], rows) + "\n")
    print(markdown.table(["recall of names that are new", *NAME_LABELS], [new_names(listed, articles)]))


def new_names(extractor: Extractor, articles: Iterable[gold.GoldArticle]) -> list[str]:
    """Recall of names that stand in no list and in no training article, by label, with how many there are."""
    training = gold.read(GOLD / "train.jsonl")
    seen = fold("\n".join(f"{item.article.title}\n{item.article.body}" for item in training))
    found: dict[str, list[bool]] = {label: [] for label in NAME_LABELS}
    for item in articles:
        read = {(fold(m.text), m.label) for m in extractor.read(item.article).entities}
        for text, label in {(entity.text, entity.label) for entity in item.entities}:
            if not extractor.lists.knows(text) and fold(text) not in seen:
                found[label].append((fold(text), label) in read)
    return ["in no list, in no training text"] + [
        f"{sum(hits) / len(hits):.3f} of {len(hits)}" if hits else "none" for hits in found.values()
    ]


if __name__ == "__main__":
    given = sys.argv[1:]
    main(given[0] if given else str(DEFAULT_MODEL), Path(given[1]) if len(given) > 1 else GOLD / "dev.jsonl")
