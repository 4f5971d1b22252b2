"""Series that leave out verb and company: "X détient 44 % de Y, le groupe Z 22 % et W 33 %".

Of 140 percentages of the annotated texts that continue a stake so, 135 are a stake of the name before them in the same
company; most of the others leave open only who is meant by the name (tests/test_reading.py).
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction import lexicon
from pipeline.extraction.reading.units import Unit

_MOST_UNITS, _MOST_WORDS = 14, 8  # between the percentages, between the comma and the name


def continued(units: Sequence[Unit], before: int, index: int) -> int | None:
    """The entity that holds the percentage at `index` as another that at `before`, or None."""
    words = lexicon.series_words()
    between = units[before + 1 : index]
    if not between or len(between) > _MOST_UNITS or between[-1].entity is None:
        return None
    if any(unit.form in words["borders"] for unit in between):
        return None
    if index + 1 < len(units) and units[index + 1].form not in words["after"]:
        return None
    joined = [place for place, unit in enumerate(between) if unit.form in words["joints"]]
    if not joined or len(between) - joined[-1] - 1 > _MOST_WORDS:
        return None
    verbs = lexicon.verb_forms()
    for unit in between[joined[-1] + 1 : -1]:
        word = unit.form.replace("'", "").replace("-", "").isalpha()
        if unit.entity is not None or unit.form in verbs or unit.form in words["others"] or not word:
            return None
    return between[-1].entity
