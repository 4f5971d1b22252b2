"""Frames: which verb or noun governs a percentage, and which slots of the sentence are holder and company.

A sentence is read as typed slots (`slots.py`). For each percentage the nearest verb or noun of ownership to
the left opens the frame; the subject is its holder, what follows the percentage ("du capital de X") its
company. A figure that has a name but no verb of its own ("X 22,2 %") inherits verb and company from the
figure before. The argument for frames over a parse: docs/decisions/0003-frames.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from pipeline.extraction import lexicon
from pipeline.extraction.arguments import (
    BY,
    NAMED,
    OF_COMPANY,
    PREPOSITION,
    agent_after,
    clause_before,
    complement,
    coordinated,
    may_be_company,
    subject_of,
    trigger_index,
)
from pipeline.extraction.slots import Slot
from pipeline.records import Basis, Nature

_HAVING = re.compile(
    r"\b(?:a|ont|avait|avaient|aura|auront|aurait|auraient|ayant|avoir)\s(?:[a-zà-ÿ]+\s){0,2}$", re.IGNORECASE
)
_ITEM_START = re.compile(
    r"\s*(?:[-•*·–]\s?|\d{1,2}[.)]\s)?(?:[Ll]a |[Ll]e |[Ll]'|[Ll]es )?(?:groupe |société |fonds )?"
)
_PREDICATE = re.compile(r"\b(?:a|ont|est|sont|avait|était|avec|de son côté|pour sa part|en [a-zà-ÿ]+)\s", re.IGNORECASE)
_VETO_REACH = 120  # characters beside a percentage in which words can say that it is no stake
_RESPECTIVELY = re.compile(r"\brespectivement\b")
_JOINT = re.compile(r"\b(?:ensemble|conjointement|à eux deux|à elles deux|de concert)\b")
_EACH = re.compile(r"\bchacune?\b|\bà parts égales\b|\bà parité\b")
_SHAREHOLDING = re.compile(r"\b(?:capital|actionnaires?|actionnariat|détenue?s?|parts|tour de table)\b", re.IGNORECASE)
# Reasons that go on for figures which follow without saying what they are a share of.
SHARES = ("market share", "part of turnover or result", "a share of something else")
_OF_SOMETHING = re.compile(r"^\s(?:du|des|de la|de l'|de ces|de ses|de leurs|d'un|d'une|de|d')\s?(?=[a-zà-ÿ])")


@dataclass(frozen=True)
class Frame:
    """One percentage with what governs it. Empty holder or null company: not told in this sentence."""

    percent: Slot
    trigger: Slot
    nature: Nature
    bases: tuple[Basis, ...]
    holders: tuple[Slot, ...]
    company: Slot | None
    rule: str
    is_from: bool = False  # the "20 %" of "de 20 % à 35 %"
    each: bool = False  # one stake for each holder


@dataclass(frozen=True)
class Dropped:
    """A percentage that is no stake, and why."""

    percent: Slot
    reason: str


def read(
    text: str, bounds: tuple[int, int], slots: list[Slot], share_of: str = ""
) -> tuple[list[Frame], list[Dropped]]:
    """The frames of one sentence of a normalised text.

    `share_of` is the reason for which the percentage before this sentence was dropped, if it was: a figure
    that does not say what it is a share of is a share of the same thing.
    """
    frames: list[Frame] = []
    dropped: list[Dropped] = []
    for index, slot in enumerate(slots):
        if slot.kind != "percent":
            continue
        result = _read_percent(text, bounds, slots, index, frames[-1] if frames else None)
        if isinstance(result, Frame) and not _tells_base(text, slots, result):
            if share_of in SHARES:
                result = share_of
            elif result.rule != "gapped" and result.trigger.form and result.trigger.form.weak:
                result = "nothing says that it is a share of capital"
        if isinstance(result, Frame):
            frames.append(result)
            share_of = ""
        else:
            dropped.append(Dropped(slot, result))
            share_of = result if result in SHARES else share_of
    return _respectively(text, bounds, _share_company(frames, text)), dropped


def _respectively(text: str, bounds: tuple[int, int], frames: list[Frame]) -> list[Frame]:
    """'X et Y détiennent respectivement 14 % et 6 %': the first figure is the first holder's, and so on."""
    if not frames or len(frames[0].holders) != len(frames) or len(frames) < 2:
        return frames
    if not _RESPECTIVELY.search(text[slice(*bounds)]):
        return frames
    return [
        replace(frame, holders=(holder,), each=False) for frame, holder in zip(frames, frames[0].holders, strict=True)
    ]


