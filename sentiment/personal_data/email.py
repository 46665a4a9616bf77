# SPDX-License-Identifier: Apache-2.0
"""E-mail addresses in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from sentiment.personal_data.candidate import MOST_CANDIDATES, Candidate

_LONGEST_LOCAL = 64  # RFC 5321
_LOCAL_SIGNS = frozenset("._%+-'")
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}[^\W\d_]{2,24}(?![\w@])")
_AT = re.compile("@")


def emails(text: str) -> Iterator[Candidate]:
    """Addresses with a domain that has a dot."""
    for at in islice(_AT.finditer(text), MOST_CANDIDATES):
        start = _local_start(text, at.start())
        domain = _DOMAIN.match(text, at.end())
        if domain and start < at.start():
            yield start, domain.end()


def _local_start(text: str, at: int) -> int:
    start = at
    while start > max(0, at - _LONGEST_LOCAL) and _may_be_local(text[start - 1]):
        start -= 1
    while start < at and text[start] in _LOCAL_SIGNS:
        start += 1
    return start


def _may_be_local(sign: str) -> bool:
    return sign.isalnum() or sign in _LOCAL_SIGNS
