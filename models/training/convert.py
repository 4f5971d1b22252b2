"""Turn the open corpora and our own articles into spaCy training data: entities and sentence boundaries together.

    python models/training/convert.py CORPORA data OUT

Labels are ORG, PER and LOC. Sentences are joined into texts of several sentences, so that the model
learns where one ends. Sources, commits, licences and checksums stand in corpora.toml.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, DocBin
from spacy.util import filter_spans
from swap import Pools, swap

from pipeline.extraction.layout import TITLE_END
from pipeline.extraction.normalise import normalise
from pipeline.extraction.sentences import starts
from pipeline.extraction.tokenizer import adapt

LABELS = {"PERS": "PER", "PER": "PER", "ORG": "ORG", "LOC": "LOC"}
SENTENCES_PER_TEXT = 6
SWAPS = 4  # copies of each annotated article with other names
CAPITAL_TITLES = 0.15  # share of those copies whose title is in capitals


@dataclass
class Sentence:
    """One sentence: its text and entities as (start, end, label) in characters."""

    text: str
    entities: list[tuple[int, int, str]] = field(default_factory=list)


def read_sequoia(path: Path) -> Iterator[Sentence]:
    """Sequoia with PARSEME and FRSEMCOR columns: names stand in column 11 as 'id:...|NE-TYPE...'."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        lines = block.splitlines()
        text = next((line[len("# text = ") :] for line in lines if line.startswith("# text = ")), "")
        rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
        if not text or not rows:
            continue
        spans: dict[str, list[int]] = {}
        labels: dict[str, str] = {}
        cursor, covered_until = 0, 0
        for row in rows:
            number, form, names = row[0], row[1], row[10]
            if "." in number:
                continue
            if "-" in number:
                covered_until = int(number.split("-")[1])
            elif int(number) <= covered_until:
                start, end = cursor, cursor  # inside a contraction such as "du": no characters of its own
                _collect(names, start, end, spans, labels)
                continue
            start = text.find(form, cursor)
            if start < 0:
                break
            end = cursor = start + len(form)
            _collect(names, start, end, spans, labels)
        found = [(s, e, labels[i]) for i, (s, e) in spans.items() if i in labels and e > s]
        yield Sentence(text, found)


def _collect(cell: str, start: int, end: int, spans: dict[str, list[int]], labels: dict[str, str]) -> None:
    if cell in ("*", "_"):
        return
    for part in cell.split(";"):
        number, _, kind = part.partition(":")
        if "NE-" in kind:
            label = LABELS.get(kind.split("NE-")[1].split(".")[0].split("|")[0])
            if label:
                labels[number] = label
        if number in spans:
            spans[number][1] = max(spans[number][1], end)
        else:
            spans[number] = [start, end]


def read_hipe(path: Path) -> Iterator[Sentence]:
    """HIPE 2022 tables: IOB2 in column 2, NoSpaceAfter in the last; a full stop ends a sentence."""
    pieces: list[str] = []
    entities: list[tuple[int, int, str]] = []
    length = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        row = line.split("\t")
        if not line or line.startswith("#") or row[0] == "TOKEN" or len(row) < 10:
            if pieces and not line:
                yield Sentence("".join(pieces).rstrip(), entities)
                pieces, entities, length = [], [], 0
            continue
        token, tag, misc = row[0], row[1], row[9]
        label = LABELS.get(tag[2:].upper())
        if label and tag[0] == "B":
            entities.append((length, length + len(token), label))
        elif label and entities and entities[-1][2] == label:
            entities[-1] = (entities[-1][0], length + len(token), label)
        piece = token if "NoSpaceAfter" in misc else token + " "
        pieces.append(piece)
        length += len(piece)
        if token in {".", "!", "?"} and "NoSpaceAfter" not in misc and length > 60:
            yield Sentence("".join(pieces).rstrip(), entities)
            pieces, entities, length = [], [], 0
    if pieces:
        yield Sentence("".join(pieces).rstrip(), entities)


