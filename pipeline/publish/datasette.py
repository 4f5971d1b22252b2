"""Datasette on the database as it is: titles, descriptions and sort orders beside the tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasette.app import Datasette

_TABLES: dict[str, dict[str, Any]] = {
    "stakes_said": {
        "description": "What the newest version of each article says: who holds, buys or sells how much of what.",
        "sort_desc": "published",
        "facets": ["status", "nature", "basis"],
    },
    "stakes": {"sort_desc": "learned", "facets": ["status", "nature"]},
    "articles": {"sort_desc": "published", "label_column": "title"},
    "feeds": {"label_column": "title"},
    "runs": {"sort_desc": "started"},
}


def application(database: Path) -> Datasette:
    """A Datasette that serves this one database, read while runs go on writing to it."""
    return Datasette(
        [str(database)],
        metadata={
            "title": "Actionnariat",
            "description": "Ownership stakes read by machine from French news; each links to the article that says so.",
            "databases": {database.stem: {"tables": _TABLES}},
        },
        settings={"sql_time_limit_ms": 3000},
    )
