# SPDX-License-Identifier: Apache-2.0
"""`ascolto key`."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import click

from ascolto.cli.options import json_option, settings_option, show_table
from ascolto.store.records import Scope


@click.group("key")
def command() -> None:
    """API keys of programs."""


@command.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(get_args(Scope)),
    multiple=True,
    default=("read",),
    show_default=True,
    help="What it may do; can be given several times.",
)
@settings_option
@json_option
def add(name: str, scopes: tuple[Scope, ...], config: Path, as_json: bool) -> None:
    """Make a key and print its secret, which is shown once."""
    from api.auth import make_key
    from ascolto.app import utc_now
    from ascolto.cli.opening import open_store

    _, store = open_store(config)
    try:
        key, secret = make_key(store, name, scopes, utc_now())
    finally:
        store.close()
    row = {"id": key.id, "name": key.name, "scopes": ",".join(key.scopes), "secret": secret}
    show_table([row], as_json=as_json)


@command.command("list")
@settings_option
@json_option
def list_(config: Path, as_json: bool) -> None:
    """All keys, without their secrets."""
    from ascolto.cli.opening import open_store

    _, store = open_store(config)
    try:
        rows = [
            {
                "id": key.id,
                "name": key.name,
                "scopes": ",".join(key.scopes),
                "created_at": key.created_at.isoformat(timespec="seconds"),
                "revoked_at": key.revoked_at and key.revoked_at.isoformat(timespec="seconds"),
            }
            for key in store.people.keys()
        ]
    finally:
        store.close()
    show_table(rows, as_json=as_json)


@command.command("revoke")
@click.argument("key_id", metavar="ID")
@settings_option
def revoke(key_id: str, config: Path) -> None:
    """Revoke a key; requests with it are refused from now on."""
    from ascolto.app import utc_now
    from ascolto.cli.opening import open_store
    from ascolto.errors import NotFound

    _, store = open_store(config)
    try:
        key = next((key for key in store.people.keys() if key.id == key_id), None)
        if key is None:
            raise NotFound(f"key {key_id}: no such key; see `ascolto key list`")
        if key.revoked_at is None:
            store.people.put_key(key.model_copy(update={"revoked_at": utc_now()}))
    finally:
        store.close()
    click.echo(f"{key.name} ({key.id}) is revoked")
