# SPDX-License-Identifier: Apache-2.0
"""The kinds of receivers, and how others add theirs.

A kind of another package is named under the entry-point group
`ascolto.receivers`: a class with ``kind`` that takes the same three things as
`WebhookReceiver` and fills `Receiver`.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import entry_points

import httpx

from alerts.drafts.checks import FindPersonalData
from alerts.receiver import Receiver
from alerts.webhook import WebhookReceiver
from ascolto.errors import SettingsError
from ascolto.settings import Receiver as ReceiverSettings

BuildReceiver = Callable[[ReceiverSettings, Callable[[], httpx.Client], FindPersonalData], Receiver]

GROUP = "ascolto.receivers"


def receiver_kinds() -> dict[str, BuildReceiver]:
    """Every kind by its name; built-in ones cannot be replaced."""
    others = [point.load() for point in entry_points(group=GROUP)]
    return {kind.kind: kind for kind in (*others, WebhookReceiver)}


def build_receiver(
    settings: ReceiverSettings,
    client: Callable[[], httpx.Client],
    find_personal_data: FindPersonalData,
) -> Receiver:
    """The receiver that the settings describe.

    ``client`` makes a client that reaches only what may be reached. Raises
    SettingsError for an unknown kind or a wrong secret.
    """
    kinds = receiver_kinds()
    if settings.kind not in kinds:
        known = ", ".join(sorted(kinds))
        raise SettingsError(
            f"receivers: {settings.name!r} is of kind {settings.kind!r}; known: {known}"
        )
    return kinds[settings.kind](settings, client, find_personal_data)
