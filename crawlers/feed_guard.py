# SPDX-License-Identifier: Apache-2.0
"""Prepares a document in XML for feedparser, and mends a broken one.

feedparser looks for mail addresses in the names of authors, and for
declarations in white space, in time that grows with the square of their
length; numbers of characters that do not exist make it give up. No feed that
people read holds names, words or blanks of such a length, or such characters.
"""

from __future__ import annotations

import codecs
import re

from lxml import etree

_LONGEST_NAME = 2_000
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(r"^<\?xml[^>]{0,200}\?>")

# 4,096 bytes are more than any link or id needs. The looks behind keep the search itself
# linear: it starts once in each run.
_LONG_WORD = re.compile(rb"(?<![\w.+-])([\w.+-]{4096})[\w.+-]+")
_LONG_BLANK = re.compile(rb"(?<!\s)\s{1000,}")
_NAME = re.compile(
    rb"<((?:[\w.-]{1,40}:)?"
    rb"(?:author|creator|contributor|publisher|managingeditor|webmaster|name|email))"
    rb"(?:\s[^<>]{0,1000})?>",
    re.IGNORECASE,
)
_NUMBER = re.compile(rb"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")
_NO_CHARACTER = b"&#xFFFD;"


def as_utf8(document: bytes) -> bytes:
    """A document that is marked as UTF-16 or UTF-32, in UTF-8; any other one unchanged."""
    for mark, encoding in _MARKS:
        if document.startswith(mark):
            text = document.decode(encoding, "replace")
            return _DECLARATION.sub("", text).encode("utf-8", "replace")
    return document


def prepared(document: bytes) -> bytes:
    """The document without endless words, blanks and names, and impossible characters."""
    document = _LONG_BLANK.sub(b"\n", _LONG_WORD.sub(rb"\1", document))
    document = _NUMBER.sub(_possible, document)
    parts = []
    kept = 0
    for opening in _NAME.finditer(document):
        start = opening.end()
        if start < kept:
            continue
        end = document.find(b"</" + opening.group(1), start)
        if end - start > _LONGEST_NAME:
            parts.append(document[kept : start + _LONGEST_NAME])
            kept = end
    return b"".join((*parts, document[kept:]))


def _possible(match: re.Match[bytes]) -> bytes:
    hexadecimal, decimal = match.groups()
    digits = (hexadecimal or decimal).lstrip(b"0")[:9] or b"0"
    code = int(digits, 16 if hexadecimal else 10)
    exists = 0 < code < 0xD800 or 0xDFFF < code <= 0x10FFFF
    return match.group() if exists else _NO_CHARACTER


def mended(document: bytes) -> bytes | None:
    """A broken document with its tags closed as libxml2 guesses; None when nothing is left.

    No entity is read and nothing is fetched.
    """
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(document, parser)
    except (etree.LxmlError, ValueError):
        return None
    return None if root is None else bytes(etree.tostring(root, encoding="utf-8"))
