"""An article's units as arrays for the network: what each unit is, and how each name stands to each percentage."""

from __future__ import annotations

import gzip
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import srsly
from numpy.typing import NDArray

from pipeline.extraction import lexicon
from pipeline.extraction.reading.units import Reading, Unit
from pipeline.records import Nature

SUFFIXES, FLAGS, VALUES, CUES, ZONES = 500, 18, 6, 25, 4
LABELS = ("ORG", "PER", "LOC", "CLASS")
DISTANCES, PLACES, BETWEEN_PERCENTS, BETWEEN_NAMES, MATCHES = 41, 11, 8, 12, 9
UNKNOWN = 1
_NEAR = 5  # units beside a name whose words describe it
_SENTENCE_BEFORE, _SENTENCE_AFTER = 30, 18  # units of a sentence in which a description may stand for a name
_STEM = 5  # letters that "lyonnais" and "Lyon", "brasseur" and "brasserie" share
_NATURES = get_args(Nature)
_TENSES = get_args(lexicon.Tense)
_WORD = re.compile(r"\w+")

Ints = NDArray[np.int32]


class Vocabulary:
    """What the network knows of forms: numbers of form and lemma; words that tell kinds of names; common stems."""

    def __init__(self, forms: dict[str, tuple[int, int]], kinds: dict[str, int], common: Iterable[str]) -> None:
        self._forms = forms
        self.kinds = kinds
        self.common = frozenset(common)

    @classmethod
    def read(cls, path: Path) -> Vocabulary:
        """As `write` left it."""
        stored: dict[str, Any] = srsly.msgpack_loads(gzip.decompress(path.read_bytes()))
        forms = {form: (word, lemma) for form, (word, lemma) in stored["forms"].items()}
        return cls(forms, stored["kinds"], stored["common"])

    def write(self, path: Path) -> None:
        """Into one gzipped file."""
        stored = {"forms": dict(sorted(self._forms.items())), "kinds": self.kinds, "common": sorted(self.common)}
        path.write_bytes(gzip.compress(srsly.msgpack_dumps(stored), mtime=0))

    def __getitem__(self, form: str) -> tuple[int, int]:
        return self._forms.get(form, (UNKNOWN, UNKNOWN))


@dataclass(frozen=True)
class Arrays:
    """One article. L units, P percentages, M mentions of names, D dates; all arrays hold int32.

    `units` holds for each of L units: word, lemma, suffix, cue, flag, zone, kind, line, label, sentence.
    `pairs` holds (P, M): distance, place, percents (between), names (between), match.
    """

    units: dict[str, Ints]
    percents: Ints  # (P,) the unit of each percentage
    values: Ints  # (P,) its size, in classes
    mentions: Ints  # (M,) the unit of each mention of a name
    entities: Ints  # (M,) the entity of the reading that it mentions
    dates: Ints  # (D,) the unit of each date
    pairs: dict[str, Ints]
    date_distances: Ints  # (P, D)

    def chosen(self, percents: slice, mentions: Ints) -> Arrays:
        """The same with some of the percentages and mentions."""
        return Arrays(
            self.units, self.percents[percents], self.values[percents], self.mentions[mentions],
            self.entities[mentions], self.dates,
            {name: array[percents, mentions] for name, array in self.pairs.items()}, self.date_distances[percents],
        )  # fmt: skip


def arrays(reading: Reading, vocabulary: Vocabulary) -> Arrays:
    """The arrays of an article."""
    units = reading.units
    body = next((i for i, unit in enumerate(units) if unit.start >= reading.layout.body_start), len(units))
    lead = units[body].sentence if body < len(units) else 0
    columns = _units(reading, vocabulary, body, lead)
    percents = [i for i, unit in enumerate(units) if unit.percent is not None]
    mentions = [i for i, unit in enumerate(units) if unit.entity is not None]
    dates = [i for i, unit in enumerate(units) if unit.date is not None]
    entities = [unit.entity for unit in units if unit.entity is not None]
    places, stood, dated = (np.array(found, np.int32) for found in (percents, mentions, dates))
    pairs = _pairs(columns["sentence"], places, stood, body, lead)
    pairs["match"] = _matches(reading, vocabulary, percents)[:, np.array(entities, np.int32)]
    sizes = [_size(float(reading.percents[units[i].percent or 0].value)) for i in percents]
    return Arrays(
        columns, places, np.array(sizes, np.int32), stood, np.array(entities, np.int32), dated, pairs,
        distance(dated[None] - places[:, None]),
    )  # fmt: skip


def distance(units: Ints) -> Ints:
    """Steps of one unit up to 5, then ever longer ones; 1 to 40, 20 where the distance is 0."""
    far = np.abs(units)
    long = 6 + (2.2 * np.log2(np.maximum(far, 6) / 6)).astype(np.int32)
    step = np.where(far < 6, far, np.minimum(long, 19))
    return (20 + np.where(units >= 0, step, -step)).astype(np.int32)


