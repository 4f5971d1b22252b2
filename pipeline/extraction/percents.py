"""Percentages, found on characters: figures, words, ranges, pairs, fractions, wholes; and the bound before or after.

| form | value |
| --- | --- |
| 44,4%, 44.4 %, 44 pour cent, 44 p. 100, 44 pct, 44 pc | as written |
| quarante-quatre virgule quatre pour cent | 44.4 |
| de 20 à 35 %, entre 5 et 10%, 5-10%, 12, 15 et 18%, 49,9%/50,1 | each figure, the sign is shared |
| 50/50, 50-50, 51/49 | both figures, if they make 100 |
| deux tiers, un quart, la moitié, trois cinquièmes | 66.67, 25, 50, 60 |
| la totalité, l'intégralité, seul actionnaire | 100 |
| majorité du capital, actionnaire majoritaire | 50, more than |
| de dix points, 1,5 point de pourcentage | 10, 1.5, as points |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.extraction import numbers
from pipeline.records import Bound

MOST = 600  # percentages of a text that are looked at; an article has fewer than 60
Kind = Literal["figure", "pair", "fraction", "whole", "majority", "points"]


@dataclass(frozen=True)
class Percent:
    """A percentage at [start, end): its value, and the bound told by the words beside it."""

    start: int
    end: int
    value: Decimal
    bound: Bound
    kind: Kind


_SIGN = r"\s{0,2}(?:%|pour[\s-]?cents?\b|p\.\s?100\b|p\.\s?c\.|pct?\b)"
_NUMBER = rf"(?:{numbers.FIGURES})"
_HALF = re.compile(r"\b(?P<number>un demi)[\s-](?:pour[\s-]?cent|%)", re.IGNORECASE)
_SMALL = r"(?:\d{1,3}(?:[.,]\d{1,4})?)"
_ALONE = r"(?<![\w,.])(?<!\w[-/])"  # no part of a longer number, a word or a date
_FIGURE = re.compile(rf"(?<![\d.,])(?P<number>{_NUMBER})(?P<sign>{_SIGN})")
_IN_WORDS = re.compile(
    rf"\b(?P<number>{numbers.WORDS}(?: virgule {numbers.WORDS})?)\s(?:pour[\s-]?cents?|p\.\s?100|%)(?!\w)",
    re.IGNORECASE,
)
# Figures that share the sign of the last one: the opening words, or a list in which all are small numbers
_SHARED = re.compile(
    rf"(?:(?<=\bde )|(?<=\bentre )|(?<=\bou )|{_ALONE})(?P<first>{_SMALL})"
    rf"(?P<join>\s?[-/]\s?|\sà\s|\set\s|\sou\s|,\s|\sdes\s)(?={_SMALL}(?:(?:,\s|\set\s|\sou\s|\sà\s){_SMALL})*{_SIGN})"
)
_DAY_OPENING = re.compile(r"\b(?:le|du|au)\s$", re.IGNORECASE)  # "du 3 à 44 %" is no range
_AFTER_SIGN = re.compile(rf"(?<=%)\s?/\s?(?P<number>{_SMALL})(?![\d,.]*\s?%|\w)")
_PAIR = re.compile(
    rf"{_ALONE}(?P<first>\d{{1,2}}(?:,\d{{1,2}})?)\s?%?\s?(?:/|-(?=50\b))\s?(?P<second>\d{{1,2}}(?:,\d{{1,2}})?)(?![\w/]|[.,-]\d|\s?%)"
)
_POINTS = re.compile(
    rf"(?<![\d.,])(?P<number>{_NUMBER}|\b{numbers.WORDS})\spoints?\b"
    r"(?P<unit> de (?:pourcentage|base|pour cent|plus|moins|mieux))?",
    re.IGNORECASE,
)
_OF_POINTS = re.compile(r"\b(?:de|d'environ|près de|quelque)\s$", re.IGNORECASE)
_OTHER_POINTS = re.compile(
    r"\s(?:de (?:vente|pénalité|retrait|contact|livraison|règlement)|d'[a-zà-ÿ]|au classement|d'avance|en \w+ matchs?)"
)
_DENOMINATORS = {
    "tiers": 3, "quart": 4, "quarts": 4, "cinquième": 5, "cinquièmes": 5, "sixième": 6, "sixièmes": 6,
    "septième": 7, "huitième": 8, "huitièmes": 8, "neuvième": 9, "dixième": 10, "dixièmes": 10,
}  # fmt: skip
_NUMERATORS = {"un": 1, "le": 1, "du": 1, "au": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "neuf": 9}
_FRACTION = re.compile(
    rf"\b(?P<first>{'|'.join(_NUMERATORS)})[ -](?P<second>{'|'.join(_DENOMINATORS)})\b"
    r"(?! (?:de finale|d'heure|de siècle|de tour|d'entre|de litre|temps|monde)|-(?:temps|monde)|s? finales?)"
    r"(?<!ième(?= (?!de|du|des|chacun|restant|environ|dans|pour|avec|qui)[a-zà-ÿ]{4}))",
    re.IGNORECASE,
)
_THIRD_PARTY = re.compile(r"\b(?:à|par|chez|avec|envers|auprès d|pour)\s?$", re.IGNORECASE)
_SHARE_FOLLOWS = re.compile(r"\s(?:du|de la|de l'|des|de ses|de son|de leurs?|d')")
_OF_CAPITAL = (
    r"(?=\s(?:du capital|des (?:parts|actions|titres|droits de vote)|de (?:son|leur) capital|"
    r"de (?:ses|leurs) (?:parts|actions|titres)))"
)
_WORDS: list[tuple[str, str, Kind, Bound | None]] = [
    (r"(?:\b(?:la|une|autre) |(?<=\bpour )|(?<=\bde ))moitié\b(?! (?:nord|sud|est|ouest))", "50", "fraction", None),
    (r"\bla quasi-totalité\b", "100", "whole", "~"),
    (r"\b(?:la|en) totalité\b|\bl'intégralité\b", "100", "whole", None),
    (rf"\bl'ensemble\b{_OF_CAPITAL}", "100", "whole", None),
    (r"\b(?:seule?|unique) (?:actionnaire|propriétaire)\b|\bactionnaire unique\b", "100", "whole", None),
    (rf"\b(?:la|une) majorité\b{_OF_CAPITAL}", "50", "majority", ">"),
    (r"\b(?:actionnaires? (?:ultra-)?|participations? |parts? )majoritaires?\b", "50", "majority", ">"),
    (r"\b(?:devien|deven|rest|est|sont|étai)\w* (?:ainsi |désormais |donc )?majoritaires?\b", "50", "majority", ">"),
]  # fmt: skip
_BOUNDS: list[tuple[str, Bound]] = [
    (r"\b(?:un peu|légèrement) moins (?:de|d'|du)(?: la| les| le)?", "<"),
    (r"\b(?:environ|près (?:de|du|des|d')|presque|quelque|à peu près|quasiment)(?: la| les| le)?", "~"),
    (r"\b(?:autour (?:de|des)|aux? alentours? (?:de|des)|de l'ordre de|avoisin\w+|approch\w+)(?: les)?", "~"),
    (r"\b(?:au moins|au minimum|pas moins de|a minima)(?: à)?", ">="),
    (r"\b(?:jusqu'à|au plus|au maximum|maximum de|plafonnée? à|dans la limite de)", "<="),
    (r"\b(?:plus (?:de|d'|du|des)|au-(?:delà|dessus) (?:de|des))(?: la| les| le)?", ">"),
    (r"\b(?:supérieure?s? à|dépass\w+|excéd\w+)(?: la| les| le)?", ">"),
    (r"\b(?:moins (?:de|d'|du|des)|inférieure?s? à|en[ -]dessous (?:de|des))(?: la| les| le)?", "<"),
    (r"\bsous (?:les|la barre des?|le seuil des?)(?: la| le)?", "<"),
]  # fmt: skip
_WORD_FORMS = [(re.compile(words, re.IGNORECASE), Decimal(value), kind, bound) for words, value, kind, bound in _WORDS]
_BOUND_FORMS = [(re.compile(words + r"\s?$", re.IGNORECASE), bound) for words, bound in _BOUNDS]
_AFTER = re.compile(r"\s?\(?(environ|au moins|au minimum|au plus|au maximum|ou plus|minimum|maximum)\b", re.IGNORECASE)
_AFTER_BOUND: dict[str, Bound] = {
    "environ": "~", "au moins": ">=", "au minimum": ">=", "minimum": ">=", "ou plus": ">=",
    "au plus": "<=", "au maximum": "<=", "maximum": "<=",
}  # fmt: skip
_RANK: dict[Kind, int] = {"figure": 0, "pair": 1, "fraction": 2, "whole": 2, "majority": 3, "points": 4}


def find(text: str) -> list[Percent]:
    """All percentages of a normalised text, in order, without overlaps.

    >>> [(str(p.value), p.bound) for p in find("près de 44,4% du capital, puis la totalité, au moins 5 pour cent")]
    [('44.4', '~'), ('100', '='), ('5', '>=')]
    >>> [str(p.value) for p in find("passe de 20 à 35 %, 5-10%, 49,9%/50,1, à 51/49, entre 5% et 8%")]
    ['20', '35', '5', '10', '49.9', '50.1', '51', '49', '5', '8']
    >>> [str(p.value) for p in find("quarante-quatre virgule quatre pour cent, 14 p. 100, deux tiers, 5,01%du capital")]
    ['44.4', '14', '66.67', '5.01']
    >>> [(str(p.value), p.kind) for p in find("une hausse de 1,5 point, à 35%")]
    [('1.5', 'points'), ('35', 'figure')]
    >>> find("le 12/03/2014, un score de 50-49, cédé à un tiers, un quart de finale, 300 points de vente")
    []
    """
    found: list[Percent] = []
    for percent in sorted(_all(text), key=lambda p: (p.start, _RANK[p.kind], -p.end)):
        if not found or percent.start >= found[-1].end:
            found.append(percent)
    return found


def of_capital(found: list[Percent]) -> list[Percent]:
    """The percentages that can be a share of a capital: more than 0, at most 100, no points; at most MOST."""
    return [percent for percent in found if percent.kind != "points" and 0 < percent.value <= 100][:MOST]


def _all(text: str) -> Iterator[Percent]:
    for form in (_FIGURE, _IN_WORDS):
        for match in form.finditer(text):
            yield from _percent(text, match.start("number"), match.end(), match["number"], "figure")
    for match in _HALF.finditer(text):
        yield Percent(match.start(), match.end(), Decimal("0.5"), _bound(text, match.start(), match.end()), "figure")
    for match in _SHARED.finditer(text):
        before = text[max(0, match.start("first") - 16) : match.start("first")]
        if match["join"].strip() != "à" or not _DAY_OPENING.search(before):
            yield from _percent(text, match.start("first"), match.end("first"), match["first"], "figure")
    for match in _AFTER_SIGN.finditer(text):
        yield from _percent(text, match.start("number"), match.end("number"), match["number"], "figure")
    for match in _PAIR.finditer(text):
        if sum(numbers.value(match[group]) or 0 for group in ("first", "second")) == 100:
            for group in ("first", "second"):
                yield from _percent(text, match.start(group), match.end(group), match[group], "pair")
    for match in _FRACTION.finditer(text):
        yield from _fraction(text, match)
    for words, value, kind, fixed in _WORD_FORMS:
        for match in words.finditer(text):
            bound = fixed or _bound(text, match.start(), match.end())
            yield Percent(match.start(), match.end(), value, bound, kind)
    for match in _POINTS.finditer(text):
        if match["unit"] or (
            _OF_POINTS.search(text[max(0, match.start() - 12) : match.start()])
            and not _OTHER_POINTS.match(text, match.end())
        ):
            yield from _percent(text, match.start(), match.end(), match["number"], "points")


def _percent(text: str, start: int, end: int, number: str, kind: Kind) -> Iterator[Percent]:
    value = numbers.value(number)
    if value is not None:
        yield Percent(start, end, value, _bound(text, start, end), kind)


def _fraction(text: str, match: re.Match[str]) -> Iterator[Percent]:
    first, second = match["first"].lower(), match["second"].lower()
    before = text[max(0, match.start() - 12) : match.start()]
    if second == "tiers" and _NUMERATORS[first] == 1:
        if _THIRD_PARTY.search(before) and not _SHARE_FOLLOWS.match(text, match.end()):
            return
    share = Decimal(100 * _NUMERATORS[first]) / _DENOMINATORS[second]
    start = match.start("second") if first in ("du", "au") else match.start()
    yield Percent(start, match.end(), round(share, 2).normalize(), _bound(text, start, match.end()), "fraction")


def _bound(text: str, start: int, end: int) -> Bound:
    before = text[max(0, start - 30) : start]
    for words, bound in _BOUND_FORMS:
        if words.search(before):
            return bound
    if after := _AFTER.match(text, end):
        return _AFTER_BOUND[after[1].lower()]
    return "="
