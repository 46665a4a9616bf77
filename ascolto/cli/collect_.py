# SPDX-License-Identifier: Apache-2.0
"""`ascolto collect`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from ascolto.cli.options import json_option, settings_option

if TYPE_CHECKING:
    from ascolto.app import Service
    from ascolto.store.records import Accounting


_PARTS = ("fetched", "created", "updated", "duplicate", "filtered", "rejected")


@click.command("collect")
@click.argument("sources", nargs=-1, metavar="[SOURCE …]")
@click.option("--once", is_flag=True, help="Collect once and end (there is no other way yet).")
@settings_option
@json_option
def command(sources: tuple[str, ...], once: bool, config: Path, as_json: bool) -> None:
    """Collect the named sources now, or all of them; one summary line each.

    New posts are stored; a running service reads and judges them. Exit code 1
    when a source failed.
    """
    from ascolto.app import Service
    from ascolto.log import set_up
    from ascolto.settings_file import read_settings

    if not once:
        raise click.UsageError("say `--once`; on a schedule, `ascolto serve` collects")
    set_up("warning")
    service = Service(read_settings(config).settings, roles=["collect"])
    try:
        rows = _collect(service, sources or service.collector.names())
        for name, why in service.collector.disabled.items() if not sources else ():
            before = service.store.sources.state(name).accounting
            rows.append(_row(name, "not configured", before, before, why))
    finally:
        service.stop()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    for row in () if as_json else rows:
        click.echo(_line(row))
    if any(row.get("error") for row in rows):
        sys.exit(1)


def _collect(service: Service, names: tuple[str, ...]) -> list[dict[str, object]]:
    before = {name: service.store.sources.state(name).accounting for name in names}
    rows = []
    with _progress(len(names)) as advance:
        running: dict[str, Future[None]] = {name: service.collector.start(name) for name in names}
        for name, run in running.items():
            run.result()
            advance()
            state = service.store.sources.state(name)
            outcome = "failed" if state.last_error else "ok"
            rows.append(_row(name, outcome, before[name], state.accounting, state.last_error))
    return rows


def _row(
    name: str, outcome: str, before: Accounting, after: Accounting, error: str | None
) -> dict[str, object]:
    row: dict[str, object] = {"source": name, "outcome": outcome}
    for part in _PARTS:
        row[part] = getattr(after, part) - getattr(before, part)
    row["error"] = error
    return row


def _line(row: dict[str, object]) -> str:
    parts = ", ".join(f"{row[part]} {part}" for part in _PARTS if row[part])
    error = f": {row['error']}" if row["error"] else ""
    return f"{row['source']}: {row['outcome']}: {parts or 'nothing new'}{error}"


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    console = Console(stderr=True)
    columns = (TextColumn("collecting"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=total)
        yield lambda: progress.advance(task)
