# SPDX-License-Identifier: Apache-2.0
"""`ascolto demo`: a sample bank and a sample world around the real service."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from api.auth import make_key, make_link
from ascolto.app import Service, utc_now
from ascolto.demo.feeds import RENDERERS
from ascolto.demo.partner import Partner
from ascolto.demo.site import Site
from ascolto.demo.world import World
from ascolto.secret import Secret
from ascolto.serving import address, listen, serve
from ascolto.settings import (
    Brand,
    Network,
    Receiver,
    Server,
    Settings,
    Source,
    StoreSettings,
    Unit,
)
from ascolto.store.records import User

_USER = "demo"


@dataclass(frozen=True, slots=True)
class Ready:
    """Where the running demo is found."""

    console: str
    log_in: str
    api: str
    key: str


def run_demo(*, data: Path, port: int, speed: float, ready: Callable[[Ready], None]) -> None:
    """Run the demo until a signal. Raises SettingsError when the port is taken."""
    listener = listen("127.0.0.1", port)
    where = address(listener)
    world = World(utc_now, speed)
    secret = "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode()
    site = Site(world, secret)
    try:
        service = Service(demo_settings(site, secret, data))
        now = utc_now()
        people = service.store.people
        people.put_user(User(name=_USER, role="admin", created_at=now))
        _, key = make_key(service.store, "demo", ("read", "ingest", "care", "admin"), now)
        token = make_link(service.store, _USER, now)
        partner = Partner(world, where, key)

        def announce() -> None:
            partner.start()
            ready(
                Ready(
                    console=f"{where}/triage",
                    log_in=f"{where}/login?token={token}",
                    api=f"{where}/v1",
                    key=key,
                )
            )

        try:
            serve(service, listener, announce)
        finally:
            partner.close()
    finally:
        site.close()


def demo_settings(site: Site, secret: str, data: Path) -> Settings:
    """The settings of the demo, as a person would write them."""
    return Settings(
        brands=(
            Brand(
                name="Banca Aurora",
                aliases=("Aurora", "@bancaaurora", "Aurora Bank", "Аврор*", "Aurora Banca"),
                exclude=("aurora boreale", "aurora borealis", "polar aurora", "полярная аврора"),
                contact="https://aurora.example/contact",
                signature="Banca Aurora",
                opening_hours="8:30-22:30",
            ),
            Brand(name="Banca Meridia", aliases=("Meridia", "@bancameridia"), own=False),
            Brand(name="Creditel", own=False),
        ),
        sources=tuple(
            Source(
                name=outlet,
                kind="feed",
                url=f"{site.url}/{outlet}/{name}",
                every=timedelta(seconds=4),
            )
            for outlet, (name, _, _) in RENDERERS.items()
        ),
        units=(
            Unit(name="legal", receives=("legal",)),
            Unit(name="press", receives=("press",)),
            Unit(name="security", receives=("security", "safety")),
            Unit(name="social-care", receives=("all",)),
        ),
        receivers=(Receiver(name="sample-crm", url=f"{site.url}/inbox", secret=Secret(secret)),),
        server=Server(port=0),
        network=Network(allow=(site.place,), requests_per_minute_per_host=600),
        store=StoreSettings(path=data / "demo.db"),
        time_zone="Europe/Rome",
    )
