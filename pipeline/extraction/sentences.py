"""Sentence boundaries: the model's, kept where the text can end a sentence, and every line break."""

from __future__ import annotations

import re
from itertools import pairwise

from spacy.tokens import Doc

LONGEST = 3_000  # characters; what is longer is no sentence (a table in one line, lost line breaks) and is cut
_END = re.compile(r"[.!?…][\"'»)\]]*\s*$|[»\"]\s*$")
# The head of a dispatch, "[date] Paris (AFP) - ", is no part of its first sentence.
_DATELINE = re.compile(r"(?m)^[^\n(]{0,70}\((?i:AFP|Reuters|AOF|Belga|ATS|AWP|APS|MAP|TAP|AP|PC)\)\s?(?:[-:]\s?)?")
_ABBREVIATION = re.compile(r"\b(?:M|MM|Mme|Mmes|Mlle|Dr|Me|St|Ste|cf|env|art|[A-Z])\.\s*$")


def starts(text: str) -> set[int]:
    """Where sentences start by the text alone: line breaks, full stops, the end of a dateline."""
    found = {0} | {match.end() for match in re.finditer(r"\n+", text)}
    found |= {match.end() for match in _DATELINE.finditer(text)}
    for match in re.finditer(r"[.!?…][\"»]?\s+(?=[\"«(]?\s?[A-ZÀ-Ý0-9])", text):
        if not _ABBREVIATION.search(text[max(0, match.start() - 10) : match.end()]):
            found.add(match.end())
    return found


def find(doc: Doc, text: str) -> list[tuple[int, int]]:
    """[start, end) of each sentence of a normalised text, blanks at both ends left out."""
    found = starts(text)
    for sentence in doc.sents:
        before = text[max(0, sentence.start_char - 12) : sentence.start_char]
        if _END.search(before) and not _ABBREVIATION.search(before):
            found.add(sentence.start_char)
    result = []
    for start, end in pairwise([*sorted(found), len(text)]):
        for part in range(start, end, LONGEST):
            stripped = text[part : min(part + LONGEST, end)].strip()
            if stripped:
                first = text.index(stripped[0], part)
                result.append((first, first + len(stripped)))
    return result
