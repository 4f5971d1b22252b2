"""Scores of the network → one proposal for each percentage: is it a stake, whose, of which company, and how sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TypeVar

import numpy as np

from pipeline.extraction.reading import network
from pipeline.extraction.reading.network import Floats, Scores
from pipeline.extraction.reading.units import Reading
from pipeline.extraction.reading.windows import Windows
from pipeline.records import Basis, Nature, Status

_Name = TypeVar("_Name")
_TOGETHER = 0.5  # a further holder is as likely as this share of the first one's likelihood
_MOST_HOLDERS = 4
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
class Hint:
    """What something else than the network makes of a percentage, and how far it is to be believed, 0 to 1."""

    holders: frozenset[int]  # entities
    company: int
    weight: float


def propose(
    reading: Reading,
    shown: Windows,
    members: Sequence[Scores],
    hints: Mapping[int, Hint],
) -> list[Proposal | None]:
    """A proposal for each row of the windows, averaged over the members of an ensemble; None with under two names.

    `hints` are mixed into the likelihoods of their percentages by their weights.
    """
    classes = {
        name: np.mean([_softmax(member.classes[name]) for member in members], 0)
        for name in ("status", "nature", "basis", "sharing")
    }
    stake = np.mean([1 / (1 + np.exp(-member.classes["stake"][:, 0])) for member in members], 0)
    names = np.mean([_softmax(member.names[..., :2], axis=1) for member in members], 0)
    others = np.mean([_softmax(_with_none(member), axis=1) for member in members], 0)
    mentions = np.mean([member.mentions for member in members], 0)
    dates = np.mean([_dates(member, shown) for member in members], 0)
    found: list[Proposal | None] = []
    for row, entities in enumerate(shown.entities):
        count = len(entities)
        if count < 2:
            found.append(None)
            continue
        holder, company = names[row, :count, 0], names[row, :count, 1]
        if hint := hints.get(shown.percents[row]):
            held = np.array([entity in hint.holders for entity in entities]) / len(hint.holders)
            owner = np.array([entity == hint.company for entity in entities])
            holder = (1 - hint.weight) * holder + hint.weight * held
            company = (1 - hint.weight) * company + hint.weight * owner
            stake[row] += hint.weight * (1 - stake[row])
        first, owned = max(
            ((h, c) for h, c in product(range(count), repeat=2) if h != c),
            key=lambda pair: holder[pair[0]] * company[pair[1]],
        )
        sharing = network.SHARING[int(classes["sharing"][row].argmax())]
        holders = [first]
        if sharing != "one":
            likely = [n for n in np.argsort(-holder).tolist() if n != owned and holder[n] >= _TOGETHER * holder[first]]
            holders = likely[:_MOST_HOLDERS] if first in likely[:_MOST_HOLDERS] else holders

        def place(number: int, role: int, row: int = row, entities: list[int] = entities) -> Place:
            columns = np.flatnonzero(shown.entity[row] == number)
            best = int(columns[mentions[row, columns, role].argmax()])
            return Place(entities[number], shown.units[row][best])

        other = int(others[row].argmax())
        when = int(dates[row].argmax())
        found.append(
            Proposal(
                percent=shown.percents[row],
                stake=float(stake[row]),
                sure=float(stake[row] * holder[first] * company[owned]),
                holders=tuple(place(number, 0) for number in holders),
                together=sharing == "joint",
                company=place(owned, 1),
                counterparty=place(other, 2) if other < count and other not in (*holders, owned) else None,
                date=reading.units[shown.units[row][when]].date if when < mentions.shape[1] else None,
                status=_chosen(network.STATUS, classes["status"][row]),
                nature=_chosen(network.NATURE, classes["nature"][row]),
                bases=_BASES[int(classes["basis"][row].argmax())],
            )
        )
    return found


def _chosen(names: Sequence[_Name], likelihoods: Floats) -> _Name:
    return names[int(likelihoods.argmax())]


def _with_none(member: Scores) -> Floats:
    return np.concatenate([member.names[..., 2], member.classes["no counterparty"]], 1)


def _dates(member: Scores, shown: Windows) -> Floats:
    dated = np.where(shown.date[:, : member.mentions.shape[1]] > 0, member.mentions[..., -1], -1e9)
    return _softmax(np.concatenate([dated, member.classes["no date"]], 1))


def _softmax(logits: Floats, axis: int = -1) -> Floats:
    raised = np.exp(logits - logits.max(axis, keepdims=True))
    likely: Floats = raised / raised.sum(axis, keepdims=True)
    return likely