def _tells_base(text: str, slots: list[Slot], frame: Frame) -> bool:
    """Whether the words around a figure say that it is a share of capital or votes."""
    if frame.rule == "gapped":
        return False
    if frame.rule in ("item", "based"):
        return True
    near = [s for s in slots if frame.trigger.start - 30 <= s.start <= frame.percent.end + 30]
    return (
        frame.company is not None
        or any(s.kind in ("capital", "votes", "own-capital") for s in near)
        or any(s.kind == "noun" for s in near)
        or bool(re.search(r"\ben\s(?:[a-zà-ÿ]+\s){0,2}$", text[max(0, frame.trigger.start - 20) : frame.trigger.start]))
    )


def _read_percent(
    text: str, bounds: tuple[int, int], slots: list[Slot], index: int, previous: Frame | None
) -> Frame | str:
    slot = slots[index]
    if reason := _veto(text, bounds, slot):
        return reason
    bases, company = complement(text, slots, index)
    percent = slot.percent
    if not (bases or company) and _OF_SOMETHING.match(text[slot.end : slot.end + 20]):
        return "a share of something else"
    of_it = re.search(r"\ben\s(?:[a-zà-ÿ]+\s){1,3}$", text[max(0, slot.start - 40) : slot.start])
    if percent and percent.kind in ("whole", "fraction") and not (bases or company or of_it):
        if not re.search(r"(?:actionnaire|propriétaire)", slot.text, re.IGNORECASE):
            return "no capital named"
    draft = Frame(slot, slot, "holding", bases or ("capital",), (), company, "")
    if slots[index - 1].kind == "open" and index >= 2 and slots[index - 2].kind in NAMED:
        if _SHAREHOLDING.search(text[bounds[0] : slot.start]) or (previous and previous.rule == "series"):
            return _in_parentheses(slots, index, draft, text, previous)
    trigger = trigger_index(slots, index)
    if trigger is None:
        if agent := agent_after(text, slots, index):
            return replace(draft, trigger=agent[0], holders=agent[1], rule="passive-after")
        gapped = _gapped(text, slots, index, draft, previous) if previous else "no verb or noun of ownership"
        if isinstance(gapped, Frame):
            return gapped
        return _item(text, bounds, slots, index, draft) or _based(text, slots, index, draft) or gapped
    if previous and slots.index(previous.percent) > trigger:
        return _gapped(text, slots, index, draft, previous)
    return _governed(text, bounds, slots, index, trigger, draft)


def _veto(text: str, bounds: tuple[int, int], slot: Slot) -> str | None:
    after = text[slot.end : min(bounds[1], slot.end + _VETO_REACH)].lower()
    before = text[max(bounds[0], slot.start - _VETO_REACH) : slot.start].lower()
    for veto in lexicon.vetoes():
        if veto.pattern.search(after if veto.side == "after" else before):
            return veto.reason
    return None


