# SPDX-License-Identifier: Apache-2.0
"""Named places where a test may kill the process.

Every commit has a point before and one after it. A point does nothing unless
``ASCOLTO_CRASH_AT=NAME`` or ``NAME:N`` (the Nth passage, from 1) is set; then the process kills
itself with SIGKILL there, the way a power cut would.
"""

from __future__ import annotations

import os
import signal
from collections import Counter

_passed: Counter[str] = Counter()


def crashpoint(name: str) -> None:
    """Kill the process here if the environment says so."""
    armed = os.environ.get("ASCOLTO_CRASH_AT")
    if armed is None:
        return
    target, _, count = armed.partition(":")
    if target != name:
        return
    _passed[name] += 1
    if _passed[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
