# SPDX-License-Identifier: Apache-2.0
"""Packed answers, honest and not."""

from __future__ import annotations

import gzip
import os
import tracemalloc
import zlib

import pytest

from ascolto.errors import FetchFailed, TooLarge
from ascolto.net import unpack

TEXT = b"Ciao, mondo. " * 50
MOST = 5 * 1024 * 1024


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(
    ("encoding", "packed"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("GZIP ", gzip.compress(TEXT)),
        ("x-gzip", gzip.compress(TEXT)),
        ("identity, gzip", gzip.compress(TEXT)),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("gzip", gzip.compress(TEXT[:100]) + gzip.compress(TEXT[100:])),
        ("gzip", gzip.compress(TEXT) + b"\0\0\0 padding"),
    ],
)
def test_honest(encoding, packed):
    assert unpack(encoding, packed, MOST) == TEXT


@pytest.mark.parametrize("encoding", ["br", "zstd", "compress", "gzip, gzip", "gzip, br", "x"])
def test_what_was_not_asked_for(encoding):
    with pytest.raises(FetchFailed):
        unpack(encoding, gzip.compress(TEXT), MOST)


@pytest.mark.parametrize("packed", [b"not packed", gzip.compress(TEXT)[:-9], b"\x1f\x8b", b"\x1f"])
def test_damaged(packed):
    with pytest.raises(FetchFailed):
        unpack("gzip", packed, MOST)


def test_nothing_stays_nothing():
    assert unpack("gzip", b"", MOST) == b""


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, raw_deflate])
def test_a_bomb_is_not_unpacked(pack):
    bomb = pack(b"\0" * 100_000_000)
    tracemalloc.start()
    with pytest.raises(TooLarge):
        unpack("gzip" if pack is gzip.compress else "deflate", bomb, MOST)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * MOST


def test_a_bomb_of_many_members_is_not_unpacked():
    with pytest.raises(TooLarge):
        unpack("gzip", gzip.compress(b"\0" * 1_000_000) * 50, MOST)


def test_more_than_a_hundredfold_is_a_bomb_even_within_the_size():
    with pytest.raises(TooLarge):
        unpack("gzip", gzip.compress(b"\0" * 1_000_000), MOST)


def test_a_small_page_of_blanks_is_no_bomb():
    assert unpack("gzip", gzip.compress(b" " * 90_000), MOST) == b" " * 90_000


def test_the_size_counts_unpacked():
    body = os.urandom(200_000)
    assert unpack("gzip", gzip.compress(body), 200_000) == body
    with pytest.raises(TooLarge):
        unpack("gzip", gzip.compress(body), 199_999)
