"""Frames of all sentences → the stakes of the article: names resolved, statuses set, repeats dropped."""

from __future__ import annotations

from pipeline.extraction import frames, percents, slots, status
from pipeline.extraction.coreference import Story
from pipeline.extraction.frames import Dropped, Frame
from pipeline.extraction.layout import Layout
from pipeline.extraction.names import Name
from pipeline.extraction.slots import Slot
from pipeline.names import fold
from pipeline.records import Basis, Evidence, Stake, StakeMentions

_SURE, _RESOLVED, _TOPIC = 0.9, 0.7, 0.55  # named in the sentence, by description, by the article's topic


def read(layout: Layout, sentences: list[tuple[int, int]], names: list[Name]) -> tuple[list[Stake], list[Dropped]]:
    """All stakes of an article, title before body, each once; and the percentages dropped."""
    text = layout.text
    story = Story(text, layout.body_start, sentences, names)
    found = percents.of_capital(text)
    stakes: list[Stake] = []
    dropped: list[Dropped] = []
    last_dropped = False
    for bounds in sentences:
        if not any(bounds[0] <= p.start < bounds[1] for p in found):
            continue
        before = dropped[-1].reason if dropped and (not stakes or last_dropped) else ""
        read_frames, drops = frames.read(text, bounds, slots.find(text, *bounds, names, found), before)
        dropped += drops
        last_dropped = not read_frames
        for frame in read_frames:
            decision = status.decide(text, bounds, frame)
            stakes += _stakes_of(frame, decision, story, layout, bounds)
    return _once(stakes), dropped


def _stakes_of(
    frame: Frame, decision: status.Decision, story: Story, layout: Layout, bounds: tuple[int, int]
) -> list[Stake]:
    company = _named(frame.company)
    confidence = _SURE
    known = frozenset({company.canonical}) if company else frozenset()
    holders: list[Name] = []
    for slot in frame.holders:
        name = _named(slot)
        if name is None:
            name = story.antecedent(slot, known)
            confidence = min(confidence, _RESOLVED)
        if name:
            holders.append(name)
    if not holders:
        topic = story.topic(known)
        if topic is None or frame.percent.start >= layout.body_start and not frame.holders and company is None:
            return []
        holders, confidence = [topic], _TOPIC
    held_by = frozenset(name.canonical for name in holders)
    if company is None:
        company = story.company(frame.company, held_by)
        confidence = min(confidence, _RESOLVED if frame.company else _TOPIC)
    if company is None or company.canonical in held_by or frame.percent.percent is None:
        return []
    if frame.company or not held_by & {company.canonical}:
        story.tell(company)
    groups = [[name] for name in holders] if frame.each else [holders]
    return [
        _stake(frame, decision, group, company, basis, confidence, layout, bounds)
        for group in groups
        for basis in frame.bases
    ]


def _stake(
    frame: Frame,
    decision: status.Decision,
    holders: list[Name],
    company: Name,
    basis: Basis,
    confidence: float,
    layout: Layout,
    bounds: tuple[int, int],
) -> Stake:
    percent = frame.percent.percent
    assert percent is not None
    field, start, end = layout.locate(*bounds)
    cue = (layout.span(*decision.cue),) if decision.cue else ()
    return Stake(
        holder=tuple(name.canonical for name in holders),
        company=company.canonical,
        percent=percent.value,
        bound=percent.bound,
        basis=basis,
        nature=frame.nature,
        status=decision.status,
        evidence=Evidence(field, layout.original(*bounds), start, end),
        mentions=StakeMentions(
            holder=tuple(layout.span(name.start, name.end) for name in holders),
            company=(layout.span(company.start, company.end),),
            percent=(layout.span(percent.start, percent.end),),
            status=cue,
        ),
        confidence=confidence,
        rule=frame.rule,
    )


def _named(slot: Slot | None) -> Name | None:
    return slot.name if slot else None


def _once(stakes: list[Stake]) -> list[Stake]:
    """The same statement counts once; the body tells it better than the title."""
    best: dict[tuple[object, ...], Stake] = {}
    for stake in stakes:
        key = (
            tuple(sorted(fold(name) for name in stake.holder)), fold(stake.company),
            stake.percent, stake.basis, stake.nature,
        )  # fmt: skip
        if key not in best or (best[key].evidence.field == "title" and stake.evidence.field == "body"):
            best[key] = stake
    return list(best.values())
