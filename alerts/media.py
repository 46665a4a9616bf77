# SPDX-License-Identifier: Apache-2.0
"""What the settings say of how the posts of a source are answered."""

from __future__ import annotations

from ascolto.errors import SettingsError
from ascolto.model import Medium
from ascolto.settings import Settings


def media_by_source(settings: Settings) -> dict[str, Medium]:
    """The medium of each source that names one. Raises SettingsError for an unknown one."""
    return {
        source.name: _medium(source.name, source.medium)
        for source in settings.sources
        if source.medium is not None
    }


def _medium(source: str, written: str) -> Medium:
    try:
        return Medium(written)
    except ValueError:
        known = ", ".join(Medium)
        raise SettingsError(
            f"sources: {source!r} has the medium {written!r}, which is none; known: {known}"
        ) from None
