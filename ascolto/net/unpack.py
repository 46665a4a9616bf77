# SPDX-License-Identifier: Apache-2.0
"""Undoes a Content-Encoding without ever unpacking a bomb."""

from __future__ import annotations

import zlib

from ascolto.errors import FetchFailed, TooLarge

RATIO = 100
"""How many times larger than the wire an answer may unpack to (reliability.md 2.8)."""
SMALL = 100 * 1024
"""Answers up to this size may unpack at any ratio: a page of blanks is no bomb."""


def unpack(encoding: str, packed: bytes, limit: int) -> bytes:
    """Undo a Content-Encoding (gzip, deflate or none) within ``limit`` bytes.

    Raises TooLarge for a bomb, FetchFailed for what is cut short or unknown.
    """
    names = [name.strip().lower() for name in encoding.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if not names or not packed:
        return packed
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise FetchFailed("the answer is packed in a way that was not asked for")
    is_gzip = names[0] != "deflate"
    zlib_header = packed[0] & 0x0F == 8 and int.from_bytes(packed[:2], "big") % 31 == 0
    width = zlib.MAX_WBITS | 16 if is_gzip else zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS
    most = min(limit, max(SMALL, RATIO * len(packed)))
    parts: list[bytes] = []
    size = 0
    rest = packed
    while rest and (not parts or rest.startswith(b"\x1f\x8b")):
        member = zlib.decompressobj(width)
        try:
            part = member.decompress(rest, most - size + 1)
        except zlib.error:
            raise FetchFailed("the answer is not packed as it says") from None
        size += len(part)
        if size > most:
            raise TooLarge(f"the answer unpacks to more than {most} bytes")
        if not member.eof:
            raise FetchFailed("the packed answer ends in the middle")
        parts.append(part)
        rest = member.unused_data
    return b"".join(parts)
