"""An article's units as arrays for the network: what each unit is, and where names, figures and the like stand."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import srsly
from numpy.typing import NDArray

from pipeline.extraction import lexicon
from pipeline.extraction.reading.described import Described
from pipeline.extraction.reading.expressions import expressions, is_nominal
from pipeline.extraction.reading.units import Reading
from pipeline.records import Nature

SUFFIXES, FLAGS, VALUES, CUES, ZONES, DISTANCES = 500, 18, 6, 25, 4, 41
LABELS = ("ORG", "PER", "LOC", "CLASS")
UNKNOWN = 1
_NATURES = get_args(Nature)
_TENSES = get_args(lexicon.Tense)
_WORD = re.compile(r"\w+")

Ints = NDArray[np.int32]


class Vocabulary:
    """What the network knows of forms: numbers of form and lemma; words that tell kinds of names; common stems;
    families of words."""

    def __init__(
        self, forms: dict[str, tuple[int, int]], kinds: dict[str, int], common: Iterable[str], families: dict[str, int]
    ) -> None:
        self._forms = forms
        self.kinds = kinds
        self.common = frozenset(common)
        self.families = families

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """As `write` left it."""
        stored: dict[str, Any] = srsly.msgpack_loads(gzip.decompress(path.read_bytes()))
        forms = {form: (word, lemma) for form, (word, lemma) in stored["forms"].items()}
        return cls(forms, stored["kinds"], stored["common"], stored["families"])

    def write(self, path: Path) -> None:
        """Into one gzipped file."""
        stored = {
            "forms": dict(sorted(self._forms.items())),
            "kinds": self.kinds,
            "common": sorted(self.common),
            "families": self.families,
        }
        path.write_bytes(gzip.compress(srsly.msgpack_dumps(stored), mtime=0))

    def __getitem__(self, form: str) -> tuple[int, int]:
        return self._forms.get(form, (UNKNOWN, UNKNOWN))


@dataclass(frozen=True)
class Arrays:
    """One article. L units, P percentages, M mentions of names, X expressions, D dates; all arrays hold int32.

    `units` holds for each of L units: word, lemma, suffix, cue, flag, zone, kind, line, label, family, sentence.
    """

    units: dict[str, Ints]
    percents: Ints  # (P,) the unit of each percentage
    values: Ints  # (P,) its size, in classes
    mentions: Ints  # (M,) the unit of each mention of a name
    entities: Ints  # (M,) the entity of the reading that it mentions
    expressions: Ints  # (X,) the unit of each expression that may stand for a name
    nominal: Ints  # (X,) 1 where it is a noun, so that its words describe what it stands for
    dates: Ints  # (D,) the unit of each date
    body: int  # the first unit of the body
    described: Described


def arrays(reading: Reading, vocabulary: Vocabulary) -> Arrays:
    """The arrays of an article."""
    units = reading.units
    body = next((i for i, unit in enumerate(units) if unit.start >= reading.layout.body_start), len(units))
    lead = units[body].sentence if body < len(units) else 0
    percents = [(i, unit.percent) for i, unit in enumerate(units) if unit.percent is not None]
    mentions = [(i, unit.entity) for i, unit in enumerate(units) if unit.entity is not None]
    standing = expressions(units)
    return Arrays(
        units=_units(reading, vocabulary, body, lead),
        percents=_ints(i for i, _ in percents),
        values=_ints(_size(float(reading.percents[index].value)) for _, index in percents),
        mentions=_ints(i for i, _ in mentions),
        entities=_ints(entity for _, entity in mentions),
        expressions=_ints(standing),
        nominal=_ints(is_nominal(units[i]) for i in standing),
        dates=_ints(i for i, unit in enumerate(units) if unit.date is not None),
        body=body,
        described=Described(reading, vocabulary.common),
    )


def distance(units: Ints) -> Ints:
    """Steps of one unit up to 5, then ever longer ones; 1 to 40, 20 where the distance is 0."""
    far = np.abs(units)
    long = 6 + (2.2 * np.log2(np.maximum(far, 6) / 6)).astype(np.int32)
    step = np.where(far < 6, far, np.minimum(long, 19))
    return (20 + np.where(units >= 0, step, -step)).astype(np.int32)


def _units(reading: Reading, vocabulary: Vocabulary, body: int, lead: int) -> dict[str, Ints]:
    units = reading.units
    counts = Counter(unit.entity for unit in units if unit.entity is not None)
    titled = {unit.entity for unit in units[:body]}
    first: dict[int, int] = {}
    rows = []
    for index, unit in enumerate(units):
        flag = kind = label = 0
        if unit.entity is not None:
            label = 1 + LABELS.index(unit.form[1:-1]) if unit.form[1:-1] in LABELS else 0
            is_first = first.setdefault(unit.entity, index) == index
            flag = 1 + min(3, counts[unit.entity] - 1) + 4 * (unit.entity in titled) + 8 * is_first
            words = _WORD.findall(reading.layout.text[unit.start : unit.end].lower())
            kind = next((vocabulary.kinds[word] for word in words if word in vocabulary.kinds), 0)
        elif unit.capital:
            flag = FLAGS - 1
        zone = 0 if index < body else 1 if unit.sentence == lead else 2 if unit.sentence <= lead + 2 else 3
        line = index == 0 or units[index - 1].form == "<LINE>"
        suffix = zlib.crc32(unit.form[-3:].encode()) % SUFFIXES
        family = next((vocabulary.families.get(name, 0) for name in lexicon.families().get(unit.form, ())), 0)
        numbers = (suffix, _cue(unit.form), flag, zone, kind, line, label, family, unit.sentence)
        rows.append((*vocabulary[unit.form], *numbers))
    names = ("word", "lemma", "suffix", "cue", "flag", "zone", "kind", "line", "label", "family", "sentence")
    table = np.array(rows, np.int32).reshape(-1, len(names))
    return {name: table[:, column] for column, name in enumerate(names)}


def _ints(numbers: Iterable[int]) -> Ints:
    return np.fromiter(numbers, np.int32)


def _size(percent: float) -> int:
    return 3 if percent == 50 else sum(percent >= limit for limit in (5, 20)) if percent < 50 else 4 + (percent >= 100)


def _cue(form: str) -> int:
    """0, or the class of a verb form (nature and tense) or noun (nature) of the lexicon."""
    if known := lexicon.verb_forms().get(form):
        return 1 + _NATURES.index(known.nature) * len(_TENSES) + _TENSES.index(known.tense)
    if known := lexicon.noun_forms().get(form):
        return 1 + len(_NATURES) * len(_TENSES) + _NATURES.index(known.nature)
    return 0
