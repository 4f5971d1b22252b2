"""Who is said to assert a sentence."""

from __future__ import annotations

import pytest

from pipeline.extraction import names
from pipeline.extraction.attribution import asserted_by
from pipeline.extraction.gazetteer import Gazetteer


@pytest.mark.parametrize(
    ("sentence", "said"),
    [
        ("Selon le quotidien Les Nouvelles, Sylvane détient 12% de Nuagis.", "Les Nouvelles"),
        ("Sylvane détient 12% de Nuagis, a indiqué mardi le groupe Sylvane.", "Sylvane"),
        ("Nuagis a annoncé que Sylvane avait pris 12% de son capital.", "Nuagis"),
        ("D'après des sources proches du dossier, Sylvane a pris 12% de Nuagis.", "sources proches du dossier"),
        ("Sylvane a pris 12% de Nuagis, croit savoir Les Nouvelles.", "Les Nouvelles"),
        ("Sylvane détient 12% de Nuagis, selon un communiqué.", "communiqué"),
        ("Sylvane détient 12% de Nuagis.", None),
    ],
)
def test_the_source_that_a_sentence_names(sentence: str, said: str | None) -> None:
    spans = [
        (sentence.index(name), sentence.index(name) + len(name), "ORG")
        for name in ("Sylvane", "Nuagis", "Les Nouvelles")
        if name in sentence
    ]
    spans += [(m, m + 7, "ORG") for m in range(len(sentence)) if sentence.startswith("Sylvane", m)][1:]
    assert asserted_by(sentence, (0, len(sentence)), names.named(sentence, sorted(set(spans)), Gazetteer())) == said
