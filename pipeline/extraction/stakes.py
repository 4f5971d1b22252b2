"""What network and rules make of each percentage → the stakes of the article, and why each other one is none.

The network says whether a percentage is a stake, whose and of which company. Where a rule has read the same percentage,
its verb tells nature and status, which rules know better, and its names are mixed into the network's likelihoods.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pipeline.extraction import lexicon, rules
from pipeline.extraction.names import Name
from pipeline.extraction.percents import Percent
from pipeline.extraction.reading import network, windows
from pipeline.extraction.reading.proposals import Hint, Place, Proposal, propose
from pipeline.extraction.reading.units import Reading
from pipeline.extraction.reading.windows import Windows
from pipeline.names import fold
from pipeline.records import Dropped, Evidence, Span, Stake, StakeMentions

WORTH_A_LOOK = 0.02  # likelihood of being a stake under which one member of the ensemble decides
RULES_COUNT = 0.5  # how far the surest rule is believed against the network; chosen on dev
SURE_ENOUGH = 0.35  # likelihood that stake, holder and company are right; less is told to nobody


class StakeReader:
    """Reads the stakes of articles with the network of a folder: weights.npz, forms.tsv.gz."""

    def __init__(self, folder: Path) -> None:
        self._members = network.read_weights(folder / "weights.npz")
        self._vocabulary = windows.Vocabulary.read(folder / "forms.tsv.gz")

    def read(self, reading: Reading, names: list[Name]) -> tuple[list[Stake], list[Dropped]]:
        """All stakes of an article, title before body, each once; and the percentages dropped."""
        shown = windows.windows(reading, self._vocabulary)
        if not len(shown):
            return [], []
        ruled: dict[Span, list[Stake]] = {}
        for stake in rules.read(reading.layout, reading.sentences, names, reading.percents):
            ruled.setdefault(stake.mentions.percent[0], []).append(stake)
        hints = _hints(reading, ruled)
        proposals = self._proposals(reading, shown, hints)
        told: list[Stake] = []
        dropped: list[Dropped] = []
        for index in shown.percents:
            percent, proposal = reading.percents[index], proposals.get(index)
            if proposal and proposal.sure >= SURE_ENOUGH:
                by_rule = ruled.get(reading.layout.span(percent.start, percent.end), [])
                told += _with_verb(_stakes(reading, proposal), by_rule)
            else:
                place = reading.layout.locate(percent.start, percent.end)
                text = reading.layout.original(percent.start, percent.end)
                dropped.append(Dropped(place[0], text, *place[1:], _reason(reading, percent, proposal)))
        return _once(told), dropped

    def _proposals(self, reading: Reading, shown: Windows, hints: Mapping[int, Hint]) -> dict[int, Proposal]:
        """By percentage; what the first member is sure to be no stake is not shown to the others."""
        first = network.forward(self._members[0], windows.joined([shown]))
        likely = 1 / (1 + np.exp(-first.classes["stake"][:, 0]))
        hinted = np.array([index in hints for index in shown.percents])
        rows = np.flatnonzero((likely >= WORTH_A_LOOK) | hinted).tolist()
        if not rows:
            return {}
        kept = shown.chosen(rows)
        arrays = windows.joined([kept])
        scores = [network.forward(member, arrays) for member in self._members]
        found = zip(kept.percents, propose(reading, kept, scores, hints), strict=True)
        return {index: proposal for index, proposal in found if proposal}


def _hints(reading: Reading, ruled: Mapping[Span, Sequence[Stake]]) -> dict[int, Hint]:
    """What the rules read, by percentage, as a hint to the network's likelihoods."""
    number = {name: index for index, name in enumerate(reading.entities)}
    hints = {}
    for index, percent in enumerate(reading.percents):
        if stakes := ruled.get(reading.layout.span(percent.start, percent.end)):
            holders = frozenset(number[name] for stake in stakes for name in stake.holder)
            hints[index] = Hint(holders, number[stakes[0].company], RULES_COUNT * stakes[0].confidence)
    return hints


def _with_verb(stakes: Iterable[Stake], by_rule: Sequence[Stake]) -> Iterable[Stake]:
    """The stakes with nature, status and its cue as the rules read them, if they did."""
    for stake in stakes:
        if by_rule:
            first = by_rule[0]
            mentions = replace(stake.mentions, status=first.mentions.status)
            stake = replace(stake, nature=first.nature, status=first.status, mentions=mentions, rule=first.rule)
        yield stake


def _stakes(reading: Reading, proposal: Proposal) -> Iterable[Stake]:
    groups = [proposal.holders] if proposal.together else [(holder,) for holder in proposal.holders]
    percent = reading.percents[proposal.percent]
    bounds = _sentence(reading, percent)
    field, start, end = reading.layout.locate(*bounds)
    for group in groups:
        for basis in proposal.bases:
            yield Stake(
                holder=tuple(reading.entities[place.entity] for place in group),
                company=reading.entities[proposal.company.entity],
                percent=percent.value,
                bound=percent.bound,
                basis=basis,
                nature=proposal.nature,
                status=proposal.status,
                evidence=Evidence(field, reading.layout.original(*bounds), start, end),
                as_of=None if proposal.date is None else reading.dates[proposal.date].value,
                counterparty=reading.entities[proposal.counterparty.entity] if proposal.counterparty else None,
                mentions=StakeMentions(
                    holder=tuple(_span(reading, place) for place in group),
                    company=(_span(reading, proposal.company),),
                    percent=(reading.layout.span(percent.start, percent.end),),
                    status=_cue(reading, bounds, proposal),
                ),
                confidence=round(proposal.sure, 3),
                rule="network",
            )


def _sentence(reading: Reading, percent: Percent) -> tuple[int, int]:
    return next(bounds for bounds in reading.sentences if percent.start < bounds[1])


def _span(reading: Reading, place: Place) -> Span:
    unit = reading.units[place.unit]
    return reading.layout.span(unit.start, unit.end)


def _cue(reading: Reading, bounds: tuple[int, int], proposal: Proposal) -> tuple[Span, ...]:
    """The first words of the sentence that the lexicon knows to set this status."""
    sentence = reading.layout.text[slice(*bounds)].lower()
    for cue in lexicon.cues():
        if cue.status == proposal.status and (match := cue.pattern.search(sentence)):
            return (reading.layout.span(bounds[0] + match.start(), bounds[0] + match.end()),)
    return ()


def _reason(reading: Reading, percent: Percent, proposal: Proposal | None) -> str:
    text = reading.layout.text.lower()
    before, after = text[max(0, percent.start - 60) : percent.start], text[percent.end : percent.end + 60]
    for veto in lexicon.vetoes():
        if veto.pattern.search(before if veto.side == "before" else after):
            return veto.reason
    if proposal is None:
        return "is not told as a share of capital, or has fewer than two names around it"
    if proposal.stake < 0.5:
        return f"is hardly told as a share of capital ({proposal.stake:.2f})"
    best = f"{reading.entities[proposal.holders[0].entity]} of {reading.entities[proposal.company.entity]}"
    return f"holder or company is not clear enough (best guess {best}, {proposal.sure:.2f})"


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
