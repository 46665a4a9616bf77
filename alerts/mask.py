# SPDX-License-Identifier: Apache-2.0
"""Hides personal data in a text."""

from __future__ import annotations

from collections.abc import Sequence

from ascolto.model import PersonalData


def masked(text: str, found: Sequence[PersonalData]) -> str:
    """The text with each piece of personal data replaced by its kind: ``[iban]``.

    ``found`` holds offsets into this text, in any order; overlapping pieces
    become one.
    """
    parts = []
    done = 0
    for piece in sorted(found, key=lambda piece: (piece.start, -piece.end)):
        if piece.start >= done:
            parts += [text[done : piece.start], f"[{piece.kind}]"]
        done = max(done, piece.end)
    return "".join((*parts, text[done:]))
