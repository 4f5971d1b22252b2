"""The filter before `--stakes-only`: no article of train, drills, pages or dev that states a stake is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import gold
from pipeline.extraction.layout import Layout
from pipeline.extraction.reader import may_state_stakes

GOLD = Path(__file__).parents[1] / "data" / "gold"


@pytest.mark.parametrize("part", ["train", "drills", "pages", "dev"])
def test_no_article_with_a_stake_is_left_out(part: str) -> None:
    items = [item for item in gold.read(GOLD / f"{part}.jsonl") if item.stakes]
    lost = [item.article.id for item in items if not may_state_stakes(Layout.of(item.article).text)]
    assert len(items) > 50 and not lost


def test_a_text_without_a_percentage_is_left_out() -> None:
    assert not may_state_stakes("Orange a ouvert jeudi une boutique à Lyon, 12 rue de la République.")
