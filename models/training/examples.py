"""Annotated articles as examples for the network that reads stakes: what it sees, and what a person found.

Readings with the names that people marked or that a pipeline finds, sentences alone, the truth, the vocabulary.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import spacy_lookups_data

from pipeline.evaluation.gold import GoldArticle
from pipeline.extraction import dates, lexicon, money, names, percents, sentences
from pipeline.extraction.layout import Layout
from pipeline.extraction.load import lists_of
from pipeline.extraction.reading import network
from pipeline.extraction.reading.arrays import Arrays, Vocabulary
from pipeline.extraction.reading.described import stem, tells
from pipeline.extraction.reading.units import Reading, collapse

ENTITIES = 40  # of an article that are learned from
RARE = 2  # forms and lemmas seen less often are unknown
COMMON = 0.06  # share of the articles in which a stem stands that tells nothing
KIND_BATCHES, KINDS = 8, 150  # a word tells a kind when the names of so many batches hold it; at most so many words


Expressions = dict[tuple[str, int], list[str]]  # (field, start) → names


@dataclass(frozen=True)
class Truth:
    """What a person found, for each of the P percentages of an article."""

    stake: np.ndarray  # 1 or 0
    counted: np.ndarray  # 0 where a repeated figure leaves open which of its places states the stake
    roles: np.ndarray  # (P, ENTITIES, 3): 1 for each right name
    date: np.ndarray  # (P, D): 1 for dates with the right value
    stands_for: np.ndarray  # (X, ENTITIES): shares of what each expression stands for
    annotated: bool  # whether that is known
    status: np.ndarray
    nature: np.ndarray
    basis: np.ndarray
    sharing: np.ndarray


def reading_of(item: GoldArticle, nlp: Any) -> Reading:
    """The units of a gold article, with the names that people marked."""
    layout = Layout.of(item.article)
    start = {"title": 0, "body": layout.body_start}
    marked = sorted((start[e.field] + e.start, start[e.field] + e.end, e.label) for e in item.entities)
    return _reading(item, nlp(layout.text), marked, lists_of(nlp))


def sentences_alone(item: GoldArticle) -> Iterator[GoldArticle]:
    """The sentences of an article that name holder and company of all that they state, each as a text of its own.

    Without them the network is at a loss where a title does not tell what the text is about.
    """
    for evidence in {stake.evidence for stake in item.stakes if stake.evidence.field == "body"}:
        low, high = evidence.start, evidence.end
        inside = [e for e in item.entities if e.field == "body" and low <= e.start and e.end <= high]
        named = {item.name_key(entity.text) for entity in inside}
        stated = [s for s in item.stakes if s.evidence.field == "body" and low <= s.evidence.start < high]
        if all({item.name_key(n) for n in (*s.holder, s.company)} <= named for s in stated):
            yield replace(
                item,
                article=replace(item.article, id=None, title="", body=evidence.text),
                stakes=tuple(replace(s, evidence=replace(evidence, start=0, end=high - low)) for s in stated),
                entities=tuple(replace(e, start=e.start - low, end=e.end - low) for e in inside),
            )


def read_by_model(item: GoldArticle, nlp: Any, lists: Any) -> Reading:
    """The same with the names that a pipeline finds, right or wrong, as it will be in use."""
    doc = nlp(Layout.of(item.article).text)
    return _reading(item, doc, names.entities(doc, doc.text, lists), lists)


def _reading(item: GoldArticle, doc: Any, marked: list[tuple[int, int, str]], lists: Any) -> Reading:
    layout = Layout.of(item.article)
    published = item.article.published.date() if item.article.published else None
    return collapse(
        layout,
        sentences.find(doc, layout.text),
        names.find(layout.text, marked, lists),
        percents.of_capital(percents.find(layout.text)),
        money.find(layout.text),
        dates.find(layout.text, published),
    )


def expressions_of(path: Path) -> dict[str, Expressions]:
    """Article id → (field, start, end) → the names that the expression there stands for."""
    found: dict[str, Expressions] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        item = json.loads(line)
        found[item["id"]] = {(e["field"], e["start"]): e["names"] for e in item["expressions"]}
    return found


def truth_of(item: GoldArticle, reading: Reading, article: Arrays, stand_for: Expressions | None) -> Truth:
    """The gold stakes laid over the percentages of an article, and what its expressions stand for."""
    start = {"title": 0, "body": reading.layout.body_start}
    stakes_of: dict[int, list[Any]] = {}
    for stake in item.stakes:
        low, high = start[stake.evidence.field] + stake.evidence.start, start[stake.evidence.field] + stake.evidence.end
        places = [
            index
            for index, percent in enumerate(reading.percents)
            if low <= percent.start < high and abs(percent.value - stake.percent) < 0.06
        ]
        if places:
            place = min(places, key=lambda index: (len(stakes_of.get(index, [])), index))
            stakes_of.setdefault(place, []).append(stake)
    keys = [item.name_key(name) for name in reading.entities]
    values = {stake.percent for stake in item.stakes}
    rows = len(article.percents)
    truth = Truth(
        np.zeros(rows, np.float32), np.ones(rows, np.float32), np.zeros((rows, ENTITIES, 3), np.float32),
        np.zeros((rows, len(article.dates)), np.float32), _stands_for(item, reading, article, stand_for or {}),
        stand_for is not None, *(np.zeros(rows, np.int32) for _ in range(4)),
    )  # fmt: skip
    for row, unit in enumerate(article.percents):
        index = reading.units[unit].percent
        found = stakes_of.get(index, [])
        if not found:
            same = any(abs(reading.percents[index].value - value) < 0.06 for value in values)
            truth.counted[row] = 0 if same else 1
            continue
        truth.stake[row] = 1
        wanted = (
            {item.name_key(name) for stake in found for name in stake.holder},
            {item.name_key(stake.company) for stake in found},
            {item.name_key(stake.counterparty) for stake in found if stake.counterparty},
        )
        for entity in range(min(ENTITIES, len(keys))):
            for role, right in enumerate(wanted):
                truth.roles[row, entity, role] = keys[entity] in right
        as_of = {stake.as_of for stake in found}
        for column, place in enumerate(article.dates):
            truth.date[row, column] = reading.dates[reading.units[place].date].value in as_of
        bases = {stake.basis for stake in found}
        holders = {stake.holder for stake in found}
        truth.status[row] = network.STATUS.index(found[0].status)
        truth.nature[row] = network.NATURE.index(found[0].nature)
        truth.basis[row] = network.BASIS.index("both" if len(bases) == 2 else bases.pop())
        truth.sharing[row] = 2 if any(len(names) > 1 for names in holders) else int(len(holders) > 1)
    return truth


def _stands_for(item: GoldArticle, reading: Reading, article: Arrays, stand_for: Expressions) -> np.ndarray:
    keys = [item.name_key(name) for name in reading.entities[:ENTITIES]]
    shares = np.zeros((len(article.expressions), ENTITIES), np.float32)
    for row, unit in enumerate(article.expressions):
        place = reading.layout.locate(reading.units[unit].start, reading.units[unit].end)
        right = {item.name_key(name) for name in stand_for.get((place[0], place[1]), ())}
        found = [column for column, key in enumerate(keys) if key in right]
        shares[row, found] = 1 / max(1, len(found))
    return shares


def vocabulary_of(pairs: Sequence[tuple[GoldArticle, Reading]]) -> Vocabulary:
    """Numbers for the forms of the training articles and their lemmas, and for other forms of those lemmas."""
    table = Path(spacy_lookups_data.__file__).parent / "data" / "fr_lemma_lookup.json.gz"
    lemma_of = {form: lemmas[0] for form, lemmas in json.loads(gzip.decompress(table.read_bytes())).items()}
    forms = Counter(unit.form for _, reading in pairs for unit in reading.units)
    lemmas: Counter[str] = Counter()
    for form, count in forms.items():
        lemmas[lemma_of.get(form, form)] += count
    word = {form: 2 + i for i, (form, count) in enumerate(forms.most_common()) if count >= RARE}
    lemma = {form: 2 + i for i, (form, count) in enumerate(lemmas.most_common()) if count >= RARE}
    known = {*word, *lemma, *(form for form, base in lemma_of.items() if base in lemma)}
    stems = Counter(s for _, r in pairs for s in {stem(unit.form) for unit in r.units if tells(unit.form)})
    common = [known for known, count in stems.items() if count > COMMON * len(pairs)]
    numbers = {form: (word.get(form, 1), lemma.get(lemma_of.get(form, form), 1)) for form in known}
    families = sorted({name for names in lexicon.families().values() for name in names})
    return Vocabulary(numbers, _kinds(pairs), common, {name: 1 + number for number, name in enumerate(families)})


def _kinds(pairs: Sequence[tuple[GoldArticle, Reading]]) -> dict[str, int]:
    """Words that tell the kind of a name ("banque", "partners"): those in names of many batches."""
    batches: dict[str, set[str]] = {}
    for item, reading in pairs:
        for word in re.findall(r"\w+", " ".join(reading.entities).lower()):
            if len(word) > 2 and word.isalpha():
                batches.setdefault(word, set()).add((item.article.id or "").split("-")[0])
    words = sorted(word for word, found in batches.items() if len(found) >= KIND_BATCHES)
    words.sort(key=lambda word: -len(batches[word]))
    return {word: 1 + number for number, word in enumerate(words[:KINDS])}
