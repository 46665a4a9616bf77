# SPDX-License-Identifier: Apache-2.0
"""Every error that Ascolto raises on purpose.

AscoltoError
 ├─ SettingsError        the configuration is wrong: file, line, reason, remedy
 ├─ NotConfigured        a part lacks what it needs (keys, an extra): disabled, said, not crashed
 ├─ StoreError
 │   ├─ StoreFull        no space left: nothing was stored, try again later
 │   ├─ StoreBusy        another process held the store for too long
 │   ├─ StoreDamaged     the file is not a store, or of a newer version
 │   ├─ NotFound         no such record
 │   ├─ Gone             the record was there and was deleted at its source
 │   └─ Stale            somebody else changed the record since it was read
 ├─ Refused              a request that is well formed but not allowed now
 ├─ BadInput             input that cannot be understood: where, why, what to do
 └─ NetError
     ├─ AddressBlocked   the address may not be reached from here
     ├─ TooLarge         the answer is larger than allowed
     └─ FetchFailed      no answer, or none that can be used

A message says what, where, and what to do next.
"""

from __future__ import annotations

from datetime import timedelta


class AscoltoError(Exception):
    """Base of the tree; catching it catches everything raised on purpose."""


class SettingsError(AscoltoError):
    """The configuration is wrong. Raised at start; the command exits with 2."""


class NotConfigured(AscoltoError):
    """A part lacks what it needs. Caught by its registry, which disables it and says why."""


class StoreError(AscoltoError):
    """The store cannot do what was asked."""


class StoreFull(StoreError):
    """No space left. Nothing of the commit was stored; the caller may try again later."""


class StoreBusy(StoreError):
    """Another process held the write lock for too long. The caller may try again."""


class StoreDamaged(StoreError):
    """The file is no store of ours, is damaged, or was written by a newer version."""


class NotFound(StoreError):
    """No record has that id."""


class Gone(StoreError):
    """The record was deleted at its source; the message says when."""


class Stale(StoreError):
    """The record changed since it was read. ``current`` is the version that stands now."""

    def __init__(self, message: str, current: int) -> None:
        super().__init__(message)
        self.current = current


class Refused(AscoltoError):
    """A well-formed request that the present state does not allow."""


class BadInput(AscoltoError):
    """Input that cannot be understood."""


class NetError(AscoltoError):
    """A request to the outside failed."""


class AddressBlocked(NetError):
    """The address may not be reached from here; see `ascolto.net`."""


class TooLarge(NetError):
    """The answer is larger, or unpacks to more, than allowed."""


class FetchFailed(NetError):
    """No answer came, or none that can be used.

    ``retry_after`` is how long the other side asked to be left alone, if it did.
    """

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
