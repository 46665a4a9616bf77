# SPDX-License-Identifier: Apache-2.0
"""Cuts a post into pieces: what is marked as evidence, what is masked, what is plain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ascolto.model import BrandMatch, Mention, Reading

SHOWN = 20_000
"""Code points of a post that a page shows at most; the rest stands at its source."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A part of `Mention.body` that means something: ``role`` is mask, evidence or brand."""

    start: int
    end: int
    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text with one look. A masked piece has no text, only the kind of what it hides."""

    text: str
    mask: str | None = None
    evidence: tuple[str, ...] = ()
    brand: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """The title and the text of a post, ready to be shown; ``cut`` counts what is left out."""

    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    cut: int


def passage(mention: Mention, reading: Reading) -> Passage:
    """A post with its evidence marked and its personal data masked."""
    body = mention.body
    intervals = tuple(_intervals(mention, reading))
    title_end = len(mention.title) if mention.title else 0
    text_start = title_end + 1 if mention.title else 0
    text_end = min(len(body), text_start + SHOWN)
    return Passage(
        title=_pieces(body, intervals, 0, min(title_end, SHOWN)),
        text=_pieces(body, intervals, text_start, text_end),
        cut=len(body) - text_end,
    )


def excerpt(mention: Mention, reading: Reading, length: int = 180) -> str:
    """The beginning of a post on one line, with its personal data masked."""
    body = mention.body[: length * 20]
    masks = tuple(
        Interval(found.start, found.end, "mask", found.kind) for found in reading.personal_data
    )
    shown = "".join(
        masked(piece.mask) if piece.mask else piece.text
        for piece in _pieces(body, masks, 0, len(body))
    )
    line = " ".join(shown.split())
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def masked(kind: str) -> str:
    """What stands in the place of personal data: ``[iban]``."""
    return f"[{kind.replace('_', ' ')}]"


def _intervals(mention: Mention, reading: Reading) -> Iterator[Interval]:
    body = mention.body
    for found in reading.personal_data:
        yield Interval(found.start, found.end, "mask", found.kind)
    told = [(f"{reading.sentiment.label or 'sentiment'}", reading.sentiment.evidence)]
    told += [(risk.label.value, risk.evidence) for risk in reading.risks]
    for label, spans in told:
        for span in spans:
            # An edited post may still carry its old reading for a moment.
            if body[span.start : span.end] == span.text:
                yield Interval(span.start, span.end, "evidence", label)
    for match in mention.brands:
        yield from _brand(mention, match)


def _brand(mention: Mention, match: BrandMatch) -> Iterator[Interval]:
    if match.start is None or match.end is None:
        return
    shift = len(mention.title) + 1 if mention.title and match.place == "text" else 0
    yield Interval(match.start + shift, match.end + shift, "brand", match.brand)


def _pieces(body: str, intervals: Sequence[Interval], start: int, end: int) -> tuple[Piece, ...]:
    """Sweep over [start, end) once: overlapping intervals share their pieces."""
    edges: list[tuple[int, int, Interval]] = []
    for interval in intervals:
        low, high = max(interval.start, start), min(interval.end, end)
        if low < high:
            edges += [(low, 1, interval), (high, -1, interval)]
    edges.sort(key=lambda edge: edge[0])
    active: Counter[Interval] = Counter()
    pieces: list[Piece] = []
    here = start
    for place, step, interval in edges:
        if place > here:
            _append(pieces, body[here:place], active)
            here = place
        active[interval] += step
        if not active[interval]:
            del active[interval]
    if here < end:
        _append(pieces, body[here:end], active)
    return tuple(pieces)


def _append(pieces: list[Piece], text: str, active: Counter[Interval]) -> None:
    mask = next((interval.label for interval in active if interval.role == "mask"), None)
    if mask is not None:
        piece = Piece("", mask=mask)
        if not pieces or pieces[-1] != piece:
            pieces.append(piece)
        return
    labels = {interval.label: None for interval in active if interval.role == "evidence"}
    brand = any(interval.role == "brand" for interval in active)
    pieces.append(Piece(text, evidence=tuple(labels), brand=brand))
