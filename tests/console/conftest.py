# SPDX-License-Identifier: Apache-2.0
"""A real server over a real store for the console's tests; the posts are in `world.py`."""

from __future__ import annotations

import importlib.util
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.app import begin_shutdown, create_app
from api.auth import hash_password, make_link
from api.services import Health, Services
from ascolto.model import ModelId
from ascolto.settings import Brand, Settings, Source, Unit
from ascolto.store.records import Batch, Ingested, User
from ascolto.store.sqlite import SqliteStore

PASSWORD = "a long enough pass phrase"


def _beside(name: str) -> ModuleType:
    full_name = f"ascolto_console_{name}"
    spec = importlib.util.spec_from_file_location(full_name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[full_name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


_world = _beside("world")
utc_now = _world.utc_now
LogIn = Callable[[httpx.Client, str], None]


@pytest.fixture
def password() -> str:
    """Everybody's password."""
    return PASSWORD


@pytest.fixture(scope="session")
def hashed() -> str:
    """Hashing is slow on purpose; once is enough."""
    return hash_password(PASSWORD)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        brands=(
            Brand(name="Banca Aurora", contact="https://aurora.example/help"),
            Brand(name="Aurora Mobile"),
        ),
        sources=(
            Source(name="forum", kind="feed", url="https://forum.example/feed"),
            Source(name="reviews", kind="feed", url="https://reviews.example/feed"),
        ),
        units=(Unit(name="care"), Unit(name="legal", receives=("legal",))),
        time_zone="Europe/Rome",
    )


@pytest.fixture
def world(tmp_path: Path, settings: Settings, hashed: str) -> Iterator[_world.World]:
    store = SqliteStore(tmp_path / "store.db")
    for name, role in (("anna", "agent"), ("bianca", "agent"), ("vera", "viewer")):
        user = User.model_validate(
            {"name": name, "role": role, "password_hash": hashed, "created_at": utc_now()}
        )
        store.people.put_user(user)
    yield _world.World(store=store, settings=settings, now=utc_now)
    store.close()


@pytest.fixture
def services(world: _world.World) -> Services:
    return services_for(world.store, world.settings)


def services_for(store: SqliteStore, settings: Settings) -> Services:
    def receive(source: str, batch: Batch, *, keep_all: bool) -> Ingested:
        return store.sources.ingest(source, batch)

    return Services(
        settings=settings,
        store=store,
        receive=receive,
        model=ModelId(name="lexicon", version="1", sha256="0" * 64),
        now=utc_now,
        health=Health,
        collect_soon=lambda name: None,
    )


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


class Server:
    """A real server on a free port of this machine, which can be stopped and started again."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._socket = _listen(0)
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._start()

    def _start(self) -> None:
        self._app = create_app(self._services)
        config = uvicorn.Config(
            self._app, log_level="warning", ws="none", timeout_graceful_shutdown=1
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the server did not start"
            time.sleep(0.01)

    def stop(self) -> None:
        begin_shutdown(self._app)
        self._server.should_exit = True
        self._thread.join(timeout=10)
        assert not self._thread.is_alive()
        self._socket.close()

    def start_again(self) -> None:
        self._socket = _listen(self.port)
        self._start()


def _listen(port: int) -> socket.socket:
    # With the protocol named: asyncio sets TCP_NODELAY only then, else answers wait 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


@pytest.fixture
def server(services: Services) -> Iterator[Server]:
    running = Server(services)
    yield running
    running.stop()


@pytest.fixture
def guest(server: Server) -> Iterator[httpx.Client]:
    """A browser without scripts, not logged in."""
    with httpx.Client(base_url=server.url) as client:
        yield client


@pytest.fixture
def anna(server: Server, log_in: LogIn) -> Iterator[httpx.Client]:
    """A browser without scripts, with the agent Anna logged in."""
    with httpx.Client(base_url=server.url) as client:
        log_in(client, "anna")
        yield client


@pytest.fixture
def log_in(world: _world.World) -> LogIn:
    """Logs a browser in by a one-time link, which is faster than a password on purpose."""

    def by_link(client: httpx.Client, name: str) -> None:
        token = make_link(world.store, name, world.now())
        answer = client.post("/login", data={"token": token})
        assert answer.status_code == 303, answer.text

    return by_link


PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script href=data:,alert(1) />",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<input autofocus onfocus=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href=javascript:alert(1)>x</a>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content=0;url=https://evil.example/>",
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "<style>*{background:url(https://evil.example/)}</style>",
    "<object data=https://evil.example/x></object>",
    "<!--><img src=x onerror=alert(1)>-->",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</select><img src=x onerror=alert(1)>",
    "]]><script>alert(1)</script>",
    '" onmouseover=alert(1) x="',
    "' autofocus onfocus='alert(1)",
    "` onmouseover=alert(1) `",
    "javascript:alert(document.cookie)",
    "data:text/html,<script>alert(1)</script>",
    "{{ 7*7 }}{% for x in ().__class__ %}x{% endfor %}",
    "${alert(1)}<%= 7*7 %>#{7*7}",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\u003cscript\u003ealert(1)",
    "＜script＞alert(1)＜/script＞",
    'https://evil.example/"><script>alert(1)</script>',
)


@pytest.fixture
def payloads() -> tuple[str, ...]:
    """Texts that want to be more than text."""
    return PAYLOADS
