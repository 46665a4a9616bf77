# SPDX-License-Identifier: Apache-2.0
"""A partner that pushes its posts through the public API, as any other program would."""

from __future__ import annotations

import logging
import threading

import httpx

from ascolto.demo.world import PUSHED, Post, World

_log = logging.getLogger(__name__)
_INTERVAL_SECONDS = 1.0


class Partner:
    """Pushes what its outlet of the world publishes, each post until it was taken."""

    def __init__(self, world: World, api: str, key: str) -> None:
        self._world = world
        self._client = httpx.Client(
            base_url=api, headers={"Authorization": f"Bearer {key}"}, timeout=10
        )
        self._taken: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin pushing."""
        self._thread.start()

    def close(self) -> None:
        """Stop pushing."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        self._client.close()

    def _run(self) -> None:
        while not self._stop.wait(_INTERVAL_SECONDS):
            fresh = [
                (moment.isoformat(), post)
                for moment, post in self._world.published(PUSHED)
                if post.id not in self._taken
            ]
            if not fresh:
                continue
            try:
                answer = self._client.post(
                    "/v1/mentions",
                    params={"source": "partner"},
                    json=[_item(moment, post) for moment, post in fresh],
                )
                answer.raise_for_status()
            except httpx.HTTPError as error:
                _log.warning("push failed, will repeat", extra={"error_kind": type(error).__name__})
                continue
            self._taken.update(post.id for _, post in fresh)


def _item(moment: str, post: Post) -> dict[str, object]:
    return {
        "id": post.id,
        "text": post.text,
        "published_at": moment,
        "author": {"name": post.author, "handle": post.handle, "followers": post.followers},
        "private": post.private,
        "thread": post.thread,
    }
