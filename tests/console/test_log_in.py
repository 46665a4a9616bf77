# SPDX-License-Identifier: Apache-2.0
"""The way in: password, one-time link, foreign forms, limits."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from parsel import Selector

from api.auth import make_link
from api.console.door import inside


def test_pages_lead_to_the_log_in_and_back(guest: httpx.Client) -> None:
    asked = guest.get("/triage?level=high")
    assert asked.status_code == 303
    form = guest.get(asked.headers["location"])
    assert Selector(form.text).css("input[name=next]::attr(value)").get() == "/triage?level=high"


def test_the_root_leads_to_the_queue(guest: httpx.Client) -> None:
    assert guest.get("/").headers["location"] == "/triage"


def test_a_password_opens_the_queue(guest: httpx.Client, password: str) -> None:
    answer = guest.post("/login", data={"name": "anna", "password": password, "next": "/sources"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sources")
    assert guest.get("/triage").status_code == 200
    assert guest.get("/login").headers["location"] == "/triage"


def test_a_wrong_password_says_nothing_about_the_name(guest: httpx.Client) -> None:
    for name in ("anna", "nobody", ""):
        answer = guest.post("/login", data={"name": name, "password": "wrong"})
        assert answer.status_code == 401
        assert "Name or password is wrong." in answer.text
        assert "set-cookie" not in answer.headers


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(anna: httpx.Client) -> None:
    (cookie,) = anna.cookies.jar
    assert cookie.has_nonstandard_attr("HttpOnly")
    assert cookie.get_nonstandard_attr("SameSite") == "lax"
    assert not cookie.secure  # this server speaks plain http on loopback


def test_a_link_works_once_and_previews_do_not_use_it_up(guest: httpx.Client, world: Any) -> None:
    token = make_link(world.store, "anna", world.now())
    for _ in range(3):
        preview = guest.get("/login", params={"token": token})
        assert preview.status_code == 200
        assert "set-cookie" not in preview.headers
    first = guest.post("/login", data={"token": token})
    assert (first.status_code, first.headers["location"]) == (303, "/triage")
    assert guest.get("/triage").status_code == 200
    guest.cookies.clear()
    again = guest.post("/login", data={"token": token})
    assert again.status_code == 401
    assert "used already" in again.text


def test_log_out_ends_the_session_on_the_server(anna: httpx.Client) -> None:
    (cookie,) = anna.cookies.jar
    assert anna.post("/logout").headers["location"] == "/login"
    stolen = anna.get("/triage", headers={"cookie": f"{cookie.name}={cookie.value}"})
    assert stolen.status_code == 303


def test_the_sixth_attempt_has_to_wait(guest: httpx.Client) -> None:
    for _ in range(5):
        assert guest.post("/login", data={"name": "anna", "password": "x"}).status_code == 401
    answer = guest.post("/login", data={"name": "anna", "password": "x"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_foreign_forms_are_refused(anna: httpx.Client) -> None:
    for path in ("/login", "/logout", "/triage/x/claim"):
        for headers in (
            {"origin": "https://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
        ):
            answer = anna.post(path, data={"version": "1"}, headers=headers)
            assert answer.status_code == 403, (path, headers)
    assert anna.get("/triage").status_code == 200  # still logged in


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: b=c",
        "/\t/evil.example",
        "",
    ],
)
def test_the_log_in_leads_only_to_our_own_pages(address: str) -> None:
    assert inside(address) == "/triage"


def test_every_page_forbids_what_it_does_not_need(anna: httpx.Client, guest: httpx.Client) -> None:
    answers = [anna.get(path) for path in ("/triage", "/sources", "/triage?case=none")]
    for answer in (*answers, guest.get("/login"), guest.get("/login?token=x"), guest.get("/")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"


def test_no_page_stands_in_the_openapi_document(app: Any) -> None:
    assert not [path for path in app.openapi()["paths"] if path.startswith(("/triage", "/log"))]
