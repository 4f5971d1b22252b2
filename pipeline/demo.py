"""The demo newsroom: three invented outlets on loopback, served over real HTTP from data/demo/.

Each outlet shows another kind of feed: RSS 2.0 with full texts, Atom with summaries that link to HTML pages,
RSS in ISO-8859-1. A morning and an evening edition differ by the corrected dispatches.
"""

from __future__ import annotations

import hashlib
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

from pipeline import locations
from pipeline.errors import ConfigurationError
from pipeline.records import Feed

DEFAULT_PORT = 8715
_ATOM = "http://www.w3.org/2005/Atom"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True)
class Piece:
    """One text of the newsroom. `corrects` names the piece whose address it takes over in the evening."""

    slug: str
    title: str
    published: datetime
    body: str
    author: str = ""
    section: str = ""
    caption: str = ""
    summary: str = ""
    corrects: str = ""


@dataclass(frozen=True)
class Outlet:
    """A paper with the kind of feed it serves: "rss", "atom" or "rss-latin1"."""

    slug: str
    title: str
    feed: str
    pieces: tuple[Piece, ...]

    def edition(self, *, evening: bool) -> dict[str, Piece]:
        """Address → piece, newest first; in the evening corrected texts stand at the old addresses."""
        corrected = {piece.corrects: piece for piece in self.pieces if piece.corrects}
        shown = {
            piece.slug: corrected.get(piece.slug, piece) if evening else piece
            for piece in self.pieces
            if not piece.corrects
        }
        return dict(sorted(shown.items(), key=lambda item: item[1].published, reverse=True))


def outlets(folder: Path = locations.DEMO_DATA) -> list[Outlet]:
    """The outlets that data/demo/ describes, a TOML file each."""
    result = []
    for path in sorted(folder.glob("*.toml")):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        pieces = tuple(_piece(table) for table in data["article"])
        result.append(Outlet(path.stem, data["title"], data["feed"], pieces))
    return result


def _piece(table: dict[str, Any]) -> Piece:
    return Piece(**{**table, "published": table["published"].replace(tzinfo=_PARIS)})


