"""Where the arguments of a figure stand: what follows it, the verb that governs it, the subject of that verb."""

from __future__ import annotations

import re

from pipeline.extraction.slots import Slot
from pipeline.records import Basis

_COMPLEMENT = re.compile(
    r"^,?\s?(?:(?:du|des|de|d'|de la|de l'|dans|chez|au|sur|les|le|la|et)\s?|"
    r"dans le |au sein d[eu] |de son |de leur )*$"
)
PREPOSITION = re.compile(
    r"(?:\b(?:de|du|des|à|au|aux|par|chez|avec|dans|pour|contre|sur|en|via|selon|entre|sous|après|vers)\s|\bd')"
    r"(?:la |le |l'|les |son |sa |ses )?(?:groupe |société |banque )?$",
    re.IGNORECASE,
)
OF_COMPANY = re.compile(
    r"(?:\bdans|\bchez|\bau sein d[eu]|\bd[eu]s?|\bd'|\bde la|\bde l'|\bde)\s?(?:le |la |l'|les )?$"
)
BY = re.compile(r"\bpar\s(?:la |le |l'|les )?(?:[a-zà-ÿ'-]+\s){0,3}$")
# Between a subject and its verb: auxiliaries, clitics and adverbs, no comma.
_ADJACENT = re.compile(r"^(?:\s(?!et\b)[a-zà-ÿ'-]+){0,4}\s?(?:[lnm]'|s'|l')?$")
NAMED = ("name", "description")


def may_be_company(slot: Slot) -> bool:
    """Whether a slot can be what is owned: neither a person nor a class of people."""
    return slot.name is None or slot.name.label not in ("PER", "CLASS")


def complement(text: str, slots: list[Slot], index: int) -> tuple[tuple[Basis, ...], Slot | None]:
    """What follows a percentage: bases told and company named."""
    bases: list[Basis] = []
    cursor = slots[index].end
    for slot in slots[index + 1 :]:
        if not _COMPLEMENT.match(text[cursor : slot.start]):
            break
        if slot.kind == "votes":
            bases.append("votes")
        elif slot.kind in ("capital", "own-capital"):
            bases.append("capital")
        elif slot.kind in NAMED and "et" not in text[cursor : slot.start].split():
            if OF_COMPANY.search(text[cursor : slot.start]) and may_be_company(slot):
                return tuple(dict.fromkeys(bases)), slot
            break
        else:
            break
        cursor = slot.end
    return tuple(dict.fromkeys(bases)), None


def trigger_index(slots: list[Slot], index: int) -> int | None:
    """The verb or noun that governs a percentage: the nearest to the left, a verb before its own noun."""
    noun: int | None = None
    depth = 0
    for i in range(index - 1, -1, -1):
        slot = slots[i]
        depth += (slot.kind == "close") - (slot.kind == "open")
        if depth > 0:
            continue
        if slot.kind == "break":
            break
        if slot.kind == "percent" and noun is not None:
            break
        if slot.kind == "verb":
            return i
        if slot.kind == "noun":
            if slot.form and slot.form.nature != "holding":
                return i
            noun = noun if noun is not None else i
    return noun


def subject_of(text: str, slots: list[Slot], trigger: int) -> tuple[Slot | None, Slot | None]:
    """(subject, antecedent of "dont" or "que") to the left of a verb or noun.

    The subject stands right before the verb, or else first in the clause: what comes between commas after it
    is an apposition ("X, filiale de Y, détient").
    """
    clause, opener = clause_before(slots, trigger)
    antecedent = None
    if opener is not None:
        before = [s for s in slots[:opener] if s.kind in NAMED]
        if slots[opener].kind == "qui":
            return (before[-1], None) if before else (None, None)
        if slots[opener].kind == "dont" and before:
            antecedent = before[-1]
    verb = slots[trigger]
    free = [s for s in clause if not PREPOSITION.search(text[max(0, s.start - 30) : s.start])]
    if free and _ADJACENT.match(text[free[-1].end : verb.start]):
        return free[-1], antecedent
    candidates = free or clause
    return (candidates[0] if candidates else None), antecedent


def clause_before(slots: list[Slot], trigger: int) -> tuple[list[Slot], int | None]:
    """The nominal slots of the clause before a verb, outside parentheses, and the index of the relative that opens it.

    A relative clause that is closed again by a comma and another verb belongs to the subject, not to the clause.
    """
    nominal: list[Slot] = []
    depth = 0
    for i in range(trigger - 1, -1, -1):
        slot = slots[i]
        depth += (slot.kind == "close") - (slot.kind == "open")
        if depth > 0:
            continue
        if slot.kind == "break" and nominal:
            break
        if slot.kind in ("dont", "que") and nominal:
            return nominal[::-1], i
        if slot.kind == "qui" and not any(s.kind in ("verb", "percent") for s in slots[i + 1 : trigger]):
            if not nominal:
                return [], i
        if slot.kind in (*NAMED, "pronoun"):
            nominal.append(slot)
    return nominal[::-1], None


def coordinated(text: str, slots: list[Slot], last: Slot) -> tuple[Slot, ...]:
    """The names that share a verb: 'X, Y et Z détiennent'."""
    group = [last]
    if re.search(r"\bet\s(?:la |le |l'|les )?$", text[max(0, last.start - 8) : last.start]):
        for slot in reversed(slots[: slots.index(last)]):
            if slot.kind not in NAMED or len(group) > 1 and not re.match(r"^,\s", text[slot.end : group[0].start]):
                break
            gap = text[slot.end : group[0].start]
            if not re.match(r"^(?:,| et)\s?(?:et )?(?:la |le |l'|les )?$", gap):
                break
            group.insert(0, slot)
    return tuple(group)


def agent_after(text: str, slots: list[Slot], index: int) -> tuple[Slot, tuple[Slot, ...]] | None:
    """'P détenus par H': verb and holders to the right of a percentage."""
    for i, slot in enumerate(slots[index + 1 : index + 5], index + 1):
        if slot.kind == "percent":
            return None
        if slot.kind == "verb" and slot.form and slot.form.tense == "participle":
            for other in slots[i + 1 : i + 3]:
                if other.kind in NAMED and BY.search(text[slot.end : other.start]):
                    return slot, (other,)
    return None
