"""The dateline of a dispatch: place, agency and time, as agencies print them at the head of the text."""

from __future__ import annotations

import re
from datetime import datetime

from pipeline.records import Dateline

AGENCIES = ("AFP", "Reuters", "AOF", "Belga", "ATS", "AWP", "APS", "MAP", "TAP", "PC", "AP", "Bloomberg")
_MONTHS = {
    "jan": 1, "fév": 2, "fev": 2, "mar": 3, "avr": 4, "mai": 5, "juin": 6,
    "juil": 7, "aoû": 8, "aou": 8, "sep": 9, "oct": 10, "nov": 11, "déc": 12, "dec": 12,
}  # fmt: skip
_PLACE = r"(?P<place>[A-ZÀ-Ý][\w'’.\-]*(?:[ \-](?:[A-ZÀ-Ýa-zà-ÿ][\w'’.\-]*)){0,4})"
_AGENCY = rf"\(\s*(?P<agency>(?:{'|'.join(AGENCIES)})(?:\s*[/-]\s*\w+)?)\s*\)"
_STAMP = r"\[(?P<day>\d{1,2})/(?P<month>\d{1,2})/(?P<year>\d{4})(?:[ ,]+(?P<time>\d{1,2}:\d{2}(?::\d{2})?))?\]"
_DATE = r"(?P<dday>\d{1,2}|1er)\s+(?P<dmonth>[a-zéûA-ZÉÛ]{3,9})\.?\s+(?P<dyear>\d{4})"
_FORMS = [
    re.compile(rf"^[ \t]*{_STAMP}[ \t]*{_PLACE}[ \t]*{_AGENCY}", re.MULTILINE),
    re.compile(rf"^[ \t]*{_PLACE},?[ \t]+{_DATE}[ \t]*{_AGENCY}", re.MULTILINE),
    re.compile(rf"^[ \t]*{_PLACE}[ \t]*{_AGENCY}", re.MULTILINE),
]
HEAD = 1500  # characters; captions and credits may stand before the dateline


def find(body: str) -> Dateline:
    """The dateline of a text, with null for what it does not say.

    >>> find("[12/01/2015 11:44:50] Paris (AFP) Le groupe a annoncé...").published.isoformat()
    '2015-01-12T11:44:50'
    >>> find("LYON, 3 févr. 2014 (AFP) - Une usine").place
    'LYON'
    >>> find("Le groupe recrute.")
    Dateline(place=None, agency=None, published=None)
    """
    head = body[:HEAD].replace("\u00a0", " ").replace("\u202f", " ")
    for form in _FORMS:
        if match := form.search(head):
            groups = match.groupdict()
            return Dateline(groups["place"], groups["agency"], _time(groups))
    return Dateline()


def _time(groups: dict[str, str | None]) -> datetime | None:
    try:
        if groups.get("year"):
            clock = (groups.get("time") or "00:00").zfill(5)
            return datetime.fromisoformat(f"{groups['year']}-{groups['month']:0>2}-{groups['day']:0>2} {clock}")
        if groups.get("dyear"):
            name = (groups["dmonth"] or "").lower()
            month = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
            day = int((groups["dday"] or "").removesuffix("er"))
            return datetime(int(groups["dyear"] or 0), month, day) if month else None
    except ValueError:
        return None
    return None
