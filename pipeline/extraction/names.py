"""The names of an article: entities of the model, capitalised sequences it missed, and which forms are one name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from spacy.lang.fr.stop_words import STOP_WORDS
from spacy.tokens import Doc

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
_COMMON = frozenset({"m.", "mme", "m", "mm", "mr", "pdg", "dg", "ca", "tva", "opa", "opr", "ope", "pib", "ebitda"})


@dataclass(frozen=True)
class Name:
    """One occurrence of a name at [start, end); `canonical` is the fullest form that the article gives."""

    start: int
    end: int
    text: str
    label: str  # ORG, PER, LOC; NAME where only the capitals tell
    canonical: str


def find(doc: Doc, text: str) -> list[Name]:
    """All names in order. `text` is the normalised text of `doc`, character for character."""
    spans = [(s, e, label) for s, e, label in entities(doc, text)]
    spans = _classes_and_families(text, spans)
    spans += _capitalised(text, spans)
    spans.sort()
    forms = Counter((text[s:e], label) for s, e, label in spans)
    canonical = _canonical_forms(forms, text)
    return [Name(s, e, text[s:e], label, canonical[text[s:e]]) for s, e, label in spans]


def entities(doc: Doc, text: str) -> list[tuple[int, int, str]]:
    """(start, end, label) of the model's entities, trimmed, and of their other occurrences in the text.

    A name found once is found throughout; the label that it got most often is its label everywhere.
    """
    votes: dict[str, Counter[str]] = {}
    for ent in doc.ents:
        surface = _trim(text, ent.start_char, ent.end_char)
        if surface and ent.label_ in ("ORG", "PER", "LOC"):
            votes.setdefault(text[surface[0] : surface[1]], Counter())[ent.label_] += 1
    found: list[tuple[int, int, str]] = []
    taken = bytearray(len(text))
    for surface_text in sorted(votes, key=len, reverse=True):
        label = votes[surface_text].most_common(1)[0][0]
        places = list(re.finditer(rf"(?<!\w){re.escape(surface_text)}(?!\w)", text))
        if any(OWNED.search(text[max(0, place.start() - 60) : place.start()]) for place in places):
            label = "ORG"
        for match in places:
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = b"\1" * (match.end() - match.start())
                found.append((match.start(), match.end(), label))
    return sorted(found)


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """A span without leading article and stray punctuation; None for what is no name."""
    while start < end and text[start] in " \n\"'«»(-,;:":
        start += 1
    while end > start and text[end - 1] in " \n\"'«»)-,;:":
        end -= 1
    if match := _ARTICLE.match(text[start:end]):
        start += match.end() if match[0].casefold() in ("l'", "d'", "qu'") or match[0].islower() else 0
    surface = text[start:end]
    if "\n" in surface or not any(c.isupper() for c in surface) or surface.casefold() in _COMMON:
        return None
    return start, end


def _classes_and_families(text: str, spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
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
        at_start = _SENTENCE_START.search(text[:start][-4:]) or start == 0
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
    """Each surface → the fullest form of the same name."""
    surfaces = sorted({surface for surface, _ in forms}, key=len, reverse=True)
    people = {surface for surface, label in forms if label == "PER"}
    best: dict[str, str] = {}
    for surface in surfaces:
        longer = [other for other in surfaces if len(other) > len(surface) and best.get(other, other) == other]
        match = next((other for other in longer if _same(surface, other, people, text)), None)
        best[surface] = match or next((o for o in best if fold(o) == fold(surface) and best[o] == o), surface)
    return best


def _same(short: str, long: str, people: set[str], text: str) -> bool:
    short_key, long_key = fold(short), fold(long)
    if short_key == long_key:
        return True
    if f"{long} ({short})" in text and _abbreviates(short_key, long_key):
        return True
    if long in people and " " not in short:
        return long_key.split()[-1] == short_key
    if long_key.startswith(short_key + " "):
        return bool(_LINK.match(long_key[len(short_key) + 1 :])) and len(short_key.split()) > 1
    return long_key in {f"compagnie de {short_key}", f"societe {short_key}", f"banque {short_key}"}


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of an acronym come in this order in the long form, the first one first."""
    rest = iter(long)
    return long[:1] == short[:1] and all(letter in rest for letter in short)