def _governed(
    text: str, bounds: tuple[int, int], slots: list[Slot], index: int, trigger: int, draft: Frame
) -> Frame | str:
    verb, percent = slots[trigger], slots[index]
    form = verb.form
    if form is None:
        return "no verb or noun of ownership"
    if form.frame == "move" and not _owned(text, slots, trigger, index, draft):
        return "a move of something else"
    draft = replace(draft, trigger=verb, nature=form.nature)
    between = [s for s in slots[trigger + 1 : index] if s.kind in NAMED and may_be_company(s)]
    company = draft.company or next(
        (
            s
            for s in between
            if OF_COMPANY.search(text[verb.end : s.start][-25:]) and not BY.search(text[verb.end : s.start])
        ),
        None,
    )
    passive = verb.kind == "verb" and form.tense == "participle" and not _HAVING.search(text[bounds[0] : verb.start])
    if passive:
        agents = [s for s in slots[trigger + 1 :] if s.kind in NAMED and BY.search(text[verb.end : s.start])]
        after = [s for s in agents if s.start > percent.end]
        chosen = after[:1] or [s for s in agents if s.end <= percent.start][-1:]
        if chosen:
            subject, _ = subject_of(text, slots, trigger)
            return replace(draft, holders=tuple(chosen), company=company or subject, rule="passive")
    if verb.kind == "noun" and form.nature == "holding":
        owner = [
            s for s in between if re.search(r"\b(?:de|d'|du|de la|de l')\s?(?:la |l')?$", text[verb.end : s.start])
        ]
        if owner and form.lemma == "participation" and owner[0] is not company:
            return replace(draft, holders=(owner[0],), company=company, rule="stake-noun")
        if owner and company is owner[0] and form.lemma == "participation" and len(between) > 1:
            return replace(draft, holders=(owner[0],), company=between[1], rule="stake-noun")
    subject, antecedent = subject_of(text, slots, trigger)
    holders = coordinated(text, slots, subject) if subject else ()
    if company is None and antecedent is not None:
        company = antecedent
    is_from = bool(
        form.frame == "move"
        and re.search(r"\bde\s$", text[max(0, percent.start - 4) : percent.start])
        and re.match(r"\s?(?:du capital )?à\s", text[percent.end : percent.end + 20])
    )
    clause = text[bounds[0] : bounds[1]]
    each = len(holders) > 1 and bool(_EACH.search(clause)) and not _JOINT.search(clause)
    if not holders and verb.kind == "noun" and verb.form and verb.form.lemma == "actionnaire":
        return "no holder in the sentence"
    return replace(
        draft, holders=holders, company=company, rule=f"{verb.kind}-{form.frame}", is_from=is_from, each=each
    )


def _owned(text: str, slots: list[Slot], trigger: int, index: int, draft: Frame) -> bool:
    """Whether a verb of movement moves a stake: one is named between it and the figure, or just before it."""
    kinds = {s.kind for s in slots[trigger + 1 : index]} | {s.kind for s in slots[max(0, trigger - 2) : trigger]}
    near = slots[max(0, trigger - 4) : index]
    return (
        bool({"capital", "votes", "own-capital"} & kinds)
        or any(s.kind == "noun" and s.form and s.form.lemma == "participation" for s in near)
        or draft.company is not None
        or bool(
            re.search(
                r"\bcapital\b|\bdroits de vote\b|\b(?:sa|leur) (?:participation|part)\b", text[draft.percent.end :][:50]
            )
        )
    )


def _gapped(text: str, slots: list[Slot], index: int, draft: Frame, previous: Frame) -> Frame | str:
    """A figure without a verb of its own: verb, nature and company come from the figure before."""
    percent = slots[index]
    between = text[previous.percent.end : percent.start]
    before = slots.index(previous.percent)
    names = [s for s in slots[before + 1 : index] if s.kind in NAMED and s is not previous.company]
    company = draft.company or previous.company
    inherited = replace(
        draft, trigger=previous.trigger, nature=previous.nature, company=company, rule="gapped",
    )  # fmt: skip
    if previous.is_from and re.search(r"\bà\s", between):
        return replace(inherited, holders=previous.holders, rule=previous.rule)
    if previous.rule == "passive":
        following = [s for s in slots[index + 1 :] if s.kind in NAMED]
        if following and BY.search(text[percent.end : following[0].start]):
            return replace(inherited, holders=(following[0],))
    if names and re.search(r"(?:,|\bet\b)", between):
        if re.search(r"[a-zà-ÿ]{3,}\s?(?:à|de|d')\s?$", text[names[-1].end : percent.start]):
            return "no verb or noun of ownership"
        return replace(inherited, holders=(names[-1],))
    if previous.holders and _RESPECTIVELY.search(text[previous.trigger.start : percent.start]):
        return replace(inherited, holders=previous.holders, rule=previous.rule)
    if draft.bases != previous.bases and re.match(r"^[^.]{0,40}\bet\s", between + " "):
        return replace(inherited, holders=previous.holders, rule=previous.rule)
    return "no verb or noun of ownership"


