"""Speed of the extraction as ratios to a blank French tokenizer in the same run, and what loading costs.

python benchmarks/speed.py [MODEL]        best of three, on the articles of data/gold/dev.jsonl, one thread
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import spacy

from pipeline.evaluation import gold, markdown
from pipeline.extraction import percents
from pipeline.extraction.extractor import Extractor
from pipeline.extraction.layout import Layout
from pipeline.extraction.load import load_model
from pipeline.extraction.normalise import normalise
from pipeline.locations import DEFAULT_MODEL
from pipeline.records import Article

DEV = Path(__file__).parents[1] / "data" / "gold" / "dev.jsonl"
LOAD = "import sys, time; t = time.perf_counter(); from pipeline.extraction.extractor import Extractor; \
Extractor(sys.argv[1]); print(time.perf_counter() - t); \
print(next(int(line.split()[1]) / 1024 for line in open('/proc/self/status') if line.startswith('VmHWM')))"


def best(action: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of several runs."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def mixed() -> list[Article]:
    """Articles as a general feed has them; those without percentages are put together from sentences of the gold."""
    gold_articles = gold.read(DEV) + gold.read(DEV.with_name("train.jsonl"))[:120]
    with_stakes = [item.article for item in gold_articles if item.stakes]
    without = [item.article for item in gold_articles if not item.stakes]
    rest = [_without_percentages(a.body) for a in with_stakes[10:] + without[30:]]
    length = sum(len(a.body) for a in with_stakes[:10] + without[:30]) // 40
    text = "\n".join(rest * 3)
    bare = [Article("Sans chiffre", text[begin : begin + length]) for begin in range(0, 60 * length, length)]
    return with_stakes[:10] + without[:30] + bare


def _without_percentages(text: str) -> str:
    sentences = re.split(r"(?<=[.!?])\s+|\n", text)
    return " ".join(s for s in sentences if not percents.find(normalise(s)))


def main(model: str) -> None:
    articles = [item.article for item in gold.read(DEV)]
    texts = [Layout.of(article).text for article in articles]
    blank, nlp, extractor = spacy.blank("fr"), load_model(model), Extractor(model)
    words = sum(len(doc) for doc in blank.pipe(texts))
    others = [name for name in nlp.pipe_names if name not in ("gazetteer", "tok2vec", "ner")]

    def names_only() -> None:
        with nlp.select_pipes(disable=others):
            list(nlp.pipe(texts))

    fresh = iter([spacy.blank("fr") for _ in range(3)])  # one for each time: a tokenizer remembers words
    tokenizer = best(lambda: list(next(fresh).pipe(texts)))
    rows = [["blank French tokenizer", f"{words / tokenizer:,.0f}", "1.0"]]
    for what, seconds in (
        ("lists, tok2vec and NER", best(names_only)),
        ("the whole spaCy pipeline", best(lambda: list(nlp.pipe(texts)))),
        ("everything: names, percentages, stakes", best(lambda: list(extractor.read_all(articles)))),
    ):
        rows.append([what, f"{words / seconds:,.0f}", f"{seconds / tokenizer:.1f}"])
    print(markdown.table(["what", "words/s", "times the tokenizer"], rows))
    mix = mixed()
    texts = [Layout.of(article).text for article in mix]
    base, full = best(names_only), best(lambda: list(extractor.read_all(mix)))
    only = best(lambda: list(extractor.stakes_only(mix)))
    print("\nTen articles with stakes, thirty with other percentages, sixty with none:\n")
    print(
        markdown.table(
            ["what", "ms an article", "of names only"],
            [
                ["lists, tok2vec and NER on every article", f"{1000 * base / len(mix):.1f}", "1.00"],
                ["everything on every article", f"{1000 * full / len(mix):.1f}", f"{full / base:.2f}"],
                ["stakes only", f"{1000 * only / len(mix):.1f}", f"{only / base:.2f}"],
            ],
        )
    )
    print(f"\nStakes only is {full / only:.1f} times as fast as everything.")
    seconds, megabytes = subprocess.run(
        [sys.executable, "-c", LOAD, model], capture_output=True, text=True, check=True
    ).stdout.split()
    print(f"\nLoading: {float(seconds):.1f} s, {float(megabytes):.0f} MB in a process of its own.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else str(DEFAULT_MODEL))
