"""What `extract --explain` shows on a terminal: the text with its stakes marked, and how each percentage was read."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from pipeline.cli import output as out
from pipeline.records import Article, Extraction, Field, Span, Stake

_STYLES = {"holder": "bold cyan", "company": "bold magenta", "percent": "bold green", "status": "italic yellow"}
_EVIDENCE, _NO_STAKE = "underline", "dim strike"


def explained(extraction: Extraction) -> RenderableType:
    """Title and body with evidence, slots and dropped percentages marked, then a row for each percentage."""
    article = extraction.article
    parts = [_marked(extraction, "title"), Text(""), _marked(extraction, "body"), Text(""), _legend()]
    rows = [(stake.mentions.percent[0], [*_read(stake, article)]) for stake in extraction.stakes]
    for dropped in extraction.dropped:
        rows.append(
            (Span(dropped.field, dropped.start, dropped.end), [dropped.text, "no stake", dropped.reason]),
        )
    rows.sort(key=lambda row: (row[0].field != "title", row[0].start))
    columns = [("percentage", "right"), ("read as", "left"), ("why", "left")]
    return Group(*parts, out.table("", columns, [cells for _, cells in rows], caption="" if rows else "no percentage"))


def _marked(extraction: Extraction, field: Field) -> Text:
    text = out.as_it_is(getattr(extraction.article, field), same_length=True)
    for stake in extraction.stakes:
        if stake.evidence.field == field:
            text.stylize(_EVIDENCE, stake.evidence.start, stake.evidence.end)
        for slot, style in _STYLES.items():
            for place in getattr(stake.mentions, slot):
                if place.field == field:
                    text.stylize(style, place.start, place.end)
    for dropped in extraction.dropped:
        if dropped.field == field:
            text.stylize(_NO_STAKE, dropped.start, dropped.end)
    return text


def _legend() -> Text:
    legend = Text("marked: ")
    for name, style in (*_STYLES.items(), ("evidence", _EVIDENCE), ("no stake", _NO_STAKE)):
        legend.append(name, style).append("  ")
    return legend


def _read(stake: Stake, article: Article) -> Sequence[str]:
    """The figure, the stake in words, and where each slot was read."""
    what = f"{' + '.join(stake.holder)}: {stake.nature} of {stake.company}"
    details = [stake.basis, stake.status, *([f"as of {stake.as_of}"] if stake.as_of else [])]
    details += [f"other side {stake.counterparty}"] if stake.counterparty else []
    details += [f"says {stake.asserted_by}"] if stake.asserted_by else []
    slots = []
    for slot in _STYLES:
        for place in getattr(stake.mentions, slot):
            found = getattr(article, place.field)[place.start : place.end]
            slots.append(f"{slot} “{found}” ({place.field} {place.start}–{place.end})")
    figure = out.percent({"bound": stake.bound, "percent": float(stake.percent)})
    return figure, f"{what}\n({', '.join(details)}; confidence {stake.confidence:.2f})", "\n".join(slots)
