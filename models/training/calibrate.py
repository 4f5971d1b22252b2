"""Find what the network's own likelihoods are worth on annotated articles, and keep it with the weights.

    python models/training/calibrate.py data/gold/dev.jsonl models/stakes

Writes calibration.json: for rising values of the likelihood that stake, holder and company are right, the share of
proposals that were. Isotonic regression by pooling adjacent violators (Barlow et al. 1972), each pool at least POOL
proposals, with one right and one wrong more than counted so that no pool says never or always.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

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
    pools: list[list[float]] = []  # sum of likelihoods, right ones, number
    for likelihood, right in pairs:
        pools.append([likelihood, right, 1])
        while len(pools) > 1 and (pools[-2][2] < POOL or pools[-2][1] / pools[-2][2] >= pools[-1][1] / pools[-1][2]):
            if pools[-2][2] >= POOL and pools[-1][2] < POOL:
                break
            last = pools.pop()
            pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    if len(pools) > 1 and pools[-1][2] < POOL:
        last = pools.pop()
        pools[-1] = [a + b for a, b in zip(pools[-1], last, strict=True)]
    return [(likely / number, (right + 1) / (number + 2)) for likely, right, number in pools]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("weights", type=Path)
    arguments = parser.parse_args()
    path = arguments.weights / CALIBRATION
    path.unlink(missing_ok=True)
    pairs = told(Extractor(str(DEFAULT_MODEL), sure_enough=0.0), read_gold(arguments.gold))
    knots = [[round(value, 4) for value in knot] for knot in pooled(pairs)]
    path.write_text(json.dumps(knots) + "\n", encoding="utf-8")
    print(f"{len(pairs)} proposals; likelihood → right: " + ", ".join(f"{a:.2f} → {b:.2f}" for a, b in knots))


if __name__ == "__main__":
    main()
