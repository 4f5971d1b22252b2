"""Every setting once: name, default, meaning. A flag beats the environment, which beats the file."""

from __future__ import annotations

import dataclasses
import os
import tomllib
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import platformdirs

from pipeline import locations
from pipeline.errors import ConfigurationError

ENVIRONMENT_PREFIX = "ACTIONNARIAT_"
DEFAULT_DATABASE = Path(platformdirs.user_data_dir("actionnariat", appauthor=False)) / "actionnariat.db"
DEFAULT_CONFIG = Path(platformdirs.user_config_dir("actionnariat", appauthor=False)) / "config.toml"


def _setting(default: Any, help: str) -> Any:
    return field(default=default, metadata={"help": help})


@dataclass(frozen=True)
class Settings:
    """All settings; the stages get them as arguments. Environment: ACTIONNARIAT_DB, ACTIONNARIAT_MODEL, …"""

    db: str = _setting(str(DEFAULT_DATABASE), "path of the SQLite database")
    model: str = _setting(
        str(locations.DEFAULT_MODEL),
        "spaCy pipeline: the path of a stored one or the name of an installed one",
    )
    organisations: str = _setting("", "CSV file of organisations of your own: name, and aliases separated by ';'")
    contact: str = _setting("", "address or URL put into the User-Agent so that sites can reach you")
    timeout: float = _setting(20.0, "seconds that one request may take in all, redirects and body included")
    max_feed_bytes: int = _setting(8_000_000, "largest feed accepted, decoded, in bytes")
    max_article_bytes: int = _setting(8_000_000, "largest article page accepted, decoded, in bytes")
    connections: int = _setting(8, "requests under way at once")
    allow_addresses: str = _setting(
        "", "private networks that may be contacted, as CIDR separated by commas (127.0.0.0/8)"
    )

    def networks(self) -> tuple[Any, ...]:
        """The networks of `allow_addresses`, parsed."""
        try:
            return tuple(ip_network(part.strip()) for part in self.allow_addresses.split(",") if part.strip())
        except ValueError as error:
            raise ConfigurationError(f"allow_addresses: {error}; write networks like 127.0.0.0/8") from None


def load(path: Path | None = None, **flags: Any) -> Settings:
    """Settings from file, environment and flags (None means not given).

    Raises ConfigurationError for a file that is no TOML, an unknown name or a value of the wrong kind.
    """
    values: dict[str, Any] = {}
    source = path or DEFAULT_CONFIG
    if source.is_file():
        try:
            values |= tomllib.loads(source.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{source}: not a TOML file ({error})") from None
    elif path is not None:
        raise ConfigurationError(f"{source}: no such configuration file")
    for name in (f.name for f in fields(Settings)):
        if (text := os.environ.get(ENVIRONMENT_PREFIX + name.upper())) is not None:
            values[name] = text
    values |= {name: value for name, value in flags.items() if value is not None}
    return dataclasses.replace(Settings(), **_checked(values, source))


def _checked(values: dict[str, Any], source: Path) -> dict[str, Any]:
    kinds: dict[str, Any] = {f.name: type(f.default) for f in fields(Settings)}
    checked = {}
    for name, value in values.items():
        if name not in kinds:
            known = ", ".join(kinds)
            raise ConfigurationError(f"{source}: unknown setting {name!r}; there are {known}")
        try:
            checked[name] = kinds[name](value)
        except (TypeError, ValueError):
            raise ConfigurationError(f"setting {name}: {value!r} is no {kinds[name].__name__}") from None
        if kinds[name] in (int, float) and checked[name] <= 0:
            raise ConfigurationError(f"setting {name}: {value!r} must be more than 0")
    return checked
