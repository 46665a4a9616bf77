# SPDX-License-Identifier: Apache-2.0
"""How much one caller may ask for in a time."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass

from limits import RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, MovingWindowRateLimiter

_LOG_IN_WINDOW_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller; ``reset`` is in whole seconds."""

    allowed: bool
    limit: int
    remaining: int
    reset: int

    def headers(self) -> dict[str, str]:
        """As the fields of draft-ietf-httpapi-ratelimit-headers-10."""
        fields = {
            "RateLimit-Policy": f'"minute";q={self.limit};w=60',
            "RateLimit": f'"minute";r={self.remaining};t={self.reset}',
        }
        return fields if self.allowed else {**fields, "Retry-After": str(self.reset)}


class RequestRate:
    """Requests per minute and caller, kept in memory: a restart starts anew."""

    def __init__(self, per_minute: int) -> None:
        self._item = RateLimitItemPerMinute(per_minute)
        self._windows = FixedWindowRateLimiter(MemoryStorage())

    def take(self, caller: str) -> Allowance:
        """Count one request and say what is left."""
        allowed = self._windows.hit(self._item, caller)
        stats = self._windows.get_window_stats(self._item, caller)
        return Allowance(
            allowed=allowed,
            limit=self._item.amount,
            remaining=max(0, stats.remaining),
            reset=_seconds_until(stats.reset_time),
        )


class LogInRate:
    """Attempts to log in per address, in any five minutes."""

    def __init__(self, per_5_minutes: int) -> None:
        self._item = RateLimitItemPerSecond(per_5_minutes, _LOG_IN_WINDOW_SECONDS)
        self._windows = MovingWindowRateLimiter(MemoryStorage())

    def wait(self, address: str) -> int:
        """Count one attempt; the seconds to wait, 0 when it may go on."""
        if self._windows.hit(self._item, address):
            return 0
        return _seconds_until(self._windows.get_window_stats(self._item, address).reset_time)


def _seconds_until(moment: float) -> int:
    return max(1, math.ceil(moment - time.time()))
