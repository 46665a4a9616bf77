# SPDX-License-Identifier: Apache-2.0
"""Opens connections, only to checked addresses, within a total time and size."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import httpcore
import httpx

from ascolto.errors import AddressBlocked, FetchFailed, NetError, TooLarge
from ascolto.net.address import allowed_pairs, check_port, check_url, is_blocked, not_public, target
from ascolto.net.unpack import unpack
from ascolto.settings import Network

Resolve = Callable[[str, int], Sequence[str]]
"""Host and port to IP addresses as text. Raises OSError."""


def resolve_by_system(host: str, port: int) -> list[str]:
    """The addresses of a host as the operating system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(answer[4][0]) for answer in found))


class Door:
    """Opens connections, only to where the settings allow."""

    def __init__(self, network: Network, resolve: Resolve = resolve_by_system) -> None:
        self.network = network
        self._resolve = resolve
        self._allowed = allowed_pairs(network)

    def check(self, url: str) -> None:
        """Refuse a URL whose host is, or resolves to, a blocked address.

        Raises AddressBlocked, or FetchFailed when the name cannot be resolved.
        """
        check_url(url, self.network)
        self.addresses(*target(url, self.network))

    def addresses(self, host: str, port: int) -> Sequence[str]:
        """Resolve once and check every address. Raises AddressBlocked, FetchFailed."""
        host = host.lower()
        check_port(host, port, self.network)
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            raise FetchFailed(f"{host}: the name cannot be resolved") from None
        if not found:
            raise FetchFailed(f"{host}: the name has no address")
        if (host, port) not in self._allowed and any(map(is_blocked, found)):
            raise AddressBlocked(not_public(host, port))
        return found

    def client(self) -> httpx.Client:
        """For receivers: every request through the door, redirects never followed.

        Its requests raise AddressBlocked, TooLarge or FetchFailed, never httpx's own errors.
        """
        return httpx.Client(transport=_Transport(self), follow_redirects=False, trust_env=False)

    def async_transport(self) -> httpx.AsyncBaseTransport:
        """For collectors: the same door for an event loop; close it with ``aclose``."""
        return _AsyncTransport(self)

    @property
    def seconds(self) -> float:
        """How long a request may take from its first byte to the last of the answer."""
        return self.network.timeout.total_seconds()

    @cached_property
    def tls(self) -> ssl.SSLContext:
        """Verifies certificates; there is no way to turn that off."""
        return httpx.create_ssl_context()


def _to_core(request: httpx.Request, network: Network, seconds: float) -> httpcore.Request:
    target(str(request.url), network)
    operations = ("connect", "read", "write", "pool")
    return httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=request.url.raw_scheme,
            host=request.url.raw_host,
            port=request.url.port,
            target=request.url.raw_path,
        ),
        headers=[pair for pair in request.headers.raw if pair[0].lower() != b"accept-encoding"]
        + [(b"Accept-Encoding", b"gzip, deflate")],
        content=request.stream,
        extensions={"timeout": dict.fromkeys(operations, seconds)},
    )


def _to_answer(
    request: httpx.Request, answer: httpcore.Response, packed: bytes, limit: int
) -> httpx.Response:
    headers = httpx.Headers(answer.headers)
    body = unpack(headers.get("content-encoding", ""), packed, limit)
    for name in ("content-encoding", "content-length", "transfer-encoding"):
        headers.pop(name, None)
    return httpx.Response(answer.status, headers=headers, content=body, request=request)


def _grown(packed: bytearray, part: bytes, limit: int) -> None:
    packed += part
    if len(packed) > limit:
        raise TooLarge(f"the answer is larger than {limit} bytes")


@contextmanager
def _named(request: httpx.Request, seconds: float) -> Iterator[None]:
    """Turn what goes wrong on the way into errors of ours, which name the host only."""
    host = request.url.host
    try:
        yield
    except NetError as error:
        if str(error).startswith(host):
            raise
        raise type(error)(f"{host}: {error}") from None
    except (httpcore.TimeoutException, TimeoutError):
        raise FetchFailed(f"{host}: no whole answer within {seconds:g} s") from None
    except httpcore.ConnectError as error:
        certificate = "CERTIFICATE_VERIFY_FAILED" in str(error)
        reason = "its certificate is not valid" if certificate else "cannot be connected to"
        raise FetchFailed(f"{host}: {reason}") from None
    except (httpcore.NetworkError, httpcore.ProtocolError):
        raise FetchFailed(f"{host}: broke off, or does not speak HTTP") from None


class _Backend(httpcore.NetworkBackend):
    """Connects to checked addresses; everything ends at ``deadline`` (monotonic seconds)."""

    def __init__(self, door: Door, deadline: float) -> None:
        self._door = door
        self._deadline = deadline
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError(host)
        for address in self._door.addresses(host, port):
            try:
                stream = self._inner.connect_tcp(
                    address, port, _left(self._deadline), local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _Stream(stream, self._deadline)
        raise failure


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout
    return left


class _Stream(httpcore.NetworkStream):
    """A stream whose operations share one deadline, so that a slow drip ends too."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, _left(self._deadline))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, _left(self._deadline))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._deadline)
        return _Stream(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Transport(httpx.BaseTransport):
    """One connection per request: deliveries are few, and nothing is left open."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        door, limit = self._door, self._door.network.max_bytes
        backend = _Backend(door, time.monotonic() + door.seconds)
        packed = bytearray()
        with (
            _named(request, door.seconds),
            httpcore.ConnectionPool(ssl_context=door.tls, network_backend=backend) as pool,
        ):
            answer = pool.handle_request(_to_core(request, door.network, door.seconds))
            try:
                for part in answer.iter_stream():
                    _grown(packed, part, limit)
            finally:
                answer.close()
            return _to_answer(request, answer, bytes(packed), limit)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """Connects to checked addresses."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - the signature is httpcore's
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        failure: Exception = httpcore.ConnectError(host)
        for address in await asyncio.to_thread(self._door.addresses, host, port):
            try:
                return await self._inner.connect_tcp(
                    address, port, timeout, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _AsyncTransport(httpx.AsyncBaseTransport):
    def __init__(self, door: Door) -> None:
        self._door = door
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=door.tls, network_backend=_AsyncBackend(door), keepalive_expiry=5.0
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        door, limit = self._door, self._door.network.max_bytes
        packed = bytearray()
        with _named(request, door.seconds):
            async with asyncio.timeout(door.seconds):
                answer = await self._pool.handle_async_request(
                    _to_core(request, door.network, door.seconds)
                )
                try:
                    async for part in answer.aiter_stream():
                        _grown(packed, part, limit)
                finally:
                    await answer.aclose()
            return _to_answer(request, answer, bytes(packed), limit)

    async def aclose(self) -> None:
        await self._pool.aclose()
