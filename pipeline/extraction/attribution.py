"""Who asserts what a sentence states: a name, or the kind of source that it gives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from pipeline.extraction import lexicon
from pipeline.extraction.names import Name

_MOST_NAMES = 40  # of one sentence; a longer list of names is no attribution


def asserted_by(text: str, bounds: tuple[int, int], names: Sequence[Name]) -> str | None:
    """The source that the sentence [start, end) of a normalised text names; None where the article itself speaks."""
    inside = [name for name in names if bounds[0] <= name.start and name.end <= bounds[1] and name.label != "CLASS"]
    sentence, shift, stood = text[slice(*bounds)], 0, {}
    for number, name in enumerate(inside[:_MOST_NAMES]):
        mark = f"NAME{number}_"
        start = name.start - bounds[0] + shift
        sentence = sentence[:start] + mark + sentence[start + name.end - name.start :]
        shift += len(mark) - (name.end - name.start)
        stood[mark] = name.canonical
    for pattern in _patterns():
        if match := pattern.search(sentence):
            found = match.groupdict()
            return found["said"] if found.get("said") else stood.get(found.get("name") or "")
    return None


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern.replace("NAME", r"(?P<name>NAME\d+_)")) for pattern in lexicon.attributions())
