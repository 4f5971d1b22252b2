"""What the network sees of each percentage: the title, and the units before and after it, as arrays."""

from __future__ import annotations

import gzip
import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction import lexicon
from pipeline.extraction.reading.units import Reading
from pipeline.records import Nature

TITLE, BEFORE, AFTER = 26, 120, 60  # units of the title, before and after the percentage
LENGTH = TITLE + BEFORE + AFTER + 2
ENTITIES = 28  # different names that one window tells apart
SUFFIXES, POSITIONS, PLACES, FLAGS, VALUES, CUES = 500, 41, 9, 18, 6, 25
UNKNOWN = 1
_ARRAYS = ("word", "lemma", "suffix", "position", "place", "cue", "flag", "entity", "date", "centre", "value")
_NATURES = get_args(Nature)
_TENSES = get_args(lexicon.Tense)

Ints = NDArray[np.int32]


class Vocabulary:
    """Forms and lemmas that the network knows, as numbers; 0 is padding, 1 unknown."""

    def __init__(self, table: dict[str, tuple[int, int]]) -> None:
        self._table = table

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """From a gzipped table: form, number of the form, number of its lemma."""
        lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
        rows = (line.split("\t") for line in lines)
        return cls({form: (int(word), int(lemma)) for form, word, lemma in rows})

    def write(self, path: Path) -> None:
        """As `read` wants it."""
        lines = (f"{form}\t{word}\t{lemma}\n" for form, (word, lemma) in sorted(self._table.items()))
        path.write_bytes(gzip.compress("".join(lines).encode("utf-8"), mtime=0))

    def __getitem__(self, form: str) -> tuple[int, int]:
        return self._table.get(form, (UNKNOWN, UNKNOWN))


@dataclass(frozen=True)
class Windows:
    """Arrays with one row for each percentage, LENGTH columns for units; entities are numbered within their window."""

    word: Ints
    lemma: Ints
    suffix: Ints
    position: Ints  # distance to the percentage, in steps that grow
    place: Ints  # title, or the sentence relative to that of the percentage
    cue: Ints  # what the lexicon knows of a verb or noun: what it does, in which tense
    flag: Ints  # how often and where a name stands in the article; whether a word is capitalised
    entity: Ints  # number of the name in this window, or -1
    date: Ints  # 1 for a date
    centre: Ints  # column of the percentage
    value: Ints  # size of the percentage, in classes
    units: list[list[int]]  # of each row: the unit that each column shows
    entities: list[list[int]]  # of each row: the entity of the article that each number stands for
    percents: list[int]  # of each row: the percentage

    def __len__(self) -> int:
        return len(self.percents)

    def chosen(self, rows: Sequence[int]) -> Windows:
        """These rows only."""
        parts: dict[str, Any] = {name: getattr(self, name)[list(rows)] for name in _ARRAYS}
        parts |= {name: [getattr(self, name)[row] for row in rows] for name in ("units", "entities", "percents")}
        return Windows(**parts)


def windows(reading: Reading, vocabulary: Vocabulary) -> Windows:
    """The windows of all percentages of an article."""
    units = reading.units
    body = next((i for i, unit in enumerate(units) if unit.start >= reading.layout.body_start), len(units))
    counts = Counter(unit.entity for unit in units if unit.entity is not None)
    in_title = {unit.entity for unit in units[:body]}
    first: dict[int, int] = {}
    for index, unit in enumerate(units):
        if unit.entity is not None:
            first.setdefault(unit.entity, index)
    centres = [index for index, unit in enumerate(units) if unit.percent is not None]
    numbers = [vocabulary[unit.form] for unit in units]
    cues = [_cue(unit.form) for unit in units]
    suffixes = [zlib.crc32(unit.form[-3:].encode()) % SUFFIXES for unit in units]
    shape = (len(centres), LENGTH)
    word, lemma, suffix, position, place, cue, flag, date = (np.zeros(shape, np.int32) for _ in range(8))
    entity = np.full(shape, -1, np.int32)
    columns, local, rows = [], [], []
    for row, index in enumerate(centres):
        centre = units[index]
        start = body if index >= body else 0
        shown = [
            *range(min(body, TITLE) if index >= body else 0),
            *range(max(start, index - BEFORE), min(len(units), index + AFTER)),
        ]
        numbered: dict[int, int] = {}
        for column, shown_index in enumerate(shown):
            unit = units[shown_index]
            word[row, column], lemma[row, column] = numbers[shown_index]
            suffix[row, column] = suffixes[shown_index]
            cue[row, column] = cues[shown_index]
            title = shown_index < body
            position[row, column] = 0 if title and index >= body else _distance(shown_index - index)
            place[row, column] = 1 if title else 5 + max(-3, min(2, unit.sentence - centre.sentence))
            date[row, column] = unit.date is not None
            if unit.entity is not None:
                known = unit.entity in numbered or len(numbered) < ENTITIES
                entity[row, column] = numbered.setdefault(unit.entity, len(numbered)) if known else -1
                often = min(3, counts[unit.entity] - 1)
                flag[row, column] = 1 + often + 4 * (unit.entity in in_title) + 8 * (first[unit.entity] == shown_index)
            elif unit.capital:
                flag[row, column] = FLAGS - 1
        columns.append(shown)
        local.append(list(numbered))
        rows.append(centre.percent)
    centre_columns = np.array([shown.index(index) for shown, index in zip(columns, centres, strict=True)], np.int32)
    values = np.array([_size(float(reading.percents[p].value)) for p in rows if p is not None], np.int32)
    percents = [p for p in rows if p is not None]
    return Windows(
        word, lemma, suffix, position, place, cue, flag, entity, date, centre_columns, values, columns, local, percents
    )


def _distance(units: int) -> int:
    """Steps of one unit up to 5, then ever longer ones; 1 to 40, 20 where the distance is 0."""
    far = abs(units)
    step = far if far < 6 else min(6 + int(2.2 * math.log2(far / 6)), 19)
    return 20 + (step if units >= 0 else -step)


def _size(percent: float) -> int:
    return 3 if percent == 50 else sum(percent >= limit for limit in (5, 20)) if percent < 50 else 4 + (percent >= 100)


def _cue(form: str) -> int:
    """0, or the class of a verb form (nature and tense) or noun (nature) of the lexicon."""
    if known := lexicon.verb_forms().get(form):
        return 1 + _NATURES.index(known.nature) * len(_TENSES) + _TENSES.index(known.tense)
    if known := lexicon.noun_forms().get(form):
        return 1 + len(_NATURES) * len(_TENSES) + _NATURES.index(known.nature)
    return 0


def joined(parts: Sequence[Windows]) -> dict[str, Ints]:
    """The arrays of several articles one below the other, by name."""
    arrays = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _ARRAYS}
    return trimmed(arrays, int((arrays["word"] > 0).sum(1).max(initial=1)))


def trimmed(arrays: Mapping[str, Ints], length: int) -> dict[str, Ints]:
    """The arrays without columns that no row fills."""
    return {name: array[:, :length] if array.ndim > 1 else array for name, array in arrays.items()}
