"""Article → extraction: the one entrance to everything spaCy. No Doc leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import __version__, locations
from pipeline.extraction import dates, money, names, percents, sentences
from pipeline.extraction.layout import Layout
from pipeline.extraction.load import lists_of, load_model
from pipeline.extraction.reading.units import collapse
from pipeline.extraction.stakes import StakeReader
from pipeline.records import Article, Extraction, Mention


class Extractor:
    """Reads articles with a spaCy pipeline and the stake rules; loads once, reads many."""

    def __init__(self, model: str, organisations: str = "") -> None:
        """`organisations` is a CSV file of further names; see docs/names.md."""
        self._nlp: Language = load_model(model)
        self.lists = lists_of(self._nlp)
        if organisations:
            self.lists.read_organisations(Path(organisations), certain=True)
        self._stakes = StakeReader(locations.STAKE_NETWORK)
        meta = self._nlp.meta
        self.version = f"{__version__}+{meta.get('name', 'model')}-{meta.get('version', '0')}"

    def read(self, article: Article) -> Extraction:
        """Entities and stakes of one article."""
        return next(self.read_all([article]))

    def read_all(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """The same for many, in order, in batches."""
        texts = ((layout.text, (layout, article)) for article in articles for layout in (Layout.of(article),))
        for doc, (layout, article) in self._nlp.pipe(texts, as_tuples=True, batch_size=32):
            yield self._extraction(doc, layout, article)

    def sentences(self, layout: Layout) -> list[tuple[int, int]]:
        """[start, end) of the sentences of an article's text."""
        return sentences.find(self._nlp(layout.text), layout.text)

    def _extraction(self, doc: Doc, layout: Layout, article: Article) -> Extraction:
        text = layout.text
        spans = names.entities(doc, text, self.lists)
        published = article.published.date() if article.published else None
        shares, amounts, dated = percents.find(text), money.find(text), dates.find(text, published)
        found = names.find(text, spans)
        reading = collapse(layout, sentences.find(doc, text), found, percents.of_capital(shares), amounts, dated)
        read, dropped = self._stakes.read(reading, found)
        spans = spans + [(p.start, p.end, "PERCENT") for p in shares]
        spans += [(m.start, m.end, "MONEY") for m in amounts] + [(d.start, d.end, "DATE") for d in dated]
        mentions = tuple(_mention(layout, *span) for span in sorted(spans))
        return Extraction(article, mentions, tuple(read), tuple(dropped))


def _mention(layout: Layout, start: int, end: int, label: str) -> Mention:
    field, field_start, field_end = layout.locate(start, end)
    return Mention(field, layout.original(start, end), label, field_start, field_end)
