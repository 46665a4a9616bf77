# SPDX-License-Identifier: Apache-2.0
"""Makes the answers that people see: templates, always escaped, under a strict policy."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from api.console.passage import masked
from api.console.words import percent, word

FOLDER: Final = Path(__file__).parent

POLICY: Final = (
    "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; "
    "object-src 'none'"
)

HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers would then send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}

_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


class Pages:
    """Renders the console's templates, with times in one zone."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters |= {
            "word": word,
            "percent": percent,
            "masked": masked,
            "iso": lambda moment: moment.isoformat().replace("+00:00", "Z"),
            "short_time": self._short,
            "long_time": self._long,
            "thousands": lambda number: f"{number:,}".replace(",", " "),
        }

    def show(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page or a fragment. Code points that HTML cannot hold become U+FFFD."""
        html = self._templates.get_template(template).render(**values)
        return HTMLResponse(_UNSHOWABLE.sub("\ufffd", html), status, HEADERS)

    def _short(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{local.day} {local:%b} {local:%H:%M}"

    def _long(self, moment: datetime) -> str:
        local = moment.astimezone(self._zone)
        return f"{local.day} {local:%B} {local.year}, {local:%H:%M:%S} {self._zone.key}"
