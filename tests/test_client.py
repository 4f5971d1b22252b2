"""The only sockets of the product, against a server that means no good."""

from __future__ import annotations

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest
from conftest import Site, packed

from pipeline.errors import FetchError
from pipeline.feeds.client import Client, Response

LOOPBACK = (ip_network("127.0.0.0/8"),)


def get(url: str, allowed: Any = LOOPBACK, timeout: float = 5, max_bytes: int = 100_000, **headers: str) -> Response:
    async def go() -> Response:
        async with Client(timeout=timeout, allowed=allowed, contact="mailto:desk@example.org") as client:
            return await client.get(url, max_bytes=max_bytes, headers=headers)

    return asyncio.run(go())


def test_a_page_comes_back_whole_and_we_say_who_we_are(site: Site) -> None:
    response = get(site.serve("/a", packed(b"bonjour"), Content_Encoding="gzip", ETag='"x"'))
    assert (response.status, response.body, response.headers["etag"]) == (200, b"bonjour", '"x"')
    agent = site.requests[0][1]["User-Agent"]
    assert agent.startswith("actionnariat/") and "desk@example.org" in agent


def test_validators_give_304(site: Site) -> None:
    url = site.serve("/a", b"bonjour", ETag='"x"')
    assert get(url, **{"If-None-Match": '"x"'}).status == 304


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"x" * 200_000, {}),
        (packed(b"x" * 50_000_000), {"Content_Encoding": "gzip"}),
    ],
    ids=["large", "bomb"],
)
def test_size_is_capped(site: Site, body: bytes, headers: dict[str, str]) -> None:
    with pytest.raises(FetchError, match="larger than 100000 bytes"):
        get(site.serve("/a", body, **headers))


@pytest.mark.parametrize("body", [b"not gzip at all", packed(b"x" * 1000)[:-9]])
def test_broken_compression_is_an_error(site: Site, body: bytes) -> None:
    with pytest.raises(FetchError, match="gzip"):
        get(site.serve("/a", body, Content_Encoding="gzip"))


def test_the_deadline_holds_against_a_drip(site: Site) -> None:
    with pytest.raises(FetchError, match=r"no complete answer within 0\.5 s"):
        get(site.serve_slowly("/a", b"x" * 100, 0.1), timeout=0.5)


def test_redirects_are_followed_and_limited(site: Site) -> None:
    site.serve("/end", b"there")
    assert get(site.serve("/a", status=302, Location="/end")).body == b"there"
    with pytest.raises(FetchError, match="more than 5 redirects"):
        get(site.serve("/loop", status=302, Location="/loop"))


def test_private_addresses_are_refused(site: Site) -> None:
    with pytest.raises(FetchError, match="private"):
        get(site.serve("/a", b"secret"), allowed=())
    assert site.requests == []


def test_a_redirect_does_not_lead_inside(site: Site) -> None:
    with pytest.raises(FetchError, match="private"):
        get(site.serve("/a", status=302, Location="http://10.0.0.1/"))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/", "http://", "http://[::1", "https://ex ample/", "nonsense"]
)
def test_addresses_that_are_none(url: str) -> None:
    with pytest.raises(FetchError):
        get(url)


def test_an_error_status_is_told(site: Site) -> None:
    with pytest.raises(FetchError, match="answered 503"):
        get(site.serve("/a", status=503))
