"""How the percentages of an article stand to its names, and the expressions to the names that they may stand for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.extraction.reading.arrays import Arrays, Ints, distance

SLOTS = 28  # names and expressions around a percentage among which its holder and company are looked for
PLACES, BETWEEN_PERCENTS, BETWEEN_NAMES, RANKS, MATCHES, SENTENCE_MATCHES = 11, 8, 12, 10, 3, 9
_SENTENCE_APART = 12  # units that a boundary of sentences between two places counts
_MOST_FIRST, _MOST_NEAR = 40, 160  # mentions that are looked at: of title and lead, around the percentages
_BEFORE, _AFTER, _MOST_EXPRESSIONS = 250, 60, 300  # units around the percentages in which expressions are looked at
_DESCRIPTION = 4  # units of an expression that describe what it stands for
_SENTENCE_BEFORE, _SENTENCE_AFTER = 30, 18  # units of a sentence in which a description may stand for a name


@dataclass(frozen=True)
class Relations:
    """Some percentages of an article with what is around them.

    P percentages, M mentions, X expressions, K slots, E entities, D dates. Places are the mentions and then the
    expressions: M + X.
    """

    percents: Ints  # (P,) units
    values: Ints  # (P,)
    mentions: Ints  # (M,) units
    entities: Ints  # (M,) numbered from 0
    present: Ints  # (E,) the entities of the article
    expressions: Ints  # (X,) units
    slots: Ints  # (P, K) places, nearest first; -1 where there are no more
    pairs: dict[str, Ints]  # (P, K): distance, place, percents (between), names (between)
    links: dict[str, Ints]  # (X, E): distance, rank, place of the nearest mention, and match of words
    absent: dict[str, Ints]  # (P, E): the same for the percentages
    dates: Ints  # (D,) units
    date_distances: Ints  # (P, D)

    def places(self) -> Ints:
        """(M + X,) their units."""
        return np.concatenate([self.mentions, self.expressions])

    def arrays(self, units: dict[str, Ints]) -> dict[str, tuple[str, Any]]:
        """All that network.encode and network.relate want of one article: each array with its axes."""
        return {
            **{name: ("L", array) for name, array in units.items()},
            "filled": ("L", np.ones(len(units["word"]), bool)),
            "percent": ("P", self.percents),
            "value": ("P", self.values),
            "mention": ("M", self.mentions),
            "which": ("ME", self.entities[:, None] == np.arange(len(self.present))),
            "expression": ("X", self.expressions),
            "is expression": ("X", np.ones(len(self.expressions), bool)),
            "slot": ("PK", self.slots),
            "is slot": ("PK", self.slots >= 0),
            **{f"pair {name}": ("PK", array) for name, array in self.pairs.items()},
            **{f"link {name}": ("XE", array) for name, array in self.links.items()},
            **{f"absent {name}": ("PE", array) for name, array in self.absent.items()},
            "date": ("D", self.dates),
            "is date": ("D", np.ones(len(self.dates), bool)),
            "date distance": ("PD", self.date_distances),
        }


def relations(article: Arrays, rows: slice) -> Relations:
    """The relations of some percentages: bounded in size, however long the article is."""
    percents, sentence = article.percents[rows], article.units["sentence"]
    chosen = _near(article, percents)
    mentions = article.mentions[chosen]
    present, entities = np.unique(article.entities[chosen], return_inverse=True)
    low, high = percents.min() - _BEFORE, percents.max() + _AFTER
    inside = np.flatnonzero((article.expressions >= low) & (article.expressions <= high))
    around = inside[-_MOST_EXPRESSIONS:].astype(np.int32)
    expressions = article.expressions[around]
    places = np.concatenate([mentions, expressions])
    apart = np.abs(places[None] - percents[:, None])
    apart = apart + _SENTENCE_APART * np.abs(sentence[places][None] - sentence[percents][:, None])
    slots = np.full((len(percents), SLOTS), -1, np.int32)
    nearest = np.argsort(apart, axis=1, kind="stable")[:, :SLOTS]
    slots[:, : nearest.shape[1]] = nearest
    stood = [mentions[entities == entity] for entity in range(len(present))]
    links = _standing(article, expressions, stood)
    links["match"] = _described(article, around, present)
    absent = _standing(article, percents, stood)
    absent["match"] = _described_in_sentence(article, percents, present)
    return Relations(
        percents, article.values[rows], mentions, entities.astype(np.int32), present, expressions, slots,
        _pairs(article, percents, places[slots] if len(places) else np.zeros_like(slots)), links, absent,
        article.dates, distance(article.dates[None] - percents[:, None]),
    )  # fmt: skip


def _near(article: Arrays, percents: Ints) -> Ints:
    """Mentions in title and lead, and those that stand closest to the percentages."""
    apart = np.maximum(percents.min() - article.mentions, article.mentions - percents.max()).clip(0)
    first = np.flatnonzero(article.units["zone"][article.mentions] < 2)[:_MOST_FIRST]
    chosen: Ints = np.union1d(first, np.argsort(apart, kind="stable")[:_MOST_NEAR]).astype(np.int32)
    return chosen


def _place(article: Arrays, units: Ints, other: Ints) -> Ints:
    """Where others stand, seen from units: title, sentences from the lead on, sentences from the unit on."""
    sentence, body = article.units["sentence"], article.body
    lead = sentence[body] if body < len(sentence) else 0
    told, named = sentence[units], sentence[other]
    place = 8 + np.clip(named - told, -3, 2)
    in_lead = (named == lead) & (told != lead) & (other >= body)
    place = np.where(in_lead, 1 + np.where(told - lead > 3, 0, told - lead), place)
    return np.where((other < body) & (units >= body), 0, place).astype(np.int32)


def _pairs(article: Arrays, percents: Ints, others: Ints) -> dict[str, Ints]:
    length = len(article.units["sentence"])
    is_percent, is_name = np.zeros(length + 1, np.int32), np.zeros(length + 1, np.int32)
    is_percent[article.percents + 1], is_name[article.mentions + 1] = 1, 1
    percents_before, names_before = is_percent.cumsum(), is_name.cumsum()
    p = percents[:, None]
    low, high = np.minimum(p, others) + 1, np.maximum(p, others)
    low = np.minimum(low, high)
    after = others > p
    return {
        "distance": distance(others - p),
        "place": _place(article, np.broadcast_to(p, others.shape), others),
        "percents": (np.minimum(3, percents_before[high] - percents_before[low]) + 4 * after).astype(np.int32),
        "names": (np.minimum(5, names_before[high] - names_before[low]) + 6 * after).astype(np.int32),
    }


def _standing(article: Arrays, units: Ints, stood: list[Ints]) -> dict[str, Ints]:
    """(units, E): the nearest mention of each entity, before the unit or else after it, and how recent it is."""
    nearest = np.zeros((len(units), len(stood)), np.int32)
    for entity, places in enumerate(stood):
        nearest[:, entity] = places[np.maximum(np.searchsorted(places, units) - 1, 0)]
    before = np.where(nearest < units[:, None], nearest, -1)
    rank = np.argsort(np.argsort(-before, axis=1, kind="stable"), axis=1)
    rank = np.where(before >= 0, np.minimum(rank, RANKS - 2), RANKS - 1)
    return {
        "distance": distance(nearest - units[:, None]),
        "rank": rank.astype(np.int32),
        "place": _place(article, np.broadcast_to(units[:, None], nearest.shape), nearest),
    }


def _described(article: Arrays, chosen: Ints, present: Ints) -> Ints:
    """(X, E): how many words of an expression describe the entity elsewhere, 0 to 2."""
    sentence = article.units["sentence"]
    column = {int(entity): number for number, entity in enumerate(present)}
    found = np.zeros((len(chosen), len(present)), np.int32)
    for row, which in enumerate(chosen):
        unit = int(article.expressions[which])
        if article.nominal[which]:
            for word in range(unit, min(unit + _DESCRIPTION, len(sentence))):
                if sentence[word] != sentence[unit]:
                    break
                for entity in article.described.by(word) & column.keys():
                    found[row, column[entity]] += 1
    return np.minimum(found, MATCHES - 1)


def _described_in_sentence(article: Arrays, percents: Ints, present: Ints) -> Ints:
    """(P, E): how many words of the sentence, before (0 to 2) and after (0 to 2, times 3), describe the entity."""
    column = {int(entity): number for number, entity in enumerate(present)}
    found = np.zeros((len(percents), len(present), 2), np.int32)
    for row, percent in enumerate(percents.tolist()):
        for word in _sentence_of(article.units["sentence"], percent):
            for entity in article.described.by(word) & column.keys():
                found[row, column[entity], int(word > percent)] += 1
    found = np.minimum(found, 2)
    matches: Ints = found[..., 0] + 3 * found[..., 1]
    return matches


def _sentence_of(sentence: Ints, unit: int) -> range:
    low, high = unit, unit
    while low > 0 and sentence[low - 1] == sentence[unit] and unit - low < _SENTENCE_BEFORE:
        low -= 1
    while high + 1 < len(sentence) and sentence[high + 1] == sentence[unit] and high - unit < _SENTENCE_AFTER:
        high += 1
    return range(low, high + 1)
