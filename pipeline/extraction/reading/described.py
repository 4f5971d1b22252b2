"""Which words of an article describe which of its names: "bières" beside Kerlo, so that "le brasseur" may be Kerlo."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from pipeline.extraction import lexicon
from pipeline.extraction.reading.units import Reading

_NEAR = 5  # units beside a name whose words describe it
_STEM = 5  # letters that "lyonnais" and "Lyon", "brasseur" and "brasserie" share
_WORD = re.compile(r"\w+")


def stem(word: str) -> str:
    """The first letters without accents: what a description and a name's own words share."""
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in plain if not unicodedata.combining(c))[:_STEM]


def tells(form: str) -> bool:
    """Whether a form is a word long enough to describe something."""
    return len(form) > 3 and form[0].isalpha()


class Described:
    """What stands beside and in the names of an article, by what a word shares with another that means the same.

    Two words match by their stem, where it is not `common` in articles, or by a family of the lexicon ("brasseur" and
    "bières", "stéphanois" and "Saint-Étienne").
    """

    def __init__(self, reading: Reading, common: Collection[str]) -> None:
        units, text = reading.units, reading.layout.text
        self._common = common
        self._own = [unit.entity for unit in units]
        self._keys = [self._of(unit.form) if tells(unit.form) else () for unit in units]
        self._stood: dict[str, dict[int, list[int]]] = {}  # key → entity → units where it stands beside or in the name
        for index, unit in enumerate(units):
            if unit.form == "<LOC>":
                words = _WORD.findall(text[unit.start : unit.end].lower())
                self._keys[index] = tuple(key for word in words for key in self._of(word))
        for index, unit in enumerate(units):
            if unit.entity is None:
                continue
            for beside in range(max(0, index - _NEAR), min(len(units), index + _NEAR + 1)):
                for key in self._keys[beside] if beside != index else ():
                    self._stood.setdefault(key, {}).setdefault(unit.entity, []).append(beside)
            for word in _WORD.findall(text[unit.start : unit.end].lower()):
                for key in self._of(word) if len(word) > 3 else ():
                    self._stood.setdefault(key, {}).setdefault(unit.entity, []).append(-_NEAR - 1)

    def by(self, unit: int) -> set[int]:
        """The entities that the word at a unit describes elsewhere in the article."""
        return {
            entity
            for key in self._keys[unit]
            for entity, stood in self._stood.get(key, {}).items()
            if self._own[unit] != entity and any(abs(beside - unit) > _NEAR for beside in stood)
        }

    def _of(self, word: str) -> tuple[str, ...]:
        own = stem(word)
        return (*lexicon.families().get(word, ()), *((own,) if len(own) > 3 and own not in self._common else ()))
