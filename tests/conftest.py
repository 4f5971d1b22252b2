from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.extraction.extractor import Extractor
from pipeline.locations import DEFAULT_MODEL


@pytest.fixture(autouse=True)
def clean_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees or writes a user's own database, settings or environment."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("ACTIONNARIAT_DB", "ACTIONNARIAT_MODEL", "ACTIONNARIAT_ALLOW_ADDRESSES"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def extractor() -> Extractor:
    """The shipped model with the stake rules."""
    return Extractor(str(DEFAULT_MODEL))


@pytest.fixture
def actionnariat() -> Callable[..., Result]:
    """Run a command in this process: actionnariat("stakes", "--csv")."""

    def call(*arguments: object, input: str | bytes | None = None) -> Result:
        result = CliRunner().invoke(main, [str(a) for a in arguments], input=input)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@dataclass
class Site:
    """A web site on loopback: set pages, read requests."""

    address: str
    pages: dict[str, Any] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, body: bytes | str = b"", status: int = 200, **headers: str) -> str:
        """Let `path` answer this; header names with _ for -. Returns the URL."""
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = (status, {k.replace("_", "-"): v for k, v in headers.items()}, data, 0.0)
        return self.address + path

    def serve_slowly(self, path: str, body: bytes, seconds_per_byte: float) -> str:
        self.pages[path] = (200, {}, body, seconds_per_byte)
        return self.address + path


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            room.requests.append((self.path, dict(self.headers)))
            status, headers, body, pause = room.pages.get(self.path, (404, {}, b"", 0.0))
            if status == 200 and headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, b""
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                if pause:
                    for i in range(len(body)):
                        self.wfile.write(body[i : i + 1])
                        time.sleep(pause)
                else:
                    self.wfile.write(body)
            except OSError:
                pass  # the client gave up, as it should

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    room = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield room
    server.shutdown()
    server.server_close()


def rss(*items: tuple[str, str, str]) -> str:
    """An RSS feed of (link, title, full text) items."""
    body = "".join(
        f"<item><title>{title}</title><link>{link}</link><guid>{link}</guid>"
        "<pubDate>Mon, 12 Jan 2015 11:44:50 +0100</pubDate>"
        f"<content:encoded><![CDATA[{text}]]></content:encoded></item>"
        for link, title, text in items
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<?xml version="1.0"?><rss version="2.0" {space}><channel><title>Essai</title>{body}</channel></rss>'


def packed(data: bytes) -> bytes:
    return gzip.compress(data)
