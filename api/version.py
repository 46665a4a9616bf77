# SPDX-License-Identifier: Apache-2.0
"""Versions: no step with a case is taken on a state that somebody else changed meanwhile."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Header

from api.problems import Problem
from ascolto.errors import Stale

IF_MATCH = "If-Match"
_DIGITS = re.compile("[0-9]+")

IfMatch = Annotated[
    str | None,
    Header(
        alias=IF_MATCH,
        description='The version that was seen: `3`, `"3"` or `W/"3"`. Without it: 428.',
        pattern='^((W/)?"[0-9]{1,15}"|[0-9]{1,15})$',
    ),
]


def seen_version(if_match: str | None) -> int:
    """The version that the caller saw. Raises Problem when it is missing."""
    if if_match is None:
        raise Problem(
            "precondition_required",
            "Send If-Match with the version that you saw: it is in the body as `version` "
            "and in the ETag.",
        )
    return int("".join(_DIGITS.findall(if_match)))


def check_version(what: str, seen: int, current: int) -> None:
    """Raise Stale unless the caller saw what stands now."""
    if seen != current:
        raise Stale(f"{what} is at version {current}, not {seen}", current)


def etag(version: int) -> dict[str, str]:
    """The ETag of a version."""
    return {"ETag": f'"{version}"'}
