"""A sentence collapsed to typed slots: names, descriptions, pronouns, percentages, verbs and nouns of ownership."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import cache
from typing import Literal, TypeVar

from pipeline.extraction import lexicon
from pipeline.extraction.lexicon import Form
from pipeline.extraction.names import Name
from pipeline.extraction.percents import Percent

Kind = Literal[
    "name", "description", "pronoun", "qui", "que", "dont", "percent", "verb", "noun",
    "capital", "votes", "own-capital", "open", "close", "break",
]  # fmt: skip


@dataclass(frozen=True)
class Slot:
    """A typed stretch [start, end) of the text; name, percent and form only where the kind has one."""

    kind: Kind
    start: int
    end: int
    text: str
    name: Name | None = None
    percent: Percent | None = None
    form: Form | None = None


_Located = TypeVar("_Located", Name, Percent)

# "44 % du sellier", "du japonais": after a figure, a noun of trade or nationality is a company.
_EPITHET = re.compile(
    r"\s(?:du |de la |de l')(?P<noun>(?!secteur|moteur|premier|dernier|papier|dossier|loyer)"
    r"[a-zà-ÿ-]{3,}(?:ier|ière|eur|iste|ais|aise|ois|oise|ain|aine|ien|ienne|emand|agnol))\b"
)
# "entre 5 et 8 %" is no verb; "part de marché", "part du rail" no stake.
_OTHER_SENSE = re.compile(
    r"entre (?=\d|la mi-|les? \d)|"
    r"parts? (?:de marché|de trafic|d'audience|des? (?!capital|action|titre)[a-zà-ÿ]|du (?!capital)[a-zà-ÿ])",
)
_MODIFIERS = re.compile(
    r"^(?:\s(?!(?:à|a|au|aux|par|et|ou|en|dans|pour|avec|chez|qui|que|dont|est|sont)\b)[a-zà-ÿ'-]+){0,6}\s$"
)
# A place owns something only as a country, region or town that acts: "les Pays-Bas", "la région Bretagne".
_ACTING_PLACE = re.compile(
    r"(?:^|[^àu] )(?:l'|la |les |le |[Rr]égion |[Vv]ille de |[Dd]épartement d[eu] |[Cc]anton de )$", re.I
)
_PREPOSITION = re.compile(r"(?:\b(?:de|du|des|la|le|les|par|à|au|aux|chez|dans|sur|avec|et)\s|\b[dl]')$")


@cache
def _description() -> re.Pattern[str]:
    nouns = "|".join(sorted((re.escape(noun) for noun in lexicon.descriptions()), key=len, reverse=True))
    return re.compile(
        rf"\b(?P<article>[Ll]'|[Ll]e |[Ll]a |[Dd]u |[Aa]u |[Cc]et |[Cc]ette |[Cc]e |[Ss]on |[Ss]a )"
        rf"(?:(?:premier|première|deuxième|second|petit|grand|jeune|nouveau|nouvelle|principal|ancien)e? )?"
        rf"(?P<noun>{nouns})\b"
    )


@cache
def _patterns() -> list[tuple[Kind, re.Pattern[str]]]:
    spelled = (form for form, what in lexicon.verb_forms().items() if what.lemma != "avoir")
    verbs = "|".join(sorted((re.escape(form) for form in spelled), key=len, reverse=True))
    nouns = "|".join(sorted((re.escape(form) for form in lexicon.noun_forms()), key=len, reverse=True))
    table: list[tuple[Kind, str]] = [
        ("own-capital", r"\b(?:son|leur) (?:propre )?capital\b|\bses (?:actions|parts|titres)\b"),
        ("votes", r"\bdroits? de vote\b|\bvoix\b"),
        ("capital", r"\bcapital\b|\bactions?\b|\btitres?\b"),
        ("noun", rf"\b(?:{nouns})\b"),
        ("verb", rf"\b(?:{verbs})\b"),
        ("verb", r"\ben (?:plus )?(?:a|ont|avait|avaient|aura|auront|aurait|auraient)\b(?! été)"),
        (
            "verb",
            r"\b(?:a|ont|avait|avaient|aura|auront)"
            r"(?=(?: (?:plus|que|qu'|encore|déjà|donc|désormais|près|plus de|de|environ))*"
            r" (?:\d|un tiers|la moitié|un quart))",
        ),
        ("pronoun", r"\b(?:il|elle|ils|elles|celui-ci|celle-ci|ce dernier|cette dernière)\b"),
        ("qui", r"\bqui\b"),
        ("dont", r"\bdont\b"),
        ("que", r"\bque\b|\bqu'"),
        ("open", r"\("),
        ("close", r"\)"),
        ("break", r";|\bmais\b|\btandis que?\b|\balors que?\b|\bpendant que?\b"),
    ]
    return [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in table]


def find(text: str, start: int, end: int, names: list[Name], percents: list[Percent]) -> list[Slot]:
    """The slots of the sentence [start, end) of a normalised text, in order and without overlaps."""
    found: list[Slot] = []
    for percent in _within(percents, start, end):
        found.append(Slot("percent", percent.start, percent.end, text[percent.start : percent.end], percent=percent))
    inside = _within(names, start, end)
    for name in inside:
        if name.label != "LOC" or _ACTING_PLACE.search(text[max(0, name.start - 16) : name.start]):
            found.append(Slot("name", name.start, name.end, name.text, name=name))
    for match in _description().finditer(text, start, end):
        if not _stands_before_name(text, match.end(), inside):
            noun_start = match.start("noun")
            found.append(Slot("description", noun_start, match.end(), match["noun"].lower()))
    for percent in _within(percents, start, end):
        if epithet := _EPITHET.match(text, percent.end, end):
            found.append(Slot("description", epithet.start("noun"), epithet.end(), epithet["noun"]))
    for kind, pattern in _patterns():
        for match in pattern.finditer(text, start, end):
            if _OTHER_SENSE.match(text, match.start()) or text.endswith("pour sa ", 0, match.start()):
                continue
            word = match[0].lower()
            form = lexicon.verb_forms().get(word.split()[-1]) if word.startswith("en ") else None
            form = form or lexicon.verb_forms().get(word) or lexicon.noun_forms().get(word)
            found.append(Slot(kind, match.start(), match.end(), word, form=form))
    rank = {"percent": 0, "name": 1, "description": 2}
    kept: list[Slot] = []
    taken = bytearray(end - start)
    for slot in sorted(found, key=lambda s: (rank.get(s.kind, 3), s.start)):
        if not any(taken[slot.start - start : slot.end - start]):
            taken[slot.start - start : slot.end - start] = b"\1" * (slot.end - slot.start)
            kept.append(slot)
    return sorted(kept, key=lambda s: s.start)


def _within(items: list[_Located], start: int, end: int) -> list[_Located]:
    first = bisect_left(items, start, key=lambda item: item.start)
    last = bisect_left(items, end, key=lambda item: item.start)
    return items[first:last]


def _stands_before_name(text: str, end: int, names: list[Name]) -> bool:
    """Whether a description only introduces a name: 'le groupe de technologie Thales', 'l'opérateur Orange'."""
    for name in names:
        if name.start >= end:
            between = text[end : name.start]
            return bool(_MODIFIERS.match(between)) and not _PREPOSITION.search(between)
    return False
