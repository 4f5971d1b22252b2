"""Frames of all sentences → what rules read of each percentage: names resolved, statuses set."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.extraction import frames, slots, status
from pipeline.extraction.coreference import Story
from pipeline.extraction.frames import Frame
from pipeline.extraction.layout import Layout
from pipeline.extraction.names import Name
from pipeline.extraction.percents import Percent
from pipeline.extraction.slots import Slot
from pipeline.records import Basis, Evidence, Stake, StakeMentions

_SURE, _RESOLVED, _TOPIC = 0.9, 0.7, 0.55  # named in the sentence, by description, by the article's topic


def read(
    layout: Layout, sentences: Sequence[tuple[int, int]], names: list[Name], percents: Sequence[Percent]
) -> list[Stake]:
    """What the rules make of an article; a statement that is repeated comes as often."""
    text = layout.text
    story = Story(text, layout.body_start, list(sentences), names)
    stakes: list[Stake] = []
    before = ""
    for bounds in sentences:
        if not any(bounds[0] <= p.start < bounds[1] for p in percents):
            continue
        read_frames, drops = frames.read(text, bounds, slots.find(text, *bounds, names, list(percents)), before)
        before = drops[-1].reason if drops and not read_frames else ""
        for frame in read_frames:
            decision = status.decide(text, bounds, frame)
            stakes += _stakes_of(frame, decision, story, layout, bounds)
    return stakes


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