class Newsroom:
    """The running server; `evening` turns the page."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self._server = server
        self.address = f"http://127.0.0.1:{server.server_address[1]}"

    def feeds(self) -> list[Feed]:
        """The feeds it serves."""
        return [Feed(f"{self.address}/{outlet.slug}/feed.xml", outlet.title) for outlet in outlets()]

    def evening(self) -> None:
        """Serve the evening edition from now on."""
        self._server.RequestHandlerClass = _handler(_pages(self.address, evening=True))


@contextmanager
def newsroom(port: int, *, evening: bool = False) -> Iterator[Newsroom]:
    """Serve the demo outlets on loopback for the time of the block; port 0 takes any free one.

    Raises ConfigurationError where the port is taken.
    """
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), BaseHTTPRequestHandler)
    except OSError:
        raise ConfigurationError(f"port {port} is in use; name another with --port") from None
    server.daemon_threads = True
    room = Newsroom(server)
    server.RequestHandlerClass = _handler(_pages(room.address, evening=evening))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield room
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _pages(address: str, *, evening: bool) -> dict[str, tuple[str, bytes]]:
    """Path → (content type, body) of everything that is served."""
    pages: dict[str, tuple[str, bytes]] = {}
    for outlet in outlets():
        base = f"{address}/{outlet.slug}"
        edition = outlet.edition(evening=evening)
        make = _atom if outlet.feed == "atom" else _rss
        pages[f"/{outlet.slug}/feed.xml"] = make(outlet, edition, base)
        for slug, piece in edition.items():
            pages[f"/{outlet.slug}/{slug}.html"] = ("text/html; charset=utf-8", _html(outlet, edition, piece))
    return pages


def _handler(pages: dict[str, tuple[str, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found = pages.get(self.path)
            if found is None:
                self.send_error(404)
                return
            kind, body = found
            etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
            unchanged = self.headers.get("If-None-Match") == etag
            self.send_response(304 if unchanged else 200)
            self.send_header("ETag", etag)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", "0" if unchanged else str(len(body)))
            self.end_headers()
            if not unchanged:
                self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def _rss(outlet: Outlet, edition: dict[str, Piece], base: str) -> tuple[str, bytes]:
    """RSS 2.0 with full texts."""
    ElementTree.register_namespace("content", _CONTENT)
    root = ElementTree.Element("rss", version="2.0")
    channel = ElementTree.SubElement(root, "channel")
    _texts(channel, {"title": outlet.title, "link": base + "/", "description": outlet.title})
    for slug, piece in edition.items():
        item = ElementTree.SubElement(channel, "item")
        _texts(item, {"title": piece.title, "link": f"{base}/{slug}.html", "guid": f"{base}/{slug}.html"})
        _texts(item, {"pubDate": format_datetime(piece.published), "description": piece.summary})
        _texts(item, {f"{{{_CONTENT}}}encoded": _paragraphs(piece)})
    encoding = "iso-8859-1" if outlet.feed == "rss-latin1" else "utf-8"
    return f"application/rss+xml; charset={encoding}", ElementTree.tostring(root, encoding, xml_declaration=True)


def _atom(outlet: Outlet, edition: dict[str, Piece], base: str) -> tuple[str, bytes]:
    """Atom with summaries; the texts stand on the pages."""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed")
    newest = max(piece.published for piece in edition.values()).isoformat()
    _texts(root, {f"{{{_ATOM}}}title": outlet.title, f"{{{_ATOM}}}id": base + "/", f"{{{_ATOM}}}updated": newest})
    for slug, piece in edition.items():
        entry = ElementTree.SubElement(root, f"{{{_ATOM}}}entry")
        link = f"{base}/{slug}.html"
        _texts(entry, {f"{{{_ATOM}}}title": piece.title, f"{{{_ATOM}}}id": link})
        _texts(entry, {f"{{{_ATOM}}}published": piece.published.isoformat()})
        _texts(entry, {f"{{{_ATOM}}}updated": piece.published.isoformat(), f"{{{_ATOM}}}summary": piece.summary})
        ElementTree.SubElement(entry, f"{{{_ATOM}}}link", href=link, rel="alternate", type="text/html")
    return "application/atom+xml; charset=utf-8", ElementTree.tostring(root, "utf-8", xml_declaration=True)


def _texts(parent: ElementTree.Element, values: dict[str, str]) -> None:
    for tag, text in values.items():
        ElementTree.SubElement(parent, tag).text = text


def _paragraphs(piece: Piece) -> str:
    return "\n".join(f"<p>{escape(line, quote=False)}</p>" for line in piece.body.splitlines() if line.strip())


def _html(outlet: Outlet, edition: dict[str, Piece], piece: Piece) -> bytes:
    """A page as news sites make them: menu, caption, share buttons, "à lire aussi", footer."""
    others = [(slug, other) for slug, other in edition.items() if other is not piece][:3]
    read_also = "".join(f'<li><a href="{slug}.html">{escape(other.title)}</a></li>' for slug, other in others)
    caption = f"<figure><img src='photo.jpg' alt=''><figcaption>{escape(piece.caption)}</figcaption></figure>"
    return f"""<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>{escape(piece.title)}</title>
<meta property="og:title" content="{escape(piece.title)}">
<meta property="article:published_time" content="{piece.published.isoformat()}"></head>
<body><header><nav><ul><li><a href="/">{escape(outlet.title)}</a></li><li><a href="#">Économie</a></li>
<li><a href="#">Bourse : +1,2 %</a></li><li><a href="#">S'abonner (-50 %)</a></li></ul></nav></header>
<main><article><h1>{escape(piece.title)}</h1><p class="byline">{escape(piece.author)} | {escape(piece.section)}</p>
{caption if piece.caption else ""}
{_paragraphs(piece)}
<div class="share"><a href="#">Partager</a> <a href="#">Imprimer</a></div></article>
<aside class="related"><h2>À lire aussi</h2><ul>{read_also}</ul></aside></main>
<footer><p>© {escape(outlet.title)}. Mentions légales. Newsletter : 30 % de réduction.</p></footer></body></html>
""".encode()
