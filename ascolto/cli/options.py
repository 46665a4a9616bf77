# SPDX-License-Identifier: Apache-2.0
"""Options and output that several commands share."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table

Command = TypeVar("Command", bound=Callable[..., Any])


def settings_option(command: Command) -> Command:
    """``-c FILE``: the settings file, ascolto.yaml here by default."""
    return click.option(
        "-c",
        "--config",
        "config",
        type=click.Path(path_type=Path, dir_okay=False),
        default=Path("ascolto.yaml"),
        show_default=True,
        help="The settings file.",
    )(command)


def json_option(command: Command) -> Command:
    """``--json``: for programs."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON.")(command)


def show_table(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """Rows as a table for people or as a JSON array for programs."""
    if as_json:
        click.echo(json.dumps(list(rows), ensure_ascii=False, default=str))
        return
    if not rows:
        click.echo("(none)")
        return
    table = Table(box=None, pad_edge=False)
    for name in rows[0]:
        table.add_column(name)
    for row in rows:
        table.add_row(*("" if value is None else str(value) for value in row.values()))
    Console(highlight=False, markup=False).print(table)
