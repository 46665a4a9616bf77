# SPDX-License-Identifier: Apache-2.0
"""NDJSON and CSV as streams."""

from __future__ import annotations

import codecs
import io
import json
import os
import threading
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ascolto.errors import BadInput
from ascolto.store.records import Reject
from crawlers.files import LONGEST_LINE, Line, format_of, read_posts


def read(body: bytes, format: str, offset: int = 0) -> list[Line]:
    return list(read_posts(io.BytesIO(body), format, offset))


def contents(body: bytes, format: str, offset: int = 0) -> list[object]:
    return [line.content for line in read(body, format, offset)]


NDJSON = b'{"text": "one"}\n\n  \n{"text": "two"}\r\nnot json\n{"text": "last"}'
CSV = (
    b'id,text,author\n1,one,anna\n\n2,"two\nlines, ""quoted""",bob\n,,\n'
    b"3,three\n4,four,dan,extra\n5,last,eva"
)


def test_ndjson_line_by_line():
    one, two, bad, last = contents(NDJSON, "ndjson")
    assert (one, two, last) == ({"text": "one"}, {"text": "two"}, {"text": "last"})
    assert bad == Reject(where="line 5", reason="the line is no JSON", payload="not json")


def test_csv_row_by_row():
    one, two, three, extra, last = contents(CSV, "csv")
    assert one == {"id": "1", "text": "one", "author": "anna"}
    assert two == {"id": "2", "text": 'two\nlines, "quoted"', "author": "bob"}
    assert three == {"id": "3", "text": "three"}
    assert isinstance(extra, Reject)
    assert (extra.where, extra.reason) == ("line 8", "the row has 4 cells, the header 3")
    assert last == {"id": "5", "text": "last", "author": "eva"}


@pytest.mark.parametrize(("body", "format"), [(NDJSON, "ndjson"), (CSV, "csv")])
def test_reading_goes_on_from_any_line(body, format):
    lines = read(body, format)
    assert lines[-1].end == len(body)
    for done, line in enumerate(lines, 1):
        assert read(body, format, line.end) == lines[done:]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter):
    body = delimiter.join(("id", "text")) + "\n" + delimiter.join(("1", "a b")) + "\n"
    assert contents(body.encode(), "csv") == [{"id": "1", "text": "a b"}]


def test_a_single_column_is_a_table_too():
    assert contents(b"text\nciao\n", "csv") == [{"text": "ciao"}]


@pytest.mark.parametrize(("body", "format"), [(NDJSON, "ndjson"), (CSV, "csv")])
def test_a_mark_of_utf8_is_no_content(body, format):
    assert contents(codecs.BOM_UTF8 + body, format) == contents(body, format)


@pytest.mark.parametrize(
    ("body", "format"),
    [
        ("id,text\n".encode("utf-16"), "csv"),
        ('{"text":"x"}\n'.encode("utf-16"), "ndjson"),
        (b"\x1f\x8b\x08", "ndjson"),
        (b"", "csv"),
        (b"\n", "csv"),
        (b"  \n1,2\n", "csv"),
        (b"id,text,id\n", "csv"),
        ("autore,perché\n".encode("latin-1"), "csv"),
    ],
)
def test_what_cannot_be_read_at_all_says_why(body, format):
    with pytest.raises(BadInput):
        read(body, format)


def test_another_character_set_is_reported_line_by_line():
    body = b'{"text": "a"}\n{"text": "perch\xe9"}\n{"text": "b"}\n'
    one, bad, two = contents(body, "ndjson")
    assert bad.reason == "the line is not UTF-8"
    rows = contents(b"id,text\n1,a\n2,perch\xe9\n3,b\n", "csv")
    assert [isinstance(row, Reject) for row in rows] == [False, True, False]
    assert (one, two) == ({"text": "a"}, {"text": "b"})
    assert json.loads(rows[1].model_dump_json())["where"] == "line 3"


def test_a_line_too_long_is_not_held():
    size = LONGEST_LINE + 60_000_000

    class Endless(io.RawIOBase):
        """An endless line between two short ones, made on the fly."""

        def __init__(self) -> None:
            self.parts = [b'{"text":"a"}\n', size, b'\n{"text":"b"}\n']

        def readable(self) -> bool:
            return True

        def readinto(self, buffer: memoryview) -> int:
            if not self.parts:
                return 0
            part = self.parts[0]
            if isinstance(part, int):
                count = min(len(buffer), part)
                buffer[:count] = b"x" * count
                self.parts[0] = part - count
                if part == count:
                    self.parts.pop(0)
                return count
            buffer[: len(part)] = part
            self.parts.pop(0)
            return len(part)

    tracemalloc.start()
    one, bad, two = (line.content for line in read_posts(io.BufferedReader(Endless()), "ndjson"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (one, two) == ({"text": "a"}, {"text": "b"})
    assert bad.where == "line 2"
    assert peak < 5 * LONGEST_LINE


def test_a_quote_without_end_costs_its_row():
    rows = contents(b'id,text\n1,a\n2,"b\n3,c\n', "csv")
    assert rows[0] == {"id": "1", "text": "a"}
    assert isinstance(rows[-1], Reject)
    assert rows[-1].where == "line 3"
    assert "to line 4" in rows[-1].reason


def test_a_quote_without_end_in_a_large_file_costs_a_part_of_it():
    good = b"".join(b"%d,some text that is long enough to count\n" % n for n in range(20_000))
    rows = contents(b'id,text\n0,"open\n' + good, "csv")
    assert isinstance(rows[0], Reject)
    assert rows[-1] == {"id": "19999", "text": "some text that is long enough to count"}
    assert len(rows) > 15_000


@pytest.mark.parametrize(
    "line",
    [
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b"9" * 5_000,
        b'{"text": "\\ud800"',
        b"{'text': 'x'}",
        b"\0",
        b'{"text": "a"} {"text": "b"}',
    ],
)
def test_a_bad_line_does_not_end_the_file(line):
    *bad, last = contents(line + b'\n{"text": "b"}\n', "ndjson")
    assert all(isinstance(each, Reject) and len(each.payload) <= 2000 for each in bad)
    assert len(bad) == 1
    assert last == {"text": "b"}


def test_standard_input_cannot_seek():
    reader, writer = os.pipe()

    def write() -> None:
        with os.fdopen(writer, "wb") as stream:
            stream.write(CSV)

    thread = threading.Thread(target=write)
    thread.start()
    with os.fdopen(reader, "rb") as stream:
        lines = list(read_posts(stream, "csv"))
    thread.join()
    assert lines == read(CSV, "csv")


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.csv", "csv"), ("A.CSV", "csv"), ("a.tsv", "csv"), ("a.ndjson", "ndjson"), ("-", "ndjson")],
)
def test_the_format_by_name(name, format):
    assert format_of(name) == format


@given(st.binary(max_size=300), st.sampled_from(["csv", "ndjson"]))
def test_any_bytes_are_posts_or_faults(body, format):
    try:
        lines = read(body, format)
    except BadInput:
        return
    assert [line.end for line in lines] == sorted({line.end for line in lines})
    for line in lines:
        if isinstance(line.content, Reject):
            line.content.model_dump_json()
