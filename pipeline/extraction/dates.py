"""French dates, full, partial and relative to the day of publication, found on characters.

| form | value, published 2014-03-12 |
| --- | --- |
| 31 décembre 2013, 1er mars 2014, 31/12/2013, 2013-12-31 | that day |
| le 27 février, 27 février | 2014-02-27: the year that makes it nearest to the publication |
| mars 2014, fin mars 2014, fin décembre | 2014-03, 2014-03, 2013-12 |
| en 2014, depuis 2014, début 2014, l'année 2014, l'exercice 2014 | 2014 |
| lundi, hier, aujourd'hui, avant-hier | the last such day: 2014-03-10, 2014-03-11, 2014-03-12, 2014-03-10 |
| l'an dernier, l'année dernière, cette année, l'an prochain | 2013, 2013, 2014, 2015 |
| le mois dernier, le mois prochain | 2014-02, 2014-04 |
| premier trimestre 2014, second semestre | 2014 |
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    "janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7, "août": 8,
    "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12,
    "janv.": 1, "févr.": 2, "avr.": 4, "juil.": 7, "sept.": 9, "oct.": 10, "nov.": 11, "déc.": 12,
}  # fmt: skip
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@dataclass(frozen=True)
class Date:
    """A date at [start, end). `value` is an ISO day, month or year; None where the publication is not known."""

    start: int
    end: int
    value: str | None


_MONTH = "|".join(sorted((re.escape(month) for month in MONTHS), key=len, reverse=True))
_YEAR = r"(?:1[89]|20)\d{2}"
_FORMS: list[tuple[str, str]] = [
    ("iso", rf"(?<![\d-])(?P<y>{_YEAR})-(?P<m>\d{{2}})-(?P<d>\d{{2}})(?![\d-])"),
    ("figures", rf"(?<![\d/.])(?P<d>\d{{1,2}})[/.](?P<m>\d{{1,2}})[/.](?P<y>{_YEAR}|\d{{2}})(?![\d/]|[.,]\d)"),
    (
        "day",
        rf"(?<![\d,.])(?:(?:{'|'.join(_DAYS)})\s)?(?P<d>\d{{1,2}}|1er)\s(?P<month>{_MONTH})"
        rf"(?:\s(?P<y>{_YEAR}))?(?!\w)",
    ),
    ("month", rf"\b(?:(?:début|mi|fin|courant)[\s-])?(?P<month>{_MONTH})\s(?P<y>{_YEAR})(?!\w)"),
    (
        "bare month",
        rf"\b(?:(?:depuis|en|de|fin|début|mi|courant|dès|jusqu'en|à partir de)[\s-]|d')(?P<month>{_MONTH})"
        r"(?:\s(?P<shift>dernier|prochain))?(?!\w)",
    ),
    (
        "year",
        rf"\b(?:(?:en|depuis|dès|fin|début|mi|courant|avant|après|jusqu'en|année|an|exercice|trimestre|semestre|été|automne|"
        rf"hiver|printemps|vers|de|à|et|pour)[\s-])(?P<y>{_YEAR})(?![\w%]|[.,]\d|\s?(?:%|euros?|emplois|salariés|millions?|milliards?))",
    ),
    ("weekday", rf"\b(?P<weekday>{'|'.join(_DAYS)})(?:\s(?P<shift>dernier|prochain))?\b"),
    ("relative", r"\b(?P<word>avant-hier|hier|aujourd'hui|demain)\b"),
    (
        "period",
        r"\b(?:l'(?P<a>an|année)|le (?P<b>mois)|la (?P<c>semaine)) "
        r"(?P<shift>derni(?:er|ère)|pass(?:é|ée)|prochaine?|précédente?)\b"
        r"|\b(?:cette|fin de l'|début de l') ?(?P<e>année|semaine)\b|\b(?:ce|du) (?P<f>mois)(?! (?:d|pr))\b",
    ),
]  # fmt: skip
_PATTERNS = [(form, re.compile(pattern, re.IGNORECASE)) for form, pattern in _FORMS]


def find(text: str, published: date | None = None) -> list[Date]:
    """All dates of a normalised text, in order, without overlaps; of two readings the longer.

    >>> day = date(2014, 3, 12)
    >>> [d.value for d in find("le 31 décembre 2013, 1er mars, fin mars 2014, en 2012, 05/01/2014, lundi", day)]
    ['2013-12-31', '2014-03-01', '2014-03', '2012', '2014-01-05', '2014-03-10']
    >>> [d.value for d in find("l'an dernier, le mois prochain, hier, depuis décembre, le 27 décembre", day)]
    ['2013', '2014-04', '2014-03-11', '2013-12', '2013-12-27']
    >>> [d.value for d in find("hier, 12.2014 emplois, le 32 janvier, à la fin de l'année")]
    [None, None]
    """
    found: list[Date] = []
    for item in sorted(_all(text, published), key=lambda d: (d.start, -d.end)):
        if not found or item.start >= found[-1].end:
            found.append(item)
    return found


def _all(text: str, published: date | None) -> Iterator[Date]:
    for form, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            groups = {name: value.lower() for name, value in match.groupdict().items() if value}
            try:
                value = _value(form, groups, published)
            except ValueError:
                continue  # a day or month that no calendar has
            start = match.start()
            if form in ("year", "bare month"):
                start = match.start("y" if form == "year" else "month")
            yield Date(start, match.end(), value)


def _value(form: str, groups: dict[str, str], published: date | None) -> str | None:
    if form in ("iso", "figures"):
        year = int(groups["y"]) + (2000 if len(groups["y"]) == 2 else 0)
        return date(year, int(groups["m"]), int(groups["d"])).isoformat()
    if form == "day":
        day = 1 if groups["d"] == "1er" else int(groups["d"])
        return _day(day, MONTHS[groups["month"]], groups.get("y"), published)
    if form == "month":
        return f"{groups['y']}-{MONTHS[groups['month']]:02d}"
    if form == "year":
        return groups["y"]
    if published is None:
        return None
    if form == "bare month":
        return _month(MONTHS[groups["month"]], groups.get("shift"), published)
    if form == "weekday":
        return _weekday(_DAYS.index(groups["weekday"]), groups.get("shift"), published)
    if form == "relative":
        days = {"avant-hier": -2, "hier": -1, "aujourd'hui": 0, "demain": 1}[groups["word"]]
        return (published + timedelta(days=days)).isoformat()
    return _period(groups, published)


def _day(day: int, month: int, year: str | None, published: date | None) -> str | None:
    if year:
        return date(int(year), month, day).isoformat()
    date(2000, month, day)
    if published is None:
        return None
    near = []
    for candidate in (published.year - 1, published.year, published.year + 1):
        try:
            near.append(date(candidate, month, day))
        except ValueError:
            continue  # 29 February
    return min(near, key=lambda d: abs((d - published).days)).isoformat() if near else None


def _month(month: int, shift: str | None, published: date) -> str:
    year = published.year
    if shift == "prochain":
        year += month <= published.month
    elif month > published.month:
        year -= 1
    return f"{year}-{month:02d}"


def _weekday(weekday: int, shift: str | None, published: date) -> str:
    if shift == "prochain":
        return (published + timedelta(days=(weekday - published.weekday() - 1) % 7 + 1)).isoformat()
    return (published - timedelta(days=(published.weekday() - weekday) % 7)).isoformat()


def _period(groups: dict[str, str], published: date) -> str | None:
    shift = groups.get("shift", "")
    step = 0 if not shift else 1 if shift.startswith("prochain") else -1
    unit = next(groups[name] for name in "abcef" if name in groups)
    if unit in ("an", "année"):
        return str(published.year + step)
    if unit == "mois":
        months = published.year * 12 + published.month - 1 + step
        return f"{months // 12}-{months % 12 + 1:02d}"
    return None
