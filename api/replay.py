# SPDX-License-Identifier: Apache-2.0
"""A POST that is sent again with the same Idempotency-Key is done once.

The first final answer is kept for 24 hours per caller and route and given
again with ``Idempotency-Replayed: true``. Answers that the same request may
not get again (401, 403, 409, 428, 429, 5xx) are not kept: nothing was done.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from api.auth import Principal, services_of
from api.problems import MEDIA_TYPE, Problem, problem_answer, problem_of
from ascolto.errors import StoreError
from ascolto.store.records import Replayable

Handler = Callable[[Request], Coroutine[Any, Any, Response]]

IDEMPOTENCY_KEY = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
_KEPT = timedelta(hours=24)
_KEY = re.compile(r'"?([\x21\x23-\x5b\x5d-\x7e]{1,255})"?')
_PASSING = {401, 403, 408, 409, 428, 429}
_log = logging.getLogger(__name__)


async def once(request: Request, principal: Principal, handler: Handler) -> Response:
    """The handler's answer, or the one that was given to the same request before."""
    written = request.headers.get(IDEMPOTENCY_KEY)
    if written is None:
        return await handler(request)
    return await _once(request, handler, _slot(request, principal, written))


async def _once(request: Request, handler: Handler, slot: str) -> Response:
    digest = _digest(request, await request.body())
    working: set[str] = request.app.state.in_progress
    if slot in working:
        raise Problem(
            "in_progress",
            f"A request with this {IDEMPOTENCY_KEY} is being worked on. Send it again in a second.",
            headers={"Retry-After": "1"},
        )
    working.add(slot)
    try:
        stored = await run_in_threadpool(_stored, request, slot)
        if stored is not None:
            return _again(stored, digest)
        answer = await _answer(request, handler)
        if answer.status_code < 500 and answer.status_code not in _PASSING:
            await run_in_threadpool(_keep, request, slot, digest, answer)
        return answer
    finally:
        working.discard(slot)


def _slot(request: Request, principal: Principal, written: str) -> str:
    """Where the answer is kept: of this caller, for this path, under this key."""
    match = _KEY.fullmatch(written)
    if match is None:
        raise Problem(
            "bad_parameter",
            f"header {IDEMPOTENCY_KEY}: write 1 to 255 visible ASCII characters, such as a UUID.",
        )
    return _sha256(principal.caller, request.url.path, match.group(1))


def _digest(request: Request, body: bytes) -> str:
    """What makes two requests the same: the address and the body, not the version seen."""
    return _sha256(request.url.path, request.url.query, hashlib.sha256(body).hexdigest())


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _stored(request: Request, slot: str) -> Replayable | None:
    services = services_of(request)
    return services.store.people.replayable(slot, now=services.now())


def _again(stored: Replayable, digest: str) -> Response:
    if stored.request_digest != digest:
        raise Problem(
            "idempotency_key_reused",
            f"This {IDEMPOTENCY_KEY} was sent with another body or address. Use a new key.",
        )
    media_type = "application/json" if stored.status < 400 else MEDIA_TYPE
    return Response(stored.body, stored.status, {REPLAYED: "true"}, media_type)


async def _answer(request: Request, handler: Handler) -> Response:
    try:
        return await handler(request)
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        return problem_answer(request, problem)


def _keep(request: Request, slot: str, digest: str, answer: Response) -> None:
    services = services_of(request)
    kept = Replayable(
        key=slot,
        request_digest=digest,
        status=answer.status_code,
        body=bytes(answer.body).decode("utf-8"),
        expires_at=services.now() + _KEPT,
    )
    try:
        services.store.people.put_replayable(kept)
    except StoreError as error:
        # The work is done and must be told; a repetition finds it done, by identity or version.
        _log.warning(
            "an answer could not be kept for repetition",
            extra={"error_kind": type(error).__name__},
        )
