# SPDX-License-Identifier: Apache-2.0
"""Tells a receiver by HTTP, signed as Standard Webhooks says.

What comes of an answer:

| answer | what follows |
|---|---|
| 2xx | sent |
| 410 | refused: the receiver says that it is gone |
| 408, 425, 429, 5xx | again on the schedule, not before `Retry-After` |
| 3xx | again: a redirect is never followed, for it could lead anywhere |
| other 4xx | again: a wrong path or key is mended within the three days of the schedule |
| none | again: no connection, no answer in time, an address that is not allowed |
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar

import httpx
from standardwebhooks import Webhook

from alerts.drafts.checks import FindPersonalData
from alerts.mask import masked
from alerts.receiver import Attempt
from ascolto.errors import NetError, SettingsError
from ascolto.model import Alert, Mention
from ascolto.secret import Secret
from ascolto.settings import Receiver as ReceiverSettings
from ascolto.store.records import Outgoing

_GONE = 410
_TEXT = 2000
"""How many characters of a post are sent; the rest is at its URL."""


class WebhookReceiver:
    """Sends each alert as one signed POST."""

    kind: ClassVar[str] = "webhook"

    def __init__(
        self,
        settings: ReceiverSettings,
        client: Callable[[], httpx.Client],
        find_personal_data: FindPersonalData,
    ) -> None:
        """``client`` makes a client for one delivery. Raises SettingsError for a wrong secret."""
        self._url = settings.url
        self._signer = Webhook(_key(settings.name, settings.secret))
        self._client = client
        self._find = find_personal_data

    def deliver(self, outgoing: Outgoing, now: datetime) -> Attempt:
        """See `Receiver.deliver`."""
        body = json.dumps(self._payload(outgoing, now), separators=(",", ":"))
        identity = outgoing.delivery.id
        headers = {
            "content-type": "application/json",
            "webhook-id": identity,
            "webhook-timestamp": str(math.floor(now.timestamp())),
            "webhook-signature": self._signer.sign(identity, now, body),
        }
        try:
            with (
                self._client() as client,
                client.stream(
                    "POST",
                    self._url,
                    content=body.encode("ascii"),
                    headers=headers,
                    follow_redirects=False,
                ) as answer,
            ):
                return attempt_for(answer.status_code, answer.headers.get("retry-after"), now)
        except NetError as error:
            return Attempt("retry", str(error))  # names the host at most, never the path
        except httpx.TimeoutException:
            return Attempt("retry", "no answer in time")
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return Attempt("retry", f"no answer ({type(error).__name__})")

    def _payload(self, outgoing: Outgoing, now: datetime) -> dict[str, Any]:
        alert, mention = outgoing.alert, outgoing.mention
        return {
            "type": "alert.created" if alert.version == 1 else "alert.updated",
            "timestamp": now.isoformat(),
            "data": {
                "alert": _alert(alert),
                "mention": None if mention is None else self._mention(mention),
            },
        }

    def _mention(self, mention: Mention) -> dict[str, Any]:
        """The post without personal data, and without its text where its terms forbid export.

        Looked for anew, not taken from the reading: an edited post may be
        newer than what was read.
        """
        allowed = mention.policy.export and mention.deleted_at is None
        return {
            "id": mention.id,
            "url": mention.url,
            "source": mention.source,
            "brand": mention.brand,
            "author": mention.author.handle,
            "language": mention.language.code,
            "private": mention.private,
            "published_at": mention.published_at.isoformat(),
            "title": self._masked(mention.title) if allowed else None,
            "text": self._masked(mention.text) if allowed else None,
        }

    def _masked(self, text: str | None) -> str | None:
        return None if text is None else masked(text, self._find(text))[:_TEXT]


def _alert(alert: Alert) -> dict[str, Any]:
    whole = alert.model_dump(mode="json")
    sent = ("id", "case_id", "version", "brand", "source", "language", "unit", "late", "due_at")
    more = ("created_at", "updated_at", "priority", "channel", "draft")
    fired = [decision for decision in whole["rules"] if decision["fired"]]
    return {name: whole[name] for name in (*sent, *more)} | {"reasons": fired}


def attempt_for(status: int, retry_after: str | None, now: datetime) -> Attempt:
    """What follows from an answer; see the table at the top."""
    if 200 <= status < 300:
        return Attempt("sent")
    if status == _GONE:
        return Attempt("refused", "answered 410: it wants no more alerts")
    return Attempt("retry", f"answered {status}", _patience(retry_after, now))


def _patience(written: str | None, now: datetime) -> timedelta | None:
    """`Retry-After` in seconds or as a date; None when absent, past or not understood."""
    if written is None:
        return None
    written = written.strip()
    if written.isascii() and written.isdigit():
        return timedelta(seconds=min(int(written[:12]), 10**9))
    try:
        until = parsedate_to_datetime(written)
        wait = until - now
    except (ValueError, TypeError, OverflowError):
        return None
    return wait if wait > timedelta(0) else None


def _key(name: str, secret: Secret) -> bytes:
    """The bytes of ``whsec_…`` or base64, padded or not."""
    written = secret.reveal().removeprefix("whsec_").rstrip("=")
    try:
        key = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise SettingsError(
            f"receivers: the secret of {name!r} is neither whsec_… nor base64; make one with "
            "`python -c \"import base64, os; print('whsec_' + base64.b64encode(os.urandom(24))"
            '.decode())"`'
        )
    return key
