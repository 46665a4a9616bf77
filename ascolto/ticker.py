# SPDX-License-Identifier: Apache-2.0
"""One stage as the scheduler wakes it: only while its lease is held, and slower in trouble."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from ascolto.errors import AscoltoError
from ascolto.store.protocol import Store
from ascolto.store.records import Lease

_log = logging.getLogger(__name__)

_TTL = timedelta(seconds=5)
"""Short, so that a killed process is replaced within the five seconds that recovery may take."""
_RENEW_BEFORE = timedelta(seconds=3)
_FIRST_WAIT = timedelta(seconds=1)
_LONGEST_WAIT = timedelta(seconds=15)


class Ticker:
    """Calls ``work`` until nothing is due, once per wake-up.

    Whatever goes wrong is kept in ``trouble`` (for health), logged, and tried
    again: after 1 s, then doubling up to 15 s. Several processes may wake the
    same stage; the lease lets one of them work.
    """

    def __init__(
        self,
        name: str,
        work: Callable[[], int],
        store: Store,
        holder: str,
        now: Callable[[], datetime],
    ) -> None:
        self.name = name
        self.trouble: str | None = None
        self._work = work
        self._store = store
        self._holder = holder
        self._now = now
        self._lease: Lease | None = None
        self._wait = _FIRST_WAIT
        self._not_before: datetime | None = None
        self._stopped = threading.Event()

    def __call__(self) -> None:
        if self._not_before is not None and self._now() < self._not_before:
            return
        try:
            while not self._stopped.is_set() and self._hold() and self._work() > 0:
                pass
        except Exception as error:
            self._note(error)
        else:
            self.trouble, self._wait, self._not_before = None, _FIRST_WAIT, None

    def stop(self) -> None:
        """Finish the batch in hand and take no other."""
        self._stopped.set()

    def release(self) -> None:
        """Let another process go on at once."""
        if self._lease is not None:
            self._store.leases.release(self._lease)
            self._lease = None

    def _hold(self) -> bool:
        now = self._now()
        if self._lease is None or self._lease.until - now < _RENEW_BEFORE:
            self._lease = self._store.leases.take(
                f"stage:{self.name}", self._holder, now=now, ttl=_TTL
            )
        return self._lease is not None

    def _note(self, error: Exception) -> None:
        self.trouble = str(error) if isinstance(error, AscoltoError) else type(error).__name__
        self._not_before = self._now() + self._wait
        _log.error(
            "stage in trouble, will try again",
            exc_info=error,
            extra={"stage": self.name, "wait": self._wait.total_seconds()},
        )
        self._wait = min(self._wait * 2, _LONGEST_WAIT)
