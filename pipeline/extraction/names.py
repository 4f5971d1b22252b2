"""The names of an article: entities of the model, capitalised sequences it missed, and which forms are one name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.lang.fr.stop_words import STOP_WORDS
from spacy.tokens import Doc

from pipeline.extraction.gazetteer import Gazetteer
from pipeline.names import fold

_WORD = r"[A-ZÀ-ÖØ-Þ][\w&'.\-]*[\w]|[A-ZÀ-ÖØ-Þ]"
_SEQUENCE = re.compile(rf"\b(?:{_WORD})(?:(?: & | de la | de | des | du | d'| )(?:{_WORD}))*")
# Institutions whose name goes on in lower case: "Caisse nationale des ...", "Banque de ..."
_INSTITUTION = re.compile(
    r"\b(?:Caisse|Banque|Agence|Autorité|Fonds|Conseil|Régie|Mutuelle|Chambre|Institut|Office|Union|Fédération|"
    r"Commission|Crédit|Cour|Association|Fondation|Société|Compagnie|Comité|Centre|Syndicat|Ministère)"
    r"(?:\s(?:nationale?|centrale?|générale?|publique|régionale?|européenne?|mutuel|agricole|coopérati(?:f|ve)))*"
    r"(?:\s(?:de la |de l'|des |du |de |d')[\wà-ÿ-]+(?:\set (?:de la |des |du |de |d')?[a-zà-ÿ-]+)?)"
    r"(?:\s(?:[a-zà-ÿ]+(?:iers?|ières?|ales?|aux|iques?)))?"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n«\"(]\s*|^- )$")
_LINK = re.compile(r"^(?:et |de |du |des |d'|& )")
_ARTICLE = re.compile(r"^(?:l'|d'|qu'|la |le |les )(?=[A-ZÀ-ÖØ-Þ])", re.IGNORECASE)
_TITLE = re.compile(r"^(?:M|MM|Mme|Mmes|Mlle|Me|Dr|Pr|Mgr|Sir|Monsieur|Madame)\.? ")
# Classes and families hold stakes without a name of their own.
_CLASS = re.compile(
    r"\b(?:[Ll]e |[Ll]es |[Dd]es |[Ll]')(?P<class>salariés|personnel|fondateurs|flottant|public|dirigeants|managers|"
    r"institutionnels|petits porteurs|petits actionnaires|actionnaires individuels|supporters|autocontrôle)\b"
    r"|\b(?P<family>famille [A-ZÀ-Ý][\w'-]+(?: [A-ZÀ-Ý][\w'-]+)?)"
)
# What stands before the name of something that can be owned, whatever the model took it for.
OWNED = re.compile(
    r"(?:%\s(?:du capital |des (?:parts|actions|titres|droits de vote) )?(?:de |d')|\bcapital (?:de |d')|"
    r"\b(?:actions|parts|titres|actionnaires?|filiale) (?:de |d')|\bparticipation dans |"
    r"\b(?:groupe|société|opérateur|éditeur|banque|start-up|entreprise|fonds|holding|constructeur|distributeur) )"
    r"(?:la |le |l')?$"
)
_FIRST_WORD = re.compile(r"(?<!\w)[\w&]+")
_WORD_CHARACTER = re.compile(r"\w")
_ACRONYM = re.compile(r"(?P<long>[^()\n]{3,90}) \((?P<short>[A-Z][\w&.-]{1,11})\)")
_LABELS = {"ORG": "ORG", "PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC"}  # other pipelines' names
_MOST_FORMS = 50  # longer forms tried per word; real articles have a handful
_COMMON = frozenset({"m.", "mme", "m", "mm", "mr", "pdg", "dg", "ca", "tva", "opa", "opr", "ope", "pib", "ebitda"})


@dataclass(frozen=True)
class Name:
    """One occurrence of a name at [start, end); `canonical` is the fullest form that the article gives."""

    start: int
    end: int
    text: str
    label: str  # ORG, PER, LOC; NAME where only the capitals tell
    canonical: str


def find(text: str, found: list[tuple[int, int, str]]) -> list[Name]:
    """All names of a normalised text in order: its entities, and what only the capitals tell."""
    spans = with_classes(text, found)
    spans += _capitalised(text, spans)
    return named(text, spans)


def named(text: str, spans: list[tuple[int, int, str]]) -> list[Name]:
    """Spans as names, each with the fullest form that the article gives of it."""
    spans = sorted(spans)
    forms = Counter((text[s:e], label) for s, e, label in spans)
    canonical = _canonical_forms(forms, text)
    return [Name(s, e, text[s:e], label, canonical[text[s:e]]) for s, e, label in spans]


def entities(doc: Doc, text: str, gazetteer: Gazetteer) -> list[tuple[int, int, str]]:
    """(start, end, label) of the model's entities, of listed organisations, and of their other occurrences.

    A name found once is found throughout; the label that it got most often is its label everywhere. `text` is the
    normalised text of `doc`, character for character.
    """
    votes: dict[str, Counter[str]] = {}
    covered = bytearray(len(text))
    for ent in doc.ents:
        surface = _trim(text, ent.start_char, ent.end_char)
        if surface and (label := _LABELS.get(ent.label_)):
            votes.setdefault(text[slice(*surface)], Counter())[label] += 1
            covered[slice(*surface)] = b"\1" * (surface[1] - surface[0])
    for start, end in gazetteer.certain_organisations(text):
        if not any(covered[start:end]):
            votes.setdefault(text[start:end], Counter())["ORG"] += 1
    places = _occurrences(text, votes)
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))
    for surface_text in sorted(places, key=len, reverse=True):
        label = votes[surface_text].most_common(1)[0][0]
        if any(OWNED.search(text[max(0, start - 60) : start]) for start in places[surface_text]):
            label = "ORG"
        for start in places[surface_text]:
            end = start + len(surface_text)
            if not any(taken[start:end]):
                taken[start:end] = b"\1" * (end - start)
                found.append((start, end, label))
    return sorted(found)


def _occurrences(text: str, surfaces: Iterable[str]) -> dict[str, list[int]]:
    """Where each surface stands as whole words; one pass over the text, however many surfaces."""
    by_word: dict[str, list[str]] = {}
    for surface in surfaces:
        if word := _FIRST_WORD.match(surface):
            by_word.setdefault(word[0], []).append(surface)
    places: dict[str, list[int]] = {}
    for word in _FIRST_WORD.finditer(text):
        for surface in by_word.get(word[0], ()):
            end = word.start() + len(surface)
            if text.startswith(surface, word.start()) and not _WORD_CHARACTER.match(text, end):
                places.setdefault(surface, []).append(word.start())
    return places


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without leading article and stray punctuation; None for what is no name."""
    while start < end and text[start] in " \n\"'«»(-,;:":
        start += 1
    while end > start and text[end - 1] in " \n\"'«»)-,;:":
        end -= 1
    if match := _ARTICLE.match(text[start:end]):
        start += match.end() if match[0].casefold() in ("l'", "d'", "qu'") or match[0].islower() else 0
    if title := _TITLE.match(text[start:end]):
        start += title.end()
    surface = text[start:end]
    if "\n" in surface or len(surface) < 2 or surface.casefold() in _COMMON:
        return None
    return start, end


