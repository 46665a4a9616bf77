# SPDX-License-Identifier: Apache-2.0
"""`ascolto import`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from ascolto.cli.options import json_option, settings_option, show_table
from crawlers.files import Format, format_of

if TYPE_CHECKING:
    from ascolto.importing import Importer, Tally


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--source", default="import", show_default=True, help="The posts' source.")
@click.option("--live", is_flag=True, help="Let the posts raise alerts, however old they are.")
@click.option("--format", "format", type=click.Choice(get_args(Format)), help="For stdin.")
@click.option("--from-start", is_flag=True, help="Begin again instead of going on.")
@settings_option
@json_option
def command(
    files: tuple[str, ...],
    source: str,
    live: bool,
    format: Format | None,
    from_start: bool,
    config: Path,
    as_json: bool,
) -> None:
    """Take in posts from NDJSON or CSV files; `-` is standard input.

    Each wrong line is named on standard error and makes the exit code 1; the
    others are stored. An interrupted import goes on where it stopped; nothing
    is stored twice. Posts are read and judged at once, unless a running
    service does it.
    """
    from ascolto.app import Service
    from ascolto.importing import Importer
    from ascolto.log import set_up
    from ascolto.settings_file import read_settings

    set_up("warning")
    service = Service(read_settings(config).settings, roles=("read", "alert"))

    def work() -> None:
        for ticker in service.tickers:
            ticker()

    rows = []
    try:
        for name in files:
            importer = Importer(
                intake=service.intake,
                sources=service.store.sources,
                source=source,
                live=live,
                now=service.now,
                wrong=_teller(name),
            )
            tally = _import(importer, name, format, from_start, work)
            rows.append(_row(name, tally))
    finally:
        service.stop()
    show_table(rows, as_json=as_json)
    if any(row["rejected"] for row in rows):
        sys.exit(1)


def _import(
    importer: Importer, name: str, format: Format | None, from_start: bool, work: Callable[[], None]
) -> Tally:
    if name == "-":
        with _progress("stdin", None) as advance:

            def streamed(end: int) -> None:
                work()
                advance(end)

            return importer.stream(sys.stdin.buffer, format or "ndjson", done=streamed)
    path = Path(name)
    if not path.is_file():
        raise click.UsageError(f"{name}: no such file")
    with _progress(path.name, path.stat().st_size) as advance:

        def done(end: int) -> None:
            work()
            advance(end)

        return importer.file(path, format or format_of(name), from_start=from_start, done=done)


def _teller(name: str) -> Callable[[str], None]:
    return lambda fault: click.echo(f"{name}: {fault}", err=True)


def _row(name: str, tally: Tally) -> dict[str, object]:
    row: dict[str, object] = {"file": name}
    for outcome in ("created", "updated", "duplicate", "rejected"):
        row[outcome] = tally.outcomes[outcome]
    row["skipped_bytes"] = tally.skipped_bytes
    return row


@contextmanager
def _progress(name: str, size: int | None) -> Iterator[Callable[[int], None]]:
    console = Console(stderr=True)
    columns = (TextColumn(name), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=size)
        yield lambda end: progress.update(task, completed=end)
