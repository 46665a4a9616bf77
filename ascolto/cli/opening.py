# SPDX-License-Identifier: Apache-2.0
"""Opens what a command works on."""

from __future__ import annotations

from pathlib import Path

from ascolto.app import utc_now
from ascolto.settings import Settings
from ascolto.settings_file import read_settings
from ascolto.store.sqlite import SqliteStore


def open_store(config: Path) -> tuple[Settings, SqliteStore]:
    """The settings and their store. Raises SettingsError, StoreError."""
    settings = read_settings(config).settings
    return settings, SqliteStore(settings.store.path, utc_now)
