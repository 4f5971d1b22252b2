"""Gold articles: annotated by people, read from JSON lines and checked line by line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pipeline.errors import InputError, MissingInputError
from pipeline.names import fold
from pipeline.records import Article, Evidence, Mention, Stake

_Placed = TypeVar("_Placed", Mention, Evidence)


@dataclass(frozen=True)
class GoldArticle:
    """An article with what a careful reader finds in it.

    `aliases` maps a name of the stakes to the other forms that the article uses; `phenomena` are tags.
    """

    article: Article
    stakes: tuple[Stake, ...]
    entities: tuple[Mention, ...]
    aliases: Mapping[str, tuple[str, ...]]
    phenomena: tuple[str, ...]
    register: str

    def name_key(self, name: str) -> str:
        """The key under which two forms of one name agree in this article."""
        key = fold(name)
        for canonical, forms in self.aliases.items():
            if key in {fold(form) for form in forms}:
                return fold(canonical)
        return key


def read(path: Path) -> list[GoldArticle]:
    """All articles of a JSON lines file. Raises InputError naming the line that cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise MissingInputError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text ({error})") from None
    articles = list(_articles(text, path))
    if not articles:
        raise InputError(f"{path}: no gold articles in it")
    return articles


def _articles(text: str, path: Path) -> Iterator[GoldArticle]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield _article(json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError) as error:
            raise InputError(f"{path}, line {number}: no gold article ({type(error).__name__}: {error})") from None


def _article(data: dict[str, Any]) -> GoldArticle:
    published = data.get("published")
    article = Article(
        data["title"], data["body"], datetime.fromisoformat(published) if published else None, id=data["id"]
    )
    return GoldArticle(
        article=article,
        stakes=tuple(_stake(stake, article) for stake in data["stakes"]),
        entities=tuple(_checked(Mention(**entity), article) for entity in data.get("entities", ())),
        aliases={name: tuple(forms) for name, forms in data.get("aliases", {}).items()},
        phenomena=tuple(data.get("phenomena", ())),
        register=data.get("register", ""),
    )


def _stake(data: dict[str, Any], article: Article) -> Stake:
    names = ("company", "bound", "basis", "nature", "status", "as_of", "counterparty")
    return Stake(
        holder=tuple(data["holder"]),
        percent=Decimal(str(data["percent"])),
        evidence=_checked(Evidence(**data["evidence"]), article),
        confidence=1.0,
        **{name: data[name] for name in names},
    )


def _checked(place: _Placed, article: Article) -> _Placed:
    field = article.title if place.field == "title" else article.body
    if field[place.start : place.end] != place.text:
        raise ValueError(f"{place.field} {place.start}:{place.end} is not {place.text!r}")
    return place
