"""Annotated articles with other names in them, so that a model learns what stands around a name and not the name.

Words are exchanged, not whole names: of "Banque Lombardini" the second is, of "Jean Dupont" both, and a later "Dupont"
becomes what it became before. A new word begins with a vowel where the old one did, so that "d'" and "l'" stay right.
"""

from __future__ import annotations

import gzip
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.extraction.gazetteer import ORGANISATIONS, PEOPLE, PLACES, WORDS, rows_of

_WORD = re.compile(r"\w+")
_VOWELS = "aeiouyhâàéèêëîïôöûüœ"
_KINDS = ("first", "last")
_CONJUGATED = ("ent", "er", "ir", "é", "ée", "és", "ées", "ait", "ant", "a", "it")  # not what brands are called
_ORDER = 3  # letters that decide the next one in an invented word

Entity = tuple[int, int, str]


def starts_with_vowel(word: str) -> bool:
    """Whether "le" before this word is elided, as far as the first letter tells."""
    return word[:1].lower() in _VOWELS


class Inventor:
    """Words that look like those it was given: letters follow each other as they do there."""

    def __init__(self, words: list[str]) -> None:
        self._next: dict[str, list[str]] = defaultdict(list)
        for word in words:
            padded = "^" * _ORDER + word.lower() + "$"
            for index in range(_ORDER, len(padded)):
                self._next[padded[index - _ORDER : index]].append(padded[index])

    def word(self, rng: random.Random) -> str:
        """A new word of 4 to 12 letters, capitalised."""
        while True:
            state, letters = "^" * _ORDER, ""
            while len(letters) <= 12:
                letter = rng.choice(self._next[state])
                if letter == "$":
                    break
                letters += letter
                state = state[1:] + letter
            if 4 <= len(letters) <= 12:
                return letters.capitalize()


@dataclass
class Pools:
    """Where new words come from, by what they stand for."""

    first: list[str]
    last: list[str]
    places: list[str]
    organisations: list[str]
    common: list[str]  # nouns of the language, for brands such as Orange
    generic: set[str]  # words that organisations share, lower case: banque, groupe, holding
    words: set[str]  # the common words of the language
    surname: Inventor = field(init=False)
    brand: Inventor = field(init=False)
    town: Inventor = field(init=False)

    def __post_init__(self) -> None:
        self.surname, self.town = Inventor(self.last), Inventor([p for p in self.places if " " not in p])
        words = [w for name in self.organisations for w in _WORD.findall(name) if w.istitle() and len(w) > 3]
        self.brand = Inventor(words)

    @classmethod
    def from_gazetteer(cls, folder: Path) -> Pools:
        """The pools that the lists of data/gazetteer give."""
        people = {
            kind: [row["name"] for row in rows_of(folder / PEOPLE, ("name",)) if row["kind"] == kind] for kind in _KINDS
        }
        organisations = [row["name"] for row in rows_of(folder / ORGANISATIONS, ("name",))]
        words = set(gzip.decompress((folder / WORDS).read_bytes()).decode("utf-8").split())
        shared = Counter(w.casefold() for name in organisations if " " in name for w in set(_WORD.findall(name)))
        return cls(
            first=people["first"],
            last=people["last"],
            places=[row["name"] for row in rows_of(folder / PLACES, ("name",))],
            organisations=organisations,
            common=sorted(word for word in words if 4 <= len(word) <= 10 and not word.endswith(_CONJUGATED)),
            generic={word for word, count in shared.items() if count >= 3},
            words=words,
        )

    def organisation_word(self, old: str, rng: random.Random) -> str:
        """A new word for one of an organisation's name."""
        if old.isupper() and 2 <= len(old) <= 5:
            return "".join(rng.choice("ABCDEFGHILMNOPRSTUV") for _ in old)
        draw = rng.random()
        if draw < 0.5:
            word = self.brand.word(rng)
        elif draw < 0.7:
            word = self.surname.word(rng)
        elif draw < 0.8:
            word = rng.choice(self.common).capitalize()
        elif draw < 0.9:
            word = self.town.word(rng)
        else:
            word = rng.choice(self.last)
        return word.lower() if old.islower() else word.upper() if old.isupper() else word


def swap(text: str, entities: list[Entity], pools: Pools, rng: random.Random) -> tuple[str, list[Entity]]:
    """The text and its entities with other names; one word becomes the same one throughout."""
    new: dict[tuple[str, str], str] = {}
    pieces: list[str] = []
    moved: list[Entity] = []
    cursor = length = 0
    for start, end, label in sorted(entities):
        if start < cursor:
            continue
        name = _renamed(text[start:end], label, new, pools, rng)
        pieces += [text[cursor:start], name]
        length += start - cursor
        moved.append((length, length + len(name), label))
        length += len(name)
        cursor = end
    pieces.append(text[cursor:])
    return "".join(pieces), moved


def _renamed(name: str, label: str, new: dict[tuple[str, str], str], pools: Pools, rng: random.Random) -> str:
    if label == "LOC":
        key = (label, name.casefold())
        if key not in new:
            kept = rng.random() < 0.3 or len(_WORD.findall(name)) > 3
            new[key] = name if kept else _like(name, lambda: _place(pools, rng))
        return new[key].upper() if name.isupper() and len(name) > 3 else new[key]
    words = list(_WORD.finditer(name))
    result, cursor = "", 0
    for index, word in enumerate(words):
        key = (label, word[0].casefold())
        if key not in new:
            first = label == "PER" and index == 0 and len(words) > 1
            kept = _kept(word[0], label, len(words) == 1, pools, rng)
            new[key] = word[0] if kept else _other(word[0], label, first, pools, rng)
        fresh = new[key]
        result += name[cursor : word.start()] + (fresh.upper() if word[0].isupper() and len(word[0]) > 1 else fresh)
        cursor = word.end()
    return result + name[cursor:]


def _kept(word: str, label: str, alone: bool, pools: Pools, rng: random.Random) -> bool:
    if label == "PER":
        return len(word) < 3 or word.islower()
    if len(word) < 2 or word.isdigit() or (word.islower() and len(word) < 4):
        return True
    if alone:
        return False
    return word.casefold() in pools.generic or (word.casefold() in pools.words and rng.random() < 0.8)


def _other(old: str, label: str, first: bool, pools: Pools, rng: random.Random) -> str:
    def word() -> str:
        if label == "ORG":
            return pools.organisation_word(old, rng)
        if first:
            return rng.choice(pools.first)
        return rng.choice(pools.last) if rng.random() < 0.5 else pools.surname.word(rng)

    return _like(old, word)


def _place(pools: Pools, rng: random.Random) -> str:
    return rng.choice(pools.places) if rng.random() < 0.75 else pools.town.word(rng)


def _like(old: str, make: Callable[[], str]) -> str:
    for _ in range(30):
        word = make()
        if starts_with_vowel(word) == starts_with_vowel(old):
            return word
    return old
