"""Percentages, found on characters: figures, words, fractions, wholes, with the bound that stands before them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.records import Bound

Kind = Literal["figure", "fraction", "whole", "majority"]


@dataclass(frozen=True)
class Percent:
    """A percentage at [start, end): its value, and the bound told by the words before it."""

    start: int
    end: int
    value: Decimal
    bound: Bound
    kind: Kind


_SIGN = r"\s?(?:%|p\.\s?100\b|pour\s?cents?\b|pct\b)"
_FIGURE = re.compile(rf"(?<![\d.,/-])(?P<number>\d{{1,3}}(?:[.,]\d{{1,4}})?)(?={_SIGN})(?P<sign>{_SIGN})")
# "de 20 à 35 %": the first figure shares the sign of the second
_SHARED = re.compile(rf"\bde\s(?P<number>\d{{1,3}}(?:,\d{{1,4}})?)\sà\s(?=\d{{1,3}}(?:,\d{{1,4}})?{_SIGN})")
_WORDS: list[tuple[str, str, Kind, Bound | None]] = [
    (r"\bles deux tiers\b|\bdeux[- ]tiers\b", "66.67", "fraction", None),
    (r"\b(?:un|le) tiers\b", "33.33", "fraction", None),
    (r"\b(?:la|une) moitié\b", "50", "fraction", None),
    (r"\b(?:les )?trois[- ]quarts\b", "75", "fraction", None),
    (r"\b(?:un|le) quart\b", "25", "fraction", None),
    (r"\bun cinquième\b", "20", "fraction", None),
    (r"\bun sixième\b", "16.67", "fraction", None),
    (r"\bun dixième\b", "10", "fraction", None),
    (r"\bla quasi-totalité\b", "100", "whole", "~"),
    (r"\bla totalité\b|\bl'intégralité\b", "100", "whole", None),
    (r"\bl'ensemble (?=du capital|des (?:parts|actions|titres))", "100", "whole", None),
    (r"\b(?:seule?|unique) (?:actionnaire|propriétaire)\b|\bactionnaire unique\b", "100", "whole", None),
    (r"\bla majorité (?=du capital|des (?:parts|actions|titres|droits de vote))", "50", "majority", ">"),
    (r"\bactionnaires? majoritaires?\b|\bparticipation majoritaire\b", "50", "majority", ">"),
    (r"\bdevien\w+ majoritaires?\b", "50", "majority", ">"),
]  # fmt: skip
_BOUNDS: list[tuple[str, Bound]] = [
    (r"\b(?:environ|près de|presque|quelque|à peu près)(?: la| les| le)?", "~"),
    (r"\b(?:autour de|aux alentours de|de l'ordre de)", "~"),
    (r"\b(?:au moins|au minimum|pas moins de)", ">="),
    (r"\b(?:jusqu'à|au plus|au maximum|maximum de)", "<="),
    (r"\b(?:plus de|au-delà de|plus d'|supérieure? à)(?: la| les| le)?", ">"),
    (r"\b(?:moins de|moins d'|inférieure? à|en dessous de|sous les)(?: la| les| le)?", "<"),
]  # fmt: skip
_WORD_FORMS = [(re.compile(words, re.IGNORECASE), Decimal(value), kind, bound) for words, value, kind, bound in _WORDS]
_BOUND_FORMS = [(re.compile(words + r"\s?$", re.IGNORECASE), bound) for words, bound in _BOUNDS]
_AFTER = re.compile(r"\s?(environ|au moins|au plus|au maximum)\b", re.IGNORECASE)
_AFTER_BOUND: dict[str, Bound] = {"environ": "~", "au moins": ">=", "au plus": "<=", "au maximum": "<="}


def find(text: str) -> list[Percent]:
    """All percentages of a normalised text, in order, without overlaps.

    >>> [(str(p.value), p.bound) for p in find("près de 44,4% du capital, puis la totalité")]
    [('44.4', '~'), ('100', '=')]
    >>> [str(p.value) for p in find("passe de 20 à 35 %")]
    ['20', '35']
    """
    found: list[Percent] = []
    for percent in sorted(_all(text), key=lambda p: (p.start, -p.end)):
        if not found or percent.start >= found[-1].end:
            found.append(percent)
    return found


def _all(text: str) -> Iterator[Percent]:
    for form in (_FIGURE, _SHARED):
        for match in form.finditer(text):
            value = Decimal(match["number"].replace(",", "."))
            if 0 < value <= 100:
                end = match.end("sign") if "sign" in match.groupdict() else match.end("number")
                yield Percent(match.start("number"), end, value, _bound(text, match.start("number"), end), "figure")
    for words, value, kind, fixed in _WORD_FORMS:
        for match in words.finditer(text):
            bound = fixed or _bound(text, match.start(), match.end())
            yield Percent(match.start(), match.end(), value, bound, kind)


def _bound(text: str, start: int, end: int) -> Bound:
    before = text[max(0, start - 30) : start]
    for words, bound in _BOUND_FORMS:
        if words.search(before):
            return bound
    if after := _AFTER.match(text, end):
        return _AFTER_BOUND[after[1].lower()]
    return "="
