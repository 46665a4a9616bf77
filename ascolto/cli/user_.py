# SPDX-License-Identifier: Apache-2.0
"""`ascolto user`."""

from __future__ import annotations

from pathlib import Path

import click

from ascolto.cli.options import json_option, settings_option, show_table

_ROLES = ("viewer", "pr", "contractor", "agent", "lead", "admin")


@click.group("user")
def command() -> None:
    """People who may log in."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default="agent", show_default=True)
@click.option(
    "--password",
    envvar="ASCOLTO_PASSWORD",
    help="Set a password; better through the environment variable ASCOLTO_PASSWORD.",
)
@settings_option
@json_option
def add(name: str, role: str, password: str | None, config: Path, as_json: bool) -> None:
    """Add or replace a user and print a one-time log-in link, which is shown once."""
    from api.auth import hash_password, make_link
    from ascolto.app import utc_now
    from ascolto.cli.opening import open_store
    from ascolto.store.records import User

    settings, store = open_store(config)
    try:
        now = utc_now()
        hashed = None if password is None else hash_password(password)
        user = User.model_validate(
            {"name": name, "role": role, "password_hash": hashed, "created_at": now}
        )
        store.people.put_user(user)
        token = make_link(store, name, now)
    finally:
        store.close()
    base = settings.server.public_url or f"http://{settings.server.host}:{settings.server.port}"
    show_table(
        [{"user": name, "role": role, "log_in": f"{base.rstrip('/')}/login?token={token}"}],
        as_json=as_json,
    )


@command.command("list")
@settings_option
@json_option
def list_(config: Path, as_json: bool) -> None:
    """Who may log in."""
    from ascolto.cli.opening import open_store

    _, store = open_store(config)
    try:
        rows = [
            {"user": user.name, "role": user.role, "disabled": user.disabled}
            for user in store.people.users()
        ]
    finally:
        store.close()
    show_table(rows, as_json=as_json)
