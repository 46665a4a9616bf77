# SPDX-License-Identifier: Apache-2.0
"""A case opened: its posts, why it is here, what was drafted, what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from alerts.cases import holder
from api.console.actions import Action, actions_for
from api.console.clock import Clock, clock_of
from api.console.post import Post, load_post
from api.console.row import reason_of
from api.services import Services
from ascolto.model import Alert, Case, ChannelOption, Delivery, Reading, Sentiment

POSTS_SHOWN = 20
"""The newest posts of a case that the pane shows."""


@dataclass(frozen=True, slots=True)
class Message:
    """What the agent should be told about what they just did."""

    kind: Literal["done", "conflict"]
    text: str


@dataclass(frozen=True, slots=True)
class Pane:
    """Everything about one case. ``alert`` and ``reading`` are those of its newest alert."""

    case: Case
    alert: Alert | None
    reading: Reading | None
    posts: tuple[Post, ...]
    earlier: int
    deliveries: tuple[Delivery, ...]
    holder: str | None
    clock: Clock | None
    reason: str
    may_act: bool
    actions: tuple[Action, ...]

    @property
    def other_options(self) -> tuple[ChannelOption, ...]:
        """The ways of answering that were not chosen, best first."""
        if self.alert is None:
            return ()
        chosen = self.alert.channel
        others = [
            option
            for option in chosen.options
            if (option.label, option.medium) != (chosen.label, chosen.medium)
        ]
        return tuple(sorted(others, key=lambda option: -option.score))

    @property
    def personal(self) -> tuple[str, ...]:
        """The kinds of personal data found, each once."""
        found = self.reading.personal_data if self.reading else ()
        return tuple({one.kind: None for one in found})

    @property
    def shares(self) -> tuple[tuple[Sentiment, float, float], ...]:
        """The bar of sentiments: label, start and width in hundredths of the whole."""
        bars: list[tuple[Sentiment, float, float]] = []
        start = 0.0
        for label in Sentiment:
            share = self.reading.sentiment.probabilities.get(label, 0.0) if self.reading else 0.0
            bars.append((label, round(start, 1), round(share * 100, 1)))
            start += share * 100
        return tuple(bars)


def load_pane(services: Services, case: Case, agent: str, *, may_act: bool) -> Pane:
    """Collect what the pane of a case shows."""
    store, now = services.store, services.now()
    shown = case.mention_ids[-POSTS_SHOWN:]
    posts = tuple(load_post(store, mention_id) for mention_id in shown)
    alert = store.alerts.get(case.alert_ids[-1]) if case.alert_ids else None
    wanted = alert.mention_id if alert else None
    reading = next(
        (post.reading for post in posts if post.reading and post.reading.id == wanted),
        posts[-1].reading if posts else None,
    )
    return Pane(
        case=case,
        alert=alert,
        reading=reading,
        posts=posts,
        earlier=len(case.mention_ids) - len(shown),
        deliveries=store.outbox.deliveries(alert.id) if alert else (),
        holder=holder(case, now),
        clock=clock_of(case, services.settings.clock, now),
        reason=reason_of(case, posts[-1].reading if posts else None),
        may_act=may_act,
        actions=actions_for(case, agent, now) if may_act else (),
    )
