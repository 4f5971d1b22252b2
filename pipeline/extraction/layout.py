"""Title and body as one normalised text, and the way back to offsets in what is stored."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cached_property

from pipeline.extraction.normalise import normalise
from pipeline.records import Article, Field, Span

TITLE_END = "\n\n"  # joins title and body; no sentence crosses it
MOST_READ = 300_000  # characters of title and body that are read; a long article has 20,000


@dataclass(frozen=True)
class Layout:
    """One article as one text. Offsets of `text` are those of `stored` unless accents are stored apart (NFD)."""

    stored: str
    body_start: int  # in `text`
    text: str
    _origin: tuple[int, ...] | None = None  # place in `stored` of each character of `text`, and of its end

    @classmethod
    def of(cls, article: Article) -> Layout:
        """The layout of an article, cut at MOST_READ characters."""
        stored = (article.title + TITLE_END + article.body)[:MOST_READ]
        composed, origin = compose(stored)
        stored_start = len(article.title + TITLE_END)
        start = stored_start if origin is None else sum(place < stored_start for place in origin[:-1])
        return cls(stored, start, normalise(composed), origin)

    @classmethod
    def of_text(cls, stored: str, title_end: int) -> Layout:
        """The layout of a text whose first `title_end` characters are its title, cut at MOST_READ; offsets stay."""
        stored = stored[:MOST_READ]
        after = stored[title_end:]
        body_start = title_end + len(after) - len(after.lstrip()) if title_end else 0
        return cls(stored, body_start, normalise(stored))

    def stored_offsets(self, place: Span) -> tuple[int, int]:
        """[start, end) in `stored` of a place in a field."""
        base = 0 if place.field == "title" else self._stored_body_start
        return base + place.start, base + place.end

    @cached_property
    def _stored_body_start(self) -> int:
        return self._place(self.body_start)

    def _place(self, offset: int) -> int:
        return offset if self._origin is None else self._origin[min(offset, len(self._origin) - 1)]

    def locate(self, start: int, end: int) -> tuple[Field, int, int]:
        """Field and stored offsets of a stretch of the text."""
        first, last = self._place(start), self._place(end)
        if start < self.body_start:
            return "title", first, last
        return "body", first - self._stored_body_start, last - self._stored_body_start

    def span(self, start: int, end: int) -> Span:
        """A stretch of the text as a Span of the stored article."""
        return Span(*self.locate(start, end))

    def original(self, start: int, end: int) -> str:
        """The stored characters of a stretch of the text."""
        return self.stored[self._place(start) : self._place(end)]


def compose(text: str) -> tuple[str, tuple[int, ...] | None]:
    """The text in NFC and where each of its characters stood; None where nothing had to be composed.

    >>> compose("l'Oréal"), compose("Ore\u0301al")
    (("l'Oréal", None), ('Oréal', (0, 1, 2, 4, 5, 6)))
    """
    if unicodedata.is_normalized("NFC", text):
        return text, None
    composed: list[str] = []
    origin: list[int] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        for character in unicodedata.normalize("NFC", text[start:end]):
            composed.append(character)
            origin.append(start)
        start = end
    return "".join(composed), (*origin, len(text))
