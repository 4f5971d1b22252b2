"""Draw docs/stakes.svg, what displaCy shows of the example in docs/components.md.

python benchmarks/pictures.py
"""

from __future__ import annotations

from pathlib import Path

import spacy
from spacy import displacy

PAGE = Path(__file__).parents[1] / "docs" / "components.md"
TEXT = "Orange détient 44,4% de Cloudwatt, la Caisse des dépôts 33,3%. Le titre a gagné 2%."
COLOURS = {"HOLDER": "#7cc7e8", "COMPANY": "#e3a7e0", "PERCENT": "#9bd69b", "STATUS": "#f0d67a"}


def main() -> None:
    assert TEXT in PAGE.read_text(encoding="utf-8")
    nlp = spacy.blank("fr")
    nlp.add_pipe("stake_names")
    nlp.add_pipe("stakes")
    options = {"spans_key": "stake_slots", "colors": COLOURS}
    html = displacy.render(nlp(TEXT), style="span", options=options, jupyter=False).replace("<br>", "<br/>")
    html = html.replace("</br>", "")
    size = 'width="900" height="170"'
    picture = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}><rect {size} fill="white"/><foreignObject {size}>'
        f'<div xmlns="http://www.w3.org/1999/xhtml" style="font: 16px sans-serif; padding: 8px">{html}</div>'
        "</foreignObject></svg>\n"
    )
    PAGE.with_name("stakes.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
