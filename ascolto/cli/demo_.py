# SPDX-License-Identifier: Apache-2.0
"""`ascolto demo`."""

from __future__ import annotations

import json
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ascolto.cli.options import json_option

if TYPE_CHECKING:
    from ascolto.demo import Ready


@click.command("demo")
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep everything here; without it, it goes when the demo ends.",
)
@click.option(
    "--speed",
    type=click.FloatRange(0.01, 600),
    default=4.0,
    show_default=True,
    help="Hours of the sample day per minute.",
)
@json_option
def command(port: int, data: Path | None, speed: float, as_json: bool) -> None:
    """Run the whole service with a sample bank, Banca Aurora, and a sample world.

    The world's feeds are served on loopback and collected on a schedule, a
    partner pushes posts through the API. Needs no account, no network, no key.
    """
    from ascolto.demo import run_demo
    from ascolto.log import set_up

    set_up("warning")

    def ready(where: Ready) -> None:
        if as_json:
            line = {"console": where.log_in, "api": where.api, "key": where.key}
            click.echo(json.dumps(line))
            return
        click.echo("Ascolto is running with its sample world.")
        click.echo(f"  log in (once):  {where.log_in}")
        click.echo(f"  console:        {where.console}")
        click.echo(f"  API:            {where.api}   key {where.key}")
        click.echo("Stop with Ctrl-C.")

    with ExitStack() as stack:
        place = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="ascolto-")))
        run_demo(data=place, port=port, speed=speed, ready=ready)
