"""An article as a sequence of units: words in lower case; names, percentages, amounts and dates as one unit each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extraction.dates import Date
from pipeline.extraction.layout import Layout
from pipeline.extraction.money import Money
from pipeline.extraction.names import Name
from pipeline.extraction.percents import Percent

_WORD = re.compile(r"(?:[dljmnstc]|qu)'|\w+(?:-\w+)*|[^\w\s]|\n+", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True)
class Unit:
    """One unit at [start, end) of the text. `form` is what the network reads; the others are indices or None."""

    form: str
    start: int
    end: int
    sentence: int
    capital: bool = False
    entity: int | None = None
    percent: int | None = None
    date: int | None = None


@dataclass(frozen=True)
class Reading:
    """All that a reading of stakes starts from: units, and what their indices stand for."""

    layout: Layout
    sentences: Sequence[tuple[int, int]]
    units: Sequence[Unit]
    names: Sequence[Name]
    entities: Sequence[str]  # canonical names
    percents: Sequence[Percent]
    dates: Sequence[Date]


def collapse(
    layout: Layout,
    sentences: Sequence[tuple[int, int]],
    names: Sequence[Name],
    percents: Sequence[Percent],
    money: Sequence[Money],
    dates: Sequence[Date],
) -> Reading:
    """The units of an article. Where two overlap, percentages come first, then names, amounts, dates, words."""
    text = layout.text
    entities: dict[str, int] = {}
    found: list[tuple[int, int, str, dict[str, int]]] = []
    for index, percent in enumerate(percents):
        found.append((percent.start, percent.end, f"<{percent.kind}>", {"percent": index}))
    for name in names:
        entity = entities.setdefault(name.canonical, len(entities))
        found.append((name.start, name.end, f"<{name.label}>", {"entity": entity}))
    found += [(amount.start, amount.end, "<MONEY>", {}) for amount in money]
    found += [(date.start, date.end, "<DATE>", {"date": index}) for index, date in enumerate(dates)]
    found += [(match.start(), match.end(), _form(match[0]), {}) for match in _WORD.finditer(text)]
    taken = bytearray(len(text))
    kept = []
    for start, end, form, indices in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append((start, end, form, indices))
    kept.sort(key=lambda unit: unit[0])
    units, sentence = [], 0
    for start, end, form, indices in kept:
        while sentence + 1 < len(sentences) and start >= sentences[sentence + 1][0]:
            sentence += 1
        units.append(Unit(form, start, end, sentence, text[start].isupper(), **indices))
    return Reading(layout, sentences, units, names, list(entities), percents, dates)


def _form(word: str) -> str:
    if word.startswith("\n"):
        return "<LINE>"
    if word[0].isdigit():
        return "<YEAR>" if _YEAR.fullmatch(word) else "<NUMBER>"
    return word.lower()
