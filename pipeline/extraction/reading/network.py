"""The network: an article is encoded once; expressions are resolved to names; names are found for each percentage.

1. `encode`: each unit as its surroundings make it.
2. `resolve`: for each expression ("le groupe", "qui", "son") how likely it stands for each entity, or for none.
3. `relate`: for each percentage how likely each place around it, name or expression, plays each role, or that who plays
   it is not told there; with 2, how likely each entity does. And what kind of statement it is.

The same arithmetic runs in numpy here and in jax where it is trained (models/training/stakes.py), which hands in its
own `Backend`. Gated convolutions as in Dauphin et al. 2017 ("Language modeling with gated convolutional networks"),
dilated as in Strubell et al. 2017 (ID-CNN); a sentence pooled for each percentage by attention with relative distances;
expressions resolved by scoring each with each entity, as mention-ranking coreference does (Lee et al. 2017).

All arrays have a first axis for articles (A). Further axes: L units, P percentages, M mentions, X expressions, N places
(the mentions, then the expressions), K slots (places around a percentage), E entities, D dates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction.reading.arrays import Arrays, distance
from pipeline.extraction.reading.relations import Relations, relations
from pipeline.records import Nature, Status

DILATIONS = (1, 2, 4, 8, 1, 2, 4, 1)
HEADS, POOLED = 4, 32  # of the attention that pools a sentence, and the numbers that each gives
ROLES = ("holder", "company", "counterparty")
STATUS: tuple[Status, ...] = ("current", "past", "planned", "possible", "denied")
NATURE: tuple[Nature, ...] = ("holding", "purchase", "sale")
BASIS = ("capital", "votes", "both")
SHARING = ("one", "each", "joint")  # how several holders have the figure
CLASSES = {"stake": 1, "no date": 1, "status": 5, "nature": 3, "basis": 3, "sharing": 3}
OUTPUTS = sum(CLASSES.values())
EMBEDDED = ("cue", "flag", "zone", "kind", "line", "family")
PAIRED = ("distance", "place", "percents", "names")
LINKED = ("distance", "rank", "place", "match")
NAMED = ("label", "flag", "kind")  # what a place itself tells, seen once more beside each percentage
_FAR = 400  # units beyond which distances are all alike
_BESIDE = 6  # units that count as the sentence of a percentage whatever the boundaries say
_BETWEEN = 40  # units between place and percentage whose mean is seen
AT_ONCE = 32  # percentages
_DECAYS = (6.0, 25.0, 100.0)  # units after which what was spoken of is half forgotten, or so
_NOTHING = -1e9
_STEPS = distance(np.arange(-_FAR, _FAR + 1, dtype=np.int32))

Floats = NDArray[np.floating[Any]]
Batch = Mapping[str, Any]


@dataclass(frozen=True)
class Backend:
    """numpy or jax.numpy, what drops values in training, and what is quicker there in another way.

    `row` gives rows of a small table, `at` those of x (A, L, …) at places (A, N), `running_sum` a sum along the units.
    """

    xp: Any = np
    drop: Callable[[Any], Any] = lambda x: x
    running_sum: Callable[[Any], Any] = lambda x: np.cumsum(x, 1)
    row: Callable[[Any, Any], Any] = lambda table, numbers: table[numbers]
    at: Callable[[Any, Any], Any] = lambda x, places: x[np.arange(len(x))[:, None], places]


@dataclass(frozen=True)
class Related:
    """What `relate` gives: log-likelihoods and logits, with their axes."""

    slots: Any  # (A, P, K + 2, 3) log: each slot; told elsewhere; by nobody (counterparty only)
    absent: Any  # (A, P, E, 3) log: each entity where it is told elsewhere
    dates: Any  # (A, P, D)
    classes: Any  # (A, P, OUTPUTS)


@dataclass(frozen=True)
class Scores:
    """Scores of some percentages of one article, beside their relations.

    `roles` (P, E + 1, 3) are likelihoods, the last that nobody plays the role; `resolved` (X, E + 1) those of
    expressions, the last that one stands for no name; `slots` (P, K + 2, 3) those of places; `classes` (P, …) by name
    and `dates` (P, D) are logits.
    """

    relations: Relations
    classes: dict[str, Floats]
    roles: Floats
    slots: Floats
    resolved: Floats
    dates: Floats


def in_parts(article: Arrays) -> list[Relations]:
    """A few percentages and what is around them at a time: memory stays bounded."""
    return [relations(article, slice(begin, begin + AT_ONCE)) for begin in range(0, len(article.percents), AT_ONCE)]


def score(weights: Mapping[str, Floats], article: Arrays, around: Sequence[Relations]) -> list[Scores]:
    """The scores of one article, part by part."""
    backend = Backend()
    encoded = encode(weights, {name: array[None] for name, array in article.units.items()}, backend)
    parts = []
    for chosen in around:
        batch = {name: array[None] for name, (_, array) in chosen.arrays(article.units).items()}
        resolved = resolve(weights, encoded, batch, backend)
        found = relate(weights, encoded, resolved, batch, backend)
        roles = playing(found, meaning(batch, np.exp(resolved[..., :-1]), np), batch, backend)
        classes = split(found.classes[0])
        parts.append(Scores(chosen, classes, roles[0], np.exp(found.slots[0]), np.exp(resolved[0]), found.dates[0]))
    return parts


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
        x = x + backend.row(weights[name], units[name])
    x = backend.drop(x) * filled
    width = x.shape[-1]
    for layer, dilation in enumerate(DILATIONS):
        h = _norm(xp, x, weights[f"scale{layer}"], weights[f"shift{layer}"]) * filled
        before, after = _beside(xp, h, dilation)
        three = xp.concatenate([before, h, after], -1)
        both = _times(three, weights[f"kernel{layer}"]) + weights[f"bias{layer}"]
        x = (x + backend.drop(both[..., :width] * _sigmoid(xp, both[..., width:]))) * filled
    return _norm(xp, x, weights["scale"], weights["shift"]) * filled


def resolve(weights: Mapping[str, Any], x: Any, batch: Batch, backend: Backend) -> Any:
    """(A, X, E + 1): log-likelihoods of what each expression stands for; the last is no entity of the article.

    Scored twice: the second time it is known what the expressions before are likely to stand for.
    """
    xp, drop = backend.xp, backend.drop
    own, entity = backend.at(x, batch["expression"]), _entities(x, batch, backend)
    hidden = (own @ weights["ro"])[:, :, None] + (entity @ weights["re"])[:, None] + weights["rb"]
    hidden = hidden + ((own @ weights["rop"])[:, :, None] * (entity @ weights["rep"])[:, None]) @ weights["rp"]
    for name in LINKED:
        hidden = hidden + backend.row(weights[f"link {name}"], batch[f"link {name}"])
    hidden = drop(_gelu(xp, hidden))
    none = drop(_gelu(xp, own @ weights["rn"] + weights["rnb"])) @ weights["rnout"]
    exists = batch["which"].any(1)[:, None]
    first = _log_softmax(xp, _or_none(xp, hidden @ weights["rout"], exists, none[..., :1]), -1)
    spoken = _spoken_of(xp, batch, batch["expression"], xp.exp(first[..., :-1]))
    again = drop(_gelu(xp, hidden @ weights["r2"] + spoken @ weights["rs"] + weights["r2b"]))
    return _log_softmax(xp, _or_none(xp, again @ weights["r2out"], exists, none[..., 1:]), -1)


def relate(weights: Mapping[str, Any], x: Any, resolved: Any, batch: Batch, backend: Backend) -> Related:
    """What each percentage says, and who plays which role in it; `resolved` as `resolve` gives it."""
    xp, drop = backend.xp, backend.drop
    told = backend.at(x, batch["percent"]) + backend.row(weights["value"], batch["value"])
    sentence = drop(_pooled(weights, x, told, batch, backend))
    told = drop(told)
    likely = xp.exp(resolved[..., :-1])
    entity = _entities(x, batch, backend)
    which = batch["which"].astype(x.dtype)
    units = xp.concatenate([batch["mention"], batch["expression"]], 1)
    place = backend.at(x, units)
    meant = xp.concatenate([which @ entity, likely @ entity], 1)  # each place as what it stands for
    slot = batch["slot"].reshape(batch["slot"].shape[0], -1)
    shape = batch["slot"].shape

    def at_slots(values: Any) -> Any:
        return backend.at(values, slot).reshape(*shape, values.shape[-1])

    hidden = at_slots(place @ weights["m1"] + meant @ weights["e1"])
    hidden = hidden + (told @ weights["c1"] + sentence @ weights["s1"])[:, :, None] + weights["h1b"]
    hidden = hidden + _between(x, batch, _of_places(xp, units, slot).reshape(shape), backend) @ weights["b1"]
    hidden = hidden + (at_slots(place @ weights["mp"]) * (told @ weights["cp"])[:, :, None]) @ weights["x1"]
    hidden = hidden + (at_slots(meant @ weights["ep"]) * (sentence @ weights["sp"])[:, :, None]) @ weights["y1"]
    for name in PAIRED:
        hidden = hidden + backend.row(weights[f"pair {name}"], batch[f"pair {name}"])
    for name in NAMED:
        hidden = hidden + at_slots(backend.row(weights[f"name {name}"], _of_places(xp, batch[name], units)))
    hidden = drop(_gelu(xp, hidden))
    hidden = drop(_gelu(xp, hidden @ weights["h2"] + weights["h2b"]))
    slots = xp.where(batch["is slot"][..., None], hidden @ weights["roles"], _NOTHING)
    both = drop(xp.concatenate([told, sentence], -1))
    classes = drop(_gelu(xp, both @ weights["k1"] + weights["k1b"]))
    elsewhere = (classes @ weights["ka"] + weights["kab"]).reshape(*classes.shape[:-1], 2, len(ROLES))
    nobody = xp.where(xp.arange(len(ROLES)) == ROLES.index("counterparty"), elsewhere[..., 1, :], _NOTHING)
    slots = xp.concatenate([slots, elsewhere[..., :1, :], nobody[..., None, :]], 2)
    dated = backend.at(x, batch["date"]) @ weights["dm"]
    dates = dated[:, None] + (told @ weights["dc"] + sentence @ weights["ds"])[:, :, None]
    dates = _gelu(xp, dates + backend.row(weights["pair date"], batch["date distance"])) @ weights["dout"]
    return Related(
        _log_softmax(xp, slots, 2),
        _absent(weights, told, sentence, entity, likely, batch, backend),
        xp.where(batch["is date"][:, None], dates[..., 0], _NOTHING),
        classes @ weights["k2"] + weights["k2b"],
    )


def meaning(batch: Batch, resolved: Any, xp: Any) -> Any:
    """(A, N, E): how likely each place stands for each entity; `resolved` (A, X, E) for the expressions."""
    return xp.concatenate([batch["which"].astype(resolved.dtype), resolved], 1)


def playing(found: Related, meaning: Any, batch: Batch, backend: Backend) -> Any:
    """(A, P, E + 1, 3): how likely each entity plays each role; the last: nobody."""
    xp = backend.xp
    shape = batch["slot"].shape
    stood = backend.at(meaning, batch["slot"].reshape(shape[0], -1)).reshape(*shape, meaning.shape[-1])
    share = xp.exp(found.slots)
    told = xp.einsum("apke,apkr->aper", stood, share[:, :, :-2])
    told = told + share[:, :, -2][:, :, None] * xp.exp(found.absent)
    return xp.concatenate([told, share[:, :, -1][:, :, None]], 2)


def _absent(
    weights: Mapping[str, Any], told: Any, sentence: Any, entity: Any, likely: Any, batch: Batch, backend: Backend
) -> Any:
    """(A, P, E, 3): log-likelihoods of the entities for a role that is not told around the percentage."""
    xp, drop = backend.xp, backend.drop
    hidden = (entity @ weights["ae"])[:, None] + (told @ weights["ac"] + sentence @ weights["as"])[:, :, None]
    hidden = hidden + ((entity @ weights["aep"])[:, None] * (sentence @ weights["asp"])[:, :, None]) @ weights["ap"]
    hidden = hidden + _spoken_of(xp, batch, batch["percent"], likely) @ weights["aa"] + weights["ab"]
    for name in LINKED:
        hidden = hidden + backend.row(weights[f"absent {name}"], batch[f"absent {name}"])
    logits = drop(_gelu(xp, hidden)) @ weights["aout"]
    return _log_softmax(xp, xp.where(batch["which"].any(1)[:, None, :, None], logits, _NOTHING), 2)


def _entities(x: Any, batch: Batch, backend: Backend) -> Any:
    """(A, E, width): each entity as the mean of its mentions."""
    xp, which = backend.xp, batch["which"].astype(x.dtype)
    return xp.swapaxes(which, 1, 2) @ backend.at(x, batch["mention"]) / xp.maximum(which.sum(1), 1)[..., None]


def _spoken_of(xp: Any, batch: Batch, units: Any, likely: Any) -> Any:
    """(A, units, E, decays): how much each entity was spoken of before some units, by name or otherwise, of late."""
    places = xp.concatenate([batch["mention"], batch["expression"]], 1)
    since = (units[:, :, None] - places[:, None]).astype(likely.dtype)
    stood = meaning(batch, likely * batch["is expression"][..., None], xp)
    before = [xp.where(since > 0, xp.exp(-xp.maximum(since, 0) / decay), 0) @ stood for decay in _DECAYS]
    return xp.log(xp.stack(before, -1) + 0.01)


def _or_none(xp: Any, logits: Any, exists: Any, none: Any) -> Any:
    return xp.concatenate([xp.where(exists, logits[..., 0], _NOTHING), none], -1)


def _log_softmax(xp: Any, logits: Any, axis: int) -> Any:
    moved = logits - logits.max(axis, keepdims=True)
    return moved - xp.log(xp.exp(moved).sum(axis, keepdims=True))


def _pooled(weights: Mapping[str, Any], x: Any, told: Any, batch: Batch, backend: Backend) -> Any:
    """(A, P, HEADS * POOLED): what the sentence of each percentage says, by attention."""
    xp = backend.xp
    articles, length, _ = x.shape
    query = (told @ weights["pq"]).reshape(articles, -1, HEADS, POOLED)
    key = (x @ weights["pk"]).reshape(articles, length, HEADS, POOLED)
    value = (x @ weights["pv"]).reshape(articles, length, HEADS, POOLED)
    apart = xp.arange(length)[None, None] - batch["percent"][..., None]
    steps = xp.asarray(_STEPS)[xp.clip(apart, -_FAR, _FAR) + _FAR]
    logits = xp.einsum("apkd,alkd->apkl", query, key) / POOLED**0.5 + xp.moveaxis(
        backend.row(weights["prel"], steps), -1, 2
    )
    own = xp.take_along_axis(batch["sentence"], batch["percent"], 1)
    near = ((batch["sentence"][:, None] == own[..., None]) | (xp.abs(apart) <= _BESIDE)) & batch["filled"][:, None]
    logits = xp.where(near[:, :, None], logits, _NOTHING)
    raised = xp.exp(logits - logits.max(-1, keepdims=True))
    attention = raised / raised.sum(-1, keepdims=True)
    return xp.einsum("apkl,alkd->apkd", attention, value).reshape(articles, -1, HEADS * POOLED)


def _between(x: Any, batch: Batch, units: Any, backend: Backend) -> Any:
    """(A, P, K, width): the mean of what stands between slot and percentage, where they are not far apart."""
    xp, sums = backend.xp, backend.running_sum(x)
    apart = batch["percent"][..., None] - units
    gap = xp.abs(apart) + 1
    weight = xp.where(gap < _BETWEEN, xp.sign(apart) / gap, 0).astype(x.dtype)
    stood = backend.at(sums, units.reshape(units.shape[0], -1)).reshape(*units.shape, x.shape[-1])
    return (backend.at(sums, batch["percent"])[:, :, None] - stood) * weight[..., None]


def _beside(xp: Any, x: Any, apart: int) -> tuple[Any, Any]:
    """x moved so that each unit has what stands so many units before it, and after it; zeros beyond the ends."""
    nothing = xp.zeros_like(x[:, :apart])
    if x.shape[1] <= apart:
        return nothing, nothing
    return xp.concatenate([nothing, x[:, :-apart]], 1), xp.concatenate([x[:, apart:], nothing], 1)


def _of_places(xp: Any, values: Any, places: Any) -> Any:
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
