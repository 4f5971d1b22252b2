"""The network in numpy: dilated convolutions over a window, then a score for each name and classes for the percentage.

Trained by models/training/stakes.py with the same arithmetic. Gated convolutions as in Dauphin et al. 2017
("Language modeling with gated convolutional networks"), dilated as in Strubell et al. 2017 (ID-CNN).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.extraction.reading.windows import ENTITIES, Ints
from pipeline.records import Nature, Status

DILATIONS = (1, 2, 4, 8, 1, 2)
ROLES = ("holder", "company", "counterparty", "as_of")
ATTENTION = len(ROLES)  # one more score of each unit: how much it says about the classes
STATUS: tuple[Status, ...] = ("current", "past", "planned", "possible", "denied")
NATURE: tuple[Nature, ...] = ("holding", "purchase", "sale")
BASIS = ("capital", "votes", "both")
SHARING = ("one", "each", "joint")  # how several holders have the figure
_CLASSES = {"stake": 1, "no counterparty": 1, "no date": 1, "status": 5, "nature": 3, "basis": 3, "sharing": 3}
OUTPUTS = sum(_CLASSES.values())
_AT_ONCE = 64  # windows

Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Scores:
    """Of each percentage: logits of being a stake, of each name per role, of each date, and of the classes."""

    classes: dict[str, Floats]  # name → (rows, classes)
    names: Floats  # (rows, ENTITIES, roles without as_of); -1e9 where there is no such name
    mentions: Floats  # (rows, LENGTH, roles): where a name or date got its score


def forward(weights: Mapping[str, Floats], window: Mapping[str, Ints]) -> Scores:
    """Scores of the windows that `windows.joined` gives; a few at a time, so that memory stays bounded."""
    parts = [
        _forward(weights, {name: array[begin : begin + _AT_ONCE] for name, array in window.items()})
        for begin in range(0, len(window["word"]), _AT_ONCE)
    ]
    return Scores(
        {name: np.concatenate([part.classes[name] for part in parts]) for name in _CLASSES},
        np.concatenate([part.names for part in parts]),
        np.concatenate([part.mentions for part in parts]),
    )


def _forward(weights: Mapping[str, Floats], window: Mapping[str, Ints]) -> Scores:
    word = window["word"]
    filled = (word > 0)[..., None].astype(np.float32)
    x: Floats = weights["word"][word] + weights["lemma"][window["lemma"]]
    x += weights["suffix"][window["suffix"]] * (0.5 + (word == 1)[..., None]).astype(np.float32)
    for name in ("position", "place", "cue", "flag"):
        x += weights[name][window[name]]
    x = x * filled
    for layer, dilation in enumerate(DILATIONS):
        h = _norm(x, weights[f"scale{layer}"], weights[f"shift{layer}"]) * filled
        padded = np.pad(h, ((0, 0), (dilation, dilation), (0, 0)))
        three = np.concatenate([padded[:, : -2 * dilation], h, padded[:, 2 * dilation :]], -1)
        both = _times(three, weights[f"kernel{layer}"]) + weights[f"bias{layer}"]
        half = both.shape[-1] // 2
        x = (x + both[..., :half] * _sigmoid(both[..., half:])) * filled
    x = _norm(x, weights["scale"], weights["shift"]) * filled
    centre = x[np.arange(len(x)), window["centre"]] + weights["value"][window["value"]]
    beside = np.broadcast_to(centre[:, None], x.shape)
    hidden = _gelu(_times(np.concatenate([x, beside, x * beside], -1), weights["pair"]) + weights["pair_bias"])
    scored = _times(hidden, weights["roles"])
    return Scores(
        _classes(weights, window, x, centre, scored[..., ATTENTION]), _names(window, scored), scored[..., :ATTENTION]
    )


def _names(window: Mapping[str, Ints], scored: Floats) -> Floats:
    names = np.full((len(scored), ENTITIES, len(ROLES) - 1), -1e9, np.float32)
    rows, columns = np.nonzero(window["entity"] >= 0)
    np.logaddexp.at(names, (rows, window["entity"][rows, columns]), scored[rows, columns, : len(ROLES) - 1])
    return names


def _classes(
    weights: Mapping[str, Floats], window: Mapping[str, Ints], x: Floats, centre: Floats, attention: Floats
) -> dict[str, Floats]:
    """From the percentage itself, and from the units of its sentence by the attention that they get."""
    same = (window["place"] == 5) | ((window["place"] == 1) & (window["position"] > 0))
    raised = np.exp(np.where(same, attention, -1e9) - np.where(same, attention, -1e9).max(1, keepdims=True))
    context = ((raised / raised.sum(1, keepdims=True))[:, None] @ x)[:, 0]
    hidden = _gelu(np.concatenate([centre, context], -1) @ weights["class"] + weights["class_bias"])
    logits = hidden @ weights["classes"] + weights["classes_bias"]
    borders = np.cumsum(list(_CLASSES.values()))[:-1]
    return dict(zip(_CLASSES, np.split(logits, borders, axis=-1), strict=True))


def _times(x: Floats, matrix: Floats) -> Floats:
    """x @ matrix as one product of two matrices; numpy would make one for each row of the batch."""
    product: Floats = x.reshape(-1, x.shape[-1]) @ matrix
    return product.reshape(*x.shape[:-1], matrix.shape[-1])


def _norm(x: Floats, scale: Floats, shift: Floats) -> Floats:
    mean = x.mean(-1, keepdims=True)
    variance = x.var(-1, keepdims=True)
    normal: Floats = (x - mean) / np.sqrt(variance + 1e-5) * scale + shift
    return normal


def _sigmoid(x: Floats) -> Floats:
    return np.float32(1) / (1 + np.exp(-x))


def _gelu(x: Floats) -> Floats:
    inner: Floats = np.float32((2 / np.pi) ** 0.5) * (x + np.float32(0.044715) * x**3)
    activated: Floats = np.float32(0.5) * x * (1 + np.tanh(inner))
    return activated


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
