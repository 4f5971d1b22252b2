"""What the expressions of gold articles stand for ("le groupe", "qui", "son"): ask people, take their answers, compare.

    python data/gold/expressions.py ask data/gold/pages.jsonl > texts.txt
    python data/gold/expressions.py take data/gold/pages.jsonl answers.txt >> data/gold/expressions.jsonl
    python data/gold/expressions.py agreement data/gold/dev.jsonl first.txt second.txt

`ask` prints each article with its names numbered and a number in braces before each candidate. An answer is a line of
the id and what stands for what: `tr45-43 2=1 3=2 5=1+4`; what is not answered stands for no name.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from pipeline.evaluation.gold import GoldArticle
from pipeline.evaluation.gold import read as read_gold
from pipeline.extraction import dates, money, names, percents
from pipeline.extraction.gazetteer import Gazetteer
from pipeline.extraction.layout import Layout
from pipeline.extraction.reading.expressions import expressions
from pipeline.extraction.reading.units import Reading, collapse
from pipeline.locations import GAZETTEER

Answers = dict[str, dict[int, tuple[int, ...]]]  # id → candidate → names, both numbered from 1


def readings(path: Path) -> Iterator[tuple[GoldArticle, Reading, list[int]]]:
    """Each article with its units and the units of its candidates."""
    lists = Gazetteer().read_folder(GAZETTEER)
    for item in read_gold(path):
        layout = Layout.of(item.article)
        start = {"title": 0, "body": layout.body_start}
        marked = sorted((start[e.field] + e.start, start[e.field] + e.end, e.label) for e in item.entities)
        text = layout.text
        reading = collapse(
            layout, [(0, len(text))], names.find(text, marked, lists), percents.of_capital(percents.find(text)),
            money.find(text), dates.find(text),
        )  # fmt: skip
        yield item, reading, expressions(reading.units)


def ask(path: Path) -> None:
    """Print the articles for annotators."""
    for item, reading, candidates in readings(path):
        text, position, parts = reading.layout.text, 0, []
        for number, unit in enumerate(candidates, 1):
            start = reading.units[unit].start
            parts.append(f"{text[position:start]}{{{number}}}")
            position = start
        numbered = "; ".join(f"{number} {name}" for number, name in enumerate(reading.entities, 1))
        print(f"### {item.article.id}\nNAMES: {numbered}\n{''.join(parts)}{text[position:]}\n")


def read_answers(path: Path) -> Answers:
    """The answers of one annotator."""
    found: Answers = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            item, *told = line.split()
            pairs = (one.split("=") for one in told)
            found[item] = {int(number): tuple(int(name) for name in meant.split("+")) for number, meant in pairs}
    return found


def take(path: Path, answers: Answers) -> None:
    """Print the answers as lines of expressions.jsonl; stops at one that no candidate or name answers to."""
    for item, reading, candidates in readings(path):
        if (told := answers.get(item.article.id or "")) is None:
            continue
        found = []
        for number, meant in sorted(told.items()):
            if not (1 <= number <= len(candidates) and all(1 <= name <= len(reading.entities) for name in meant)):
                sys.exit(f"{item.article.id}: {number}={'+'.join(map(str, meant))} is no candidate and name of it")
            unit = reading.units[candidates[number - 1]]
            field, start, end = reading.layout.locate(unit.start, unit.end)
            text = reading.layout.original(unit.start, unit.end)
            stands_for = [reading.entities[name - 1] for name in meant]
            found.append({"field": field, "text": text, "start": start, "end": end, "names": stands_for})
        print(json.dumps({"id": item.article.id, "expressions": found}, ensure_ascii=False))


def agreement(path: Path, first: Answers, second: Answers) -> None:
    """Print how far two annotators agree: F1 of candidate and names, and on the candidates that both answered."""
    both = same = one = other = 0
    for item, _, _ in readings(path):
        a, b = first.get(item.article.id or "", {}), second.get(item.article.id or "", {})
        one, other = one + len(a), other + len(b)
        both += len(a.keys() & b.keys())
        same += sum(set(a[number]) == set(b[number]) for number in a.keys() & b.keys())
    print(f"{one} and {other} answers; F1 {2 * same / (one + other):.3f}; of those that both gave {same / both:.3f}")


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=("ask", "take", "agreement"))
    parser.add_argument("gold", type=Path)
    parser.add_argument("answers", type=Path, nargs="*")
    arguments = parser.parse_args()
    answers = [read_answers(path) for path in arguments.answers]
    if arguments.what == "ask":
        ask(arguments.gold)
    elif arguments.what == "take":
        take(arguments.gold, *answers)
    else:
        agreement(arguments.gold, *answers)


if __name__ == "__main__":
    main()
