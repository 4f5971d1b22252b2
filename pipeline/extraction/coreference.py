"""Which name a description, a pronoun or nothing at all stands for, over the whole article."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter

from pipeline.extraction.arguments import PREPOSITION
from pipeline.extraction.names import OWNED, Name
from pipeline.extraction.slots import Slot


def _is_person(name: Name) -> bool:
    """A first and a last name; a single word is as often a company that the model took for a person."""
    return name.label == "PER" and " " in name.canonical


# Who reports, supervises or judges is not what the article is about.
_NOT_A_TOPIC = re.compile(
    r"^(?:AFP|Reuters|AOF|Belga|ATS|AWP|APS|MAP|TAP|Bloomberg|AMF|Arcep|CAC|Etat|État|Bercy|Euronext|Bourse\b.*|"
    r"(?:Autorité|Conseil|Commission|Tribunal|Ministère|Cour|Parlement|Assemblée|Agence|Fédération|Journal)\b.*)$"
)
_QUOTED_SOURCE = re.compile(
    r"\b(?:selon|d'après|rapport\w+|écri\w+|révél\w+|affirm\w+|cité(?:e|es|s)? par|journal|quotidien|magazine)\s"
    r"(?:le |la |les |l'|du )?"
    r"(?:journal |quotidien |magazine |site |cabinet |institut )?$",
    re.IGNORECASE,
)


class Story:
    """The names of an article in the order in which they come, ready to be asked who is meant."""

    def __init__(self, text: str, title_end: int, sentences: list[tuple[int, int]], names: list[Name]) -> None:
        self._text = text
        self._sentences = sentences
        # "Nuagis: ..." names what the article is about, whatever the model took it for
        self._headwords = {
            n.canonical
            for n in names
            if n.end < title_end
            and n.start == 0
            and re.match(r"\s?:", text[n.end :])
            and n.label not in ("CLASS", "LOC")
        }
        self._names = [n for n in names if n.label != "LOC" or n.canonical in self._headwords]
        self._starts = [n.start for n in self._names]
        self._titled = {n.canonical for n in self._names if n.start < title_end}
        self._told: list[Name] = []
        self._topics = self._rank_topics()

    def _rank_topics(self) -> list[Name]:
        """What the article may be about, the likeliest first.

        Told in the title, told as something that is owned ("capital de X"), told often; the first wins a draw.
        """
        eligible = [
            n
            for n in self._names
            if (n.label in ("ORG", "NAME") or n.canonical in self._headwords)
            and not _NOT_A_TOPIC.match(n.text)
            and not _QUOTED_SOURCE.search(self._text[max(0, n.start - 40) : n.start])
        ]
        told = Counter(name.canonical for name in self._names)
        owned = Counter(n.canonical for n in eligible if OWNED.search(self._text[max(0, n.start - 60) : n.start]))
        ranked = sorted(
            eligible,
            key=lambda n: (
                n.canonical in self._titled and owned[n.canonical] > 0,
                n.canonical in self._headwords,
                n.canonical in self._titled,
                owned[n.canonical],
                told[n.canonical],
                -n.start,
            ),
            reverse=True,
        )
        return list({name.canonical: name for name in reversed(ranked)}.values())[::-1]

    def antecedent(self, slot: Slot, exclude: frozenset[str]) -> Name | None:
        """The name that a description or pronoun stands for: the subject told last, then the title's."""
        here = bisect_right(self._sentences, (slot.start, len(self._text)))
        for start, end in reversed(self._sentences[max(0, here - 4) : here]):
            first, last = bisect_left(self._starts, start), bisect_left(self._starts, min(end, slot.start))
            inside = [
                n
                for n in self._names[first:last]
                if n.canonical not in exclude and not _is_person(n) and not _NOT_A_TOPIC.match(n.text)
            ]
            subjects = [n for n in inside if not PREPOSITION.search(self._text[max(0, n.start - 30) : n.start])]
            if subjects:
                return subjects[0]
        return self.topic(exclude)

    def tell(self, company: Name) -> None:
        """Remember that a stake in this company was read; what follows without a company is about it."""
        self._told.append(company)

    def company(self, slot: Slot | None, exclude: frozenset[str]) -> Name | None:
        """The company that a description, or nothing at all, stands for: the title's topic, else what was told last."""
        for company in reversed(self._told):
            if company.canonical not in exclude:
                return company
        topic = self.topic(exclude)
        if slot is None or (topic and topic.canonical in self._titled):
            return topic
        return self.antecedent(slot, exclude) or topic

    def topic(self, exclude: frozenset[str]) -> Name | None:
        """The organisation the article is about, other than those excluded; null where it names none."""
        return next((name for name in self._topics if name.canonical not in exclude), None)
