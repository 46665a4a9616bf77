# SPDX-License-Identifier: Apache-2.0
"""One post as the console shows it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from api.console.passage import Passage, passage
from api.console.words import word
from ascolto.errors import Gone, NotFound
from ascolto.model import Mention, Reading, Risk, Sentiment
from ascolto.store.protocol import Store

_EVIDENCE = {
    **{label.value: word(label) for label in Risk},
    **{s.value: word(s) for s in Sentiment},
}


@dataclass(frozen=True, slots=True)
class Post:
    """A post with its reading; ``hidden_because`` says why there is no text."""

    mention: Mention | None = None
    reading: Reading | None = None
    passage: Passage | None = None
    hidden_because: str | None = None

    @property
    def author(self) -> str | None:
        """How the author is called: name and handle, as far as known."""
        if self.mention is None:
            return None
        name, handle = self.mention.author.name, self.mention.author.handle
        if name and handle and name != handle:
            return f"{name} ({handle})"
        return name or handle

    @property
    def short_author(self) -> str | None:
        """The author in one name, for lists."""
        return (self.mention.author.name or self.mention.author.handle) if self.mention else None

    @property
    def link(self) -> str | None:
        """Where the post stands, if that is a web address."""
        return web_address(self.mention.url) if self.mention else None

    @property
    def host(self) -> str:
        """The site of `link`."""
        return urlsplit(self.link).hostname or "" if self.link else ""

    @property
    def author_link(self) -> str | None:
        """The author's page, if that is a web address."""
        return web_address(self.mention.author.url) if self.mention else None

    @property
    def counts(self) -> tuple[tuple[int | float, str], ...]:
        """What the source tells of the post's reach."""
        if self.mention is None:
            return ()
        seen = self.mention.engagement
        named = (
            (seen.rating, "of 5 stars"),
            (seen.likes, "likes"),
            (seen.shares, "shares"),
            (seen.replies, "replies"),
            (seen.views, "views"),
        )
        return tuple((count, name) for count, name in named if count is not None)

    @property
    def marked(self) -> tuple[str, ...]:
        """What the marked words are evidence of."""
        if self.passage is None:
            return ()
        pieces = (*self.passage.title, *self.passage.text)
        labels = {label: None for piece in pieces for label in piece.evidence}
        return tuple(_EVIDENCE.get(label, label).lower() for label in labels)


def load_post(store: Store, mention_id: str) -> Post:
    """One post, or why it cannot be shown."""
    try:
        view = store.mentions.get(mention_id)
    except Gone:
        return Post(
            hidden_because="This post was deleted at its source; its text is gone here too."
        )
    except NotFound:
        return Post(hidden_because="This post is no longer kept.")
    if view.reading is None:
        # Personal data is found by the reading; unread text cannot be masked.
        reason = "Being read. The text appears as soon as personal data in it can be masked."
        return Post(view.mention, hidden_because=reason)
    if not view.mention.policy.store_text and not view.mention.body.strip():
        reason = "The source's terms do not allow its text to be kept; read it there."
        return Post(view.mention, view.reading, hidden_because=reason)
    return Post(view.mention, view.reading, passage(view.mention, view.reading))


def web_address(written: str | None) -> str | None:
    """The address if it is http or https with a host; None for anything else."""
    if not written:
        return None
    try:
        parts = urlsplit(written.strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname:
        return None
    return parts.geturl()
