# SPDX-License-Identifier: Apache-2.0
"""The settings: one typed table, read from one YAML file.

Unknown keys are refused. `docs/settings.md` is generated from this file.
Reading the YAML, with line numbers for every error, is `ascolto.settings_file`.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, model_validator

from ascolto.model import Level, Record, SourcePolicy
from ascolto.secret import Secret

_DURATION = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*$")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def parse_duration(written: Any) -> Any:
    """``"15m"`` → 15 minutes; units ms, s, m, h, d. Raises ValueError."""
    if isinstance(written, timedelta):
        return written
    match = _DURATION.match(written) if isinstance(written, str) else None
    if not match:
        raise ValueError(f"{written!r} is no duration; write a number and ms, s, m, h or d: 15m")
    try:
        duration = timedelta(seconds=float(match.group(1)) * _SECONDS[match.group(2)])
    except OverflowError:
        raise ValueError(f"{written!r} is too long; the longest is 999999999d") from None
    if not duration:
        raise ValueError("a duration must be greater than 0; write a longer one: 15m")
    return duration


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{name!r} is no time zone; write an IANA name: Europe/Rome") from None
    return name


Duration = Annotated[timedelta, BeforeValidator(parse_duration), Field(gt=timedelta(0))]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
Zone = Annotated[str, AfterValidator(_zone)]
Port = Annotated[int, Field(ge=0, le=65535)]


class FaultAt(ValueError):
    """A fault that parts make together; ``location`` is where in the file to look."""

    def __init__(self, location: tuple[str | int, ...], message: str) -> None:
        super().__init__(message)
        self.location = location


class Table(Record):
    """Base of the settings' parts."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Brand(Table):
    """A brand to listen for. A post is kept when it holds a term and no exclusion."""

    name: str = Field(min_length=2)
    """Its name; also the first term."""
    aliases: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    """Other terms: handles, hashtags, spellings in other scripts."""
    exclude: tuple[Annotated[str, Field(min_length=2)], ...] = ()
    """Terms around which a hit does not count: "aurora boreale"."""
    own: bool = True
    """False for a competitor: counted, never queued for an answer."""
    contact: str | None = None
    """Where a customer is invited to in public answers; the only link that drafts may hold."""
    signature: str | None = None
    """How answers are signed."""
    opening_hours: str | None = None
    """In words, for answers: "8:30-22:30 every day"."""


class Source(Table):
    """A place that is collected on a schedule."""

    name: Name
    """Its name in lists, filters and logs."""
    kind: Name
    """Its kind: "feed"."""
    url: str | None = None
    """Where it is."""
    every: Duration = timedelta(minutes=15)
    """How often it is collected."""
    brand: str | None = None
    """A brand that all its posts are about; without it, terms decide what is kept."""
    medium: str | None = None
    """How its posts are answered; without it, what its kind allows."""
    policy: SourcePolicy = SourcePolicy()
    """What its terms allow: store_text, export, retention_days, recheck_hours."""
    options: dict[str, Any] = Field(default_factory=dict)
    """What its kind knows besides; see the page of the kind."""


class Receiver(Table):
    """Somebody who is told of alerts."""

    name: Name
    """Its name in logs and deliveries."""
    kind: Name = "webhook"
    """Its kind: "webhook"."""
    url: str
    """Where alerts are sent."""
    secret: Secret
    """The signing secret ("whsec_…" or base64), as ${NAME} or file:PATH."""
    min_level: Level = Level.low
    """The least priority that it is told of."""
    units: tuple[str, ...] = ()
    """Only alerts of these units; empty means all."""


class Unit(Table):
    """A team that answers."""

    name: Name
    """Its name on cases."""
    receives: tuple[Literal["all", "legal", "press", "security", "safety", "human_only"], ...] = (
        "all",
    )
    """What it is given; the first unit that takes a matter gets it."""


