# SPDX-License-Identifier: Apache-2.0
"""The words of a piece of HTML."""

from __future__ import annotations

from lxml import etree

from ascolto.text.clean import clean

_SILENT = frozenset(("script", "style", "template", "iframe", "object", "svg", "title"))
_BLOCKS = frozenset(
    (
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figure"),
        *("figcaption", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr"),
        *("li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul"),
    )
)


def html_to_text(markup: str) -> str:
    """Plain text: entities read, scripts and styles left out, blocks on lines of their own."""
    markup = clean(markup)
    if not markup:
        return ""
    # Events instead of a tree: libxml2 drops a tree deeper than 256 elements.
    parser = etree.HTMLParser(target=_Words(), encoding="utf-8")
    words: str = etree.HTML(markup.encode(), parser)
    lines = (" ".join(line.split()) for line in words.split("\n"))
    return "\n".join(filter(None, lines))


class _Words:
    """Collects what would be read; the target of an HTML parser."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._silent = 0

    def start(self, tag: str, attributes: object) -> None:
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self._parts.append("\n")

    def end(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0
        if tag in _BLOCKS:
            self._parts.append("\n")

    def data(self, text: str) -> None:
        if not self._silent:
            self._parts.append(text.replace("\n", " "))

    def close(self) -> str:
        return "".join(self._parts)
