# SPDX-License-Identifier: Apache-2.0
"""What was written."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ascolto.identity import mention_identity
from ascolto.model.labels import Medium
from ascolto.model.record import Count, Moment, Probability, Record


class Author(Record):
    """Who wrote it, as far as the source tells."""

    name: str | None = None
    handle: str | None = None
    url: str | None = None
    followers: Count | None = None
    verified: bool | None = None


class Engagement(Record):
    """Counts as last seen; None where the source does not tell."""

    likes: Count | None = None
    shares: Count | None = None
    replies: Count | None = None
    views: Count | None = None
    rating: Annotated[float, Field(ge=0, le=5)] | None = None


class Language(Record):
    """ISO 639-1 code, or ``und`` when it cannot be told."""

    code: Annotated[str, Field(pattern=r"^([a-z]{2}|und)$")] = "und"
    confidence: Probability = 0.0


class BrandMatch(Record):
    """Why a mention belongs to a brand: the term found and where.

    ``term`` is None when the source itself was declared to be about the brand.
    """

    brand: str
    term: str | None = None
    place: Literal["title", "text"] | None = None
    start: Count | None = None
    end: Count | None = None


class SourcePolicy(Record):
    """What a source's terms allow with its posts."""

    store_text: bool = True
    export: bool = True
    retention_days: Annotated[int, Field(ge=1)] | None = None
    recheck_hours: Annotated[int, Field(ge=1)] | None = None


class Mention(Record):
    """One post, article, comment, review or message about a brand.

    ``source`` is the configured source's name, ``kind`` its kind (``feed``,
    ``push``, ``file`` …). ``id`` is computed, see `ascolto.identity`.
    """

    source: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Annotated[str, Field(min_length=1, max_length=40)]
    native_id: Annotated[str, Field(max_length=2000)] | None = None
    url: Annotated[str, Field(max_length=4000)] | None = None
    thread: Annotated[str, Field(max_length=2000)] | None = None
    parent: Annotated[str, Field(max_length=2000)] | None = None
    author: Author = Author()
    title: str | None = None
    text: str = ""
    language: Language = Language()
    published_at: Moment
    collected_at: Moment
    edited_at: Moment | None = None
    deleted_at: Moment | None = None
    engagement: Engagement = Engagement()
    media: tuple[Literal["image", "video", "audio", "link", "file"], ...] = ()
    private: bool = False
    medium: Medium | None = None
    brands: tuple[BrandMatch, ...] = ()
    backfill: bool = False
    policy: SourcePolicy = SourcePolicy()

    @property
    def id(self) -> str:
        """The computed identity: the same post from the same source has the same id."""
        return mention_identity(
            kind=self.kind,
            source=self.source,
            native_id=self.native_id,
            url=self.url,
            author=self.author.handle or self.author.name,
            published_at=self.published_at,
            text=f"{self.title or ''}\n{self.text}",
        )

    @property
    def body(self) -> str:
        """Title and text as one string, the way an analyzer reads it."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    @property
    def brand(self) -> str | None:
        """The first brand it matched."""
        return self.brands[0].brand if self.brands else None
