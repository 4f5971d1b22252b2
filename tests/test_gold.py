"""The gold corpus: counts, well-formed annotation, and nothing that crosses the split.

These tests read the blind part as a machine does; they print ids, never its sentences.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.evaluation import gold
from pipeline.names import fold
from pipeline.records import Basis, Bound, Nature, Status

GOLD = Path(__file__).parents[1] / "data" / "gold"
PARTS = ("train", "drills", "pages", "dev", "dev_pages", "blind")
LEARNED = ("train", "drills", "pages")
LINES: dict[str, list[dict[str, Any]]] = {
    part: [json.loads(line) for line in (GOLD / f"{part}.jsonl").read_text(encoding="utf-8").splitlines()]
    for part in PARTS
}
ARTICLES = [(part, line) for part in PARTS for line in LINES[part]]


def test_there_is_enough_of_it() -> None:
    assert len(ARTICLES) >= 560
    assert len(LINES["train"]) >= 260 and len(LINES["dev"]) >= 100 and len(LINES["blind"]) >= 200
    assert sum(not line["stakes"] for line in LINES["blind"]) >= 80
    articles = [line for part in ("train", "dev", "blind") for line in LINES[part]]
    assert 0.3 <= sum(not line["stakes"] for line in articles) / len(articles) <= 0.42


@pytest.mark.parametrize("part", PARTS)
def test_every_line_is_read_with_right_offsets(part: str) -> None:
    assert len(gold.read(GOLD / f"{part}.jsonl")) == len(LINES[part])


def test_ids_are_unique_and_batches_and_registers_stay_whole() -> None:
    ids = Counter(line["id"] for _, line in ARTICLES)
    assert max(ids.values()) == 1
    for key in ("batch", "register"):
        parts_of: dict[str, set[str]] = {}
        for part, line in ARTICLES:
            parts_of.setdefault(line[key], set()).add(part)
        assert all(len(parts) == 1 for parts in parts_of.values()), key


def test_fields_hold_what_the_guide_allows() -> None:
    allowed = {"bound": Bound, "basis": Basis, "nature": Nature, "status": Status}
    for _, line in ARTICLES:
        for stake in line["stakes"]:
            assert all(stake[name] in get_args(kind) for name, kind in allowed.items()), line["id"]
            assert 0 < stake["percent"] <= 100 and stake["holder"] and stake["company"], line["id"]
            assert stake["as_of"] is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", stake["as_of"]), line["id"]


def test_no_stake_stands_twice_in_an_article() -> None:
    for _, line in ARTICLES:
        seen = Counter(json.dumps({k: v for k, v in stake.items() if k != "evidence"}) for stake in line["stakes"])
        assert not seen or max(seen.values()) == 1, line["id"]


def sentences(line: dict[str, Any]) -> set[str]:
    text = line["title"] + "\n" + line["body"]
    return {fold(s) for s in re.split(r"(?<=[.!?])\s+|\n+", text) if len(s.split()) >= 6}


def test_no_sentence_crosses_the_split() -> None:
    where: dict[str, str] = {}
    for part, line in ARTICLES:
        side = "learned" if part in LEARNED else part
        for sentence in sentences(line):
            assert where.setdefault(sentence, side) == side, line["id"]


def shingles(line: dict[str, Any]) -> set[int]:
    words = re.findall(r"\w+", fold(line["body"]))
    return {hash(tuple(words[i : i + 5])) for i in range(len(words) - 4)}


def test_no_near_duplicate_crosses_the_split() -> None:
    """Formulas of notices recur ("a déclaré avoir franchi en hausse"); whole passages do not."""
    sets = {line["id"]: shingles(line) for _, line in ARTICLES}
    side = {line["id"]: "learned" if part in LEARNED else part for part, line in ARTICLES}
    holding: dict[int, list[str]] = {}
    for article, shown in sets.items():
        for shingle in shown:
            holding.setdefault(shingle, []).append(article)
    shared: Counter[tuple[str, str]] = Counter()
    for articles in holding.values():
        scored = [article for article in articles if side[article] != "learned"]
        shared.update((one, other) for one in scored for other in articles if side[one] != side[other])
    for (one, other), count in shared.items():
        assert count <= 0.2 * len(sets[one] | sets[other]), (one, other)


def test_many_names_of_a_scored_batch_are_in_no_training_article() -> None:
    """A quarter at the least: some registers live on real names, as that of the French State's holdings does, and the
    texts to learn from name the same banks, agencies and airports."""
    batches: dict[str, set[str]] = {}
    trained: set[str] = set()
    for part, line in ARTICLES:
        names = {fold(e["text"]) for e in line["entities"] if e["label"] != "LOC"}
        if part in LEARNED:
            trained |= names
        else:
            batches.setdefault(line["batch"], set()).update(names)
    for batch, names in batches.items():
        assert len(names - trained) > 0.25 * len(names), batch


def test_expressions_stand_where_they_say_for_names_of_their_article() -> None:
    lines = {line["id"]: line for _, line in ARTICLES}
    read = [json.loads(line) for line in (GOLD / "expressions.jsonl").read_text(encoding="utf-8").splitlines()]
    assert len({item["id"] for item in read}) == len(read) > 1000
    for item in read:
        line = lines[item["id"]]
        for expression in item["expressions"]:
            text = line[expression["field"]]
            assert text[expression["start"] : expression["end"]] == expression["text"], item["id"]
            assert expression["names"] and expression["end"] > expression["start"], item["id"]
