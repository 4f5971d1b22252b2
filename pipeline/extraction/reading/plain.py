"""The plainest statement: "X détient 44,4 % (du capital) de Y", name by name, with nothing between.

Sales are left out: who "vend" may be told as the other side of a purchase.

In the annotated articles each such percentage is a stake of the first name in the second (tests/test_reading.py). The
network has learned from harder texts how often "détient" tells a market share, and can be in doubt where a text says
little.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction import lexicon
from pipeline.extraction.reading.units import Unit

_MOST_WORDS = 4  # adverbs and words of approximation between verb and percentage


def plain_statement(units: Sequence[Unit], index: int) -> tuple[int, int] | None:
    """(holder, company) as entities where the percentage at a unit is told so; else None."""
    words = lexicon.plain_words()
    before = index - 1
    while before > 0 and index - before <= _MOST_WORDS and units[before].form in words["between"]:
        before -= 1
    verb = lexicon.verb_forms().get(units[before].form)
    if before < 1 or verb is None or verb.nature == "sale" or units[before].form in words["threshold"]:
        return None
    before -= units[before - 1].form in words["auxiliary"]
    holder = units[before - 1] if before and _begins(units, before - 1) else None
    after = index + 1
    if after + 1 < len(units) and units[after].form in ("du", "des") and units[after + 1].form in words["capital"]:
        after += 2
    if after + 1 >= len(units) or units[after].form not in ("de", "d'", "du"):
        return None
    after += 1
    if units[after].form in ("la", "l'") and after + 1 < len(units):
        after += 1
    company = units[after]
    if holder is None or holder.entity is None or holder.form == "<LOC>":
        return None
    if company.form != "<ORG>" or company.entity is None or company.entity == holder.entity:
        return None
    return holder.entity, company.entity


def _begins(units: Sequence[Unit], index: int) -> bool:
    """Whether a unit begins a sentence, but for an article: in "La mère de X détient" it is not X that holds."""
    index -= index > 0 and units[index - 1].form in ("l'", "la", "le", "les")
    if index == 0 or units[index - 1].form == "<LINE>":
        return True
    return units[index - 1].form == "." and index > 1 and len(units[index - 2].form) > 1  # not the one of "M."
