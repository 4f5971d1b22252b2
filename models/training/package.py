"""Make a trained pipeline ready to ship: name, version, licence, sources and scores in meta.json, paths out of it.

python models/training/package.py TRAINED OUT
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import spacy

from pipeline import __version__
from pipeline.evaluation import evaluate, gold, spans
from pipeline.evaluation.scorer import NAME_LABELS
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.gazetteer import Gazetteer

ROOT = Path(__file__).parents[2]
GOLD = ROOT / "data" / "gold"
DESCRIPTION = "French business news: sentence boundaries and names (ORG, PER, LOC). CPU."


def main(trained: Path, out: Path) -> None:
    nlp = spacy.load(trained)
    nlp.get_pipe("gazetteer").gazetteer = Gazetteer().read_folder(ROOT / "data" / "gazetteer")  # as they are today
    for section in ("paths", "corpora", "training", "initialize"):
        nlp.config.pop(section, None)  # where it was trained is nobody's business; the recipe is config.cfg
    dev = gold.read(GOLD / "dev.jsonl")
    extractor = Extractor(str(trained))
    names, placed = evaluate.evaluate(extractor, dev), spans.evaluate(extractor, dev, GOLD / "dev_spans.jsonl")
    corpora = tomllib.loads((ROOT / "models" / "training" / "corpora.toml").read_text(encoding="utf-8"))["corpus"]
    sources = {
        c["attribution"]: {"name": c["attribution"], "url": c["source"], "license": c["licence"]} for c in corpora
    }
    nlp.meta.update(
        name="actionnariat",
        version=__version__,
        description=DESCRIPTION,
        author="Actionnariat",
        license="LGPL-LR",
        sources=[*sources.values(), {"name": "Actionnariat's own annotated articles", "license": "Apache-2.0"}],
        performance={
            **{f"dev_{label}_f": round(names.entities(label).f1, 3) for label in NAME_LABELS},
            "dev_names_f": round(names.entities().f1, 3),
            "dev_sentences_f": round(placed.sentences.f1, 3),
        },
    )
    nlp.to_disk(out)


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:3]))