def with_classes(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """The spans with unnamed classes ("les salariés") and families, which take in the bare name."""
    found = []
    for match in _CLASS.finditer(text):
        group = "class" if match["class"] else "family"
        found.append((match.start(group), match.end(group), "CLASS" if group == "class" else "PER"))
    return found + [span for span in spans if not any(s < span[1] and span[0] < e for s, e, _ in found)]


def _capitalised(text: str, taken: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    covered = bytearray(len(text))
    for start, end, _ in taken:
        covered[start:end] = b"\1" * (end - start)
    institutions = []
    for match in _INSTITUTION.finditer(text):
        if not any(covered[match.start() : match.end()]):
            covered[match.start() : match.end()] = b"\1" * (match.end() - match.start())
            institutions.append((match.start(), match.end(), "NAME"))
    inside: list[tuple[int, int, str]] = []
    initial: list[tuple[int, int, str]] = []
    for match in _SEQUENCE.finditer(text):
        start, end = match.span()
        if (word := _ARTICLE.match(text[start:end])) and word[0][0].isupper():
            start += word.end()
        if not text[start].isupper() or any(covered[start:end]) or text[start:end].casefold() in STOP_WORDS | _COMMON:
            continue
        at_start = _SENTENCE_START.search(text[max(0, start - 4) : start]) or start == 0
        (initial if at_start else inside).append((start, end, "NAME"))
    known = {text[s:e] for s, e, _ in inside}
    words = set(re.findall(r"\b[a-zà-ÿ][\w-]+", text))
    kept = [
        (s, e, label)
        for s, e, label in initial
        if text[s:e] in known or (" " in text[s:e] and text[s:e].split()[0].casefold() not in words | STOP_WORDS)
    ]
    return institutions + inside + kept


def _canonical_forms(forms: Counter[tuple[str, str]], text: str) -> dict[str, str]:
    """Each surface → the fullest form of the same name.

    Longer forms are looked for only among those that share the first or last word, or stand before the surface
    in parentheses, so that the work grows with the number of names and not with its square.
    """
    people = {surface for surface, label in forms if label == "PER"}
    long_forms = {match["short"]: match["long"] for match in _ACRONYM.finditer(text)}
    best: dict[str, str] = {}
    by_key: dict[str, str] = {}
    by_word: dict[str, list[str]] = {}
    for surface in sorted({surface for surface, _ in forms}, key=lambda s: (-len(s), s)):
        key = fold(surface)
        words = key.split() or [key]
        candidates = by_word.get(words[0], [])[:_MOST_FORMS] + by_word.get(words[-1], [])[:_MOST_FORMS]
        match = by_key.get(key) or next((long for long in candidates if _same(key, long, people)), None)
        if match is None and surface in long_forms:
            before = long_forms[surface]
            match = next((best[long] for long in best if before.endswith(long) and _abbreviates(key, fold(long))), None)
        best[surface] = match or surface
        if match is None:
            by_key[key] = surface
            for word in {words[0], words[-1]}:
                by_word.setdefault(word, []).append(surface)
    return best


def _same(short_key: str, long: str, people: set[str]) -> bool:
    long_key = fold(long)
    if long in people and " " not in short_key:
        return long_key.split()[-1] == short_key
    if long_key.startswith(short_key + " "):
        return bool(_LINK.match(long_key[len(short_key) + 1 :])) and len(short_key.split()) > 1
    return long_key in {f"compagnie de {short_key}", f"societe {short_key}", f"banque {short_key}"}


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of an acronym come in this order in the long form, the first one first."""
    rest = iter(long)
    return long[:1] == short[:1] and all(letter in rest for letter in short)
