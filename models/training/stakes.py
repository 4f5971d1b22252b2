"""Train the network that reads stakes (pipeline/extraction/reading) on annotated articles.

    python models/training/stakes.py data/gold/train.jsonl OUT --model models/fr_actionnariat

Writes OUT/weights.npz and OUT/forms.tsv.gz. Each member of the ensemble has its own seed and order of examples.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import spacy_lookups_data

from pipeline.evaluation.gold import GoldArticle
from pipeline.evaluation.gold import read as read_gold
from pipeline.extraction import dates, money, names, percents, sentences
from pipeline.extraction.gazetteer import Gazetteer
from pipeline.extraction.layout import Layout
from pipeline.extraction.load import lists_of, load_model
from pipeline.extraction.reading import network, windows
from pipeline.extraction.reading.units import Reading, collapse
from pipeline.extraction.reading.windows import ENTITIES, LENGTH, Vocabulary, Windows

WIDTH, HIDDEN = 96, 64
BATCH, RATE, DECAY = 64, 2e-3, 0.02
LENGTHS = (80, 112, 144, 176, LENGTH)  # columns that batches are trimmed to
DROPOUT, WORD_DROPOUT, LABEL_NOISE = 0.25, 0.12, 0.1
RARE = 2  # forms and lemmas seen less often are unknown
LABELS = ("<ORG>", "<PER>", "<LOC>")


@dataclass(frozen=True)
class Truth:
    """What a person found, row by row of the windows."""

    stake: np.ndarray  # 1 or 0
    counted: np.ndarray  # 0 where a repeated figure leaves open which of its places states the stake
    roles: np.ndarray  # (rows, ENTITIES, 3): 1 for each right name
    date: np.ndarray  # (rows, LENGTH): 1 for dates with the right value
    status: np.ndarray
    nature: np.ndarray
    basis: np.ndarray
    sharing: np.ndarray


def reading_of(item: GoldArticle, nlp: Any) -> Reading:
    """The units of a gold article, with the names that people marked."""
    layout = Layout.of(item.article)
    start = {"title": 0, "body": layout.body_start}
    marked = sorted((start[e.field] + e.start, start[e.field] + e.end, e.label) for e in item.entities)
    published = item.article.published.date() if item.article.published else None
    return collapse(
        layout,
        sentences.find(nlp(layout.text), layout.text),
        names.find(layout.text, marked),
        percents.of_capital(percents.find(layout.text)),
        money.find(layout.text),
        dates.find(layout.text, published),
    )


def read_by_model(item: GoldArticle, nlp: Any, lists: Gazetteer) -> Reading:
    """The same with the names that a pipeline finds, right or wrong, as it will be in use."""
    layout = Layout.of(item.article)
    doc = nlp(layout.text)
    published = item.article.published.date() if item.article.published else None
    return collapse(
        layout,
        sentences.find(doc, layout.text),
        names.find(layout.text, names.entities(doc, layout.text, lists)),
        percents.of_capital(percents.find(layout.text)),
        money.find(layout.text),
        dates.find(layout.text, published),
    )


def truth_of(item: GoldArticle, reading: Reading, shown: Windows) -> Truth:
    """The gold stakes laid over the windows of an article."""
    start = {"title": 0, "body": reading.layout.body_start}
    stakes_of: dict[int, list[Any]] = {}
    for stake in item.stakes:
        low, high = start[stake.evidence.field] + stake.evidence.start, start[stake.evidence.field] + stake.evidence.end
        places = [
            index
            for index, percent in enumerate(reading.percents)
            if low <= percent.start < high and abs(percent.value - stake.percent) < 0.06
        ]
        if places:
            place = min(places, key=lambda index: (len(stakes_of.get(index, [])), index))
            stakes_of.setdefault(place, []).append(stake)
    keys = [item.name_key(name) for name in reading.entities]
    values = {stake.percent for stake in item.stakes}
    rows = len(shown)
    truth = Truth(
        np.zeros(rows, np.float32), np.ones(rows, np.float32), np.zeros((rows, ENTITIES, 3), np.float32),
        np.zeros((rows, LENGTH), np.float32), *(np.zeros(rows, np.int32) for _ in range(4)),
    )  # fmt: skip
    for row, index in enumerate(shown.percents):
        found = stakes_of.get(index, [])
        if not found:
            same = any(abs(reading.percents[index].value - value) < 0.06 for value in values)
            truth.counted[row] = 0 if same else 1
            continue
        truth.stake[row] = 1
        wanted = (
            {item.name_key(name) for stake in found for name in stake.holder},
            {item.name_key(stake.company) for stake in found},
            {item.name_key(stake.counterparty) for stake in found if stake.counterparty},
        )
        for number, entity in enumerate(shown.entities[row]):
            for role, right in enumerate(wanted):
                truth.roles[row, number, role] = keys[entity] in right
        as_of = {stake.as_of for stake in found}
        for column, unit in enumerate(shown.units[row]):
            date = reading.units[unit].date
            truth.date[row, column] = date is not None and reading.dates[date].value in as_of
        bases = {stake.basis for stake in found}
        holders = {stake.holder for stake in found}
        truth.status[row] = network.STATUS.index(found[0].status)
        truth.nature[row] = network.NATURE.index(found[0].nature)
        truth.basis[row] = network.BASIS.index("both" if len(bases) == 2 else bases.pop())
        truth.sharing[row] = 2 if any(len(names) > 1 for names in holders) else int(len(holders) > 1)
    return truth


def vocabulary_of(readings: list[Reading]) -> Vocabulary:
    """Numbers for the forms of the training articles and their lemmas, and for other forms of those lemmas."""
    table = Path(spacy_lookups_data.__file__).parent / "data" / "fr_lemma_lookup.json.gz"
    lemma_of = {form: lemmas[0] for form, lemmas in json.loads(gzip.decompress(table.read_bytes())).items()}
    forms = Counter(unit.form for reading in readings for unit in reading.units)
    lemmas: Counter[str] = Counter()
    for form, count in forms.items():
        lemmas[lemma_of.get(form, form)] += count
    word = {form: 2 + i for i, (form, count) in enumerate(forms.most_common()) if count >= RARE}
    lemma = {form: 2 + i for i, (form, count) in enumerate(lemmas.most_common()) if count >= RARE}
    known = {*word, *lemma, *(form for form, base in lemma_of.items() if base in lemma)}
    return Vocabulary({form: (word.get(form, 1), lemma.get(lemma_of.get(form, form), 1)) for form in known})


def initial(words: int, lemmas: int, seed: int) -> dict[str, jnp.ndarray]:
    """Weights before training."""
    draw = np.random.RandomState(seed)

    def normal(*shape: int, scale: float = 0.1) -> jnp.ndarray:
        return jnp.array(draw.randn(*shape) * scale, jnp.float32)

    sizes = {"word": words, "lemma": lemmas, "suffix": windows.SUFFIXES, "position": windows.POSITIONS}
    sizes |= {"place": windows.PLACES, "flag": windows.FLAGS, "cue": windows.CUES, "value": windows.VALUES}
    weights = {name: normal(size, WIDTH) for name, size in sizes.items()}
    for layer in range(len(network.DILATIONS)):
        weights[f"kernel{layer}"] = normal(3 * WIDTH, 2 * WIDTH, scale=(3 * WIDTH) ** -0.5)
        weights[f"bias{layer}"] = jnp.zeros(2 * WIDTH)
        weights[f"scale{layer}"], weights[f"shift{layer}"] = jnp.ones(WIDTH), jnp.zeros(WIDTH)
    weights |= {"scale": jnp.ones(WIDTH), "shift": jnp.zeros(WIDTH)}
    weights |= {"pair": normal(3 * WIDTH, HIDDEN, scale=0.06), "pair_bias": jnp.zeros(HIDDEN)}
    weights |= {"roles": normal(HIDDEN, len(network.ROLES) + 1)}
    weights |= {"class": normal(2 * WIDTH, HIDDEN, scale=0.07), "class_bias": jnp.zeros(HIDDEN)}
    weights |= {"classes": normal(HIDDEN, network.OUTPUTS), "classes_bias": jnp.zeros(network.OUTPUTS)}
    return weights


def forward(weights: Any, batch: Any, key: Any) -> tuple[Any, Any, Any]:
    """network.forward with dropout, in a form that can be differentiated."""
    keys = iter(jax.random.split(key, 16))

    def drop(x: Any, rate: float = DROPOUT) -> Any:
        return x * jax.random.bernoulli(next(keys), 1 - rate, x.shape) / (1 - rate)

    word, lemma, suffix = batch["word"], batch["lemma"], batch["suffix"]
    filled = (word > 0)[..., None]
    is_name = batch["entity"] >= 0
    hidden = jax.random.bernoulli(next(keys), WORD_DROPOUT, word.shape) & ~is_name & (word > 0)
    word, lemma = jnp.where(hidden, 1, word), jnp.where(hidden, 1, lemma)
    suffix = jnp.where(jax.random.bernoulli(next(keys), WORD_DROPOUT, word.shape), 0, suffix)
    other = jax.random.bernoulli(next(keys), LABEL_NOISE, word.shape) & is_name
    choice = jax.random.randint(next(keys), word.shape, 0, len(LABELS))
    word = jnp.where(other, batch["labels"][0][choice], word)
    lemma = jnp.where(other, batch["labels"][1][choice], lemma)
    x = weights["word"][word] + weights["lemma"][lemma]
    x += weights["suffix"][suffix] * (0.5 + (word == 1)[..., None])
    for name in ("position", "place", "cue", "flag"):
        x += weights[name][batch[name]]
    x = drop(x) * filled
    for layer, dilation in enumerate(network.DILATIONS):
        h = norm(x, weights[f"scale{layer}"], weights[f"shift{layer}"]) * filled
        padded = jnp.pad(h, ((0, 0), (dilation, dilation), (0, 0)))
        three = jnp.concatenate([padded[:, : -2 * dilation], h, padded[:, 2 * dilation :]], -1)
        both = three @ weights[f"kernel{layer}"] + weights[f"bias{layer}"]
        x = (x + drop(both[..., :WIDTH] * jax.nn.sigmoid(both[..., WIDTH:]))) * filled
    x = norm(x, weights["scale"], weights["shift"]) * filled
    centre = x[jnp.arange(len(x)), batch["centre"]] + weights["value"][batch["value"]]
    beside = jnp.broadcast_to(centre[:, None], x.shape)
    pairs = jax.nn.gelu(jnp.concatenate([x, beside, x * beside], -1) @ weights["pair"] + weights["pair_bias"])
    scored = drop(pairs) @ weights["roles"]
    mentions, attention = scored[..., : network.ATTENTION], scored[..., network.ATTENTION]
    which = batch["entity"][..., None] == jnp.arange(ENTITIES)
    named = jax.nn.logsumexp(jnp.where(which[..., None], mentions[:, :, None, :-1], -1e9), axis=1)
    same = (batch["place"] == 5) | ((batch["place"] == 1) & (batch["position"] > 0))
    attended = jax.nn.softmax(jnp.where(same, attention, -1e9), axis=1)
    context = (attended[..., None] * x).sum(1)
    classes = jax.nn.gelu(drop(jnp.concatenate([centre, context], -1)) @ weights["class"] + weights["class_bias"])
    return named, mentions[..., -1], drop(classes) @ weights["classes"] + weights["classes_bias"]


def norm(x: Any, scale: Any, shift: Any) -> Any:
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) / jnp.sqrt(variance + 1e-5) * scale + shift


def loss(weights: Any, batch: Any, key: Any) -> Any:
    """Cross-entropies of: stake or not; for stakes the names of the roles, the date, and the classes."""
    named, dated, classes = forward(weights, batch, key)
    stake = batch["stake"]
    total = (jax.nn.softplus(classes[:, 0]) - classes[:, 0] * stake) * batch["counted"]
    for role, weight in enumerate((1.0, 1.0, 0.3)):
        right = batch["roles"][:, :, role]
        logits = named[:, :, role]
        if role == 2:
            right = jnp.concatenate([right, (right.sum(1, keepdims=True) == 0).astype(jnp.float32)], 1)
            logits = jnp.concatenate([logits, classes[:, 1:2]], 1)
        total += weight * stake * pointed(logits, right, every=role == 0)
    dates = jnp.where(batch["date"] > 0, dated, -1e9)
    right = jnp.concatenate(
        [batch["right_date"], (batch["right_date"].sum(1, keepdims=True) == 0).astype(jnp.float32)], 1
    )
    total += 0.3 * stake * pointed(jnp.concatenate([dates, classes[:, 2:3]], 1), right, every=False)
    for name, begin, end, weight in (
        ("status", 3, 8, 1.0), ("nature", 8, 11, 1.0), ("basis", 11, 14, 0.3), ("sharing", 14, 17, 0.3),
    ):  # fmt: skip
        likely = jax.nn.log_softmax(classes[:, begin:end], -1)
        total -= weight * stake * jnp.take_along_axis(likely, batch[name][:, None], 1)[:, 0]
    return total.mean()


def pointed(logits: Any, right: Any, *, every: bool) -> Any:
    """Cross-entropy of pointing to the right ones: to every one alike, or to any."""
    likely = jax.nn.log_softmax(logits, axis=1)
    count = right.sum(1)
    each = -(jnp.where(right > 0, likely, 0).sum(1)) / jnp.maximum(count, 1)
    some = -jax.nn.logsumexp(jnp.where(right > 0, likely, -1e9), axis=1)
    return jnp.where(count > 0, each if every else some, 0)


def train(arrays: dict[str, np.ndarray], sizes: tuple[int, int], labels: Any, seed: int, epochs: int) -> Any:
    """One member of the ensemble."""
    weights = initial(*sizes, seed)
    steps = epochs * sum(1 for _ in batches(arrays["word"], random.Random(seed)))
    rate = optax.warmup_cosine_decay_schedule(0, RATE, steps // 20, steps, RATE * 0.02)
    optimiser = optax.chain(optax.clip_by_global_norm(1.0), optax.adamw(rate, weight_decay=DECAY))
    state = optimiser.init(weights)

    @jax.jit
    def step(weights: Any, state: Any, batch: Any, key: Any) -> Any:
        value, gradient = jax.value_and_grad(loss)(weights, batch, key)
        updates, state = optimiser.update(gradient, state, weights)
        return optax.apply_updates(weights, updates), state, value

    key, order = jax.random.PRNGKey(seed), random.Random(seed)
    for epoch in range(epochs):
        began, values = time.time(), []
        for length, chosen in batches(arrays["word"], order):
            key, own = jax.random.split(key)
            batch: Any = windows.trimmed({name: array[chosen] for name, array in arrays.items()}, length)
            batch |= {"roles": arrays["roles"][chosen], "labels": labels}
            weights, state, value = step(weights, state, batch, own)
            values.append(float(value))
        print(f"seed {seed}, epoch {epoch + 1}: loss {np.mean(values):.3f}, {time.time() - began:.0f} s", flush=True)
    return weights


def batches(word: np.ndarray, order: random.Random) -> Iterator[tuple[int, list[int]]]:
    """(columns, rows) of batches; rows of like length come together, so that little padding is computed."""
    filled = (word > 0).sum(1)
    result = []
    for low, length in zip((0, *LENGTHS), LENGTHS, strict=False):
        rows = np.flatnonzero((filled > low) & (filled <= length)).tolist()
        order.shuffle(rows)
        result += [(length, rows[begin : begin + BATCH]) for begin in range(0, len(rows) - BATCH + 1, BATCH)]
    order.shuffle(result)
    return iter(result)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--model", required=True, help="spaCy pipeline whose sentence boundaries are used")
    parser.add_argument(
        "--other", help="spaCy pipeline that has not seen the articles after --seen; its names are added"
    )
    parser.add_argument("--seen", type=int, default=0, help="how many of the first articles the other has seen")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="one member of the ensemble each")
    parser.add_argument("--epochs", type=int, default=6)
    arguments = parser.parse_args()
    nlp, items = load_model(arguments.model), read_gold(arguments.gold)
    pairs = [(item, reading_of(item, nlp)) for item in items]
    if arguments.other:
        other = load_model(arguments.other)
        pairs += [(item, read_by_model(item, other, lists_of(other))) for item in items[arguments.seen :]]
    vocabulary = vocabulary_of([reading for _, reading in pairs])
    shown = [windows.windows(reading, vocabulary) for _, reading in pairs]
    truths = [truth_of(item, reading, part) for (item, reading), part in zip(pairs, shown, strict=True)]
    arrays = windows.joined(shown)
    for field in ("stake", "counted", "roles", "status", "nature", "basis", "sharing"):
        arrays[field] = np.concatenate([getattr(truth, field) for truth in truths])
    arrays["right_date"] = np.concatenate([truth.date for truth in truths])[:, : arrays["word"].shape[1]]
    sizes = tuple(1 + max(2, int(arrays[name].max())) for name in ("word", "lemma"))
    print(
        f"{len(pairs)} articles, {len(arrays['stake'])} percentages, {int(arrays['stake'].sum())} state stakes; {sizes}"
    )
    labels = tuple(np.array([vocabulary[label][side] for label in LABELS], np.int32) for side in (0, 1))
    stored: dict[str, np.ndarray] = {}
    arguments.out.mkdir(parents=True, exist_ok=True)
    vocabulary.write(arguments.out / "forms.tsv.gz")
    for seed in arguments.seeds:
        weights = train(arrays, sizes, labels, seed, arguments.epochs)
        stored |= {f"{seed}/{name}": np.asarray(value, np.float16) for name, value in weights.items()}
        np.savez_compressed(arguments.out / "weights.npz", **stored)


if __name__ == "__main__":
    main()
