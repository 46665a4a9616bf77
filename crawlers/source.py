# SPDX-License-Identifier: Apache-2.0
"""The seam behind which every kind of source stands."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Protocol

from ascolto.settings import Source as SourceSettings
from ascolto.store.records import Batch


@dataclass(frozen=True, slots=True)
class Answer:
    """What a web server said: status, final URL, headers (lower case), body (unpacked)."""

    status: int
    url: str
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """The way to the network that a source is given: polite and guarded."""

    async def get(self, url: str, headers: Mapping[str, str] | None = None) -> Answer:
        """GET a URL, following redirects (at most 3).

        Obeys robots.txt, AutoThrottle, the host's request budget and
        Retry-After. Any status is an Answer, 304 included. Raises
        AddressBlocked, TooLarge, or FetchFailed (no answer, robots.txt forbids).
        """


class Source(Protocol):
    """One configured source. Its class has ``kind`` and takes `SourceSettings`.

    The constructor raises NotConfigured when keys are missing, and SettingsError
    when an option is wrong; it does no I/O.
    """

    kind: ClassVar[str]

    def __init__(self, settings: SourceSettings) -> None: ...

    def collect(self, cursor: str | None, web: Web, now: datetime) -> AsyncIterator[Batch]:
        """Yield what is new since ``cursor``, in batches of at most 200 mentions.

        The next batch is asked for only after this one is committed with its
        cursor. The mentions carry no brand and no language: intake adds those.
        An item that cannot be understood is a `Reject`, never an exception and
        never left out. Raises NetError when the source cannot be reached; what
        was yielded before stays.
        """
