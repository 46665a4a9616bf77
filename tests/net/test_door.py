# SPDX-License-Identifier: Apache-2.0
"""Requests through the door, for receivers (sync) and collectors (async)."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ascolto.errors import AddressBlocked, FetchFailed, NetError, TooLarge
from ascolto.net import Door
from ascolto.settings import Network

Send = Callable[..., httpx.Response]


def sync_send(door: Door, url: str, **options: object) -> httpx.Response:
    with door.client() as client:
        return client.request(str(options.pop("method", "GET")), url, **options)


def async_send(door: Door, url: str, **options: object) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = door.async_transport()
        try:
            request = httpx.Request(str(options.pop("method", "GET")), url, **options)
            return await transport.handle_async_request(request)
        finally:
            await transport.aclose()

    return asyncio.run(run())


@pytest.fixture(params=[sync_send, async_send], ids=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Send:
    return request.param


def test_an_answer_comes_back_whole(mini_source, fakes, send):
    site = mini_source()
    headers = {"X-One": "1", "Content-Encoding": "gzip"}
    site.answer("/a?b=c", fakes.Reply(201, gzip.compress(b"hello"), headers))
    answer = send(Door(Network(allow=(site.host,))), f"{site.url}/a?b=c")
    assert (answer.status_code, answer.content, answer.headers["x-one"]) == (201, b"hello", "1")
    assert "content-encoding" not in answer.headers
    assert site.asked[0].headers["accept-encoding"] == "gzip, deflate"


def test_a_post_is_sent_as_it_is(mini_source, fakes, send):
    site = mini_source()
    site.answer("/hook", fakes.Reply(204), method="POST")
    door = Door(Network(allow=(site.host,)))
    send(door, f"{site.url}/hook", method="POST", content=b"\0body", headers={"webhook-id": "7"})
    assert site.asked[0].body == b"\0body"
    assert site.asked[0].headers["webhook-id"] == "7"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_never_followed(mini_source, fakes, send, status):
    site = mini_source()
    site.answer("/hook", fakes.Reply(status, headers={"Location": "/other"}), method="POST")
    answer = send(Door(Network(allow=(site.host,))), f"{site.url}/hook", method="POST")
    assert answer.status_code == status
    assert site.paths() == ["/hook"]


def test_a_connection_goes_to_the_checked_address(mini_source, fakes, send):
    site = mini_source()
    site.answer("/", fakes.Reply(200, b"x"))
    port = site.host.rpartition(":")[2]
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"]

    door = Door(Network(allow=(f"inner.example:{port}",)), resolve)
    assert send(door, f"http://inner.example:{port}/").content == b"x"
    assert asked == ["inner.example"]
    assert site.asked[0].headers["host"] == f"inner.example:{port}"


def test_an_answer_over_the_limit_is_refused(mini_source, fakes, send):
    site = mini_source()
    site.answer("/", fakes.Reply(200, b"x" * 5000))
    with pytest.raises(TooLarge, match=r"127\.0\.0\.1: the answer is larger than 4096 bytes"):
        send(Door(Network(allow=(site.host,), max_bytes=4096)), site.url + "/")


def test_a_bomb_is_refused(mini_source, fakes, send):
    site = mini_source()
    headers = {"Content-Encoding": "gzip"}
    site.answer("/", fakes.Reply(200, gzip.compress(b"\0" * 20_000_000), headers))
    with pytest.raises(TooLarge):
        send(Door(Network(allow=(site.host,))), site.url + "/")


@pytest.mark.parametrize("slow", [{"delay": 5.0}, {"drip": 0.05}], ids=["silent", "drip"])
def test_the_whole_request_has_one_time_limit(mini_source, fakes, send, slow):
    site = mini_source()
    site.answer("/", fakes.Reply(200, b"x" * 1000, **slow))
    started = time.monotonic()
    with pytest.raises(FetchFailed, match=r"no whole answer within 0\.3 s"):
        send(Door(Network(allow=(site.host,), timeout="300ms")), site.url + "/")
    assert time.monotonic() - started < 2


def test_a_cut_body_is_no_answer(mini_source, fakes, send):
    site = mini_source()
    site.answer("/", fakes.Reply(200, b"x" * 1000, cut_at=10))
    with pytest.raises(FetchFailed, match="broke off"):
        send(Door(Network(allow=(site.host,))), site.url + "/")


def test_a_closed_port_is_named(send):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(FetchFailed, match=r"127\.0\.0\.1: cannot be connected to"):
        send(Door(Network(allow=(host,))), f"http://{host}/")


def test_an_unknown_name_is_named(send):
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror("nobody")

    with pytest.raises(FetchFailed, match=r"gone\.example: the name cannot be resolved"):
        send(Door(Network(), resolve), "http://gone.example/")


def test_a_name_with_one_private_address_is_refused(send):
    door = Door(Network(), lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(AddressBlocked):
        send(door, "http://mixed.example/")


def test_errors_name_the_host_and_nothing_else_of_the_url(mini_source, fakes, send):
    site = mini_source()
    site.answer("/services/T0KEN?key=s3cret", fakes.Reply(200, b"x", cut_at=0))
    with pytest.raises(NetError) as failure:
        send(Door(Network(allow=(site.host,))), f"{site.url}/services/T0KEN?key=s3cret")
    assert "T0KEN" not in repr(failure.value)
    assert "s3cret" not in repr(failure.value)


def test_proxies_of_the_environment_are_not_used(mini_source, fakes, send, monkeypatch):
    proxy, site = mini_source(), mini_source()
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
    site.answer("/", fakes.Reply(200, b"direct"))
    assert send(Door(Network(allow=(site.host,))), site.url + "/").content == b"direct"


@pytest.fixture
def tls_port(tmp_path: Path) -> Iterator[int]:
    """A TLS server whose certificate nobody signed but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = tmp_path / "self.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        try:
            connection, _ = listener.accept()
            with connection:
                context.wrap_socket(connection, server_side=True).close()
        except OSError:
            pass  # the client refuses the certificate, or the test is over

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join()


def test_a_certificate_that_nobody_vouches_for_is_refused(tls_port, send):
    host = f"127.0.0.1:{tls_port}"
    with pytest.raises(FetchFailed, match="certificate is not valid"):
        send(Door(Network(allow=(host,))), f"https://{host}/")
