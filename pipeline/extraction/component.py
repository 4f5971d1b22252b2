"""spaCy components that anyone can add to a French pipeline: "stakes", and "stake_names" where names are wanting.

    nlp = spacy.load("fr_core_news_md")
    nlp.add_pipe("stakes")

They are registered as entry points; nobody needs to import this module. What they write into a Doc is plain data, so
that it survives `to_bytes`, DocBin and worker processes:

- `doc._.stakes`: a list of dicts, fields as `actionnariat extract --json` prints them (docs/extract.md);
- `doc._.dropped`: the other percentages of the text, each with the reason why it is no stake;
- `doc.spans["stakes"]`: the sentence that states each stake, in the order of `doc._.stakes`, labelled with its nature;
- `doc.spans["stake_slots"]`: HOLDER, COMPANY, PERCENT and STATUS, each with the number of its stake as span id.

What they read besides entities and sentences: `doc._.title_end`, how many characters of the text are its title (0:
none), and `doc._.published`, an ISO date against which "mardi" and "en mars" are resolved.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup

from pipeline import locations
from pipeline.errors import InputError
from pipeline.extraction.layout import Layout
from pipeline.extraction.load import lists_of, load_model
from pipeline.extraction.reader import DocReader
from pipeline.records import Span as Place
from pipeline.records import as_fields

for name, default in (("stakes", []), ("dropped", []), ("title_end", 0), ("published", None)):
    if not Doc.has_extension(name):
        Doc.set_extension(name, default=default)


class StakesComponent:
    """Writes the stakes of a Doc; see the module."""

    def __init__(self, nlp: Language) -> None:
        self._nlp = nlp
        self._reader: DocReader | None = None

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with its stakes."""
        if self._reader is None:  # the lists of the pipeline may come after the component
            self._reader = DocReader(lists_of(self._nlp))
        layout = Layout.of_text(doc.text, doc._.title_end)
        stakes, dropped = self._reader.stakes(doc, layout, _published(doc))
        doc._.stakes = [as_fields(stake) for stake in stakes]
        doc._.dropped = [as_fields(percent) for percent in dropped]
        sentences, slots = [], []
        for number, stake in enumerate(stakes):
            evidence = Place(stake.evidence.field, stake.evidence.start, stake.evidence.end)
            sentences.append(_span(doc, layout, evidence, stake.nature.upper(), number))
            for label in ("holder", "company", "percent", "status"):
                slots += [_span(doc, layout, place, label.upper(), number) for place in getattr(stake.mentions, label)]
        doc.spans["stakes"] = SpanGroup(doc, name="stakes", spans=sentences)
        doc.spans["stake_slots"] = SpanGroup(doc, name="stake_slots", spans=slots)
        return doc


class NamesComponent:
    """Sets entities and sentence starts with the shipped model, on the tokens that the Doc has."""

    def __init__(self) -> None:
        self._own: Language | None = None

    def __call__(self, doc: Doc) -> Doc:
        """The same doc with entities and sentences."""
        if self._own is None:
            self._own = load_model(str(locations.DEFAULT_MODEL))
        words, spaces = [token.text for token in doc], [bool(token.whitespace_) for token in doc]
        read = Doc(self._own.vocab, words=words, spaces=spaces)
        for _, component in self._own.pipeline:
            read = component(read)
        for token, same in zip(doc, read, strict=True):
            token.is_sent_start = same.is_sent_start
        doc.set_ents([Span(doc, ent.start, ent.end, label=ent.label_) for ent in read.ents])
        return doc


@Language.factory(
    "stakes",
    requires=["doc.ents", "token.is_sent_start"],
    assigns=["doc._.stakes", "doc._.dropped", "doc.spans"],
)
def make_stakes(nlp: Language, name: str) -> StakesComponent:
    """The component "stakes"."""
    return StakesComponent(nlp)


@Language.factory("stake_names", assigns=["doc.ents", "token.is_sent_start"])
def make_names(nlp: Language, name: str) -> NamesComponent:
    """The component "stake_names"."""
    return NamesComponent()


def _published(doc: Doc) -> date | None:
    value: Any = doc._.published
    if value is None or isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise InputError(f"doc._.published is {value!r}: not an ISO date such as 2015-01-12") from None


def _span(doc: Doc, layout: Layout, place: Place, label: str, number: int) -> Span:
    """A place of the text on the tokens that it touches."""
    start, end = layout.stored_offsets(place)
    found = doc.char_span(start, end, label=label, alignment_mode="expand", span_id=str(number))
    assert found is not None
    return found
