# SPDX-License-Identifier: Apache-2.0
"""A real server over a real store, and callers of every kind."""

from __future__ import annotations

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from api.app import begin_shutdown, create_app
from api.auth import COOKIE, hash_password, make_key, make_link, use_link
from api.services import Health, Services
from ascolto.intake import Intake
from ascolto.model import (
    Alert,
    Author,
    Case,
    Channel,
    ChannelChoice,
    Delivery,
    Draft,
    Event,
    Intent,
    IntentReading,
    Language,
    Level,
    Mention,
    ModelId,
    NeedsReply,
    Priority,
    PriorityReason,
    Reading,
    Risk,
    RiskReading,
    RuleDecision,
    Sentiment,
    SentimentReading,
    Urgency,
    UrgencyReading,
    alert_identity,
    case_identity,
    delivery_identity,
)
from ascolto.settings import Brand, Rules, Server, Settings, Source, Unit
from ascolto.store.records import ApiKey, Batch, CaseChange, Judgement, User
from ascolto.store.sqlite import SqliteStore

PASSWORD = "correct horse battery staple"
MODEL = ModelId(name="lexicon", version="1", sha256="0" * 64)
ROLES = {"vera": "viewer", "paola": "pr", "anna": "agent", "lea": "lead", "ada": "admin"}


def utc_now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(scope="session")
def password() -> str:
    return PASSWORD


@pytest.fixture(scope="session")
def hashed() -> str:
    """Hashing is slow on purpose; once is enough."""
    return hash_password(PASSWORD)


@pytest.fixture(scope="session")
def settings() -> Settings:
    return Settings(
        brands=(Brand(name="Banca Aurora"), Brand(name="Aurora Mobile")),
        sources=(
            Source(name="forum", kind="feed", url="https://u:p@forum.example/feed?token=canary"),
            Source(name="reviews", kind="feed", url="https://reviews.example/feed"),
        ),
        units=(Unit(name="care"), Unit(name="legal", receives=("legal",))),
        rules=Rules(reach_followers=777),
        server=Server(requests_per_minute=100_000),
    )


@dataclass
class World:
    """A store with people in it, services over it, and the means to let posts arrive."""

    store: SqliteStore
    settings: Settings
    health: list[Health] = field(default_factory=lambda: [Health()])
    collected: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def services(self) -> Services:
        return Services(
            settings=self.settings,
            store=self.store,
            receive=Intake(self.settings, self.store),
            model=MODEL,
            now=utc_now,
            health=lambda: self.health[0],
            collect_soon=self.collected.append,
        )

    def mention(self, text: str = "The card does not work.", **more: Any) -> Mention:
        """A post arrives; nobody has read it yet."""
        values: dict[str, Any] = {
            "source": "forum",
            "kind": "feed",
            "native_id": f"post-{next(self._numbers)}",
            "url": "https://forum.example/t/1",
            "author": Author(name="Marta", handle="marta", followers=12),
            "text": text,
            "language": Language(code="en", confidence=0.9),
            "published_at": utc_now() - timedelta(hours=1),
            "collected_at": utc_now(),
        }
        mention = Mention.model_validate({**values, **more})
        Intake(self.settings, self.store)(mention.source, Batch(mentions=(mention,)), keep_all=True)
        return mention

    def read(self, mention: Mention, sentiment: Sentiment | None = Sentiment.negative) -> Reading:
        """The post is read."""
        reading = reading_of(mention, sentiment)
        seq = max((item.seq for item in self.store.work.unread(1000)), default=0)
        self.store.work.annotate([reading], upto=seq)
        return reading

    def case(self, text: str = "The card does not work.", **more: Any) -> Case:
        """A post arrives, is read and judged, and opens a case."""
        mention = self.mention(text, **more)
        self.read(mention)
        seq = max(item.seq for item in self.store.work.unjudged(1000))
        alert = alert_of(mention)
        case = case_of(mention, alert)
        delivery = Delivery(
            id=delivery_identity(alert.id, "chat"),
            alert_id=alert.id,
            receiver="chat",
            due_at=utc_now(),
        )
        judgement = Judgement(
            mention_id=mention.id,
            decisions=alert.rules,
            judged_at=utc_now(),
            alert=alert,
            case=CaseChange(case=case, expected=0),
            deliveries=(delivery,),
        )
        self.store.work.judge([judgement], upto=seq)
        return case

    def key(self, *scopes: Any, name: str = "program") -> str:
        """The secret of a new key."""
        return make_key(self.store, name, scopes, utc_now())[1]

    def revoke(self, secret_digest: str) -> None:
        """Take a key back."""
        key = self.store.people.key(secret_digest)
        revoked: ApiKey = key.model_copy(update={"revoked_at": utc_now()})
        self.store.people.put_key(revoked)

    def session(self, name: str) -> str:
        """The session token of somebody who logged in by a link."""
        token = use_link(self.services, make_link(self.store, name, utc_now()))
        assert token is not None
        return token


