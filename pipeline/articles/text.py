"""A page or the content of a feed entry → title and plain text, one paragraph a line."""

from __future__ import annotations

import re
import unicodedata
from html import unescape

import lxml.html
import trafilatura
from lxml.etree import ParserError
from trafilatura.settings import Document

from pipeline.errors import InputError

SHORTEST_ARTICLE = 40  # characters; less is a menu or a notice
_BLOCKS = {
    "p",
    "div",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "tr",
    "br",
    "ul",
    "ol",
    "figure",
    "section",
}
_LOOKS_LIKE_HTML = re.compile(rb"<(?:!doctype|html|head|body|article|p|div)\b", re.IGNORECASE)


def decode(data: bytes, name: str) -> str:
    """Bytes of a text or page → string. Raises InputError for what holds no text, naming what it is."""
    if not data.strip():
        raise InputError(f"{name}: empty, nothing to read")
    if data.lstrip()[:5] == b"%PDF-":
        raise InputError(f"{name}: a PDF, not a text or a web page; convert it first, for instance with pdftotext")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        controls = sum(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\x85" for c in text[:4000])
        if controls > len(text[:4000]) / 100:
            break
        plain = text.replace("\r\n", "\n").replace("\r", "\n")
        return unicodedata.normalize("NFC", "".join(c for c in plain if c in "\n\t" or not _is_control(c)))
    raise InputError(f"{name}: binary data, not a text or a web page")


def is_html(data: bytes) -> bool:
    """Whether bytes look like a web page rather than plain text."""
    return bool(_LOOKS_LIKE_HTML.search(data[:2000]))


def from_page(data: bytes, name: str) -> tuple[str | None, str]:
    """(title, body) of a web page, by trafilatura: menus, captions and "à lire aussi" left out.

    Raises InputError where the page holds no article.
    """
    if data.lstrip()[:5] == b"%PDF-":
        decode(data, name)
    found = trafilatura.bare_extraction(
        data, include_comments=False, include_tables=True, favor_precision=True, with_metadata=True
    )
    body = clean(found.text or "") if isinstance(found, Document) else ""
    if len(body) < SHORTEST_ARTICLE:
        decode(data, name)
        raise InputError(f"{name}: no article text found in this page")
    title = " ".join(unescape(found.title or "").split()) if isinstance(found, Document) else ""
    return title or None, body


def from_fragment(fragment: str) -> str:
    """The text of an HTML fragment as feeds carry it; a fragment without tags is taken as it is."""
    if "<" not in fragment:
        return clean(unescape(fragment))
    try:
        root = lxml.html.fragment_fromstring(fragment, create_parent="div")
    except (ParserError, ValueError):
        return clean(unescape(re.sub(r"<[^>]*>", " ", fragment)))
    try:
        for element in root.iter():
            if not isinstance(element.tag, str) or element.tag in ("script", "style"):
                element.text = None
            elif element.tag in _BLOCKS:
                element.text = "\n" + (element.text or "")
                element.tail = "\n" + (element.tail or "")
    except ValueError:  # a reference to a control character, which lxml does not take back
        return clean(unescape(re.sub(r"<[^>]*>", " ", fragment)))
    return clean(root.text_content())


def clean(text: str) -> str:
    """Paragraphs one a line, NFC: blanks folded (no-break ones kept), empty lines and control characters out."""
    text = unicodedata.normalize("NFC", "".join(c for c in text if c in "\n\t" or not _is_control(c)))
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def split_title(text: str) -> tuple[str, str]:
    """(title, body) of a plain text: the first non-empty line is the title."""
    stripped = text.lstrip("\n \t\ufeff")
    title, _, body = stripped.partition("\n")
    return title.strip(), body.strip("\n")
