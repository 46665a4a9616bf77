# SPDX-License-Identifier: Apache-2.0
"""The kinds of sources: ours and those of other packages, by the same table.

A package adds a kind by an entry point of the group ``ascolto.sources``: the
name is the kind, the object a class like `crawlers.source.Source`.
"""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points

from ascolto.errors import SettingsError
from ascolto.settings import Source as SourceSettings
from crawlers.source import Source

GROUP = "ascolto.sources"

_BUILT_IN = (EntryPoint(name="feed", value="crawlers.feed:FeedSource", group=GROUP),)


def kinds() -> tuple[str, ...]:
    """The kinds that a source may have, in alphabetical order."""
    return tuple(sorted(_table()))


def build_source(settings: SourceSettings) -> Source:
    """The source that its settings describe.

    Raises SettingsError for a kind that nobody knows or an option that is
    wrong, NotConfigured when it lacks keys.
    """
    entry = _table().get(settings.kind)
    if entry is None:
        raise SettingsError(
            f"source {settings.name}: kind: {settings.kind!r} is not known; "
            f"known: {', '.join(kinds())}"
        )
    source: Source = entry.load()(settings)
    return source


def _table() -> dict[str, EntryPoint]:
    """Built-ins last: no other package can put itself in their place."""
    return {entry.name: entry for entry in (*entry_points(group=GROUP), *_BUILT_IN)}