def reading_of(mention: Mention, sentiment: Sentiment | None) -> Reading:
    return Reading(
        id=mention.id,
        language=mention.language,
        sentiment=SentimentReading(
            label=sentiment,
            probabilities={
                Sentiment.negative: 0.8,
                Sentiment.neutral: 0.1,
                Sentiment.positive: 0.1,
            },
        ),
        risks=(RiskReading(label=Risk.complaint, probability=0.9),),
        intent=IntentReading(label=Intent.card_problem, probability=0.7),
        needs_reply=NeedsReply(value=True, probability=0.9),
        urgency=UrgencyReading(value=Urgency.blocked, probabilities=(0.1, 0.1, 0.7, 0.1)),
        model=MODEL,
        degraded=True,
    )


def alert_of(mention: Mention) -> Alert:
    identity = alert_identity("post", "1", mention.id)
    decision = RuleDecision(rule="risk", version="1", fired=True, reason="complaint at 0.90")
    return Alert(
        id=identity,
        mention_id=mention.id,
        case_id=case_identity(identity),
        brand="Banca Aurora",
        source=mention.source,
        language="en",
        rules=(decision,),
        priority=priority(),
        channel=ChannelChoice(label=Channel.public_reply),
        draft=Draft(public="Hello, we are looking into it.", language="en"),
        unit="care",
        due_at=utc_now() + timedelta(hours=1),
        created_at=utc_now(),
        updated_at=utc_now(),
    )


def case_of(mention: Mention, alert: Alert) -> Case:
    assert alert.case_id is not None
    return Case(
        id=alert.case_id,
        source=mention.source,
        brand="Banca Aurora",
        mention_ids=(mention.id,),
        alert_ids=(alert.id,),
        priority=priority(),
        channel=Channel.public_reply,
        unit="care",
        opened_at=utc_now(),
        updated_at=utc_now(),
        history=(Event(at=utc_now(), actor="ascolto", action="opened"),),
    )


def priority() -> Priority:
    reason = PriorityReason(part="urgency", points=50, text="blocked now")
    return Priority(value=50, level=Level.high, reasons=(reason,))


@pytest.fixture
def make_world(tmp_path: Path, settings: Settings, hashed: str) -> Iterator[Callable[..., World]]:
    """Makes a world; ``server`` replaces the settings of the server."""
    made: list[World] = []

    def make(server: Server | None = None) -> World:
        store = SqliteStore(tmp_path / f"store-{len(made)}.db")
        own = settings if server is None else settings.model_copy(update={"server": server})
        world = World(store, own)
        made.append(world)
        for name, role in ROLES.items():
            values = {"name": name, "role": role, "password_hash": hashed}
            store.people.put_user(User.model_validate({**values, "created_at": utc_now()}))
        return world

    yield make
    for world in made:
        world.store.close()


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    return make_world()


class Running:
    """A server on a free port, until it is stopped."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            app, log_config=None, ws="none", proxy_headers=False, timeout_graceful_shutdown=2
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(
            target=self.server.run, kwargs={"sockets": [self._socket]}, daemon=True
        )
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive(), "the server did not start"
            time.sleep(0.005)

    def stop(self) -> None:
        begin_shutdown(self.app)
        self.server.should_exit = True
        self.thread.join(timeout=10)
        assert not self.thread.is_alive()
        self._socket.close()


@pytest.fixture
def serve() -> Iterator[Callable[[FastAPI], Running]]:
    """Starts servers and stops them at the end."""
    running: list[Running] = []

    def start(app: FastAPI) -> Running:
        running.append(Running(app))
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def app(world: World) -> FastAPI:
    return create_app(world.services)


@pytest.fixture
def running(app: FastAPI, serve: Callable[[FastAPI], Running]) -> Running:
    return serve(app)


Connect = Callable[..., httpx.Client]


@pytest.fixture(scope="session")
def tls() -> ssl.SSLContext:
    """Nobody here speaks TLS, but every client makes one of these, and that takes long."""
    return ssl.create_default_context()


@pytest.fixture
def web(tls: ssl.SSLContext) -> Iterator[httpx.Client]:
    """A caller of any server."""
    with httpx.Client(verify=tls, timeout=20) as client:
        yield client


@pytest.fixture
def connect(world: World, running: Running, tls: ssl.SSLContext) -> Iterator[Connect]:
    """Makes a caller: with scopes a key, with ``user`` a session, else nobody."""
    clients: list[httpx.Client] = []

    def make(*scopes: str, user: str | None = None, secret: str | None = None) -> httpx.Client:
        client = httpx.Client(base_url=running.url, verify=tls, timeout=20)
        if scopes:
            secret = world.key(*scopes)
        if secret:
            client.headers["Authorization"] = f"Bearer {secret}"
        if user:
            client.cookies.set(COOKIE, world.session(user))
        clients.append(client)
        return client

    yield make
    for client in clients:
        client.close()


@pytest.fixture
def admin(connect: Connect) -> httpx.Client:
    return connect("admin")


@pytest.fixture
def assert_problem() -> Callable[..., dict[str, Any]]:
    """Checks the form of a problem and hands its body over."""

    def check(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        body: dict[str, Any] = answer.json()
        assert body["type"] == f"urn:ascolto:problem:{code}"
        assert body["code"] == code
        assert body["status"] == status
        assert body["title"]
        assert body["detail"]
        assert body["instance"].startswith("/")
        assert body["request_id"] == answer.headers["x-request-id"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "Traceback" not in answer.text
        return body

    return check
