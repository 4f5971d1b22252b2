"""Train the network that reads stakes (pipeline/extraction/reading) on annotated articles.

    python models/training/stakes.py data/gold/train.jsonl data/gold/drills.jsonl data/gold/pages.jsonl \\
        --expressions data/gold/expressions.jsonl --out OUT --model models/fr_actionnariat

Writes OUT/weights.npz and OUT/vocabulary. Each member of the ensemble has its own seed and order of examples.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from examples import (
    ENTITIES,
    Truth,
    expressions_of,
    read_by_model,
    reading_of,
    sentences_alone,
    truth_of,
    vocabulary_of,
)

from pipeline.evaluation.gold import read as read_gold
from pipeline.extraction.load import lists_of, load_model
from pipeline.extraction.reading import arrays, network
from pipeline.extraction.reading import relations as related
from pipeline.extraction.reading.arrays import Arrays, Vocabulary
from pipeline.extraction.reading.network import Backend

WIDTH, HIDDEN, LINK = 96, 96, 48
BATCH, RATE, DECAY = 16, 2e-3, 0.02  # articles of 160 units in a batch; fewer where they are longer
DROPOUT, WORD_DROPOUT, LABEL_NOISE = 0.25, 0.15, 0.05
Single = dict[str, tuple[str, np.ndarray]]  # arrays of one article, each with its axes
TINY = 1e-6
MOST_ROWS = 64  # of tables that are looked up by a product
LABELS = ("<ORG>", "<PER>", "<LOC>")
RESOLVING, BY_PREDICTION = 0.3, 0.5  # weights of losses: of expressions; of roles by what expressions are taken for
# units → the most mentions, expressions, percentages, dates and entities that are learned from; what is beyond them is
# left out
SHAPES = {
    96: (16, 24, 12, 4, 12), 160: (20, 40, 12, 4, 16), 256: (32, 64, 16, 8, 24), 420: (48, 96, 24, 8, 32),
    640: (64, 140, 40, 12, 40),
}  # fmt: skip


def initial(sizes: dict[str, int], seed: int) -> dict[str, jnp.ndarray]:
    """Weights before training."""
    draw = np.random.RandomState(seed)

    def normal(rows: int, columns: int, scale: float = 0.0) -> jnp.ndarray:
        return jnp.array(draw.randn(rows, columns) * (scale or rows**-0.5), jnp.float32)

    pooled = network.HEADS * network.POOLED
    weights = {name: normal(size, WIDTH, 0.1) for name, size in (sizes | {"value": arrays.VALUES}).items()}
    for layer in range(len(network.DILATIONS)):
        weights |= {f"kernel{layer}": normal(3 * WIDTH, 2 * WIDTH), f"bias{layer}": jnp.zeros(2 * WIDTH)}
        weights |= {f"scale{layer}": jnp.ones(WIDTH), f"shift{layer}": jnp.zeros(WIDTH)}
    weights |= {"scale": jnp.ones(WIDTH), "shift": jnp.zeros(WIDTH)}
    weights |= {name: normal(WIDTH, pooled) for name in ("pq", "pk", "pv")}
    weights |= {"prel": normal(arrays.DISTANCES, network.HEADS, 0.1)}
    weights |= {name: normal(WIDTH, HIDDEN) for name in ("m1", "c1", "e1", "b1")} | {"s1": normal(pooled, HIDDEN)}
    weights |= {name: normal(WIDTH, 64) for name in ("mp", "cp", "ep")} | {"sp": normal(pooled, 64)}
    weights |= {name: normal(64, HIDDEN, 0.3) for name in ("x1", "y1")}
    paired = (arrays.DISTANCES, related.PLACES, related.BETWEEN_PERCENTS, related.BETWEEN_NAMES)
    weights |= {f"pair {name}": normal(size, HIDDEN, 0.1) for name, size in zip(network.PAIRED, paired, strict=True)}
    weights |= {f"name {name}": normal(sizes[name], HIDDEN, 0.1) for name in network.NAMED}
    weights |= {"h1b": jnp.zeros(HIDDEN), "h2": normal(HIDDEN, HIDDEN), "h2b": jnp.zeros(HIDDEN)}
    weights |= {"roles": normal(HIDDEN, len(network.ROLES), 0.1)}
    weights |= {"dm": normal(WIDTH, 32), "dc": normal(WIDTH, 32), "ds": normal(pooled, 32)}
    weights |= {"pair date": normal(arrays.DISTANCES, 32, 0.1), "dout": normal(32, 1, 0.1)}
    weights |= {"k1": normal(WIDTH + pooled, HIDDEN), "k1b": jnp.zeros(HIDDEN)}
    weights |= {"k2": normal(HIDDEN, network.OUTPUTS, 0.1), "k2b": jnp.zeros(network.OUTPUTS)}
    weights |= {"ka": normal(HIDDEN, 2 * len(network.ROLES), 0.1), "kab": jnp.zeros(2 * len(network.ROLES))}
    weights |= {name: normal(WIDTH, LINK) for name in ("ro", "re", "rn", "ae", "ac")} | {"as": normal(pooled, LINK)}
    weights |= {name: normal(WIDTH, 64) for name in ("rop", "rep", "aep")} | {"asp": normal(pooled, 64)}
    weights |= {name: normal(64, LINK, 0.3) for name in ("rp", "ap")} | {"r2": normal(LINK, LINK)}
    weights |= {name: normal(3, LINK, 0.1) for name in ("rs", "aa")}
    weights |= {name: jnp.zeros(LINK) for name in ("rb", "rnb", "r2b", "ab")}
    linked = {"distance": arrays.DISTANCES, "rank": related.RANKS, "place": related.PLACES}
    for kind, matches in (("link", related.MATCHES), ("absent", related.SENTENCE_MATCHES)):
        weights |= {f"{kind} {name}": normal(size, LINK, 0.1) for name, size in (linked | {"match": matches}).items()}
    weights |= {name: normal(LINK, 1, 0.1) for name in ("rout", "r2out")}
    return weights | {"rnout": normal(LINK, 2, 0.1), "aout": normal(LINK, len(network.ROLES), 0.1)}


def loss(weights: Any, batch: Any, key: Any) -> Any:
    """Cross-entropies of: stake or not; for stakes the names of the roles, the date, the classes; expressions."""
    keys = iter(jax.random.split(key, 32))

    def drop(x: Any) -> Any:
        kept = jax.random.bits(next(keys), x.shape, jnp.uint8) >= 256 * DROPOUT  # bytes: a quarter of the time
        return x * kept / (1 - DROPOUT)

    def running_sum(x: Any) -> Any:
        return jnp.einsum("ij,ajd->aid", jnp.tril(jnp.ones((x.shape[1], x.shape[1]))), x)

    def row(table: Any, numbers: Any) -> Any:  # gradients of products are quicker than those of gathered rows
        return jax.nn.one_hot(numbers, len(table)) @ table if len(table) <= MOST_ROWS else table[numbers]

    def at(x: Any, places: Any) -> Any:
        return jax.nn.one_hot(places, x.shape[1]) @ x

    backend = Backend(jnp, drop, running_sum, row, at)
    encoded = network.encode(weights, blurred(batch, keys), backend)
    resolved = network.resolve(weights, encoded, batch, backend)
    found = network.relate(weights, encoded, resolved, batch, backend)
    classes = network.split(found.classes)
    stake = batch["stake"]
    likely = classes["stake"][..., 0]
    total = (jax.nn.softplus(likely) - likely * stake) * batch["counted"]
    predicted = jnp.exp(resolved[..., :-1]) * batch["is expression"][..., None]
    true = jnp.where(batch["annotated"][..., None], batch["stands for"], predicted)
    for weight, meant in ((1.0, true), (BY_PREDICTION, predicted)):
        playing = network.playing(found, network.meaning(batch, meant, jnp), batch, backend)
        for role, importance in enumerate((1.0, 1.0, 0.3)):
            right = batch["roles"][..., role]
            right = _or_none(right) if role == 2 else jnp.pad(right, ((0, 0), (0, 0), (0, 1)))
            total += weight * importance * stake * pointed(playing[..., role], right, every=role == 0)
    dated = jax.nn.softmax(jnp.concatenate([found.dates, classes["no date"]], -1))
    total += 0.3 * stake * pointed(dated, _or_none(batch["right date"]), every=False)
    for name, weight in (("status", 1.0), ("nature", 1.0), ("basis", 0.3), ("sharing", 0.3)):
        chosen = jnp.take_along_axis(jax.nn.log_softmax(classes[name], -1), batch[name][..., None], -1)
        total -= weight * stake * chosen[..., 0]
    resolving = pointed(jnp.exp(resolved), _or_none(batch["stands for"]), every=True) * batch["annotated"]
    total = (total * batch["is percent"]).sum() + RESOLVING * resolving.sum()
    return total / batch["is percent"].sum()


def blurred(batch: Any, keys: Iterator[Any]) -> Any:
    """The units with some words and suffixes hidden and some names under another label."""
    word, lemma, suffix = batch["word"], batch["lemma"], batch["suffix"]
    is_name = batch["is name"]
    hidden = jax.random.bernoulli(next(keys), WORD_DROPOUT, word.shape) & ~is_name & (word > 0)
    word, lemma = jnp.where(hidden, arrays.UNKNOWN, word), jnp.where(hidden, arrays.UNKNOWN, lemma)
    suffix = jnp.where(jax.random.bernoulli(next(keys), WORD_DROPOUT, word.shape), 0, suffix)
    other = jax.random.bernoulli(next(keys), LABEL_NOISE, word.shape) & is_name
    choice = jax.random.randint(next(keys), word.shape, 0, len(LABELS))
    word = jnp.where(other, batch["labels"][0][choice], word)
    return batch | {"word": word, "lemma": jnp.where(other, batch["labels"][1][choice], lemma), "suffix": suffix}


def pointed(likely: Any, right: Any, *, every: bool) -> Any:
    """Cross-entropy of likelihoods pointing to the right ones: to every one alike, or to any."""
    count = right.astype(bool).sum(-1)
    each = -jnp.where(right > 0, jnp.log(likely + TINY), 0).sum(-1) / jnp.maximum(count, 1)
    some = -jnp.log(jnp.where(right > 0, likely, 0).sum(-1) + TINY)
    return jnp.where(count > 0, each if every else some, 0)


def _or_none(right: Any) -> Any:
    return jnp.concatenate([right, (right.sum(-1, keepdims=True) == 0).astype(jnp.float32)], -1)


class Shelf:
    """The training articles as padded batches; articles of like length come together, so that little is padding."""

    def __init__(self, examples: Sequence[tuple[Arrays, Truth]], vocabulary: Vocabulary) -> None:
        self._labels = tuple(np.array([vocabulary[label][side] for label in LABELS], np.int32) for side in (0, 1))
        self._by_length: dict[int, list[Single]] = {length: [] for length in SHAPES}
        for article, truth in examples:
            needed = len(article.units["word"])
            length = next((length for length in SHAPES if length >= needed), max(SHAPES))
            if single := one_of_a_batch(article, truth, length):
                self._by_length[length].append(single)

    def batches(self, order: random.Random) -> list[tuple[int, list[Single]]]:
        """(length, examples) of one epoch; what does not fill a batch waits for the next epoch."""
        result = []
        for length, examples in self._by_length.items():
            order.shuffle(examples)
            size = max(4, BATCH * 160 // length)
            result += [(length, examples[i : i + size]) for i in range(0, len(examples) - size + 1, size)]
        order.shuffle(result)
        return result

    def padded(self, length: int, singles: Sequence[Single]) -> dict[str, Any]:
        """The arrays of a batch, as the network wants them, and the truth."""
        sizes = dict(zip("MXPDE", SHAPES[length], strict=True))
        sizes |= {"L": length, "R": len(network.ROLES), "K": related.SLOTS}
        batch: dict[str, Any] = {}
        for name, (axes, _) in singles[0].items():
            shape = tuple(sizes[axis] for axis in axes)
            batch[name] = np.stack([fitted(single[name][1], shape) for single in singles])
        return batch | {"labels": self._labels}


def one_of_a_batch(article: Arrays, truth: Truth, length: int) -> Single | None:
    """Each array with its axes, of what fits into the shape of a length; None where no percentage does."""
    most = SHAPES[length]
    m, x, p, d = (
        np.flatnonzero(array < length)[:limit]
        for array, limit in zip(
            (article.mentions, article.expressions, article.percents, article.dates), most[:-1], strict=True
        )
    )
    if not len(p) or not len(m):
        return None
    cut = replace(
        article, units={name: array[:length] for name, array in article.units.items()}, percents=article.percents[p],
        values=article.values[p], mentions=article.mentions[m], entities=article.entities[m],
        expressions=article.expressions[x], nominal=article.nominal[x], dates=article.dates[d],
    )  # fmt: skip
    found = related.relations(cut, slice(None))
    known = found.present[found.present < ENTITIES]
    is_name = np.zeros(len(cut.units["word"]), bool)
    is_name[found.mentions] = True
    kept = np.flatnonzero(np.isin(article.expressions, found.expressions))
    arrays = found.arrays(cut.units)
    slots, mentions = found.slots, len(found.mentions)
    return arrays | {
        "slot": ("PK", np.where(slots >= mentions, slots - mentions + most[0], slots)),
        "is name": ("L", is_name),
        "annotated": ("X", np.full(len(kept), truth.annotated)),
        "stands for": ("XE", truth.stands_for[kept][:, known]),
        "is percent": ("P", np.ones(len(p), np.float32)),
        "roles": ("PER", truth.roles[p][:, known]),
        "right date": ("PD", truth.date[p][:, d]),
        **{name: ("P", getattr(truth, name)[p]) for name in ("stake", "counted")},
        **{name: ("P", getattr(truth, name)[p]) for name in ("status", "nature", "basis", "sharing")},
    }  # fmt: skip


def fitted(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """The array cut or padded with zeros to a shape."""
    result = np.zeros(shape, array.dtype)
    part = tuple(slice(min(have, want)) for have, want in zip(array.shape, shape, strict=True))
    result[part] = array[part]
    return result


def train(shelf: Shelf, weights: Any, seed: int, epochs: int, highest: float) -> Any:
    """One member of the ensemble, from these weights on."""
    steps = epochs * len(shelf.batches(random.Random(seed)))
    rate = optax.warmup_cosine_decay_schedule(0, highest, steps // 20, steps, highest * 0.02)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    state = optimiser.init(weights)

    @jax.jit
    def step(weights: Any, state: Any, batch: Any, key: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(weights, batch, key)
        updates, state = optimiser.update(gradient, state, weights)
        return optax.apply_updates(weights, updates), state, value

    key, order = jax.random.key(seed, impl="rbg"), random.Random(seed)  # four times as quick as the default on a CPU
    for epoch in range(epochs):
        began, values = time.time(), []
        for length, chosen in shelf.batches(order):
            key, own = jax.random.split(key)
            weights, state, value = step(weights, state, shelf.padded(length, chosen), own)
            values.append(float(value))
        print(f"seed {seed}, epoch {epoch + 1}: loss {np.mean(values):.3f}, {time.time() - began:.0f} s", flush=True)
    return weights


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--model", required=True, help="spaCy pipeline whose sentence boundaries are used")
    parser.add_argument(
        "--other",
        help="spaCy pipeline that has not seen the articles after --seen; every second one is added with its names",
    )
    parser.add_argument("--expressions", type=Path, help="what the expressions of some of the articles stand for")
    parser.add_argument("--seen", type=int, default=0, help="how many of the first articles the other has seen")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="one member of the ensemble each")
    parser.add_argument("--epochs", type=int, default=9)
    parser.add_argument(
        "--start", type=Path, help="folder of a vocabulary to keep, and of weights to go on from if it has them"
    )
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate; lower to go on from weights")
    arguments = parser.parse_args()
    nlp, items = load_model(arguments.model), [item for path in arguments.gold for item in read_gold(path)]
    pairs = [(item, reading_of(item, nlp)) for item in items]
    pairs += [(alone, reading_of(alone, nlp)) for item in items for alone in sentences_alone(item)]
    if arguments.other:
        other = load_model(arguments.other)
        pairs += [(item, read_by_model(item, other, lists_of(other))) for item in items[arguments.seen :: 2]]
    vocabulary = Vocabulary.read(arguments.start / "vocabulary") if arguments.start else vocabulary_of(pairs)
    read = [(item, reading, arrays.arrays(reading, vocabulary)) for item, reading in pairs if reading.percents]
    stand_for = expressions_of(arguments.expressions) if arguments.expressions else {}
    examples = [
        (article, truth_of(item, reading, article, stand_for.get(item.article.id or "")))
        for item, reading, article in read
        if len(article.percents)
    ]
    fixed = {"suffix": arrays.SUFFIXES, "cue": arrays.CUES, "flag": arrays.FLAGS, "zone": arrays.ZONES, "line": 2}
    sizes = fixed | {"kind": 1 + len(vocabulary.kinds), "label": 1 + len(arrays.LABELS)}
    sizes |= {"family": 1 + len(vocabulary.families)}
    sizes |= {
        name: 1 + max(2, max(int(article.units[name].max()) for article, _ in examples)) for name in ("word", "lemma")
    }
    count = sum(len(truth.stake) for _, truth in examples)
    stakes = sum(int(truth.stake.sum()) for _, truth in examples)
    print(f"{len(examples)} articles with {count} percentages, {stakes} state stakes; {sizes}", flush=True)
    shelf = Shelf(examples, vocabulary)
    stored: dict[str, np.ndarray] = {}
    arguments.out.mkdir(parents=True, exist_ok=True)
    vocabulary.write(arguments.out / "vocabulary")
    stood = arguments.start and arguments.start / "weights.npz"
    earlier = network.read_weights(stood) if stood and stood.exists() else []
    for number, seed in enumerate(arguments.seeds):
        first = {name: jnp.array(value) for name, value in earlier[number].items()} if earlier else initial(sizes, seed)
        weights = train(shelf, first, seed, arguments.epochs, arguments.rate)
        stored |= {f"{seed}/{name}": np.asarray(value, np.float16) for name, value in weights.items()}
        np.savez_compressed(arguments.out / "weights.npz", **stored)


if __name__ == "__main__":
    main()
