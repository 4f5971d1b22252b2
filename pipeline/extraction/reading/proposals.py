"""Scores of the network → one proposal for each percentage: is it a stake, whose, of which company, and how sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TypeVar

import numpy as np

from pipeline.extraction.reading import network
from pipeline.extraction.reading.network import Floats, Scores
from pipeline.extraction.reading.plain import plain_statement
from pipeline.extraction.reading.relations import Relations
from pipeline.extraction.reading.series import continued
from pipeline.extraction.reading.units import Reading
from pipeline.records import Basis, Nature, Status

_Name = TypeVar("_Name")
_TOGETHER = 0.5  # a further holder is as likely as this share of the first one's likelihood
_MOST_HOLDERS = 4
_CHANCE = 0.2  # of being a stake, under which a reading does not speak against another
_PLAIN = 0.9  # how far the plainest statement, or a series, is believed against the network
_LIKELY = 0.4  # of being right, from which on a stake is continued by a series
_TINY = 1e-9
_BASES: tuple[tuple[Basis, ...], ...] = (("capital",), ("votes",), ("capital", "votes"))  # as network.BASIS


@dataclass(frozen=True)
class Place:
    """An entity of the reading, the unit that tells it beside the percentage, and the name that this stands for.

    `unit` is `named` where the name itself stands there, or where the entity is told elsewhere.
    """

    entity: int
    unit: int
    named: int


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
class _Row:
    """What the members of an ensemble give on average for one percentage."""

    relations: Relations
    row: int  # of the relations
    stake: float
    roles: Floats  # (E + 1, 3), the last: nobody
    slots: Floats  # (K + 2, 3)
    resolved: Floats  # (X, E + 1)
    dates: Floats  # (D + 1,)
    classes: dict[str, Floats]


def propose(reading: Reading, members: Sequence[Sequence[Scores]]) -> list[Proposal]:
    """A proposal for each percentage, averaged over the members of an ensemble; none with under two names."""
    rows = [row for parts in zip(*members, strict=True) for row in _averaged(parts) if row.roles.shape[0] > 2]
    for number, row in enumerate(rows):
        if told := plain_statement(reading.units, _unit(row)):
            rows[number] = _believed(row, *told)
    found = [_proposal(reading, row) for row in rows]
    for number in range(1, len(rows)):
        before = found[number - 1]
        entity = continued(reading.units, _unit(rows[number - 1]), _unit(rows[number]))
        if entity is not None and before.sure >= _LIKELY and entity != before.company.entity:
            rows[number] = _believed(rows[number], entity, before.company.entity)
            rows[number] = replace(rows[number], classes=rows[number - 1].classes)
            found[number] = _proposal(reading, rows[number])
    for number in _contradicted(reading, found):
        roles = rows[number].roles.copy()
        for holder in found[number].holders:
            roles[np.flatnonzero(rows[number].relations.present == holder.entity), 0] = 0
        roles[:, 0] /= max(roles[:, 0].sum(), _TINY)
        found[number] = _proposal(reading, replace(rows[number], roles=roles))
    return found


def _unit(row: _Row) -> int:
    return int(row.relations.percents[row.row])


def _believed(row: _Row, holder: int, company: int) -> _Row:
    """The row with a stake that a rule read in it."""
    roles = row.roles.copy()
    for role, entity in enumerate((holder, company)):
        roles[:, role] *= 1 - _PLAIN
        roles[np.flatnonzero(row.relations.present == entity), role] += _PLAIN
    return replace(row, roles=roles, stake=row.stake + _PLAIN * (1 - row.stake))


def _averaged(members: Sequence[Scores]) -> list[_Row]:
    relations = members[0].relations
    stake = np.mean([1 / (1 + np.exp(-member.classes["stake"][:, 0])) for member in members], 0)
    roles, slots = (np.mean([getattr(m, name) for m in members], 0) for name in ("roles", "slots"))
    resolved = np.mean([member.resolved for member in members], 0)
    dates = [_softmax(np.concatenate([member.dates, member.classes["no date"]], 1)) for member in members]
    dated = np.mean(dates, 0)
    names = ("status", "nature", "basis", "sharing")
    classes = {name: np.mean([_softmax(member.classes[name]) for member in members], 0) for name in names}
    return [
        _Row(
            relations, row, float(stake[row]), roles[row], slots[row], resolved, dated[row],
            {name: array[row] for name, array in classes.items()},
        )
        for row in range(len(relations.percents))
    ]  # fmt: skip


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


def _proposal(reading: Reading, row: _Row) -> Proposal:
    relations = row.relations
    unit = _unit(row)
    percent = reading.units[unit].percent
    assert percent is not None
    holder, company = row.roles[:-1, 0], row.roles[:-1, 1]
    first, owned = _best_pair(holder, company)
    sharing = network.SHARING[int(row.classes["sharing"].argmax())]
    holders = [first]
    if sharing != "one":
        together = [n for n in np.argsort(-holder).tolist() if n != owned and holder[n] >= _TOGETHER * holder[first]]
        holders = together[:_MOST_HOLDERS] if first in together[:_MOST_HOLDERS] else holders
    other, when = int(row.roles[:, 2].argmax()), int(row.dates.argmax())
    none = len(relations.present)
    return Proposal(
        percent=percent,
        stake=row.stake,
        sure=float(row.stake * holder[first] * company[owned]),
        holders=tuple(_place(row, entity, 0) for entity in holders),
        together=sharing == "joint",
        company=_place(row, owned, 1),
        counterparty=_place(row, other, 2) if other not in (none, *holders, owned) else None,
        date=reading.units[relations.dates[when]].date if when < len(relations.dates) else None,
        status=_chosen(network.STATUS, row.classes["status"]),
        nature=_chosen(network.NATURE, row.classes["nature"]),
        bases=_BASES[int(row.classes["basis"].argmax())],
    )


def _place(row: _Row, entity: int, role: int) -> Place:
    """Where an entity plays its role: the slot that tells it best, by name or not, or its nearest name."""
    relations = row.relations
    named = relations.mentions[relations.entities == entity]
    unit = _unit(row)
    nearest = int(named[max(np.searchsorted(named, unit) - 1, 0)])
    slots = relations.slots[row.row]
    count = len(relations.mentions)
    meaning = np.concatenate([relations.entities == entity, row.resolved[:, entity]])
    share = np.where(slots >= 0, row.slots[:-2, role] * meaning[slots], 0)
    best = int(share.argmax())
    if share[best] < row.slots[-2, role] * _TINY:
        return Place(int(relations.present[entity]), nearest, nearest)
    told = int(relations.places()[slots[best]])
    return Place(int(relations.present[entity]), told, told if slots[best] < count else nearest)


def _best_pair(holder: Floats, company: Floats) -> tuple[int, int]:
    """The likeliest two different entities; the two best of each are enough to look at."""
    pairs = product(np.argsort(-holder)[:2].tolist(), np.argsort(-company)[:2].tolist())
    return max((pair for pair in pairs if pair[0] != pair[1]), key=lambda pair: holder[pair[0]] * company[pair[1]])


def _chosen(names: Sequence[_Name], likelihoods: Floats) -> _Name:
    return names[int(likelihoods.argmax())]


def _softmax(logits: Floats) -> Floats:
    raised = np.exp(logits - logits.max(-1, keepdims=True))
    likely: Floats = raised / raised.sum(-1, keepdims=True)
    return likely
