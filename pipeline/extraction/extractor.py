"""Article → extraction: the one entrance to everything spaCy. No Doc leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from spacy.language import Language
from spacy.tokens import Doc

from pipeline import __version__
from pipeline.extraction import names, percents, sentences, stakes
from pipeline.extraction.load import load_model
from pipeline.extraction.normalise import normalise
from pipeline.extraction.stakes import Layout
from pipeline.records import Article, Extraction, Mention

TITLE_END = "\n\n"  # joins title and body; no sentence crosses it
MOST_READ = 300_000  # characters of title and body that are read; a long article has 20,000


class Extractor:
    """Reads articles with a spaCy pipeline and the stake rules; loads once, reads many."""

    def __init__(self, model: str) -> None:
        self._nlp: Language = load_model(model)
        meta = self._nlp.meta
        self.version = f"{__version__}+{meta.get('name', 'model')}-{meta.get('version', '0')}"

    def read(self, article: Article) -> Extraction:
        """Entities and stakes of one article."""
        return next(self.read_all([article]))

    def read_all(self, articles: Iterable[Article]) -> Iterator[Extraction]:
        """The same for many, in order, in batches."""
        texts = ((normalise(article.title + TITLE_END + article.body)[:MOST_READ], article) for article in articles)
        for doc, article in self._nlp.pipe(texts, as_tuples=True, batch_size=32):
            yield _extraction(doc, article)


def _extraction(doc: Doc, article: Article) -> Extraction:
    text = doc.text
    layout = Layout(article.title + TITLE_END + article.body, len(article.title + TITLE_END))
    read, _ = stakes.read(text, layout, sentences.find(doc, text), names.find(doc, text))
    spans = names.entities(doc, text) + [(p.start, p.end, "PERCENT") for p in percents.find(text)]
    mentions = []
    for start, end, label in sorted(spans):
        field, field_start, field_end = layout.locate(start, end)
        mentions.append(Mention(field, layout.stored[start:end], label, field_start, field_end))
    return Extraction(article, tuple(mentions), tuple(read))
