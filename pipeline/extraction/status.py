"""The status of a stake: tense of the verb first, then cues by their scope, else current."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.extraction import lexicon
from pipeline.extraction.frames import Frame
from pipeline.records import Status

_BY_TENSE: dict[str, Status] = {"future": "planned", "conditional": "possible"}
_OPENER = re.compile(r"\b(?:dont|qui|tandis que?|alors que?)\b|;")
_WAS = re.compile(r"\b(?:était|étaient|avait été|avaient été)\s(?:[a-zà-ÿ]+\s){0,2}$", re.IGNORECASE)


@dataclass(frozen=True)
class Decision:
    """A status and where the words stand that set it; null where nothing but the verb says so."""

    status: Status
    cue: tuple[int, int] | None


def decide(text: str, bounds: tuple[int, int], frame: Frame) -> Decision:
    """The status of a frame in the sentence [start, end) of a normalised text."""
    start, end = bounds
    sentence = text[start:end].lower()
    left = _own_clause(text[start : max(frame.trigger.start, start)].lower())
    moved = _move(sentence, left, start, frame)
    if frame.is_from:
        return Decision("current" if moved.status in ("planned", "possible") else "past", moved.cue)
    return moved


def _own_clause(left: str) -> str:
    """What stands before the verb, the clauses blanked that it is not part of, offsets kept."""
    openers = [match.start() for match in _OPENER.finditer(left)]
    return " " * openers[-1] + left[openers[-1] :] if openers else left


def _move(sentence: str, left: str, start: int, frame: Frame) -> Decision:
    form = frame.trigger.form
    trigger = (frame.trigger.start, frame.trigger.end)
    for cue in lexicon.cues():
        if match := cue.pattern.search(left if cue.scope == "left" else sentence):
            return Decision(cue.status, (start + match.start(), start + match.end()))
    if form and (status := _BY_TENSE.get(form.tense)):
        return Decision(status, trigger)
    if form and frame.nature == "holding":
        if form.tense == "imperfect" and "déjà" not in sentence:
            return Decision("past", trigger)
        if form.tense == "participle" and (match := _WAS.search(left)):
            return Decision("past", (start + match.start(), start + match.end()))
    return Decision("current", trigger if form and form.tense != "infinitive" else None)