def _item(text: str, bounds: tuple[int, int], slots: list[Slot], index: int, draft: Frame) -> Frame | None:
    """A line of a list of shareholders: 'la Caisse des dépôts : 33,3 %', 'Thales, holding, 22,2 %'."""
    line = text[bounds[0] : bounds[1]]
    holders = [s for s in slots[:index] if s.kind in NAMED]
    short = len(line) < 120 and not any(s.kind in ("verb", "break") for s in slots)
    opens = bool(holders) and bool(_ITEM_START.fullmatch(text[bounds[0] : holders[0].start]))
    between = text[holders[0].end : draft.percent.start] if holders else ""
    opens = opens and bool(re.match(r"\s?[:,(-]", between)) and not _PREDICATE.search(between)
    figure_ends = bool(
        re.match(r"\s?(?:du capital|des (?:actions|parts|titres))?\s?[;.,(]?", text[draft.percent.end :])
    )
    about_capital = _SHAREHOLDING.search(text[max(0, bounds[0] - 400) : bounds[0]])
    if not (
        about_capital and short and opens and figure_ends and sum(s.kind == "percent" for s in slots[: index + 1]) == 1
    ):
        return None
    return replace(draft, trigger=holders[0], holders=(holders[0],), rule="item")


def _based(text: str, slots: list[Slot], index: int, draft: Frame) -> Frame | None:
    """A figure that says what it is a share of, under a verb that no list has: "s'élève à 31 % du capital"."""
    told = any(s.kind in ("capital", "votes", "own-capital") for s in slots[index + 1 : index + 3])
    if not told or not draft.bases and draft.company is None:
        return None
    percent = slots[index]
    clause, opener = clause_before(slots, index)
    free = [s for s in clause if not PREPOSITION.search(text[max(0, s.start - 30) : s.start])]
    if not free or "%" in text[free[0].end : percent.start]:
        return None
    antecedent = None
    if opener is not None and slots[opener].kind == "dont":
        antecedent = next((s for s in reversed(slots[:opener]) if s.kind in NAMED), None)
    return replace(draft, trigger=percent, holders=(free[0],), company=draft.company or antecedent, rule="based")


def _in_parentheses(slots: list[Slot], index: int, draft: Frame, text: str, previous: Frame | None) -> Frame:
    """'H (P), H2 (P2)': the name before the parenthesis holds."""
    holder = slots[index - 2]
    company = draft.company or (previous.company if previous and previous.rule == "series" else None)
    if company is None:
        left = [
            s for s in slots[: index - 2] if s.kind in NAMED and OF_COMPANY.search(text[max(0, s.start - 20) : s.start])
        ]
        company = left[0] if left else None
    return replace(draft, trigger=holder, holders=(holder,), company=company, rule="series")


def _share_company(frames: list[Frame], text: str) -> list[Frame]:
    """'20 % du capital et 17 % des voix de X': the company said last is also that of the figure before."""
    result = list(frames)
    for i in range(len(result) - 2, -1, -1):
        here, following = result[i], result[i + 1]
        joined = re.match(r"^[^,;.]{0,25}\bet\s", text[here.percent.end : following.percent.start] + " ")
        if here.company is None and following.company and joined and here.trigger == following.trigger:
            result[i] = replace(here, company=following.company)
    return result
