"""Feed lists in TOML: [[feed]] tables with a url and, if wished, a title."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from pipeline.errors import ConfigurationError, MissingInputError
from pipeline.records import Feed


def read(path: Path) -> list[Feed]:
    """The feeds of a TOML file. Raises MissingInputError or ConfigurationError with the file's name."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MissingInputError(f"{path}: no such feed list") from None
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not a TOML feed list ({error})") from None
    tables = data.get("feed")
    if not isinstance(tables, list) or not tables:
        raise ConfigurationError(f'{path}: no feeds; write [[feed]] and url = "https://…" for each')
    return [_feed(table, path) for table in tables]


def _feed(table: object, path: Path) -> Feed:
    url = table.get("url") if isinstance(table, dict) else None
    if not isinstance(url, str):
        raise ConfigurationError(f"{path}: a [[feed]] without url")
    title = table.get("title") if isinstance(table, dict) else None
    return Feed(url=check_url(url), title=str(title) if title else None)


def check_url(url: str) -> str:
    """The URL without surrounding blanks. Raises ConfigurationError unless it is http or https."""
    url = url.strip()
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ConfigurationError(f"{url!r} is no feed address; it should start with https:// or http://")
    return url
