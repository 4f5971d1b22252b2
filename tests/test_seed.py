"""The piece that the project started from, and a sibling in our own words with other names and figures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

SEED = Path(__file__).parents[2] / "shared" / "seed"
FIELDS = ("holder", "company", "percent", "bound", "basis", "nature", "status", "as_of", "counterparty")


def extracted(actionnariat: Any, path: Path) -> dict[str, Any]:
    result = actionnariat("extract", path, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def facts(stakes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(
        ({name: stake[name] for name in FIELDS} for stake in stakes), key=lambda s: (s["holder"], s["percent"])
    )


@pytest.mark.skipif(not SEED.is_dir(), reason=f"the seed article is not in this checkout ({SEED})")
def test_the_seed_article_gives_exactly_its_stakes(actionnariat: Any) -> None:
    gold = json.loads((SEED / "cloudwatt.gold.json").read_text(encoding="utf-8"))
    found = extracted(actionnariat, SEED / "cloudwatt.txt")

    assert facts(found["stakes"]) == facts(gold["stakes"])
    assert found["title"] == gold["title"]
    assert found["dateline"] == {"place": "Paris", "agency": "AFP", "published": "2015-01-12T11:44:50"}
    assert {entity["label"] for entity in found["entities"]} >= {"ORG", "PER", "LOC"}
    assert_offsets_are_right(found)


SIBLING = """Hébergement : Lorvane négocie le rachat de la totalité de Nuagis

[03/02/2016 08:15:00] Lyon (AFP) Lorvane a indiqué mercredi être entré en négociations pour acquérir 100% du capital \
de Nuagis, le spécialiste du stockage de données dont il partage la propriété avec deux associés.

L’opérateur détient aujourd’hui 51,5% de Nuagis, le groupe d’électronique et de sécurité Pradelec 18,5% et la \
Banque des territoires 30%.

Le chiffre d'affaires de Nuagis a progressé de 12% en 2015.
"""


def test_an_article_of_its_kind_in_other_words(actionnariat: Any, tmp_path: Path) -> None:
    (tmp_path / "sibling.txt").write_text(SIBLING, encoding="utf-8")
    found = extracted(actionnariat, tmp_path / "sibling.txt")

    read = {(tuple(s["holder"]), s["company"], s["percent"], s["nature"]) for s in found["stakes"]}
    assert read == {
        (("Lorvane",), "Nuagis", 100, "purchase"),
        (("Lorvane",), "Nuagis", 51.5, "holding"),
        (("Pradelec",), "Nuagis", 18.5, "holding"),
        (("Banque des territoires",), "Nuagis", 30, "holding"),
    }
    assert {s["status"] for s in found["stakes"] if s["nature"] == "holding"} == {"current"}
    assert found["dateline"]["place"] == "Lyon"
    assert_offsets_are_right(found)


def test_negotiations_of_that_article_are_possible(actionnariat: Any, tmp_path: Path) -> None:
    (tmp_path / "sibling.txt").write_text(SIBLING, encoding="utf-8")
    found = extracted(actionnariat, tmp_path / "sibling.txt")
    assert [s["status"] for s in found["stakes"] if s["nature"] == "purchase"] == ["possible"]


def assert_offsets_are_right(found: dict[str, Any]) -> None:
    for entity in found["entities"]:
        assert found[entity["field"]][entity["start"] : entity["end"]] == entity["text"]
    for stake in found["stakes"]:
        evidence = stake["evidence"]
        assert found[evidence["field"]][evidence["start"] : evidence["end"]] == evidence["text"]
        percent = stake["mentions"]["percent"][0]
        assert evidence["start"] <= percent["start"] < percent["end"] <= evidence["end"]
