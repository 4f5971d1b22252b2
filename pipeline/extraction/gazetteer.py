"""Lists of names and words: what they say about a text, and the spaCy component that shows it to the model.

The component "gazetteer" writes to each capitalised or listed token's `ent_id_` which lists know it: "B-ORG", "I-LOC",
"FIRST", "WORD", several joined by "+". The embedding of the shipped pipeline reads that attribute, so that training
decides how far a list is believed, and a name that no list knows is told apart from a common word.
"""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import srsly
from spacy.language import Language
from spacy.tokens import Doc

from pipeline.errors import ConfigurationError

ORGANISATIONS, PLACES, PEOPLE = "organisations.csv", "places.csv", "people.csv"
WORDS, NO_NAMES = "words.txt.gz", "no_names.txt"
_FIRST_WORD = re.compile(r"\w+")
_WORD_CHARACTER = re.compile(r"\w")
_PLAIN_CAPITALS = str.maketrans("ÀÂÇÉÈÊËÎÏÔÙÛÜ", "AACEEEEIIOUUU")
_PEOPLE = {"first": "FIRST", "last": "LAST"}

Match = tuple[int, int, str]


class Gazetteer:
    """Known surfaces with their class (ORG, LOC, FIRST, LAST) and the common words of French."""

    def __init__(self) -> None:
        self._classes: dict[str, str] = {}  # surface → its classes, joined by "+"
        self._shapes: dict[str, set[tuple[int, int]]] = {}  # first word → (its offset, length) of surfaces with it
        self.words: set[str] = set()
        self.no_names: set[str] = set()  # what is capitalised and yet no organisation, person or place
        self._filed: dict[str, str] = {}  # alias → the name under which the list has its organisation
        self.certain: set[str] = set()  # surfaces that are organisations wherever they stand

    def add(self, surface: str, kind: str) -> None:
        """One more surface of a class; it is also found in capitals and without the accents of its capitals."""
        plain = surface.translate(_PLAIN_CAPITALS)
        capitals = {surface.upper(), surface.upper().translate(_PLAIN_CAPITALS)} if len(surface) > 3 else set()
        for form in {surface, plain} | capitals:
            if word := _FIRST_WORD.search(form):
                known = self._classes.get(form)
                self._classes[form] = "+".join(sorted({kind, *known.split("+")})) if known else kind
                self._shapes.setdefault(word[0], set()).add((word.start(), len(form)))

    def read_folder(self, folder: Path) -> Gazetteer:
        """Add all lists of a folder, as data/gazetteer has them."""
        self.read_organisations(folder / ORGANISATIONS)
        for row in rows_of(folder / PLACES, ("name",)):
            self.add(row["name"], "LOC")
        for row in rows_of(folder / PEOPLE, ("name", "kind")):
            self.add(row["name"], _PEOPLE[row["kind"]])
        self.words |= set(gzip.decompress((folder / WORDS).read_bytes()).decode("utf-8").split())
        lines = (folder / NO_NAMES).read_text(encoding="utf-8").splitlines()
        self.no_names |= {line for line in lines if line and not line.startswith("#")}
        return self

    def read_organisations(self, path: Path, *, certain: bool = False) -> None:
        """Add a CSV file of organisations: name, and if wished aliases separated by ';'.

        `certain` names are taken for organisations also where they are common words. Raises
        ConfigurationError naming the file and what is wrong with it.
        """
        for row in rows_of(path, ("name",)):
            aliases = [alias.strip() for alias in (row.get("aliases") or "").split(";") if alias.strip()]
            for alias in aliases:
                known = self._filed.setdefault(alias, row["name"].strip())
                if known != row["name"].strip():
                    self._filed[alias] = alias  # of two organisations: stands for itself
            for surface in (row["name"].strip(), *aliases):
                self.add(surface, "ORG")
                if certain:
                    self.certain.add(surface)

    def matches(self, text: str) -> Iterator[Match]:
        """(start, end, class) of each listed surface in a normalised text; of one class the longest only."""
        until: dict[str, int] = {}
        for word in _FIRST_WORD.finditer(text):
            best: dict[str, tuple[int, int]] = {}
            for offset, length in self._shapes.get(word[0], ()):
                start = word.start() - offset
                end = start + length
                if start >= 0 and not _WORD_CHARACTER.match(text, end):
                    known = self._classes.get(text[start:end])
                    for kind in known.split("+") if known else ():
                        best[kind] = max(best.get(kind, (start, 0)), (start, end), key=lambda span: span[1])
            for kind, (start, end) in best.items():
                if start >= until.get(kind, 0):
                    until[kind] = end
                    yield start, end, kind

    def knows(self, surface: str) -> bool:
        """Whether a list has this very surface."""
        return surface in self._classes

    def filed(self, name: str) -> str:
        """The name under which the lists have an organisation, given another form of it; else the name itself."""
        return self._filed.get(name, name)

    def forget_names(self) -> None:
        """Leave only the common words, to see what the lists of names are worth."""
        self._classes, self._shapes = {}, {}

    def certain_organisations(self, text: str) -> Iterator[tuple[int, int]]:
        """[start, end) of listed organisations that are nothing else: no place, person or common word."""
        for start, end, kind in self.matches(text):
            surface = text[start:end]
            alone = len(surface) > 2 and self._classes[surface] == "ORG" and surface.casefold() not in self.words
            if kind == "ORG" and (alone or surface in self.certain):
                yield start, end

    def to_bytes(self) -> bytes:
        """Everything, for storage inside a spaCy pipeline."""
        stored = {
            "classes": dict(sorted(self._classes.items())),
            "filed": dict(sorted(self._filed.items())),
            "words": sorted(self.words),
            "no_names": sorted(self.no_names),
        }
        return gzip.compress(srsly.msgpack_dumps(stored), mtime=0)

    def from_bytes(self, data: bytes) -> Gazetteer:
        """What `to_bytes` gave, in place of what was there."""
        stored = srsly.msgpack_loads(gzip.decompress(data))
        intern = {kinds: kinds for kinds in stored["classes"].values()}
        self._classes = {surface: intern[kinds] for surface, kinds in stored["classes"].items()}
        self._shapes = {}
        for surface in self._classes:
            if word := _FIRST_WORD.search(surface):
                self._shapes.setdefault(word[0], set()).add((word.start(), len(surface)))
        self._filed = stored.get("filed", {})
        self.words = set(stored["words"])
        self.no_names = set(stored["no_names"])
        return self


