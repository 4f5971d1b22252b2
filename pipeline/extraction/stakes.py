"""What the network makes of each percentage → the stakes of the article, and why each other one is none."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from pipeline.extraction import lexicon
from pipeline.extraction.attribution import asserted_by
from pipeline.extraction.percents import Percent
from pipeline.extraction.reading import network
from pipeline.extraction.reading.arrays import Vocabulary, arrays
from pipeline.extraction.reading.proposals import Place, Proposal, propose
from pipeline.extraction.reading.units import Reading
from pipeline.names import fold
from pipeline.records import Dropped, Evidence, Span, Stake, StakeMentions

CALIBRATION = "calibration.json"
WORTH_A_LOOK = 0.02  # likelihood of being a stake under which the first member of the ensemble decides alone
SURE_ENOUGH = 0.4  # confidence under which a stake is told to nobody; chosen where F1 on dev is highest


class StakeReader:
    """Reads the stakes of articles with the network of a folder: weights.npz, vocabulary, calibration.json."""

    def __init__(self, folder: Path, sure_enough: float = SURE_ENOUGH) -> None:
        self._sure_enough = sure_enough
        knots = json.loads((folder / CALIBRATION).read_text()) if (folder / CALIBRATION).exists() else [[0, 0], [1, 1]]
        self._likelihoods, self._right = zip(*knots, strict=True)
        self._members = network.read_weights(folder / "weights.npz")
        self._vocabulary = Vocabulary.read(folder / "vocabulary")

    def read(self, reading: Reading) -> tuple[list[Stake], list[Dropped]]:
        """All stakes of an article, title before body, each once; and the percentages dropped."""
        proposals = self._proposals(reading)
        told: list[Stake] = []
        dropped: list[Dropped] = []
        for index, percent in enumerate(reading.percents):
            proposal = proposals.get(index)
            confidence = self._confidence(proposal) if proposal else 0.0
            if proposal and confidence >= self._sure_enough:
                told += _stakes(reading, proposal, confidence)
            else:
                place = reading.layout.locate(percent.start, percent.end)
                text = reading.layout.original(percent.start, percent.end)
                dropped.append(Dropped(place[0], text, *place[1:], _reason(reading, percent, proposal, confidence)))
        return _once(told), dropped

    def _confidence(self, proposal: Proposal) -> float:
        """The share of proposals as sure as this one that were right when the network was calibrated."""
        return float(np.interp(proposal.sure, self._likelihoods, self._right))

    def _proposals(self, reading: Reading) -> dict[int, Proposal]:
        """By percentage; where the first member sees no stake at all, the others are not asked."""
        if not any(unit.percent is not None for unit in reading.units) or len(reading.entities) < 2:
            return {}
        article = arrays(reading, self._vocabulary)
        around = network.in_parts(article)
        scores = [network.score(self._members[0], article, around)]
        if any((1 / (1 + np.exp(-part.classes["stake"])) >= WORTH_A_LOOK).any() for part in scores[0]):
            scores += [network.score(member, article, around) for member in self._members[1:]]
        return {proposal.percent: proposal for proposal in propose(reading, scores)}


def _stakes(reading: Reading, proposal: Proposal, confidence: float) -> Iterable[Stake]:
    groups = [proposal.holders] if proposal.together else [(holder,) for holder in proposal.holders]
    percent = reading.percents[proposal.percent]
    bounds = _sentence(reading, percent)
    source = asserted_by(reading.layout.text, bounds, reading.names)
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
                asserted_by=source,
                mentions=StakeMentions(
                    holder=tuple(span for place in group for span in _spans(reading, place)),
                    company=_spans(reading, proposal.company),
                    percent=(reading.layout.span(percent.start, percent.end),),
                    status=_cue(reading, bounds, proposal),
                ),
                confidence=round(confidence, 3),
            )


def _sentence(reading: Reading, percent: Percent) -> tuple[int, int]:
    return next(bounds for bounds in reading.sentences if percent.start < bounds[1])


def _spans(reading: Reading, place: Place) -> tuple[Span, ...]:
    """What stands for an entity beside the percentage, and its name where that is not it."""
    units = [reading.units[index] for index in dict.fromkeys((place.unit, place.named))]
    return tuple(reading.layout.span(unit.start, unit.end) for unit in units)


def _cue(reading: Reading, bounds: tuple[int, int], proposal: Proposal) -> tuple[Span, ...]:
    """The first words of the sentence that the lexicon knows to set this status."""
    sentence = reading.layout.text[slice(*bounds)].lower()
    for cue in lexicon.cues():
        if cue.status == proposal.status and (match := cue.pattern.search(sentence)):
            return (reading.layout.span(bounds[0] + match.start(), bounds[0] + match.end()),)
    return ()


def _reason(reading: Reading, percent: Percent, proposal: Proposal | None, confidence: float) -> str:
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
    return f"holder or company is not clear enough (best guess {best}, {confidence:.2f})"


def _once(stakes: list[Stake]) -> list[Stake]:
    """The same statement counts once; the body tells it better than the title, also whether it is a level or a move."""
    best: dict[tuple[object, ...], Stake] = {}
    for stake in stakes:
        best.setdefault((*_statement(stake), stake.nature, stake.evidence.field), stake)
    in_body = {_statement(stake) for stake in best.values() if stake.evidence.field == "body"}
    told: dict[tuple[object, ...], Stake] = {}
    for stake in best.values():
        if stake.evidence.field == "body" or _statement(stake) not in in_body:
            # what is still to come is one statement, whether it is told as a move or as the level after it
            nature = stake.nature if stake.status in ("current", "past") else stake.status
            told.setdefault((*_statement(stake), nature), stake)
    return list(told.values())


def _statement(stake: Stake) -> tuple[object, ...]:
    return tuple(sorted(fold(name) for name in stake.holder)), fold(stake.company), stake.percent, stake.basis
