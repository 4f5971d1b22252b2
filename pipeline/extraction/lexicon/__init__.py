"""The word lists of the extractor: TOML files that a linguist can read, loaded once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pipeline.records import Nature, Status

Tense = Literal["present", "imperfect", "future", "conditional", "participle", "infinitive", "gerund"]


@dataclass(frozen=True)
class Form:
    """One inflected form of a verb, or a noun, that states a stake."""

    nature: Nature
    tense: Tense


@dataclass(frozen=True)
class Cue:
    """Words that set a status."""

    pattern: re.Pattern[str]
    status: Status


@dataclass(frozen=True)
class Veto:
    """Words beside a percentage that make it no stake."""

    pattern: re.Pattern[str]
    side: Literal["before", "after"]
    reason: str


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text(encoding="utf-8"))


@cache
def verb_forms() -> dict[str, Form]:
    """Every inflected form (third persons, infinitive, participles) → what it says."""
    forms: dict[str, Form] = {}
    for verb in _read("verbs.toml")["verb"]:
        for text, tense in _inflect(verb):
            forms.setdefault(text, Form(verb["nature"], tense))
    return forms


@cache
def noun_forms() -> dict[str, Form]:
    """Nouns that do the work of a verb ("la cession de 10 %") → what they say."""
    return {text: Form(noun["nature"], "infinitive") for noun in _read("verbs.toml")["noun"] for text in noun["forms"]}


@cache
def cues() -> tuple[Cue, ...]:
    """Status cues, in the order in which they decide."""
    return tuple(Cue(re.compile(c["pattern"]), c["status"]) for c in _read("cues.toml")["cue"])


@cache
def plain_words() -> dict[str, frozenset[str]]:
    """Words that the plainest statement of a stake may hold, by their place."""
    return {place: frozenset(words) for place, words in _read("cues.toml")["plain"].items()}


@cache
def series_words() -> dict[str, frozenset[str]]:
    """Words and signs of series of holders that leave out the verb, by their place."""
    return {place: frozenset(words) for place, words in _read("cues.toml")["series"].items()}


@cache
def expression_words() -> dict[str, frozenset[str]]:
    """Words that can stand for a name told elsewhere, by their kind, and those that cannot."""
    return {kind: frozenset(words) for kind, words in _read("expressions.toml").items()}


@cache
def vetoes() -> tuple[Veto, ...]:
    """What stands beside percentages that are no stake."""
    return tuple(Veto(re.compile(v["pattern"]), v["side"], v["reason"]) for v in _read("vetoes.toml")["veto"])


@cache
def attributions() -> tuple[str, ...]:
    """Patterns that tell who asserts a sentence, in the order in which they decide."""
    return tuple(a["pattern"] for a in _read("attribution.toml")["attribution"])


@cache
def families() -> dict[str, tuple[str, ...]]:
    """Words that speak of the same line of business or the same place → their families."""
    found: dict[str, list[str]] = {}
    for name in ("sectors.toml", "places.toml"):
        for family, entry in _read(name).items():
            for word in entry["words"]:
                found.setdefault(word, []).append(f"{name}: {family}")
    return {word: tuple(names) for word, names in found.items()}


def _inflect(verb: dict[str, Any]) -> list[tuple[str, Tense]]:
    infinitive: str = verb["infinitive"]
    stem = infinitive[:-2]
    regular = infinitive.endswith("er") or infinitive == "franchir"
    present = verb.get("present") or ([stem + "e", stem + "ent"] if regular else [])
    participle = verb.get("participle") or stem + "é"
    future = verb.get("future") or infinitive
    result: list[tuple[str, Tense]] = [(infinitive, "infinitive"), *((form, "present") for form in present)]
    for imperfect in (verb.get("imperfect") or stem).split("|"):
        result += [(imperfect + ending, "imperfect") for ending in ("ait", "aient")]
        result += [(imperfect + "ant", "gerund")]
    result += [(future + ending, "future") for ending in ("a", "ont")]
    result += [(future + ending, "conditional") for ending in ("ait", "aient")]
    endings = ("", "e", "es") if participle.endswith("s") else ("", "e", "s", "es")
    return result + [(participle + ending, "participle") for ending in endings]
