# SPDX-License-Identifier: Apache-2.0
"""Identity is computed, never generated: replaying an input finds the same ids."""

from __future__ import annotations

import hashlib
import unicodedata
from datetime import UTC, datetime
from urllib.parse import urlsplit, urlunsplit

_TRACKING = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "igshid")


def digest(*parts: str | None) -> str:
    """A 128-bit BLAKE2b of the parts as 32 hex digits.

    Each part is length-prefixed, so that ("ab", "c") and ("a", "bc") differ;
    None differs from the empty string. Lone surrogates are allowed.
    """
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = b"" if part is None else part.encode("utf-8", "surrogatepass")
        state.update(b"-" if part is None else str(len(data)).encode())
        state.update(b":")
        state.update(data)
    return state.hexdigest()


def canonical_url(url: str) -> str:
    """The URL without fragment, tracking parameters, default port and letter case of the host.

    A text that is no URL is returned stripped.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return url.strip()
    if not parts.scheme or not host:
        return url.strip()
    default = {"http": 80, "https": 443}.get(parts.scheme.lower())
    host = f"[{host}]" if ":" in host else host
    netloc = host if port is None or port == default else f"{host}:{port}"
    query = "&".join(
        pair for pair in parts.query.split("&") if pair and not pair.lower().startswith(_TRACKING)
    )
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", query, ""))


def mention_identity(
    *,
    kind: str,
    source: str,
    native_id: str | None,
    url: str | None,
    author: str | None,
    published_at: datetime,
    text: str,
) -> str:
    """The id of a mention: source kind, source and native id.

    Without a native id: canonical URL, author, second of publication and the
    text with case, width and white space folded.
    """
    if native_id:
        return digest("mention", kind, source, native_id)
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    second = published_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    link = canonical_url(url) if url else None
    return digest("mention-content", kind, source, link, author, second, folded)
