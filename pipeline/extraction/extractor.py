"""Article → extraction: a spaCy pipeline over the text of the article, then the reader. No Doc leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from spacy.language import Language

from pipeline import __version__
from pipeline.extraction import sentences
from pipeline.extraction.layout import Layout
from pipeline.extraction.load import lists_of, load_model
from pipeline.extraction.reader import DocReader, may_state_stakes
from pipeline.extraction.stakes import SURE_ENOUGH
from pipeline.records import Article, Extraction

_BATCH = 32  # articles


class Extractor:
    """Reads articles with a spaCy pipeline and the stake network; loads once, reads many."""

    def __init__(self, model: str, organisations: str = "", sure_enough: float = SURE_ENOUGH) -> None:
        """`organisations` is a CSV file of further names (docs/names.md); for `sure_enough` see DocReader."""
        self._nlp: Language = load_model(model)
        self.lists = lists_of(self._nlp)
        if organisations:
            self.lists.read_organisations(Path(organisations), certain=True)
        self._reader = DocReader(self.lists, sure_enough)
        meta = self._nlp.meta
        self.version = f"{__version__}+{meta.get('name', 'model')}-{meta.get('version', '0')}"

    def read(self, article: Article) -> Extraction:
        """Entities and stakes of one article."""
        return next(self.read_all([article]))

    def read_all(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """The same for many, in order, in batches."""
        texts = ((layout.text, (layout, article)) for article in articles for layout in (Layout.of(article),))
        for doc, (layout, article) in self._nlp.pipe(texts, as_tuples=True, batch_size=_BATCH):
            published = article.published.date() if article.published else None
            mentions, stakes, dropped = self._reader.read(doc, layout, published)
            yield Extraction(article, mentions, tuple(stakes), tuple(dropped))

    def stakes_only(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """The same stakes without entities; what has no percentage that can be a share of a capital is not parsed."""
        remaining = iter(articles)
        while batch := [(article, Layout.of(article)) for article in islice(remaining, _BATCH)]:
            worth = [may_state_stakes(layout.text) for _, layout in batch]
            docs = self._nlp.pipe(layout.text for (_, layout), parsed in zip(batch, worth, strict=True) if parsed)
            for (article, layout), parsed in zip(batch, worth, strict=True):
                published = article.published.date() if article.published else None
                stakes, dropped = self._reader.stakes(next(docs), layout, published) if parsed else ([], [])
                yield Extraction(article, (), tuple(stakes), tuple(dropped))

    def sentences(self, layout: Layout) -> list[tuple[int, int]]:
        """[start, end) of the sentences of an article's text."""
        return sentences.find(self._nlp(layout.text), layout.text)
