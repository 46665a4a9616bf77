# SPDX-License-Identifier: Apache-2.0
"""What happens to every post before it is stored: brands, language, policy."""

from __future__ import annotations

from ascolto.model import BrandMatch, Mention, SourcePolicy
from ascolto.query.brand import BrandMatcher
from ascolto.settings import Settings
from ascolto.store.protocol import Store
from ascolto.store.records import Batch, Ingested, Reject
from ascolto.text.clean import clean
from ascolto.text.language import identify

LONGEST_TEXT = 100_000
_EXTRACT = 280


class Intake:
    """The one way for posts into the store, wherever they come from."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self._store = store
        self._matcher = BrandMatcher(settings.brands)
        self._sources = {source.name: source for source in settings.sources}
        own = [brand.name for brand in settings.brands if brand.own]
        self._default_brand = own[0] if own else settings.brands[0].name

    def __call__(self, source: str, batch: Batch, *, keep_all: bool) -> Ingested:
        """Store a batch with its cursor in one commit.

        A post is kept when it holds a brand's terms, when its source was
        declared to be about a brand, or, with ``keep_all``, because somebody
        handed it over on purpose; then the first own brand is assumed. The
        others are counted as filtered. A text over 100,000 characters is
        rejected. Outcomes are those of the kept mentions, in order. Raises
        StoreFull, StoreBusy.
        """
        kept: list[Mention] = []
        rejects = list(batch.rejects)
        filtered = batch.filtered
        for mention in batch.mentions:
            if len(mention.text) > LONGEST_TEXT:
                rejects.append(_too_long(mention))
                continue
            known = self._with_brands(mention, source, keep_all=keep_all)
            if known is None:
                filtered += 1
            else:
                kept.append(_with_language(known))
        return self._store.sources.ingest(
            source,
            Batch(
                mentions=tuple(kept),
                rejects=tuple(rejects),
                filtered=filtered,
                cursor=batch.cursor,
            ),
        )

    def _with_brands(self, mention: Mention, source: str, *, keep_all: bool) -> Mention | None:
        title = None if mention.title is None else clean(mention.title)
        text = clean(mention.text)
        brands = {match.brand: match for match in mention.brands}
        brands.update((match.brand, match) for match in self._matcher.match(title, text))
        settings = self._sources.get(source)
        if settings is not None and settings.brand is not None:
            brands.setdefault(settings.brand, BrandMatch(brand=settings.brand))
        if not brands and keep_all:
            brands[self._default_brand] = BrandMatch(brand=self._default_brand)
        if not brands:
            return None
        policy = mention.policy if settings is None else settings.policy
        return mention.model_copy(
            update={
                "title": title,
                "text": _allowed(text, policy),
                "brands": tuple(brands.values()),
                "policy": policy,
            }
        )


def _with_language(mention: Mention) -> Mention:
    if mention.language.code != "und":
        return mention
    return mention.model_copy(update={"language": identify(mention.body)})


def _allowed(text: str, policy: SourcePolicy) -> str:
    """The text, or only an extract where the source's terms forbid to keep it."""
    if policy.store_text or len(text) <= _EXTRACT:
        return text
    return text[:_EXTRACT].rsplit(maxsplit=1)[0] + " …"


def _too_long(mention: Mention) -> Reject:
    return Reject(
        where=mention.native_id or mention.url or mention.id,
        reason=f"text of {len(mention.text)} characters; the limit is {LONGEST_TEXT}",
        payload=clean(mention.text[:200]),
    )