class Rules(Table):
    """What makes a post an alert. Turn a rule off by `false`."""

    risk: bool = True
    """A risk at or above `risk_probability`."""
    risk_probability: Annotated[float, Field(gt=0, le=1)] = 0.5
    """The least probability of a risk that counts."""
    reach: bool = True
    """A negative post by somebody with at least `reach_followers`."""
    reach_followers: Annotated[int, Field(ge=0)] = 1000
    """From how many followers on a negative post counts by itself."""
    needs_reply: bool = True
    """Every post that needs an answer, and every private message."""


class Clock(Table):
    """The promise to answer, counted from publication, per priority."""

    urgent: Duration = timedelta(minutes=15)
    """First answer to an urgent post."""
    high: Duration = timedelta(hours=1)
    """First answer to a post of high priority."""
    normal: Duration = timedelta(hours=4)
    """First answer to a post of normal priority."""
    low: Duration = timedelta(hours=24)
    """First answer to a post of low priority."""


class Server(Table):
    """The address of the API and the console."""

    host: str = "127.0.0.1"
    """The address to listen on."""
    port: Port = 8080
    """The port to listen on; 0 takes a free one."""
    public_url: str | None = None
    """The address that people see, when a proxy stands before it."""
    requests_per_minute: Annotated[int, Field(ge=1)] = 6000
    """How many requests one key or session may make in a minute."""
    logins_per_5_minutes: Annotated[int, Field(ge=1)] = 5
    """How often one address may try to log in."""


class Network(Table):
    """What may be reached from here."""

    allow: tuple[Annotated[str, Field(pattern=r"^[^\s/:]+:\d+$|^\[[0-9a-fA-F:]+\]:\d+$")], ...] = ()
    """Exact host:port pairs in private address ranges that sources and receivers may reach."""
    contact: str = "https://example.org/ascolto-contact"
    """A page or mail address named in the user agent, for whoever runs the sites we read."""
    requests_per_minute_per_host: Annotated[int, Field(ge=1)] = 30
    """The budget of requests to one host."""
    timeout: Duration = timedelta(seconds=10)
    """How long one request may take."""
    max_bytes: Annotated[int, Field(ge=1024)] = 5 * 1024 * 1024
    """How large an answer may be, unpacked."""


class StoreSettings(Table):
    """Where everything is kept."""

    kind: Literal["sqlite"] = "sqlite"
    """The kind of store."""
    path: Path = Path("ascolto.db")
    """The file, relative to the settings file."""


class Settings(Table):
    """The whole file."""

    brands: tuple[Brand, ...] = Field(min_length=1)
    """The brands to listen for, one's own first."""
    sources: tuple[Source, ...] = ()
    """Where to collect."""
    receivers: tuple[Receiver, ...] = ()
    """Whom to tell."""
    units: tuple[Unit, ...] = (Unit(name="care"),)
    """Who answers."""
    rules: Rules = Rules()
    """What becomes an alert."""
    clock: Clock = Clock()
    """How fast an answer is promised."""
    server: Server = Server()
    """Where the API and the console listen."""
    network: Network = Network()
    """What may be reached from here."""
    store: StoreSettings = StoreSettings()
    """Where everything is kept."""
    time_zone: Zone = "UTC"
    """The time zone of the team, an IANA name."""

    @model_validator(mode="after")
    def _parts_fit(self) -> Settings:
        for kind in ("brands", "sources", "receivers", "units"):
            names = [item.name for item in getattr(self, kind)]
            for place, name in enumerate(names):
                if name in names[:place]:
                    reason = f"the name {name!r} stands twice; give each its own"
                    raise FaultAt((kind, place, "name"), reason)
        brands = {brand.name for brand in self.brands}
        for place, source in enumerate(self.sources):
            if source.brand is not None and source.brand not in brands:
                raise FaultAt(
                    ("sources", place, "brand"),
                    f"the brand {source.brand!r} is not under brands; "
                    f"known: {', '.join(sorted(brands))}",
                )
        if not any("all" in unit.receives for unit in self.units):
            raise FaultAt(("units",), "no unit receives all; let one have `receives: [all]`")
        return self
