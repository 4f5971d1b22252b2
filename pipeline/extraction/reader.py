"""A spaCy Doc → its mentions and stakes. Everything that reads a text goes through here."""

from __future__ import annotations

from datetime import date

from spacy.tokens import Doc

from pipeline import locations
from pipeline.extraction import dates, money, names, percents, sentences
from pipeline.extraction.gazetteer import Gazetteer
from pipeline.extraction.layout import Layout
from pipeline.extraction.reading.units import collapse
from pipeline.extraction.stakes import SURE_ENOUGH, StakeReader
from pipeline.records import Dropped, Mention, Stake


def may_state_stakes(text: str) -> bool:
    """Whether a normalised text has a percentage that can be a share of a capital; cheap, and never wrong with no."""
    return bool(percents.of_capital(percents.find(text)))


class DocReader:
    """Reads docs with names and sentences; `lists` are the names known beside those of the pipeline."""

    def __init__(self, lists: Gazetteer, sure_enough: float = SURE_ENOUGH) -> None:
        """Stakes of less confidence than `sure_enough` are not told."""
        self.lists = lists
        self._stakes = StakeReader(locations.STAKE_NETWORK, sure_enough)

    def stakes(self, doc: Doc, layout: Layout, published: date | None) -> tuple[list[Stake], list[Dropped]]:
        """Stakes, and the percentages that are none. `doc` holds `layout.text`, character for character."""
        text = layout.text
        capital = percents.of_capital(percents.find(text))
        if not capital:  # most articles
            return [], []
        found = names.find(text, names.entities(doc, text, self.lists), self.lists)
        amounts, dated = money.find(text), dates.find(text, published)
        return self._stakes.read(collapse(layout, sentences.find(doc, text), found, capital, amounts, dated))

    def read(
        self, doc: Doc, layout: Layout, published: date | None
    ) -> tuple[tuple[Mention, ...], list[Stake], list[Dropped]]:
        """The same with all mentions: names, percentages, amounts and dates."""
        text = layout.text
        spans = names.entities(doc, text, self.lists)
        found, shares = names.find(text, spans, self.lists), percents.find(text)
        amounts, dated = money.find(text), dates.find(text, published)
        stakes: list[Stake] = []
        dropped: list[Dropped] = []
        if capital := percents.of_capital(shares):
            bounds = sentences.find(doc, text)
            stakes, dropped = self._stakes.read(collapse(layout, bounds, found, capital, amounts, dated))
        called = {name.start: self.lists.filed(name.canonical) for name in found if name.label != "CLASS"}
        spans = spans + [(p.start, p.end, "PERCENT") for p in shares]
        spans += [(m.start, m.end, "MONEY") for m in amounts] + [(d.start, d.end, "DATE") for d in dated]
        mentions = tuple(_mention(layout, *span, called.get(span[0])) for span in sorted(spans))
        return mentions, stakes, dropped


def _mention(layout: Layout, start: int, end: int, label: str, name: str | None) -> Mention:
    field, field_start, field_end = layout.locate(start, end)
    return Mention(field, layout.original(start, end), label, field_start, field_end, name)
