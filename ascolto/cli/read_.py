# SPDX-License-Identifier: Apache-2.0
"""`ascolto read`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ascolto.model import Mention


@click.command("read")
def command() -> None:
    """Read posts: NDJSON {"id", "text", …} on standard input, one Reading a line on output.

    The order and the ids stay. Nothing is stored.
    """
    from ascolto.cli.stream import answer_lines
    from ascolto.model import as_json
    from sentiment import load_analyzer

    analyzer = load_analyzer()

    def read(mentions: Sequence[Mention]) -> list[dict[str, Any]]:
        return [as_json(reading) for reading in analyzer.read(with_language(mentions))]

    answer_lines(sys.stdin.buffer, read)


def with_language(mentions: Sequence[Mention]) -> list[Mention]:
    """The mentions with their language identified, as intake does it."""
    from ascolto.text.language import identify

    return [
        mention
        if mention.language.code != "und"
        else mention.model_copy(update={"language": identify(mention.body)})
        for mention in mentions
    ]
