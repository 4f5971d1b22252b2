"""The names of an article: entities of model and lists, unnamed classes, and which forms are one name."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.extraction import lexicon
from pipeline.extraction.gazetteer import Gazetteer
from pipeline.names import fold

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
_LOWER_LEAD = re.compile(r"^(?:[a-zà-ÿ-]+ |[dl]')+(?=[A-ZÀ-ÖØ-Þ])")  # "canton de Vaud", "région Grand Est"
_FUNCTION_TAIL = re.compile(r"(?: (?:avec|de|des|du|en|et|à|au|aux|dans|par|pour|sur|la|le|les|a|est|qui|d'|l'))+$")
_FUNCTION_LEAD = re.compile(r"^(?:(?:de|du|des|à|au|et|en|par) |[dl]')+(?=[A-ZÀ-ÖØ-Þ])")
_FORMER = re.compile(r"^ex-(?=[A-ZÀ-ÖØ-Þ])")
# What follows a name and is no part of it: a word in lower case, a code, a dash.
_RESIDUE = re.compile(r" (?:(?!(?:des|les|pour|par|sur|dans|avec)\b)[a-zà-ÿ]{3,}(?!\S)|\w*\d{3}|[-–|] )")
_FIRST_WORD = re.compile(r"(?<!\w)[\w&]+")
_WORD_CHARACTER = re.compile(r"\w")
_ACRONYM = re.compile(r"(?<=[^()\n]{3}) \((?P<short>[A-Z][\w&.-]{1,11})\)")
_LONGEST_NAME = 90  # characters before an acronym in parentheses that may be its long form
_LABELS = {"ORG": "ORG", "PER": "PER", "PERSON": "PER", "LOC": "LOC", "GPE": "LOC"}  # other pipelines' names
_FUNCTION_WORDS = frozenset(
    {"de", "du", "des", "d", "la", "le", "les", "l", "et", "en", "a", "au", "aux", "pour", "the"}
)
# A name that adds one of these to another is as a rule a firm of its own: a subsidiary, a region's branch, a parent.
_OTHER_COMPANY = frozenset({
    "bank", "banque", "banca", "mobile", "fonciere", "financiere", "holding", "participations", "gestion", "finance",
    "famille",
})  # fmt: skip
_MOST_FORMS = 50  # longer forms tried per word; real articles have a handful
_COMMON = frozenset({"m.", "mme", "m", "mm", "mr", "pdg", "dg", "ca", "tva", "opa", "opr", "ope", "pib", "ebitda"})


@dataclass(frozen=True)
class Name:
    """One occurrence of a name at [start, end); `canonical` is the fullest form that the article gives."""

    start: int
    end: int
    text: str
    label: str  # ORG, PER, LOC, CLASS
    canonical: str


def find(text: str, found: list[tuple[int, int, str]], lists: Gazetteer) -> list[Name]:
    """All names of a normalised text in order: its entities, unnamed classes and families."""
    return named(text, with_classes(text, found), lists)


def named(text: str, spans: list[tuple[int, int, str]], lists: Gazetteer) -> list[Name]:
    """Spans as names, each with the fullest form that the article gives of it."""
    spans = sorted(spans)
    forms = Counter((text[s:e], label) for s, e, label in spans)
    canonical = _canonical_forms(forms, text, lists)
    return [Name(s, e, text[s:e], label, canonical[text[s:e]]) for s, e, label in spans]


def entities(doc: Doc, text: str, gazetteer: Gazetteer) -> list[tuple[int, int, str]]:
    """(start, end, label) of the model's entities, of listed organisations, and of their other occurrences.

    A name found once is found throughout; the label that it got most often is its label everywhere. `text` is the
    normalised text of `doc`, character for character.
    """
    votes: dict[str, Counter[str]] = {}
    covered = bytearray(len(text))
    listed = list(gazetteer.certain_organisations(text))
    for start, end in listed:
        if text[start:end] in gazetteer.certain:  # what the user listed stands above the model
            votes.setdefault(text[start:end], Counter())["ORG"] += 1
            covered[start:end] = b"\1" * (end - start)
    for ent in doc.ents:
        if ent.end_char > len(text):  # beyond what is read of a long text
            break
        surface = _trim(text, ent.start_char, ent.end_char)
        if surface and any(covered[slice(*surface)]):
            continue
        if surface and (label := _LABELS.get(ent.label_)) and text[slice(*surface)] not in gazetteer.no_names:
            if label == "LOC" and (lead := _LOWER_LEAD.match(text[slice(*surface)])):
                surface = surface[0] + lead.end(), surface[1]
            votes.setdefault(text[slice(*surface)], Counter())[label] += 1
            covered[slice(*surface)] = b"\1" * (surface[1] - surface[0])
    for start, end in listed:
        if not any(covered[start:end]):
            votes.setdefault(text[start:end], Counter())["ORG"] += 1
    votes = _without_residue(votes)
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


def _without_residue(votes: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    """Surfaces that are another one with what stood after it ("Oisel trie") count as that one."""
    kept: dict[str, Counter[str]] = {}
    for surface, counted in votes.items():
        shorter = (surface[: blank.start()] for blank in re.finditer(" ", surface))
        whole = next(
            (
                short
                for short in shorter
                if short in votes and _RESIDUE.match(surface, len(short)) and counted.total() <= votes[short].total()
            ),
            surface,
        )
        kept.setdefault(whole, Counter()).update(counted)
    return kept


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
    for lead in (_FUNCTION_LEAD, _TITLE, _FORMER):
        if match := lead.match(text[start:end]):
            start += match.end()
    if tail := _FUNCTION_TAIL.search(text[start:end]):
        end = start + tail.start()
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


def _canonical_forms(forms: Counter[tuple[str, str]], text: str, lists: Gazetteer) -> dict[str, str]:
    """Each surface → the fullest form of the same name.

    Longer forms are looked for only among those that share the first or last word, the initials, the listed name, or
    stand before the surface in parentheses, so that the work grows with the number of names and not with its square.
    """
    label_of: dict[str, str] = {}
    for (surface, label), _ in forms.most_common():
        label_of.setdefault(surface, label)
    before_acronym = {
        match["short"]: re.split(r"[()\n]", text[max(0, match.start() - _LONGEST_NAME) : match.start()])[-1]
        for match in _ACRONYM.finditer(text)
    }
    best: dict[str, str] = {}
    by_key: dict[str, str] = {}
    by_word: dict[str, list[str]] = {}
    by_initials: dict[str, set[str]] = {}
    by_listed: dict[str, str] = {}
    for surface in sorted(label_of, key=lambda s: (-len(s), s)):
        key, label = fold(surface), label_of[surface]
        words = key.split() or [key]
        near = list(dict.fromkeys(by_word.get(words[0], [])[:_MOST_FORMS] + by_word.get(words[-1], [])[:_MOST_FORMS]))
        match = by_key.get(key)
        if match is None and label == "ORG":
            near = [long for long in near if label_of[long] == "ORG"]
            match = by_listed.get(lists.filed(surface)) or _only(by_initials.get(key, set()))
            match = match or next((long for long in near if _same(key, long, is_person=False)), None)
            if match is None and not lists.knows(surface):
                match = _only({best[long] for long in near if _shortens(key, fold(long))})
        elif match is None:
            match = next((long for long in near if _same(key, long, is_person=label_of[long] == "PER")), None)
        if match is None and surface in before_acronym:
            before = before_acronym[surface]
            match = next((best[long] for long in best if before.endswith(long) and _abbreviates(key, fold(long))), None)
        best[surface] = match or surface
        if match is None:
            by_key[key] = surface
            for word in {words[0], words[-1]}:
                by_word.setdefault(word, []).append(surface)
            if label == "ORG":
                by_listed.setdefault(lists.filed(surface), surface)
                significant = [word[0] for word in re.findall(r"\w+", key) if word not in _FUNCTION_WORDS]
                if len(significant) > 2:
                    by_initials.setdefault("".join(significant), set()).add(surface)
    return best


def _only(found: set[str]) -> str | None:
    return next(iter(found)) if len(found) == 1 else None


def _same(short_key: str, long: str, *, is_person: bool) -> bool:
    long_key = fold(long)
    if is_person and " " not in short_key:
        return long_key.split()[-1] == short_key
    if long_key.startswith(short_key + " "):
        return bool(_LINK.match(long_key[len(short_key) + 1 :])) and len(short_key.split()) > 1
    return long_key in {f"compagnie de {short_key}", f"societe {short_key}", f"banque {short_key}"}


def _shortens(short: str, long: str) -> bool:
    """Whether the short form is the long one without words that tell no other company ("Oisel", "Sucres Oisel")."""
    if long.startswith(short + " "):
        rest = long[len(short) + 1 :]
    elif long.endswith(" " + short):
        rest = long[: -len(short) - 1]
    else:
        return False
    places = {
        word for word in rest.split() for family in lexicon.families().get(word, ()) if family.startswith("places")
    }
    return not places and not _OTHER_COMPANY & set(rest.split())


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of an acronym come in this order in the long form, the first one first."""
    rest = iter(long)
    return long[:1] == short[:1] and all(letter in rest for letter in short)
