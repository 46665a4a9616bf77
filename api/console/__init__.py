# SPDX-License-Identifier: Apache-2.0
"""The pages that people work on, rendered on the server; see `mount`."""

from __future__ import annotations

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.access import public
from api.console.door import Door
from api.console.page import FOLDER, HEADERS, Pages
from api.console.route import console_router
from api.console.sources import SourcesPage
from api.console.triage import Triage
from api.services import Services


def mount(app: FastAPI, services: Services) -> None:
    """Add the console's pages to the API; none of them stands in the OpenAPI document."""
    pages = Pages(services.settings.time_zone)
    router = console_router(pages)
    router.add_api_route("/", _to_triage, methods=["GET"], dependencies=[Depends(public)])
    for part in (Door, Triage, SourcesPage):
        part(services, pages).add_to(router)
    app.include_router(router)
    app.mount("/static", _Static(directory=FOLDER / "static"), name="static")


def _to_triage() -> Response:
    return RedirectResponse("/triage", 303, HEADERS)


class _Static(StaticFiles):
    """Our scripts and styles: asked for anew each time, sent only when they changed."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "no-cache"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response
