from __future__ import annotations

import pytest

from pipeline.articles import text
from pipeline.errors import InputError

PAGE = """<!doctype html><html><head><title>Le titre</title></head><body>
<nav><ul><li><a href="/">Accueil</a></li><li><a href="/b">Bourse</a></li></ul></nav>
<article><h1>Le titre</h1>
<p>Le groupe Lorvane a indiqué lundi détenir 44,4% de la société Nuagis, dont le siège se trouve à Lyon.</p>
<p>Il entend conserver cette participation pendant plusieurs années, selon son directeur financier.</p></article>
<footer>Mentions légales</footer></body></html>""".encode()


def test_a_page_gives_title_and_paragraphs() -> None:
    title, body = text.from_page(PAGE, "page")
    assert title == "Le titre"
    assert "44,4%" in body
    assert "Mentions" not in body and "Accueil" not in body


def test_a_fragment_keeps_its_paragraphs_and_loses_scripts() -> None:
    fragment = "<p>Un&nbsp;: A &amp; B</p><script>alert(1)</script><ul><li>X 3 %</li><li>Y 4 %</li></ul>fin"
    assert text.from_fragment(fragment) == "Un\u00a0: A & B\nX 3 %\nY 4 %\nfin"


@pytest.mark.parametrize(
    ("data", "what"), [(b"", "empty"), (b" \n\t", "empty"), (b"%PDF-1.7\n...", "PDF"), (b"\x00\x01\x02" * 50, "binary")]
)
def test_what_is_no_text_is_named(data: bytes, what: str) -> None:
    for read in (text.decode, text.from_page):
        with pytest.raises(InputError, match=f"thing: .*{what}"):
            read(data, "thing")


def test_old_encodings_are_read() -> None:
    assert text.decode("l’opérateur".encode("cp1252"), "x") == "l’opérateur"


def test_control_characters_go() -> None:
    assert text.clean("a\x1b[31mb\x00\n\n  c ") == "a[31mb\nc"
