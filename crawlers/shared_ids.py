# SPDX-License-Identifier: Apache-2.0
"""Entries of one document that claim the same id."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from ascolto.identity import canonical_url
from ascolto.model import Mention
from ascolto.store.records import Reject


def told_apart(items: Sequence[Mention | Reject]) -> list[Mention | Reject]:
    """The items, with different posts under one id told apart, in their order.

    Some feeds give each entry the id of the site. Stored as they are, such
    entries would overwrite each other with every visit, each time as an edit.
    With URLs of their own, the URL is added to the id; with the same URL the
    first, which is the newest in every format, stays and the others are rejected.
    """
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for place, item in enumerate(items):
        if isinstance(item, Mention) and item.native_id is not None:
            groups[item.native_id].append(place)
    apart = list(items)
    for places in groups.values():
        posts = [item for place in places if isinstance(item := items[place], Mention)]
        if len({(post.title, post.text) for post in posts}) > 1:
            for place, item in zip(places, _apart(posts), strict=True):
                apart[place] = item
    return apart


def _apart(posts: Sequence[Mention]) -> list[Mention | Reject]:
    seen: set[str] = set()
    apart: list[Mention | Reject] = []
    urls = len({post.url for post in posts}) > 1
    for post in posts:
        link = canonical_url(post.url) if post.url and urls else ""
        if link in seen:
            reason = "another entry of the document has the same id and address"
            apart.append(Reject(where=f"id {(post.native_id or '')[:200]}", reason=reason))
            continue
        seen.add(link)
        apart.append(post.model_copy(update={"native_id": f"{post.native_id} {link}".strip()}))
    return apart
