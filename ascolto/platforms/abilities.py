# SPDX-License-Identifier: Apache-2.0
"""How posts can be answered, per kind of source and per medium: data, no I/O.

The figures come from the platforms' own pages as collected in the project's
notes on sources; they are defaults that a responder checks again when it sends.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ascolto.model import Medium, Mention, Record


class Abilities(Record):
    """What can be done about a post.

    ``public``: by an interface, by a person who opens the post, or not at all.
    ``private``: ``always``, ``once`` per comment, ``if_allowed`` by the person
    or within a window of time, or ``no``. ``media``: the private ways, best first. ``limit``: the
    length of one answer in ``unit``.
    """

    public: Literal["api", "by_hand", "no"]
    private: Literal["always", "once", "if_allowed", "no"]
    media: tuple[Medium, ...] = ()
    limit: Annotated[int, Field(gt=0)] = 500
    unit: Literal["characters", "bytes"] = "characters"

    def fits(self, text: str) -> bool:
        """Whether a text is short enough for one answer."""
        size = len(text.encode("utf-8", "replace")) if self.unit == "bytes" else len(text)
        return size <= self.limit


_DIRECT = (Medium.direct_message,)

# 500 characters where no limit is known: Mastodon and Threads allow that many,
# and whoever answers by hand pastes into something at least as large.
UNKNOWN = Abilities(public="by_hand", private="no")

BY_KIND = {
    "feed": UNKNOWN,
    "web": UNKNOWN,
    "email": Abilities(public="no", private="always", media=(Medium.email,), limit=20_000),
    "mastodon": Abilities(public="api", private="always", media=_DIRECT, limit=500),
    "bluesky": Abilities(public="api", private="if_allowed", media=_DIRECT, limit=300),
    "x": Abilities(public="api", private="if_allowed", media=_DIRECT, limit=280),
    "facebook": Abilities(public="api", private="once", media=_DIRECT, limit=8000),
    "instagram": Abilities(public="api", private="once", media=_DIRECT, limit=2200),
    "threads": Abilities(public="api", private="no", limit=500),
    "whatsapp": Abilities(public="no", private="if_allowed", media=(Medium.whatsapp,), limit=4096),
    "telegram": Abilities(public="api", private="if_allowed", media=(Medium.telegram,), limit=4096),
    "youtube": Abilities(public="api", private="no", limit=10_000),
    "reddit": Abilities(public="api", private="always", media=_DIRECT, limit=10_000),
    "googleplay": Abilities(public="api", private="no", limit=350),
    "appstore": Abilities(public="api", private="no", limit=5970),
    "trustpilot": Abilities(public="api", private="no"),
    "google_business": Abilities(public="api", private="no", limit=4096, unit="bytes"),
}

BY_MEDIUM = {
    Medium.comment: Abilities(public="api", private="no"),
    Medium.by_hand: UNKNOWN,
    Medium.direct_message: Abilities(public="no", private="always", media=_DIRECT, limit=1000),
    Medium.email: BY_KIND["email"],
    Medium.whatsapp: BY_KIND["whatsapp"],
    Medium.telegram: Abilities(public="no", private="always", media=(Medium.telegram,), limit=4096),
    Medium.chat: Abilities(public="no", private="always", media=(Medium.chat,), limit=2000),
    Medium.phone: Abilities(public="no", private="always", media=(Medium.phone,), limit=20_000),
    Medium.video: Abilities(public="no", private="always", media=(Medium.video,), limit=20_000),
}


def abilities_of(mention: Mention, medium: Medium | None = None) -> Abilities:
    """How a mention can be answered.

    Its own medium decides, then ``medium`` (what the settings say of its
    source), then its kind. Pushed posts and files have no platform of their
    own: there the source's name decides where it is a platform's. A private
    message is never answered in public, whatever its platform allows.
    """
    way = mention.medium or medium
    known = BY_KIND.get(mention.kind) or BY_KIND.get(mention.source.lower(), UNKNOWN)
    names_a_private_way = way not in (None, Medium.comment, Medium.by_hand)
    if way is not None and (names_a_private_way or known is UNKNOWN):
        known = BY_MEDIUM[way]
    if not mention.private or known.public == "no":
        return known
    media = known.media or (Medium.by_hand,)
    return known.model_copy(update={"public": "no", "private": "always", "media": media})


def written_in_private(mention: Mention, medium: Medium | None = None) -> bool:
    """Whether only the brand can see it: marked so, or come by a private way."""
    return mention.private or abilities_of(mention, medium).public == "no"
