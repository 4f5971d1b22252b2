"""Find what the network's own likelihoods are worth on annotated articles, and keep it with the weights.

    python models/training/calibrate.py models/stakes data/gold/dev.jsonl data/gold/dev_pages.jsonl

Writes calibration.json: for rising values of the likelihood that stake, holder and company are right, the share of
proposals that were. Isotonic regression, its blocks joined to at least POOL proposals each, with one right and one
wrong more than counted so that none says never or always.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from scipy.optimize import isotonic_regression

from pipeline.evaluation.gold import GoldArticle
from pipeline.evaluation.gold import read as read_gold
from pipeline.evaluation.scorer import CORE, RUNGS, match
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.stakes import CALIBRATION
from pipeline.locations import DEFAULT_MODEL

POOL = 25


def told(extractor: Extractor, items: list[GoldArticle]) -> list[tuple[float, bool]]:
    """(likelihood, right) of every proposal, however unlikely."""
    pairs = []
    for item, extraction in zip(items, extractor.read_all(item.article for item in items), strict=True):
        right = {read for _, read in match(item, item.stakes, extraction.stakes, RUNGS[CORE])}
        pairs += [(stake.confidence, number in right) for number, stake in enumerate(extraction.stakes)]
    return sorted(pairs)


def pooled(pairs: list[tuple[float, bool]]) -> list[tuple[float, float]]:
    """(mean likelihood, share that was right) of pools, both rising."""
    likelihoods, right = (np.array(column, float) for column in zip(*pairs, strict=True))
    edges = [0]
    for edge in isotonic_regression(right).blocks[1:-1]:
        if edge - edges[-1] >= POOL and len(right) - edge >= POOL:
            edges.append(int(edge))
    pools = [slice(*ends) for ends in zip(edges, [*edges[1:], len(right)], strict=True)]
    shares = [(right[pool].sum() + 1) / (len(right[pool]) + 2) for pool in pools]
    return [(float(likelihoods[pool].mean()), float(share)) for pool, share in zip(pools, shares, strict=True)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path)
    parser.add_argument("gold", type=Path, nargs="+")
    arguments = parser.parse_args()
    path = arguments.weights / CALIBRATION
    path.unlink(missing_ok=True)
    items = [item for gold in arguments.gold for item in read_gold(gold)]
    pairs = told(Extractor(str(DEFAULT_MODEL), sure_enough=0.0), items)
    knots = [[round(value, 4) for value in knot] for knot in pooled(pairs)]
    path.write_text(json.dumps(knots) + "\n", encoding="utf-8")
    print(f"{len(pairs)} proposals; likelihood → right: " + ", ".join(f"{a:.2f} → {b:.2f}" for a, b in knots))


if __name__ == "__main__":
    main()
