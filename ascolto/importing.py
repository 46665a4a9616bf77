# SPDX-License-Identifier: Apache-2.0
"""Takes in files of posts: batch by batch, each commit with the place to go on from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from ascolto.errors import BadInput
from ascolto.identity import digest
from ascolto.intake import Intake
from ascolto.model import Mention
from ascolto.store.protocol import Sources
from ascolto.store.records import Batch, Reject
from crawlers.files import Format, Line, read_posts
from crawlers.posts import parse_post

_BATCH = 500
_START_BYTES = 4096


@dataclass(slots=True)
class Tally:
    """What became of the posts of one file in this run."""

    outcomes: Counter[str] = field(default_factory=Counter)
    skipped_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Importer:
    """Imports files into a store through the intake.

    ``live`` posts raise alerts like any other; without it they are history.
    ``wrong`` is told of each line that is no post.
    """

    intake: Intake
    sources: Sources
    source: str
    live: bool
    now: Callable[[], datetime]
    wrong: Callable[[str], None]

    def file(
        self, path: Path, format: Format, *, from_start: bool, done: Callable[[int], None]
    ) -> Tally:
        """Import a file; one that was begun goes on where it stopped, if it is still the same.

        ``done`` is told how many bytes are done after each commit. Raises
        BadInput when the file as a whole cannot be read.
        """
        place = f"import {path.name} {digest(str(path.resolve()))[:8]}"
        with path.open("rb") as stream:
            offset = 0 if from_start else self._offset(place, stream)
            tally = Tally(skipped_bytes=offset)
            for batch, end in self._batches(stream, format, offset, tally):
                cursor = json.dumps({"offset": end, "start": _start(path, end)})
                self._commit(place, batch, cursor, tally)
                done(end)
        return tally

    def stream(self, stream: BinaryIO, format: Format, *, done: Callable[[int], None]) -> Tally:
        """Import what comes in; nothing can be resumed, but repeating it doubles nothing."""
        tally = Tally()
        for batch, end in self._batches(stream, format, 0, tally):
            self._commit("import stdin", batch, None, tally)
            done(end)
        return tally

    def _batches(
        self, stream: BinaryIO, format: Format, offset: int, tally: Tally
    ) -> Iterator[tuple[Batch, int]]:
        lines = read_posts(stream, format, offset)
        while chunk := list(islice(lines, _BATCH)):
            mentions: list[Mention] = []
            rejects: list[Reject] = []
            for line in chunk:
                self._sort(line, mentions, rejects)
            for reject in rejects:
                self.wrong(f"{reject.where}: {reject.reason}")
            tally.outcomes["rejected"] += len(rejects)
            yield Batch(mentions=tuple(mentions), rejects=tuple(rejects)), chunk[-1].end

    def _sort(self, line: Line, mentions: list[Mention], rejects: list[Reject]) -> None:
        if isinstance(line.content, Reject):
            rejects.append(line.content)
            return
        try:
            mention, _ = parse_post(
                line.content,
                source=self.source,
                kind="file",
                now=self.now(),
                backfill=not self.live,
            )
        except BadInput as error:
            rejects.append(Reject(where=f"line {line.number}", reason=str(error)))
        else:
            mentions.append(mention)

    def _commit(self, place: str, batch: Batch, cursor: str | None, tally: Tally) -> None:
        whole = batch.model_copy(update={"cursor": cursor})
        tally.outcomes.update(self.intake(place, whole, keep_all=True).outcomes)

    def _offset(self, place: str, stream: BinaryIO) -> int:
        """Where to go on; 0 for a file that is new or starts differently than it did."""
        cursor = self.sources.state(place).cursor
        if cursor is None:
            return 0
        known = json.loads(cursor)
        same = _start(Path(stream.name), known["offset"]) == known["start"]
        return int(known["offset"]) if same else 0


def _start(path: Path, done: int) -> str:
    """A digest of the file's beginning, as far as it is done with."""
    with path.open("rb") as stream:
        return hashlib.blake2b(stream.read(min(done, _START_BYTES)), digest_size=16).hexdigest()
