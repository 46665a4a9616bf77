# SPDX-License-Identifier: Apache-2.0
"""An id for what has neither an id nor a date."""

from __future__ import annotations

from ascolto.identity import canonical_url, digest


def undated_identity(
    url: str | None, author: str | None, title: str | None, text: str | None
) -> str:
    """A native id made of the content.

    Such an item gets the time of its collection as its date; computing its
    identity from that would store it again with every reading of the source.
    """
    link = canonical_url(url) if url else None
    return f"undated:{digest(link, author, title, text)}"
