"""Scores of the network → one proposal for each percentage: is it a stake, whose, of which company, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import numpy as np

from pipeline.extraction.reading import network
from pipeline.extraction.reading.arrays import Arrays
from pipeline.extraction.reading.network import Floats, Scores
from pipeline.extraction.reading.plain import plain_statement
from pipeline.extraction.reading.units import Reading
from pipeline.records import Basis, Nature, Status

_Name = TypeVar("_Name")
_TOGETHER = 0.5  # a further holder is as likely as this share of the first one's likelihood
_MOST_HOLDERS = 4
_CHANCE = 0.2  # of being a stake, under which a reading does not speak against another
_PLAIN = 0.9  # how far the plainest statement is believed against the network
_TINY = 1e-9
_BASES: tuple[tuple[Basis, ...], ...] = (("capital",), ("votes",), ("capital", "votes"))  # as network.BASIS


@dataclass(frozen=True)
class Place:
    """An entity of the reading and the unit where it plays its role best."""

    entity: int
    unit: int


@dataclass(frozen=True)
class Proposal:
    """What the network makes of one percentage. `sure` is the likelihood that stake, holder and company are right."""

    percent: int
    stake: float
    sure: float
    holders: tuple[Place, ...]
    together: bool  # the holders have one figure jointly; else each has it
    company: Place
    counterparty: Place | None
    date: int | None
    status: Status
    nature: Nature
    bases: tuple[Basis, ...]


@dataclass(frozen=True)
class _Likelihoods:
    """What the members of an ensemble give on average: one row for each percentage."""

    stake: Floats  # (P,)
    roles: Floats  # (P, E, 2) holder and company
    others: Floats  # (P, E + 1) counterparty, or none
    dates: Floats  # (P, D + 1)
    mentions: Floats  # (P, M, 3) logits
    classes: dict[str, Floats]


def propose(reading: Reading, article: Arrays, members: Sequence[Scores]) -> list[Proposal]:
    """A proposal for each percentage, averaged over the members of an ensemble; none with under two names."""
    if len(np.unique(article.entities)) < 2:
        return []
    likely = _averaged(members)
    for row, unit in enumerate(article.percents):
        if told := plain_statement(reading.units, int(unit)):
            likely.stake[row] += _PLAIN * (1 - likely.stake[row])
            for role, entity in enumerate(told):
                likely.roles[row, :, role] *= 1 - _PLAIN
                likely.roles[row, entity, role] += _PLAIN
    found = [_proposal(reading, article, likely, row) for row in range(len(article.percents))]
    for row in _contradicted(reading, found):
        for holder in found[row].holders:
            likely.roles[row, holder.entity, 0] = 0
        likely.roles[row, :, 0] /= max(likely.roles[row, :, 0].sum(), _TINY)
        found[row] = _proposal(reading, article, likely, row)
    return found


def _averaged(members: Sequence[Scores]) -> _Likelihoods:
    names = ("status", "nature", "basis", "sharing")
    return _Likelihoods(
        np.mean([1 / (1 + np.exp(-member.classes["stake"][:, 0])) for member in members], 0),
        np.mean([_softmax(member.roles[..., :2], axis=1) for member in members], 0),
        np.mean([_softmax(_with_none(m.roles[..., 2], m, "no counterparty"), axis=1) for m in members], 0),
        np.mean([_softmax(_with_none(member.dates, member, "no date"), axis=1) for member in members], 0),
        np.mean([member.mentions for member in members], 0),
        {name: np.mean([_softmax(member.classes[name]) for member in members], 0) for name in names},
    )


def _contradicted(reading: Reading, found: Sequence[Proposal]) -> list[int]:
    """Rows whose holder cannot be right: nobody holds two different shares of one company's capital at one time.

    Of two such readings the one that the network is less sure of has to look for another holder.
    """
    levels: dict[tuple[int, int, tuple[Basis, ...]], int] = {}
    rows = []
    for row in sorted(range(len(found)), key=lambda row: -found[row].sure):
        one = found[row]
        if one.together or one.stake < _CHANCE or (one.nature, one.status) != ("holding", "current"):
            continue
        for holder in one.holders:
            first = levels.setdefault((holder.entity, one.company.entity, one.bases), row)
            value, other = reading.percents[one.percent].value, reading.percents[found[first].percent].value
            if value != other and len(one.holders) == 1:
                rows.append(row)
    return rows


def _proposal(reading: Reading, article: Arrays, likely: _Likelihoods, row: int) -> Proposal:
    percent = reading.units[article.percents[row]].percent
    assert percent is not None
    holder, company = likely.roles[row, :, 0], likely.roles[row, :, 1]
    first, owned = _best_pair(holder, company)
    sharing = network.SHARING[int(likely.classes["sharing"][row].argmax())]
    holders = [first]
    if sharing != "one":
        together = [n for n in np.argsort(-holder).tolist() if n != owned and holder[n] >= _TOGETHER * holder[first]]
        holders = together[:_MOST_HOLDERS] if first in together[:_MOST_HOLDERS] else holders

    def place(entity: int, role: int) -> Place:
        columns = np.flatnonzero(article.entities == entity)
        best = int(columns[likely.mentions[row, columns, role].argmax()])
        return Place(entity, int(article.mentions[best]))

    other, when = int(likely.others[row].argmax()), int(likely.dates[row].argmax())
    none = likely.others.shape[1] - 1
    return Proposal(
        percent=percent,
        stake=float(likely.stake[row]),
        sure=float(likely.stake[row] * holder[first] * company[owned]),
        holders=tuple(place(entity, 0) for entity in holders),
        together=sharing == "joint",
        company=place(owned, 1),
        counterparty=place(other, 2) if other not in (none, *holders, owned) else None,
        date=reading.units[article.dates[when]].date if when < len(article.dates) else None,
        status=_chosen(network.STATUS, likely.classes["status"][row]),
        nature=_chosen(network.NATURE, likely.classes["nature"][row]),
        bases=_BASES[int(likely.classes["basis"][row].argmax())],
    )


def _best_pair(holder: Floats, company: Floats) -> tuple[int, int]:
    """The likeliest two different entities; the two best of each are enough to look at."""
    pairs = product(np.argsort(-holder)[:2].tolist(), np.argsort(-company)[:2].tolist())
    return max((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: holder[pair[0]] * company[pair[1]])


def _chosen(names: Sequence[_Name], likelihoods: Floats) -> _Name:
    return names[int(likelihoods.argmax())]


def _with_none(logits: Floats, member: Scores, none: str) -> Floats:
    return np.concatenate([logits, member.classes[none]], 1)


def _softmax(logits: Floats, axis: int = -1) -> Floats:
    raised = np.exp(logits - logits.max(axis, keepdims=True))
    likely: Floats = raised / raised.sum(axis, keepdims=True)
    return likely
