"""Expressions that may stand for a name told elsewhere: "le groupe", "cette filiale", "qui", "dont", "en", "son"."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction import lexicon
from pipeline.extraction.reading.units import Unit


def expressions(units: Sequence[Unit]) -> list[int]:
    """Their units: a pronoun, a possessive, or the first word after a determiner; rising.

    What stands for a name and what does not is left to the network: most of them do not. A noun with its name beside it
    ("le groupe Kerlo") is left out, the name itself is there.
    """
    words = lexicon.expression_words()
    found = []
    for index, unit in enumerate(units):
        form = unit.form
        if unit.entity is not None or not form[0].isalpha():
            continue
        if form in words["pronouns"] or form in words["possessives"]:
            if form != "en" or _is_pronoun(units, index):
                found.append(index)
        elif index and _may_be_head(units[index - 1].form, form) and not _has_its_name(units, index):
            found.append(index)
    return found


def is_nominal(unit: Unit) -> bool:
    """Whether an expression is a noun: its words describe what it stands for."""
    words = lexicon.expression_words()
    return unit.form not in words["pronouns"] and unit.form not in words["possessives"]


def _is_pronoun(units: Sequence[Unit], index: int) -> bool:
    after = units[index + 1] if index + 1 < len(units) else None
    if after is None or after.entity is not None or not after.form[0].isalpha():
        return False
    return after.form not in lexicon.expression_words()["not_pronoun_before"]


def _may_be_head(before: str, form: str) -> bool:
    words = lexicon.expression_words()
    if before not in words["determiners"] and before not in words["possessives"]:
        return False
    return form not in words["things"] and form not in words["determiners"]


def _has_its_name(units: Sequence[Unit], index: int) -> bool:
    after = units[index + 1 : index + 3]
    if after and after[0].entity is not None:
        return True
    words = lexicon.expression_words()
    return (
        len(after) == 2
        and after[1].entity is not None
        and after[0].form[0].isalpha()
        and after[0].form not in words["prepositions"]
        and after[0].form not in words["pronouns"]
    )
