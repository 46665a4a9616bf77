# SPDX-License-Identifier: Apache-2.0
"""Posts from standard input, as NDJSON, in batches that never wait for a line not yet sent."""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from ascolto.app import utc_now
from ascolto.errors import BadInput
from ascolto.model import Mention
from crawlers.posts import parse_post

_BATCH = 64
_LONGEST_LINE = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input: the id as it was written, and the post or why there is none."""

    number: int
    id: object
    mention: Mention | None
    error: str = ""


def answer_lines(
    stream: BinaryIO, answer: Callable[[Sequence[Mention]], Sequence[Mapping[str, Any]]]
) -> None:
    """Print one JSON answer for each post of the stream, in order, with its own id.

    A line that is no post is named on standard error, and the exit code is 1.
    """
    wrong = 0
    console = Console(stderr=True)
    columns = (SpinnerColumn(), TextColumn("{task.completed} posts"))
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)
        for batch in _batches(stream):
            posts = [(line, line.mention) for line in batch if line.mention is not None]
            answers = answer([mention for _, mention in posts]) if posts else ()
            for (line, _), said in zip(posts, answers, strict=True):
                shown = {**said, "id": line.id}
                sys.stdout.write(json.dumps(shown, ensure_ascii=False) + "\n")
            sys.stdout.flush()
            for line in batch:
                if line.mention is None:
                    wrong += 1
                    click.echo(f"ascolto: line {line.number}: {line.error}", err=True)
            progress.advance(task, len(posts))
    if wrong:
        sys.exit(1)


def _batches(stream: BinaryIO) -> Iterator[list[Line]]:
    lines: queue.Queue[Line | None] = queue.Queue(maxsize=_BATCH * 4)

    def fill() -> None:
        try:
            for line in _lines(stream):
                lines.put(line)
        finally:
            lines.put(None)

    threading.Thread(target=fill, daemon=True).start()
    line = lines.get()
    while line is not None:
        batch = [line]
        line = None
        try:
            while len(batch) < _BATCH:
                line = lines.get_nowait()
                if line is None:
                    break
                batch.append(line)
        except queue.Empty:
            yield batch
            line = lines.get()
            continue
        yield batch
        if line is not None:
            line = lines.get()


def _lines(stream: BinaryIO) -> Iterator[Line]:
    number = 0
    while raw := stream.readline(_LONGEST_LINE):
        number += 1
        whole = raw.endswith(b"\n")
        if not whole and len(raw) == _LONGEST_LINE:
            while rest := stream.readline(_LONGEST_LINE):
                if rest.endswith(b"\n"):
                    break
            yield Line(number, None, None, f"longer than {_LONGEST_LINE} bytes; split the post")
        elif raw.strip():
            yield _parse(number, raw)


def _parse(number: int, raw: bytes) -> Line:
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError):
        return Line(number, None, None, "not JSON; write one object a line")
    if not isinstance(item, dict):
        return Line(number, None, None, 'not an object; write {"id": …, "text": …}')
    text = item.get("text")
    if not isinstance(text, str):
        return Line(number, item.get("id"), None, "text: is missing, or no text")
    try:
        # Offsets of a Reading are those of the text as it was given, so it is not cleaned:
        # only a lone surrogate, which no output can hold, is replaced, one for one.
        mention, _ = parse_post({**item, "text": "-"}, source="stdin", kind="push", now=utc_now())
    except BadInput as error:
        return Line(number, item.get("id"), None, str(error))
    raw_text = text.encode("utf-8", "replace").decode("utf-8")
    mention = mention.model_copy(update={"text": raw_text})
    return Line(number, item.get("id", number), mention)
