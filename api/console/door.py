# SPDX-License-Identifier: Apache-2.0
"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from api.access import log_in_attempt, public
from api.auth import COOKIE, current, log_in, log_out, set_session_cookie, use_link
from api.console.page import HEADERS, Pages
from api.services import Services


class Door:
    """The routes ``/login`` and ``/logout``, open to everybody."""

    def __init__(self, services: Services, pages: Pages) -> None:
        self._services = services
        self._pages = pages

    def add_to(self, router: APIRouter) -> None:
        """Add the routes."""
        everybody, counted = [Depends(public)], [Depends(log_in_attempt)]
        router.add_api_route("/login", self.ask, methods=["GET"], dependencies=everybody)
        router.add_api_route("/login", self.enter, methods=["POST"], dependencies=counted)
        router.add_api_route("/logout", self.leave, methods=["POST"], dependencies=everybody)

    def ask(self, request: Request, token: str = "", next: str = "") -> Response:
        """The form; with a one-time link's token, the button that uses it.

        A GET never uses a link up: mail and chat programs open links to preview them.
        """
        if token:
            return self._pages.show("link.html", token=token, next=inside(next), person=None)
        if current(request) is not None:
            return RedirectResponse(inside(next), 303, HEADERS)
        return self._form(200, None, next)

    def enter(
        self,
        request: Request,
        name: Annotated[str, Form(max_length=200)] = "",
        password: Annotated[str, Form(max_length=2000)] = "",
        token: Annotated[str, Form(max_length=500)] = "",
        next: Annotated[str, Form(max_length=4000)] = "",
    ) -> Response:
        """Start a session, by name and password or by a one-time link."""
        if token:
            session = use_link(self._services, token)
            refusal = "This link was used already or has run out. Ask for a new one."
        else:
            session = log_in(self._services, name, password)
            refusal = "Name or password is wrong."
        if session is None:
            return self._form(401, refusal, next, name)
        answer = RedirectResponse(inside(next), 303, HEADERS)
        https = request.url.scheme == "https"
        set_session_cookie(answer, self._services, session, https=https)
        return answer

    def leave(self, request: Request) -> Response:
        """End the session."""
        log_out(self._services, request)
        answer = RedirectResponse("/login", 303, HEADERS)
        answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="lax")
        return answer

    def _form(self, status: int, message: str | None, next: str, name: str = "") -> Response:
        return self._pages.show(
            "login.html", status, message=message, next=inside(next), name=name, person=None
        )


def inside(address: str) -> str:
    """The address if it leads to a page of ours, else the queue."""
    if address.startswith("/") and not address.startswith(("//", "/\\")) and address.isprintable():
        return address
    return "/triage"
