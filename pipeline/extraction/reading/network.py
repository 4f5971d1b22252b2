"""The network: an article is encoded once, then each name and date is scored for each percentage.

The same arithmetic runs in numpy here and in jax where it is trained (models/training/stakes.py), which hands in its
own `Backend`. Gated convolutions as in Dauphin et al. 2017 ("Language modeling with gated convolutional networks"),
dilated as in Strubell et al. 2017 (ID-CNN); a sentence pooled for each percentage by attention with relative distances.

All arrays have a first axis for articles (A). Further axes: L units, P percentages, M mentions, E entities, D dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction.reading.arrays import Arrays, Ints, distance
from pipeline.records import Nature, Status

DILATIONS = (1, 2, 4, 8, 1, 2, 4, 1)
HEADS, POOLED = 4, 32  # of the attention that pools a sentence, and the numbers that each gives
ROLES = ("holder", "company", "counterparty")
STATUS: tuple[Status, ...] = ("current", "past", "planned", "possible", "denied")
NATURE: tuple[Nature, ...] = ("holding", "purchase", "sale")
BASIS = ("capital", "votes", "both")
SHARING = ("one", "each", "joint")  # how several holders have the figure
CLASSES = {"stake": 1, "no counterparty": 1, "no date": 1, "status": 5, "nature": 3, "basis": 3, "sharing": 3}
OUTPUTS = sum(CLASSES.values())
EMBEDDED = ("cue", "flag", "zone", "kind", "line")
PAIRED = ("distance", "place", "percents", "names", "match")
NAMED = ("label", "flag", "kind")  # what a mention itself tells, seen once more beside each percentage
_FAR = 400  # units beyond which distances are all alike
_BESIDE = 6  # units that count as the sentence of a percentage whatever the boundaries say
_BETWEEN = 40  # units between name and percentage whose mean is seen
_AT_ONCE = 32  # percentages
_MOST_FIRST, _MOST_NEAR = 40, 160  # mentions that are looked at: of title and lead, around the percentages
_NOTHING = -1e9
_STEPS = distance(np.arange(-_FAR, _FAR + 1, dtype=np.int32))

Floats = NDArray[np.floating[Any]]
Batch = Mapping[str, Any]


@dataclass(frozen=True)
class Backend:
    """numpy or jax.numpy, what drops values in training, and how a running sum over the units is made."""

    xp: Any = np
    drop: Callable[[Any], Any] = lambda x: x
    running_sum: Callable[[Any], Any] = lambda x: np.cumsum(x, 1)


@dataclass(frozen=True)
class Scores:
    """Logits of one article: `classes` (P, …) by name, `roles` (P, E, 3), `mentions` (P, M, 3), `dates` (P, D)."""

    classes: dict[str, Floats]
    roles: Floats
    mentions: Floats
    dates: Floats


def score(weights: Mapping[str, Floats], article: Arrays, entities: int) -> Scores:
    """The scores of one article; a few percentages and the names around them at a time: memory stays bounded."""
    backend = Backend()
    encoded = encode(weights, {name: array[None] for name, array in article.units.items()}, backend)
    shape = (len(article.percents), entities, len(ROLES))
    roles = np.full(shape, _NOTHING, np.float32)
    mentions = np.full((shape[0], len(article.mentions), shape[2]), _NOTHING, np.float32)
    dates = np.full(article.date_distances.shape, _NOTHING, np.float32)
    classes = np.zeros((shape[0], OUTPUTS), np.float32)
    for begin in range(0, shape[0], _AT_ONCE):
        rows = slice(begin, begin + _AT_ONCE)
        near = _near(article, article.percents[rows])
        present, local = np.unique(article.entities[near], return_inverse=True)
        part = relate(
            weights, encoded, batch_of(article.chosen(rows, near), local.astype(np.int32), len(present)), backend
        )
        roles[rows, present], mentions[rows, near], dates[rows], classes[rows] = (array[0] for array in part)
    return Scores(split(classes), roles, mentions, dates)


def _near(article: Arrays, percents: Ints) -> Ints:
    """Mentions in title and lead, and those that stand closest to the percentages."""
    apart = np.maximum(percents.min() - article.mentions, article.mentions - percents.max()).clip(0)
    first = np.flatnonzero(article.units["zone"][article.mentions] < 2)[:_MOST_FIRST]
    chosen: Ints = np.union1d(first, np.argsort(apart, kind="stable")[:_MOST_NEAR])
    return chosen


def batch_of(article: Arrays, entities: Ints, count: int) -> dict[str, Any]:
    """One article as a batch of one; `entities` are those of its mentions, numbered from 0 to `count`."""
    which = entities[:, None] == np.arange(count)
    single = {
        **article.units,
        "filled": np.ones(len(article.units["word"]), bool),
        "percent": article.percents,
        "value": article.values,
        "mention": article.mentions,
        "date": article.dates,
        "date distance": article.date_distances,
        "which": which,
        "is date": np.ones(len(article.dates), bool),
        **article.pairs,
    }
    return {name: array[None] for name, array in single.items()}


def split(classes: Any) -> dict[str, Any]:
    """The last axis cut into the named classes."""
    borders = np.cumsum(list(CLASSES.values()))
    return {name: classes[..., end - size : end] for (name, size), end in zip(CLASSES.items(), borders, strict=True)}


def encode(weights: Mapping[str, Any], units: Batch, backend: Backend) -> Any:
    """(A, L, width): each unit as its surroundings make it."""
    xp, word = backend.xp, units["word"]
    filled = (word > 0)[..., None]
    x = weights["word"][word] + weights["lemma"][units["lemma"]]
    x = x + weights["suffix"][units["suffix"]] * xp.where(word == 1, 1.5, 0.5).astype(x.dtype)[..., None]
    for name in EMBEDDED:
        x = x + weights[name][units[name]]
    x = backend.drop(x) * filled
    width = x.shape[-1]
    for layer, dilation in enumerate(DILATIONS):
        h = _norm(xp, x, weights[f"scale{layer}"], weights[f"shift{layer}"]) * filled
        before, after = _beside(xp, h, dilation)
        three = xp.concatenate([before, h, after], -1)
        both = _times(three, weights[f"kernel{layer}"]) + weights[f"bias{layer}"]
        x = (x + backend.drop(both[..., :width] * _sigmoid(xp, both[..., width:]))) * filled
    return _norm(xp, x, weights["scale"], weights["shift"]) * filled


def relate(weights: Mapping[str, Any], x: Any, batch: Batch, backend: Backend) -> tuple[Any, Any, Any, Any]:
    """Logits of entities (A, P, E, 3), mentions (A, P, M, 3), dates (A, P, D) and classes (A, P, OUTPUTS)."""
    xp, drop = backend.xp, backend.drop
    told = _at(xp, x, batch["percent"]) + weights["value"][batch["value"]]
    sentence = _pooled(weights, x, told, batch, xp)
    named = _at(xp, x, batch["mention"])
    which = batch["which"].astype(x.dtype)
    counts = xp.maximum(which.sum(1), 1)[..., None]
    entity = which @ (xp.swapaxes(which, 1, 2) @ named / counts)  # each mention as the mean of its entity's
    between = _between(x, batch, backend)
    told, sentence = drop(told), drop(sentence)
    own = named @ weights["m1"] + entity @ weights["e1"]
    context = told @ weights["c1"] + sentence @ weights["s1"]
    hidden = own[:, None] + context[:, :, None] + between @ weights["b1"] + weights["h1b"]
    hidden = hidden + ((named @ weights["mp"])[:, None] * (told @ weights["cp"])[:, :, None]) @ weights["x1"]
    hidden = hidden + ((entity @ weights["ep"])[:, None] * (sentence @ weights["sp"])[:, :, None]) @ weights["y1"]
    for name in PAIRED:
        hidden = hidden + weights[f"pair {name}"][batch[name]]
    for name in NAMED:
        hidden = hidden + weights[f"name {name}"][_of_mentions(xp, batch[name], batch["mention"])][:, None]
    hidden = drop(_gelu(xp, hidden))
    hidden = drop(_gelu(xp, hidden @ weights["h2"] + weights["h2b"]))
    mentions = hidden @ weights["roles"]
    shown = xp.where(batch["which"][:, None, :, :, None], mentions[:, :, :, None], _NOTHING)
    highest = shown.max(2)
    roles = highest + xp.log(xp.exp(shown - highest[:, :, None]).sum(2))
    dated = _at(xp, x, batch["date"]) @ weights["dm"]
    dates = dated[:, None] + (told @ weights["dc"] + sentence @ weights["ds"])[:, :, None]
    dates = _gelu(xp, dates + weights["pair date"][batch["date distance"]]) @ weights["dout"]
    dates = xp.where(batch["is date"][:, None], dates[..., 0], _NOTHING)
    both = drop(xp.concatenate([told, sentence], -1))
    classes = drop(_gelu(xp, both @ weights["k1"] + weights["k1b"])) @ weights["k2"] + weights["k2b"]
    return roles, mentions, dates, classes


def _pooled(weights: Mapping[str, Any], x: Any, told: Any, batch: Batch, xp: Any) -> Any:
    """(A, P, HEADS * POOLED): what the sentence of each percentage says, by attention."""
    articles, length, _ = x.shape
    query = (told @ weights["pq"]).reshape(articles, -1, HEADS, POOLED)
    key = (x @ weights["pk"]).reshape(articles, length, HEADS, POOLED)
    value = (x @ weights["pv"]).reshape(articles, length, HEADS, POOLED)
    apart = xp.arange(length)[None, None] - batch["percent"][..., None]
    steps = xp.asarray(_STEPS)[xp.clip(apart, -_FAR, _FAR) + _FAR]
    logits = xp.einsum("apkd,alkd->apkl", query, key) / POOLED**0.5 + xp.moveaxis(weights["prel"][steps], -1, 2)
    own = xp.take_along_axis(batch["sentence"], batch["percent"], 1)
    near = ((batch["sentence"][:, None] == own[..., None]) | (xp.abs(apart) <= _BESIDE)) & batch["filled"][:, None]
    logits = xp.where(near[:, :, None], logits, _NOTHING)
    raised = xp.exp(logits - logits.max(-1, keepdims=True))
    attention = raised / raised.sum(-1, keepdims=True)
    return xp.einsum("apkl,alkd->apkd", attention, value).reshape(articles, -1, HEADS * POOLED)


def _between(x: Any, batch: Batch, backend: Backend) -> Any:
    """(A, P, M, width): the mean of what stands between name and percentage, where they are not far apart."""
    xp, sums = backend.xp, backend.running_sum(x)
    percent, mention = batch["percent"][..., None], batch["mention"][:, None]
    apart = percent - mention
    gap = xp.abs(apart) + 1
    weight = xp.where(gap < _BETWEEN, xp.sign(apart) / gap, 0).astype(x.dtype)
    return (_at(xp, sums, batch["percent"])[:, :, None] - _at(xp, sums, batch["mention"])[:, None]) * weight[..., None]


def _beside(xp: Any, x: Any, apart: int) -> tuple[Any, Any]:
    """x moved so that each unit has what stands so many units before it, and after it; zeros beyond the ends."""
    nothing = xp.zeros_like(x[:, :apart])
    if x.shape[1] <= apart:
        return nothing, nothing
    return xp.concatenate([nothing, x[:, :-apart]], 1), xp.concatenate([x[:, apart:], nothing], 1)


def _at(xp: Any, x: Any, places: Any) -> Any:
    """The rows of x at the places of each article."""
    return x[xp.arange(x.shape[0])[:, None], places]


def _of_mentions(xp: Any, values: Any, places: Any) -> Any:
    return xp.take_along_axis(values, places, 1)


def _times(x: Any, matrix: Any) -> Any:
    """x @ matrix as one product of two matrices; numpy would make one for each row of the batch."""
    return (x.reshape(-1, x.shape[-1]) @ matrix).reshape(*x.shape[:-1], matrix.shape[-1])


def _norm(xp: Any, x: Any, scale: Any, shift: Any) -> Any:
    centred = x - x.mean(-1, keepdims=True)
    return centred / xp.sqrt((centred**2).mean(-1, keepdims=True) + 1e-5) * scale + shift


def _sigmoid(xp: Any, x: Any) -> Any:
    return 1 / (1 + xp.exp(-x))


def _gelu(xp: Any, x: Any) -> Any:
    return 0.5 * x * (1 + xp.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3)))


def read_weights(path: Path) -> list[dict[str, Floats]]:
    """The members of the ensemble that an .npz file holds, in single precision."""
    with np.load(path, allow_pickle=False) as stored:
        members = sorted({name.split("/")[0] for name in stored.files})
        return [
            {
                name.split("/")[1]: stored[name].astype(np.float32)
                for name in stored.files
                if name.startswith(member + "/")
            }
            for member in members
        ]