def read_gold(path: Path, nlp: Language, pools: Pools | None) -> Iterator[Doc]:
    """Our own annotated articles, and SWAPS copies of each with other names; in some the title is in capitals."""
    rng = random.Random(1)
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        title, body = article["title"] + TITLE_END, article["body"]
        base = {"title": 0, "body": len(title)}
        entities = [
            (base[e["field"]] + e["start"], base[e["field"]] + e["end"], e["label"]) for e in article["entities"]
        ]
        yield to_doc(nlp, normalise(title + body), entities, starts(normalise(title + body)))
        for _ in range(SWAPS if pools else 0):
            text, moved = swap(title + body, entities, pools, rng)
            if rng.random() < CAPITAL_TITLES:
                end = text.index(TITLE_END)
                capitals = text[:end].upper()
                text = (capitals if len(capitals) == end else text[:end]) + text[end:]
            yield to_doc(nlp, normalise(text), moved, starts(normalise(text)))


READERS = {"sequoia": read_sequoia, "hipe": read_hipe}


def to_docs(nlp: Language, sentences: list[Sentence], rng: random.Random) -> Iterator[Doc]:
    """Join sentences into texts and mark entities and sentence starts on spaCy's own tokens."""
    index = 0
    while index < len(sentences):
        group = sentences[index : index + rng.randint(1, SENTENCES_PER_TEXT)]
        index += len(group)
        text, offsets = "", []
        for sentence in group:
            if text:
                text += " " if text[-1] in '.!?»"' and rng.random() < 0.7 else rng.choice(["\n", "\n\n"])
            offsets.append(len(text))
            text += normalise(sentence.text)
        entities = [
            (base + start, base + end, label)
            for base, sentence in zip(offsets, group, strict=True)
            for start, end, label in sentence.entities
        ]
        yield to_doc(nlp, text, entities, set(offsets))


def to_doc(nlp: Language, text: str, entities: list[tuple[int, int, str]], starts: set[int]) -> Doc:
    """A text with its entities and sentence starts on spaCy's own tokens."""
    doc = nlp.make_doc(text)
    for token in doc:
        token.is_sent_start = token.i == 0 or token.idx in starts
    spans = [doc.char_span(start, end, label=label, alignment_mode="expand") for start, end, label in entities]
    doc.set_ents(filter_spans([span for span in spans if span is not None]))
    return doc


def load(corpora: Path, corpus: dict[str, str]) -> list[Sentence]:
    """Read one corpus file after checking that it is the file that corpora.toml names."""
    path = corpora / corpus["folder"] / corpus["file"]
    where = f"{corpus['source']} at commit {corpus['commit']}"
    if not path.is_file():
        sys.exit(f"convert: {path} is missing; fetch it from {where}")
    if hashlib.sha256(path.read_bytes()).hexdigest() != corpus["sha256"]:
        sys.exit(f"convert: {path} is not the file this model is trained on; fetch it from {where}")
    return list(READERS[corpus["reader"]](path))


def base_pipeline(gazetteer: Path) -> Language:
    """A blank French pipeline with our tokenizer rules and the component "gazetteer", filled."""
    nlp = adapt(spacy.blank("fr"))
    component = nlp.add_pipe("gazetteer")
    component.gazetteer.read_folder(gazetteer)
    return nlp


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("corpora", type=Path, help="folder that holds the corpora")
    parser.add_argument("data", type=Path, help="our own data: gold/{train,drills,pages,dev}.jsonl, gazetteer/")
    parser.add_argument("out", type=Path, help="folder for train.spacy, dev.spacy and the pipeline to start from")
    arguments = parser.parse_args()
    nlp = base_pipeline(arguments.data / "gazetteer")
    arguments.out.mkdir(parents=True, exist_ok=True)
    nlp.to_disk(arguments.out / "base")
    train, dev = DocBin(), DocBin()
    for corpus in tomllib.loads(Path(__file__).with_name("corpora.toml").read_text(encoding="utf-8"))["corpus"]:
        rng = random.Random(corpus["file"])
        for doc in to_docs(nlp, load(arguments.corpora, corpus), rng):
            train.add(doc)
    pools = Pools.from_gazetteer(arguments.data / "gazetteer")
    for part in ("train", "drills", "pages"):
        for doc in read_gold(arguments.data / "gold" / f"{part}.jsonl", nlp, pools):
            train.add(doc)
    for doc in read_gold(arguments.data / "gold" / "dev.jsonl", nlp, None):
        dev.add(doc)
    for name, store in (("train", train), ("dev", dev)):
        store.to_disk(arguments.out / f"{name}.spacy")
        print(f"{name}: {len(store)} texts")


if __name__ == "__main__":
    main()
