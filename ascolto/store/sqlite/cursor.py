# SPDX-License-Identifier: Apache-2.0
"""Page cursors: the sort values of the last row, opaque to whoever holds them."""

from __future__ import annotations

import base64
import binascii
import json

from ascolto.errors import BadInput

Value = int | str


def write_cursor(order: str, *values: Value) -> str:
    """A cursor for a list in this order, standing at these sort values."""
    data = json.dumps([order, *values], separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def read_cursor(cursor: str, order: str, kinds: tuple[type[Value], ...]) -> list[Value]:
    """The sort values of a cursor. Raises BadInput for one that was not made for this list."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        written = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, RecursionError):
        written = None
    if (
        not isinstance(written, list)
        or len(written) != len(kinds) + 1
        or written[0] != order
        or any(type(value) is not kind for value, kind in zip(written[1:], kinds, strict=True))
        or any(isinstance(value, int) and abs(value) >= 1 << 63 for value in written[1:])
    ):
        raise BadInput(
            "cursor: not a cursor of this list and order; "
            "start again without it, or keep sort and route as they were"
        )
    return written[1:]
