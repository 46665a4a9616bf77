# SPDX-License-Identifier: Apache-2.0
"""Reads posts from NDJSON and CSV, line by line, from any byte on."""

from __future__ import annotations

import codecs
import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

from ascolto.errors import BadInput
from ascolto.store.records import Reject
from ascolto.text.clean import clean

Format = Literal["ndjson", "csv"]

LONGEST_LINE = 8 * 1024 * 1024
"""Bytes; a longer line, or row, is rejected without being held."""
_DELIMITERS = ",;\t|"
_PAYLOAD = 2000


@dataclass(frozen=True, slots=True)
class Line:
    """One post, or why there is none, its line (from 1), and the byte where the next one starts."""

    content: object | Reject
    number: int
    end: int


def format_of(name: str) -> Format:
    """The format by a file's name: CSV for .csv and .tsv, NDJSON for all others."""
    return "csv" if name.lower().endswith((".csv", ".tsv")) else "ndjson"


def read_posts(stream: BinaryIO, format: Format, offset: int = 0) -> Iterator[Line]:
    """The posts of a file or of standard input, one at a time.

    ``offset`` is the ``end`` of the last line that was done with; what stands
    before it is skipped, in a stream that cannot seek by reading over it. Line
    numbers count from the start of the file. Raises BadInput when the whole
    cannot be read: another character set than UTF-8, or a CSV without header.
    """
    lines = _Lines(stream)
    lines.check_start()
    return _ndjson(lines, offset) if format == "ndjson" else _csv(lines, offset)


class _Lines:
    """Physical lines with their numbers; one that is too long comes as None."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._first: bytes | None = None
        self.number = 0
        self.end = 0

    def check_start(self) -> None:
        """Refuse what announces UTF-16 or UTF-32, or holds no text."""
        self._first = self._stream.readline(LONGEST_LINE + 1)
        if self._first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise BadInput("the file is UTF-16; save it as UTF-8")
        if self._first.startswith(b"\x1f\x8b"):
            raise BadInput("the file is packed with gzip; unpack it first")

    def next(self) -> bytes | None:
        """The next line with its end, b"" at the end of the file, None for one too long."""
        first, self._first = self._first, None
        line = self._stream.readline(LONGEST_LINE + 1) if first is None else first
        if line:
            self.number += 1
        self.end += len(line)
        too_long = len(line) > LONGEST_LINE
        while too_long and line and not line.endswith(b"\n"):
            line = self._stream.readline(LONGEST_LINE)
            self.end += len(line)
        if too_long:
            return None
        if self.number == 1:
            line = line.removeprefix(codecs.BOM_UTF8)
        return line


def _ndjson(lines: _Lines, offset: int) -> Iterator[Line]:
    while True:
        line = lines.next()
        if line == b"":
            return
        if lines.end <= offset or (line is not None and not line.strip()):
            continue
        content = _too_long(lines) if line is None else _json(line, lines)
        yield Line(content, lines.number, lines.end)


def _json(line: bytes, lines: _Lines) -> object | Reject:
    try:
        content: object = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return _reject(lines.number, "the line is not UTF-8", line)
    except (ValueError, RecursionError):
        return _reject(lines.number, "the line is no JSON", line)
    return content


def _csv(lines: _Lines, offset: int) -> Iterator[Line]:
    header, rows = _header(lines)
    while True:
        where = lines.number + 1
        content: object | Reject
        try:
            content = _post(header, next(rows), where)
        except StopIteration:
            return
        except _TooLong:
            content = _too_long(lines)
        except csv.Error as error:
            content = _reject(where, f"the row, to line {lines.number}, is no CSV: {error}", b"")
        if content is not None and lines.end > offset:
            yield Line(content, where, lines.end)


class _TooLong(Exception):
    """A line that is not held."""


class _Text:
    """The lines as text for the CSV reader; goes on after an error, which no generator would."""

    def __init__(self, lines: _Lines) -> None:
        self._lines = lines

    def __iter__(self) -> _Text:
        return self

    def __next__(self) -> str:
        line = self._lines.next()
        if line is None:
            raise _TooLong
        if not line:
            raise StopIteration
        return line.decode("utf-8", "surrogateescape")


def _header(lines: _Lines) -> tuple[list[str], Iterator[list[str]]]:
    """The column names, and a reader of the rows after them."""
    line = lines.next()
    try:
        text = (line or b"").decode("utf-8")
    except UnicodeDecodeError:
        raise BadInput("line 1: the file is not UTF-8; save it as UTF-8") from None
    if not text.strip():
        raise BadInput("line 1: a CSV file starts with a header that names its columns")
    delimiter = max(_DELIMITERS, key=text.count)
    names = [name.strip() for name in next(csv.reader([text], delimiter=delimiter))]
    if len(set(names)) < len(names):
        raise BadInput("line 1: a column name stands twice")
    return names, csv.reader(_Text(lines), delimiter=delimiter, strict=True)


def _post(header: list[str], row: list[str], where: int) -> dict[str, str] | Reject | None:
    """The row by column; None for an empty one."""
    if not any(cell.strip() for cell in row):
        return None
    start = " ".join(row)[:_PAYLOAD].encode("utf-8", "surrogateescape")
    if any("\udc80" <= character <= "\udcff" for cell in row for character in cell):
        return _reject(where, "the row is not UTF-8", start)
    if any(cell.strip() for cell in row[len(header) :]):
        return _reject(where, f"the row has {len(row)} cells, the header {len(header)}", start)
    return {name: cell for name, cell in zip(header, row, strict=False) if name and cell}


def _too_long(lines: _Lines) -> Reject:
    return _reject(lines.number, f"the line is longer than {LONGEST_LINE} bytes", b"")


def _reject(number: int, reason: str, start: bytes) -> Reject:
    payload = clean(start[:_PAYLOAD].decode("utf-8", "replace"))
    return Reject(where=f"line {number}", reason=reason, payload=payload)
