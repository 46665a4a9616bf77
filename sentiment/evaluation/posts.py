# SPDX-License-Identifier: Apache-2.0
"""Posts with the labels that a person gave them."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import resources
from importlib.resources.abc import Traversable

from pydantic import ValidationError

from ascolto.errors import BadInput
from ascolto.model import BrandMatch, Intent, Language, Mention, Record, Risk, Sentiment, Urgency
from ascolto.text.language import identify

_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)


class LabelledPost(Record):
    """One post of a test set; ``language`` is an ISO 639-1 code or ``und``."""

    id: str
    language: str
    text: str
    brand: str | None = None
    private: bool = False
    sentiment: Sentiment | None
    risks: tuple[Risk, ...] = ()
    intent: Intent
    needs_reply: bool
    urgency: Urgency
    personal_data: tuple[str, ...] = ()

    def mention(self) -> Mention:
        """The post as it comes from intake: the language is identified, not the label's."""
        language: Language = identify(self.text)
        return Mention(
            source="evaluation",
            kind="file",
            native_id=self.id,
            text=self.text,
            language=language,
            private=self.private,
            published_at=_WRITTEN,
            collected_at=_WRITTEN,
            brands=() if self.brand is None else (_match(self.brand, self.text),),
        )


def load_posts(file: Traversable) -> list[LabelledPost]:
    """One JSON object a line. Raises BadInput with the line's number, OSError."""
    posts = []
    for number, line in enumerate(file.read_text("utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            posts.append(LabelledPost.model_validate_json(line))
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise BadInput(f"{file.name}, line {number}: {where}: {first['msg']}") from None
    return posts


def shipped_posts() -> list[LabelledPost]:
    """The posts that come with the package; their README tells who labelled them."""
    return load_posts(resources.files("sentiment.evaluation") / "posts.jsonl")


def _match(brand: str, text: str) -> BrandMatch:
    start = text.casefold().find(brand.casefold())
    if start < 0 or len(text) != len(text.casefold()):
        return BrandMatch(brand=brand)
    return BrandMatch(brand=brand, term=brand, place="text", start=start, end=start + len(brand))