def stem(word: str) -> str:
    """The first letters without accents: what a description and a name's own words share."""
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))[:_STEM]


def tells(form: str) -> bool:
    """Whether a form is a word long enough to describe something."""
    return len(form) > 3 and form[0].isalpha()


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
        rows.append((*vocabulary[unit.form], suffix, _cue(unit.form), flag, zone, kind, line, label, unit.sentence))
    names = ("word", "lemma", "suffix", "cue", "flag", "zone", "kind", "line", "label", "sentence")
    table = np.array(rows, np.int32).reshape(-1, len(names))
    return {name: table[:, column] for column, name in enumerate(names)}


def _pairs(sentence: Ints, percents: Ints, mentions: Ints, body: int, lead: int) -> dict[str, Ints]:
    is_percent = np.zeros(len(sentence) + 1, np.int32)
    is_name = np.zeros(len(sentence) + 1, np.int32)
    is_percent[percents + 1], is_name[mentions + 1] = 1, 1
    percents_before, names_before = is_percent.cumsum(), is_name.cumsum()
    p, m = percents[:, None], mentions[None]
    low, high = np.minimum(p, m) + 1, np.maximum(p, m)
    after = m > p
    told, named = sentence[p], sentence[m]
    place = 8 + np.clip(named - told, -3, 2)
    in_lead = (named == lead) & (told != lead) & (m >= body)
    place = np.where(in_lead, 1 + np.where(told - lead > 3, 0, told - lead), place)
    place = np.where((m < body) & (p >= body), 0, place)
    return {
        "distance": distance(m - p),
        "place": place.astype(np.int32),
        "percents": (np.minimum(3, percents_before[high] - percents_before[low]) + 4 * after).astype(np.int32),
        "names": (np.minimum(5, names_before[high] - names_before[low]) + 6 * after).astype(np.int32),
    }


def _matches(reading: Reading, vocabulary: Vocabulary, percents: list[int]) -> Ints:
    """(P, entities): how many words of the sentence, before and after the percentage, describe an entity elsewhere.

    Two words match by their stem or by a family of the lexicon ("brasseur" and "bières", "stéphanois" and
    "Saint-Étienne").
    """
    units = reading.units
    keys = [_keys(unit.form, vocabulary) if tells(unit.form) else () for unit in units]
    described: dict[str, dict[int, list[int]]] = {}  # key → entity → units where it stands beside or in the name
    for index, unit in enumerate(units):
        text = reading.layout.text[unit.start : unit.end]
        if unit.form == "<LOC>":
            keys[index] = tuple(key for word in _WORD.findall(text.lower()) for key in _keys(word, vocabulary))
    for index, unit in enumerate(units):
        if unit.entity is None:
            continue
        for beside in range(max(0, index - _NEAR), min(len(units), index + _NEAR + 1)):
            for key in keys[beside] if beside != index else ():
                described.setdefault(key, {}).setdefault(unit.entity, []).append(beside)
        for word in _WORD.findall(reading.layout.text[unit.start : unit.end].lower()):
            for key in _keys(word, vocabulary) if len(word) > 3 else ():
                described.setdefault(key, {}).setdefault(unit.entity, []).append(-_NEAR - 1)
    found = np.zeros((len(percents), len(reading.entities), 2), np.int32)
    for row, index in enumerate(percents):
        for place in _sentence_of(units, index):
            meant = {
                entity
                for key in keys[place]
                for entity, stood in described.get(key, {}).items()
                if units[place].entity != entity and any(abs(beside - place) > _NEAR for beside in stood)
            }
            for entity in meant:
                found[row, entity, int(place > index)] += 1
    found = np.minimum(found, 2)
    matches: Ints = found[..., 0] + 3 * found[..., 1]
    return matches


def _keys(word: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """What two words must share to match: a stem that is not common, a family."""
    own = stem(word)
    return (*lexicon.families().get(word, ()), *((own,) if len(own) > 3 and own not in vocabulary.common else ()))


def _sentence_of(units: Sequence[Unit], index: int) -> range:
    sentence, low, high = units[index].sentence, index, index
    while low > 0 and units[low - 1].sentence == sentence and index - low < _SENTENCE_BEFORE:
        low -= 1
    while high + 1 < len(units) and units[high + 1].sentence == sentence and high - index < _SENTENCE_AFTER:
        high += 1
    return range(low, high + 1)


def _size(percent: float) -> int:
    return 3 if percent == 50 else sum(percent >= limit for limit in (5, 20)) if percent < 50 else 4 + (percent >= 100)


def _cue(form: str) -> int:
    """0, or the class of a verb form (nature and tense) or noun (nature) of the lexicon."""
    if known := lexicon.verb_forms().get(form):
        return 1 + _NATURES.index(known.nature) * len(_TENSES) + _TENSES.index(known.tense)
    if known := lexicon.noun_forms().get(form):
        return 1 + len(_NATURES) * len(_TENSES) + _NATURES.index(known.nature)
    return 0
