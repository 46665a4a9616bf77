# SPDX-License-Identifier: Apache-2.0
"""Looks at everything that an operator has to care for."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from alerts.registry import build_receiver
from ascolto.app import refuse_foreign_packages, utc_now
from ascolto.errors import AscoltoError, NotConfigured
from ascolto.net import Door
from ascolto.settings import Settings
from ascolto.settings_file import SettingsFile
from ascolto.store.records import SourceState
from ascolto.store.sqlite import SqliteStore
from crawlers.registry import build_source
from sentiment import load_analyzer
from sentiment.personal_data import find_personal_data

_LEAST_FREE_BYTES = 1 << 30
_EARLIEST_YEAR = 2026

Result = Literal["ok", "warning", "failed"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, and what to do if it is wrong."""

    check: str
    result: Result
    detail: str


def examine(file: SettingsFile) -> list[Finding]:
    """Every finding about an installation; nothing is changed but a missing store is made."""
    settings = file.settings
    findings = [Finding("settings", "ok", f"{file.path}: {len(settings.brands)} brands")]
    findings.append(_packages())
    findings.append(_clock())
    findings.append(_disk(settings))
    findings.append(_model())
    findings += _store(settings)
    findings += _receivers(settings)
    return findings


def _packages() -> Finding:
    try:
        refuse_foreign_packages()
    except AscoltoError as error:
        return Finding("packages", "failed", str(error))
    return Finding("packages", "ok", "every package is our own")


def _clock() -> Finding:
    now = utc_now()
    if now.year < _EARLIEST_YEAR:
        return Finding("clock", "failed", f"it says {now:%Y-%m-%d}; set the machine's clock")
    return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC")


def _disk(settings: Settings) -> Finding:
    place = settings.store.path.parent
    place = place if place.exists() else place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Finding("disk", "failed", f"{place}: {error.strerror}; make the folder")
    detail = f"{free / (1 << 30):.1f} GiB free at {place}"
    if free < _LEAST_FREE_BYTES:
        return Finding("disk", "failed", f"{detail}; free some: intake stops when it is full")
    return Finding("disk", "ok", detail)


def _model() -> Finding:
    model = load_analyzer().model
    detail = f"{model.name} {model.version}, sha256 {model.sha256[:12]}…"
    if model.name == "lexicon":
        return Finding("model", "warning", f"{detail}; word lists, no trained model is installed")
    return Finding("model", "ok", detail)


def _store(settings: Settings) -> Iterator[Finding]:
    try:
        store = SqliteStore(settings.store.path, utc_now)
    except AscoltoError as error:
        yield Finding("store", "failed", str(error))
        return
    try:
        problems = store.check()
        for problem in problems:
            yield Finding("store", "failed", problem)
        if not problems:
            yield Finding("store", "ok", f"{settings.store.path}: sound, every item accounted for")
        if not store.people.users():
            yield Finding("people", "warning", "nobody can log in: `ascolto user add NAME`")
        dead = store.work.dead_letters()
        if dead:
            detail = f"{len(dead)} posts given up, the newest in {dead[0].stage}: {dead[0].reason}"
            yield Finding("posts", "warning", detail)
        states = {state.source: state for state in store.sources.states()}
        yield from _sources(settings, states)
    finally:
        store.close()


def _sources(settings: Settings, states: dict[str, SourceState]) -> Iterator[Finding]:
    door = Door(settings.network)
    for source in settings.sources:
        check = f"source {source.name}"
        try:
            build_source(source)
            if source.url is not None:
                door.check(source.url)
        except NotConfigured as reason:
            yield Finding(check, "warning", f"not configured: {reason}")
            continue
        except AscoltoError as error:
            yield Finding(check, "failed", str(error))
            continue
        yield _freshness(check, states.get(source.name), source.every)


def _freshness(check: str, state: SourceState | None, every: timedelta) -> Finding:
    if state is None or state.last_started is None:
        return Finding(check, "ok", "never collected yet")
    if state.paused:
        return Finding(check, "warning", "paused; resume it on POST /v1/sources/NAME/resume")
    if state.last_error is not None:
        return Finding(check, "failed", f"{state.failures} failures in a row: {state.last_error}")
    last = state.last_success
    if last is not None and utc_now() - last > 4 * every:
        detail = f"last success {last:%Y-%m-%d %H:%M} UTC, due every {every}; is the service up?"
        return Finding(check, "warning", detail)
    return Finding(check, "ok", f"last success {last:%Y-%m-%d %H:%M} UTC" if last else "no success")


def _receivers(settings: Settings) -> Iterator[Finding]:
    door = Door(settings.network)
    for receiver in settings.receivers:
        check = f"receiver {receiver.name}"
        try:
            build_receiver(receiver, door.client, find_personal_data)
            door.check(receiver.url)
        except AscoltoError as error:
            yield Finding(check, "failed", str(error))
        else:
            yield Finding(check, "ok", "its address may be reached")
