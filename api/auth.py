# SPDX-License-Identifier: Apache-2.0
"""Who is asking, and what they may do.

Programs carry a bearer key with scopes; people carry a session cookie, and
their role says which scopes that means. Of every secret and token only the
SHA-256 digest is kept: they are 256 random bits, so a slow hash adds nothing.
Passwords are hashed by Argon2id.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from starlette.requests import Request
from starlette.responses import Response

from api.services import Services
from ascolto.errors import BadInput, NotFound
from ascolto.store.protocol import Store
from ascolto.store.records import ApiKey, Scope, Session, User

COOKIE = "ascolto_session"
SESSION_LIFE = timedelta(hours=12)
LINK_LIFE = timedelta(hours=24)
SCOPES: tuple[Scope, ...] = get_args(Scope)
ROLE_SCOPES: dict[str, frozenset[Scope]] = {
    "viewer": frozenset({"read"}),
    "pr": frozenset({"read"}),
    "contractor": frozenset({"read", "care"}),
    "agent": frozenset({"read", "care"}),
    "lead": frozenset({"read", "care"}),
    "admin": frozenset(SCOPES),
}
_KEY_PREFIX = "asc_"
_LONGEST_PASSWORD = 1024
_hasher = PasswordHasher()


@dataclass(frozen=True, slots=True)
class Principal:
    """Who asks: a program with a key, or a person with a session.

    ``id`` tells two of the same name apart: the id of the key, or the user.
    """

    name: str
    kind: Literal["key", "session"]
    scopes: frozenset[Scope]
    role: str | None = None
    id: str = ""

    @property
    def actor(self) -> str:
        """The name in histories; a key is never taken for the person of the same name."""
        return self.name if self.kind == "session" else f"key:{self.name}"

    @property
    def caller(self) -> str:
        """The one name under which limits and idempotency keys are counted."""
        return f"{self.kind}:{self.id}"

    def may(self, scope: Scope) -> bool:
        """Whether the scope was given."""
        return scope in self.scopes


# --- keys


def make_key(store: Store, name: str, scopes: Iterable[Scope], now: datetime) -> tuple[ApiKey, str]:
    """A new stored key and its secret, which is shown this once.

    The scope ``admin`` includes all others. Raises BadInput for no or unknown scopes.
    """
    given = tuple(dict.fromkeys(scopes))
    unknown = [scope for scope in given if scope not in SCOPES]
    if unknown or not given:
        wrong = f"unknown scope {unknown[0]!r}" if unknown else "a key needs a scope"
        raise BadInput(f"key {name}: {wrong}; known: {', '.join(SCOPES)}")
    secret = _KEY_PREFIX + secrets.token_urlsafe(32)
    key = ApiKey(
        id=secrets.token_hex(8),
        name=name,
        scopes=given,
        secret_digest=token_digest(secret),
        created_at=now,
    )
    store.people.put_key(key)
    return key, secret


def token_digest(token: str) -> str:
    """What is kept of a secret, a session token or a log-in link."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


# --- passwords


def hash_password(password: str) -> str:
    """An Argon2id hash with its parameters and salt. Raises BadInput over 1,024 characters."""
    if not password or len(password) > _LONGEST_PASSWORD:
        raise BadInput(f"a password has 1 to {_LONGEST_PASSWORD} characters")
    return _hasher.hash(password)


def verify(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; takes the same time either way."""
    if len(password) > _LONGEST_PASSWORD:
        return False
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobodys_hash() -> str:
    """A hash that no password fits, so that an unknown name costs as much time as a known one."""
    return _hasher.hash(secrets.token_urlsafe(32))


# --- sessions and links


def log_in(services: Services, name: str, password: str) -> str | None:
    """A new session's token, or None for a wrong name or password.

    Routes that call this declare `api.access.log_in_attempt`, which counts.
    """
    user = _user(services.store, name)
    known = user.password_hash if user and user.password_hash and not user.disabled else None
    if not verify(known or _nobodys_hash(), password) or user is None or known is None:
        return None
    if _hasher.check_needs_rehash(known):
        renewed = user.model_copy(update={"password_hash": hash_password(password)})
        services.store.people.put_user(renewed)
    return _start_session(services, user.name)


def make_link(store: Store, user: str, now: datetime) -> str:
    """The token of a log-in link that works once within 24 hours. Raises NotFound."""
    store.people.user(user)
    return _put_token(store, user, "link", now + LINK_LIFE)


def use_link(services: Services, token: str) -> str | None:
    """A new session's token for a link's token; None when it was used or has run out."""
    digest = token_digest(token)
    link = _session(services, digest, "link")
    if link is None or not services.store.people.end_session(digest):
        return None
    user = _user(services.store, link.user)
    return _start_session(services, user.name) if user and not user.disabled else None


def log_out(services: Services, request: Request) -> None:
    """End the session of this request; nothing happens when there is none."""
    token = request.cookies.get(COOKIE)
    if token:
        services.store.people.end_session(token_digest(token))


def set_session_cookie(response: Response, services: Services, token: str, *, https: bool) -> None:
    """Hand the token to the browser, out of reach of scripts and of other sites.

    ``https`` is whether this request came over TLS; a public address with https
    counts as well, for a proxy that ends TLS.
    """
    public = services.settings.server.public_url or ""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(SESSION_LIFE.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=https or public.startswith("https://"),
    )


def _start_session(services: Services, user: str) -> str:
    return _put_token(services.store, user, "session", services.now() + SESSION_LIFE)


def _put_token(store: Store, user: str, kind: Literal["session", "link"], until: datetime) -> str:
    token = secrets.token_urlsafe(32)
    store.people.put_session(
        Session(token_digest=token_digest(token), user=user, kind=kind, expires_at=until)
    )
    return token


def _session(services: Services, digest: str, kind: Literal["session", "link"]) -> Session | None:
    try:
        session = services.store.people.session(digest, now=services.now())
    except NotFound:
        return None
    return session if session.kind == kind else None


def _user(store: Store, name: str) -> User | None:
    try:
        return store.people.user(name)
    except NotFound:
        return None


# --- who asks


def services_of(request: Request) -> Services:
    """The services that the application was made with."""
    return cast("Services", request.app.state.services)


def current(request: Request) -> Principal | None:
    """Who asks, or None without a valid key or session. Reads the store; may raise StoreBusy.

    With an Authorization header the cookie does not count.
    """
    services = services_of(request)
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, secret = authorization.partition(" ")
        return _of_key(services, secret.strip()) if scheme.lower() == "bearer" else None
    token = request.cookies.get(COOKIE)
    return _of_session(services, token) if token else None


def _of_key(services: Services, secret: str) -> Principal | None:
    try:
        key = services.store.people.key(token_digest(secret))
    except NotFound:
        return None
    if key.revoked_at is not None:
        return None
    scopes = SCOPES if "admin" in key.scopes else key.scopes
    return Principal(name=key.name, kind="key", scopes=frozenset(scopes), id=key.id)


def _of_session(services: Services, token: str) -> Principal | None:
    session = _session(services, token_digest(token), "session")
    user = _user(services.store, session.user) if session else None
    if user is None or user.disabled:
        return None
    return Principal(
        name=user.name,
        kind="session",
        scopes=ROLE_SCOPES[user.role],
        role=user.role,
        id=user.name,
    )
