# SPDX-License-Identifier: Apache-2.0
"""`ascolto serve`."""

from __future__ import annotations

from pathlib import Path

import click

from ascolto.cli.options import settings_option


@click.command("serve")
@settings_option
@click.option(
    "--only",
    help="Roles of this process, separated by commas: api,collect,read,alert,deliver.",
)
@click.option("--host", help="Listen here instead of server.host.")
@click.option("--port", type=click.IntRange(0, 65535), help="Listen here instead of server.port.")
@click.option("--log-level", type=click.Choice(["debug", "info", "warning"]), default="info")
def command(
    config: Path, only: str | None, host: str | None, port: int | None, log_level: str
) -> None:
    """Run the API, the console, the schedule, reading, alerting and delivery."""
    from ascolto.app import ROLES, Service
    from ascolto.log import set_up
    from ascolto.serving import address, listen, serve
    from ascolto.settings_file import read_settings

    roles = ROLES if only is None else tuple(role for role in ROLES if role in _names(only))
    unknown = set() if only is None else _names(only) - set(ROLES)
    if unknown or not roles:
        raise click.BadParameter(
            f"{', '.join(sorted(unknown)) or 'nothing'} is no role; known: {', '.join(ROLES)}",
            param_hint="--only",
        )
    settings = read_settings(config).settings
    set_up(log_level)
    listener = None
    if "api" in roles:
        listener = listen(
            host or settings.server.host, settings.server.port if port is None else port
        )
    service = Service(settings, roles)

    def ready() -> None:
        where = f"console and API on {address(listener)}" if listener else ", ".join(roles)
        click.echo(f"ascolto: ready: {where}", err=True)

    if listener is not None and not service.store.people.users():
        click.echo("ascolto: nobody can log in yet: `ascolto user add NAME`", err=True)
    serve(service, listener, ready)


def _names(only: str) -> set[str]:
    return {name.strip() for name in only.split(",") if name.strip()}
