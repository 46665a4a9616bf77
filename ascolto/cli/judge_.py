# SPDX-License-Identifier: Apache-2.0
"""`ascolto judge`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from ascolto.model import Mention
    from ascolto.settings import Settings


@click.command("judge")
@click.option(
    "-c",
    "--config",
    "config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file; without it ascolto.yaml here, or else the defaults.",
)
def command(config: Path | None) -> None:
    """Like `read`, and what would follow: priority, channel, draft, each with its reasons.

    Takes `source`, `brand`, `author_followers` and `private` beside `text`.
    Nothing is stored.
    """
    from alerts.judge import Judge
    from ascolto.cli.read_ import with_language
    from ascolto.cli.stream import answer_lines
    from ascolto.model import as_json
    from sentiment import load_analyzer
    from sentiment.personal_data import find_personal_data

    settings = _settings(config)
    judge = Judge(settings, find_personal_data)
    analyzer = load_analyzer()

    def answer(mentions: Sequence[Mention]) -> list[dict[str, Any]]:
        known = with_language(mentions)
        readings = analyzer.read(known)
        return [
            {**as_json(reading), **as_json(judge.appraise(mention, reading))}
            for mention, reading in zip(known, readings, strict=True)
        ]

    answer_lines(sys.stdin.buffer, answer)


def _settings(config: Path | None) -> Settings:
    from ascolto.settings import Brand, Settings
    from ascolto.settings_file import read_settings

    if config is not None:
        return read_settings(config).settings
    if Path("ascolto.yaml").exists():
        return read_settings(Path("ascolto.yaml")).settings
    return Settings(brands=(Brand(name="Your Brand"),))
