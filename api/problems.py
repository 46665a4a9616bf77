# SPDX-License-Identifier: Apache-2.0
"""Every way a request can fail, in one shape: RFC 9457 problem details.

``type`` is ``urn:ascolto:problem:<code>``, ``code`` and ``title`` are those of
`KINDS`, ``detail`` says what, where, and what to do next. No problem carries a
stack trace, a secret, or the text of a post.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ascolto.errors import (
    AscoltoError,
    BadInput,
    Gone,
    NotConfigured,
    NotFound,
    Refused,
    Stale,
    StoreBusy,
    StoreFull,
)

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem; its code never changes its meaning."""

    status: int
    title: str


KINDS: dict[str, Kind] = {
    "bad_request": Kind(400, "The request cannot be understood"),
    "bad_parameter": Kind(400, "A parameter is unknown or has no valid value"),
    "bad_input": Kind(400, "The input cannot be understood"),
    "not_json": Kind(400, "The body is not JSON"),
    "unauthenticated": Kind(401, "No valid key or session"),
    "forbidden": Kind(403, "The key or role does not allow this"),
    "cross_origin": Kind(403, "The request comes from another site"),
    "not_found": Kind(404, "There is nothing here"),
    "method_not_allowed": Kind(405, "This method is not known here"),
    "stale": Kind(409, "Somebody else changed the record"),
    "refused": Kind(409, "The present state does not allow this"),
    "in_progress": Kind(409, "The same request is still being worked on"),
    "gone": Kind(410, "The record was deleted at its source"),
    "too_large": Kind(413, "The body is too large"),
    "too_many_items": Kind(413, "Too many items at once"),
    "unsupported_media_type": Kind(415, "The body is of a type that is not understood"),
    "invalid_body": Kind(422, "The body has a wrong field"),
    "idempotency_key_reused": Kind(422, "The idempotency key belongs to another request"),
    "precondition_required": Kind(428, "If-Match is missing"),
    "rate_limited": Kind(429, "Too many requests"),
    "internal": Kind(500, "Something went wrong here"),
    "store_busy": Kind(503, "The store is busy"),
    "store_full": Kind(503, "The store is full"),
    "not_ready": Kind(503, "The service is not ready"),
    "shutting_down": Kind(503, "The service is shutting down"),
}
_BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_CODES: tuple[tuple[type[AscoltoError], str], ...] = (
    (Gone, "gone"),
    (NotFound, "not_found"),
    (Refused, "refused"),
    (NotConfigured, "refused"),
    (BadInput, "bad_input"),
)
_STORE_FULL_RETRY_SECONDS = 30
_STORE_BUSY_RETRY_SECONDS = 5


class Problem(Exception):
    """Answer this request with a problem.

    ``code`` is one of `KINDS`; ``more`` is added to the body.
    """

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(detail)
        self.kind = KINDS[code]
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})
        self.more = more

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.kind.status


def type_of(code: str) -> str:
    """The stable URI of a kind of problem."""
    return f"urn:ascolto:problem:{code}"


class ProblemAnswer(Response):
    """A problem as the body of an answer."""

    media_type = MEDIA_TYPE

    def render(self, content: Any) -> bytes:
        """JSON in UTF-8; a lone surrogate out of somebody's field name becomes a question mark."""
        return json.dumps(content, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def problem_answer(request: Request, problem: Problem) -> ProblemAnswer:
    """The problem as the body of an answer."""
    body = {
        "type": type_of(problem.code),
        "title": problem.kind.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
        "code": problem.code,
        "request_id": getattr(request.state, "request_id", None),
        **problem.more,
    }
    return ProblemAnswer(body, status_code=problem.status, headers=problem.headers)


def problem_of(error: Exception) -> Problem | None:
    """The problem that an error means, or None when nobody foresaw the error."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, RequestValidationError):
        return _of_validation(error)
    if isinstance(error, HTTPException):
        return _of_http(error)
    if isinstance(error, AscoltoError):
        return _of_ascolto(error)
    return None


def _of_ascolto(error: AscoltoError) -> Problem | None:
    text = str(error)
    if isinstance(error, StoreFull):
        return Problem(
            "store_full",
            f"{text}. Send the same request again later; what is stored is not stored twice.",
            headers={"Retry-After": str(_STORE_FULL_RETRY_SECONDS)},
        )
    if isinstance(error, StoreBusy):
        return Problem(
            "store_busy",
            f"{text}. Send the same request again; what is stored is not stored twice.",
            headers={"Retry-After": str(_STORE_BUSY_RETRY_SECONDS)},
        )
    if isinstance(error, Stale):
        return Problem(
            "stale",
            f"{text}. Read it again and repeat with If-Match: {error.current}.",
            headers={"ETag": f'"{error.current}"'},
            current_version=error.current,
        )
    for kind, code in _CODES:
        if isinstance(error, kind):
            return Problem(code, text)
    return None


def _of_http(error: HTTPException) -> Problem | None:
    code = _BY_STATUS.get(error.status_code)
    if code is None:
        return None
    details = {
        "not_found": "No route has this path; /openapi.json lists them all.",
        "method_not_allowed": "The Allow header names the methods of this path.",
    }
    detail = details.get(code, str(error.detail))
    return Problem(code, detail, headers=error.headers)


def _of_validation(error: RequestValidationError) -> Problem:
    """Names the fields and what is wrong with them; what was sent is not repeated."""
    faults = [_fault(fault["loc"], fault["msg"]) for fault in error.errors()]
    in_body = faults[0]["in"] == "body"
    if any(fault["type"] == "json_invalid" for fault in error.errors()):
        return Problem("not_json", "The body is not JSON. Send JSON as application/json.")
    first = faults[0]
    where = f"{first['in']} {first['field']}".strip()
    detail = f"{where}: {first['reason']}. `faults` lists every field."
    return Problem("invalid_body" if in_body else "bad_parameter", detail, faults=faults)


def _fault(location: Sequence[str | int], message: str) -> dict[str, str]:
    """Only in a body do fields have fields; elsewhere what follows names the type that failed."""
    place, *steps = map(str, location)
    field = ".".join(steps if place == "body" else steps[:1])
    return {"in": place, "field": field, "reason": message.removeprefix("Value error, ")}
