"""The only sockets of the product: GET with limits on time, size, redirects and addresses."""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address
from types import TracebackType

import httpx

from pipeline import __version__
from pipeline.errors import FetchError

MAX_REDIRECTS = 5
Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Response:
    """What came back: status 200 with a body, or 304 without. Header names are lower case."""

    url: str
    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


class Client:
    """An asynchronous HTTP client for feeds and articles; use as `async with Client(...) as client`.

    `allowed` lists private networks that may be contacted all the same; all other addresses that are not
    global are refused, at the time of connection and after each redirect.
    """

    def __init__(
        self, *, timeout: float, contact: str = "", allowed: tuple[Network, ...] = (), connections: int = 8
    ) -> None:
        self._timeout = timeout
        self._slots = asyncio.Semaphore(connections)
        agent = f"actionnariat/{__version__}" + (f" (+{contact})" if contact else "")
        self._client = httpx.AsyncClient(
            transport=_GuardedTransport(allowed),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip, deflate"},
            timeout=timeout,
            trust_env=False,
        )

    async def __aenter__(self) -> Client:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def get(self, url: str, *, max_bytes: int, headers: Mapping[str, str] | None = None) -> Response:
        """Fetch a URL. Raises FetchError, one line with the URL and what is wrong."""
        async with self._slots:
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._get(url, max_bytes, dict(headers or {}))
            except TimeoutError:
                raise FetchError(f"{url}: no complete answer within {self._timeout:g} s") from None
            except httpx.HTTPError as error:
                raise FetchError(f"{url}: {_reason(error)}") from None
            except (httpx.InvalidURL, ValueError, OverflowError) as error:
                raise FetchError(f"{url}: not a valid URL ({error})") from None

    async def _get(self, url: str, max_bytes: int, headers: dict[str, str]) -> Response:
        target = httpx.URL(url)
        for _ in range(MAX_REDIRECTS + 1):
            if target.scheme not in ("http", "https") or not target.host:
                raise FetchError(f"{target}: only http and https addresses are fetched")
            if target.port is not None and not 0 < target.port < 65536:
                raise FetchError(f"{target}: no such port")
            async with self._client.stream("GET", target, headers=headers) as response:
                if response.has_redirect_location:
                    target = target.join(response.headers["location"])
                    continue
                if response.status_code == 304:
                    return Response(str(target), 304, headers=_lower(response.headers))
                if response.status_code != 200:
                    raise FetchError(f"{url}: the server answered {response.status_code}")
                body = await _read(response, max_bytes, url)
                return Response(str(target), 200, body, _lower(response.headers))
        raise FetchError(f"{url}: more than {MAX_REDIRECTS} redirects")


class _GuardedTransport(httpx.AsyncHTTPTransport):
    """Resolves a host once, checks the address, and connects to just that address."""

    def __init__(self, allowed: tuple[Network, ...]) -> None:
        super().__init__()
        self._allowed = allowed

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        host = request.url.host
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, request.url.port or 443, type=1)
        except OSError as error:
            raise httpx.ConnectError(f"host {host} not found ({error.strerror})", request=request) from None
        addresses = [str(entry[4][0]) for entry in found]
        usable = [address for address in addresses if self._may_contact(address)]
        if not usable:
            raise httpx.ConnectError(
                f"address {addresses[0]} is private; name it in allow_addresses to contact it",
                request=request,
            )
        request.extensions = {**request.extensions, "sni_hostname": host}
        request.url = request.url.copy_with(host=usable[0])
        return await super().handle_async_request(request)

    def _may_contact(self, address: str) -> bool:
        parsed = ip_address(address.partition("%")[0])
        mapped = getattr(parsed, "ipv4_mapped", None) or parsed
        if any(mapped.version == net.version and mapped in net for net in self._allowed):
            return True
        return mapped.is_global and not mapped.is_multicast


async def _read(response: httpx.Response, max_bytes: int, url: str) -> bytes:
    """The decoded body, never holding more than `max_bytes` and one chunk, also of a compression bomb."""
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"{url}: content encoding {encoding!r} was not asked for")
    packed = encoding in ("gzip", "x-gzip", "deflate")
    inflate = zlib.decompressobj(wbits=47 if encoding != "deflate" else 15) if packed else None
    body = bytearray()
    async for chunk in response.aiter_raw():
        if inflate is None:
            body += chunk
        else:
            try:
                body += inflate.decompress(chunk, max_bytes + 1 - len(body))
            except zlib.error as error:
                raise FetchError(f"{url}: broken {encoding} data ({error})") from None
        if len(body) > max_bytes:
            raise FetchError(f"{url}: larger than {max_bytes} bytes")
    if inflate is not None and not inflate.eof:
        raise FetchError(f"{url}: {encoding} data cut off")
    return bytes(body)


def _lower(headers: httpx.Headers) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _reason(error: httpx.HTTPError) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0]