def rows_of(path: Path, needed: Iterable[str]) -> Iterator[dict[str, str]]:
    """The rows of a CSV list. Raises ConfigurationError naming the file and what is wrong with it."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := [name for name in needed if name not in (reader.fieldnames or ())]:
                raise ConfigurationError(f"gazetteer {path}: has no column {missing[0]!r} in its first line")
            for row in reader:
                if not (row["name"] or "").strip():
                    raise ConfigurationError(f"gazetteer {path}, line {reader.line_num}: the name is empty")
                yield row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ConfigurationError(f"gazetteer {path}: cannot be read ({error})") from None


class GazetteerComponent:
    """Marks tokens with the lists that know them (`ent_id_`); holds its lists, so that a stored pipeline has them."""

    def __init__(self) -> None:
        self.gazetteer = Gazetteer()

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with `ent_id_` set on its tokens."""
        text = doc.text
        marks: dict[int, list[str]] = {}
        starts = {token.idx: token.i for token in doc}
        for start, end, kind in self.gazetteer.matches(text):
            index = starts.get(start)
            if index is None:
                continue
            prefix = "B-" if kind in ("ORG", "LOC") else ""
            while index < len(doc) and doc[index].idx < end:
                marks.setdefault(index, []).append(prefix + kind)
                prefix = "I-" if prefix else ""
                index += 1
        words = self.gazetteer.words
        for token in doc:
            mark = marks.get(token.i, [])
            if token.text[:1].isupper() and token.lower_ in words:
                mark.append("WORD")
            if mark:
                token.ent_id_ = "+".join(sorted(mark))
        return doc

    def to_disk(self, path: Path, **_: Any) -> None:
        """Store the lists with the pipeline."""
        path.mkdir(exist_ok=True)
        (path / "lists").write_bytes(self.gazetteer.to_bytes())

    def from_disk(self, path: Path, **_: Any) -> GazetteerComponent:
        """Load the lists of a stored pipeline."""
        self.gazetteer.from_bytes((path / "lists").read_bytes())
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """The lists."""
        return self.gazetteer.to_bytes()

    def from_bytes(self, data: bytes, **_: Any) -> GazetteerComponent:
        """The lists that `to_bytes` gave."""
        self.gazetteer.from_bytes(data)
        return self


@Language.factory("gazetteer", assigns=["token.ent_id"])
def make_gazetteer(nlp: Language, name: str) -> GazetteerComponent:
    """The component, empty until it is read from disk or given lists."""
    return GazetteerComponent()
