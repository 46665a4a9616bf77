# SPDX-License-Identifier: Apache-2.0
"""`ascolto init`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click
import jinja2


@click.command("init")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option("--brand", default="Your Brand", help="The brand to listen for.")
@click.option("--feed", "feeds", multiple=True, help="URL of a feed, or of a page that names one.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
def command(directory: Path, brand: str, feeds: tuple[str, ...], force: bool) -> None:
    """Write a commented ascolto.yaml into DIRECTORY."""
    from ascolto.settings_file import parse_settings

    path = directory / "ascolto.yaml"
    if path.exists() and not force:
        raise click.UsageError(f"{path} exists; edit it, or replace it with --force")
    template = files("ascolto").joinpath("ascolto.yaml.j2").read_text("utf-8")
    environment = jinja2.Environment(
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # noqa: S701 - writes YAML, where `tojson` quotes
    )
    text = environment.from_string(template).render(brand=brand, feeds=feeds)
    parse_settings(text, path)
    directory.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    where = "" if directory == Path() else f" -c {path}"
    click.echo(f"{path} written. Look through it, then:")
    click.echo(f"  ascolto doctor{where}")
    click.echo(f"  ascolto user add NAME{where}")
    click.echo(f"  ascolto serve{where}")
