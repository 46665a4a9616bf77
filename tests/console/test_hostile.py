# SPDX-License-Identifier: Apache-2.0
"""Text from strangers in every field and every view: shown as it is, never as markup."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from parsel import Selector

from api.console.page import Pages
from ascolto.model import CaseState

OURS = {
    *("html", "head", "meta", "title", "link", "script", "body", "a", "header", "nav", "img"),
    *("div", "span", "form", "button", "main", "section", "h1", "h2", "h3", "h4", "input"),
    *("label", "select", "option", "p", "ol", "ul", "li", "time", "svg", "path", "rect", "circle"),
    *("article", "bdi", "b", "br", "details", "summary", "dl", "dt", "dd", "textarea", "table"),
    *("caption", "tbody", "thead", "tfoot", "tr", "th", "td", "aside", "footer", "mark", "code"),
    *("kbd", "dialog"),
}


def test_every_field_in_every_view(
    anna: httpx.Client, world: Any, payloads: tuple[str, ...]
) -> None:
    for payload in payloads:
        case = world.hostile(payload)
        world.change(case, state=CaseState.dismissed, reason=payload)
        for view in (f"/triage/rows?id={case}", f"/triage/pane/{case}"):
            page = shown(anna, view)
            # An HTML parser has its own way with line breaks and spaces.
            plain = "".join(payload.split())
            assert plain in "".join("".join(page.xpath("//text()").getall()).split()), payload
    shown(anna, f"/triage?state=all&case={case}")
    shown(anna, "/sources")


def test_addresses_and_forms(anna: httpx.Client, payloads: tuple[str, ...]) -> None:
    for payload in payloads:
        for answer in (
            anna.get("/triage", params={"brand": payload, "unit": payload, "state": payload}),
            anna.get("/triage", params={"case": payload}),
            anna.post("/triage/x/claim", data={"version": payload, "back": payload}),
        ):
            assert answer.status_code in (200, 404, 422), payload
            assert_only_our_markup(Selector(answer.text))


def test_the_log_in(guest: httpx.Client, payloads: tuple[str, ...]) -> None:
    for payload in payloads:
        shown(guest, "/login", next=payload)
        shown(guest, "/login", token=payload, next=payload)
    for payload in payloads[-5:]:  # more attempts are not allowed in five minutes
        answer = guest.post("/login", data={"name": payload, "password": "x", "next": payload})
        assert answer.status_code == 401
        assert_only_our_markup(Selector(answer.text))


def shown(client: httpx.Client, view: str, **params: str) -> Selector:
    answer = client.get(view, params=params or None)
    assert answer.status_code == 200, view
    page = Selector(answer.text)
    assert_only_our_markup(page)
    return page


def assert_only_our_markup(page: Selector) -> None:
    for element in elements(page):
        assert element.tag in OURS, element.tag
        for name, value in element.attrib.items():
            assert not name.startswith("on"), (element.tag, name)
            assert name not in ("style", "srcdoc", "formaction", "background", "xlink:href")
            if name in ("href", "src", "action"):
                assert value.startswith(("/", "#", "https://")), value
                assert not value.startswith("//")
        if element.tag in ("script", "link", "img"):
            source = element.attrib.get("src") or element.attrib["href"]
            assert source.startswith("/static/")
        if element.tag == "script":
            assert not (element.text or "").strip()


def elements(page: Selector) -> Iterator[Any]:
    return (element for element in page.root.iter() if isinstance(element.tag, str))


@pytest.mark.parametrize(
    "text", ["\ufffd lone", "nul \x00 here", "\u202eright to left", "\x1b[31m"]
)
def test_code_points_that_html_cannot_hold(text: str) -> None:
    answer = Pages("UTC").show("error.html", title="t", message=text, person=None)
    body = answer.body.decode()
    assert "\x00" not in body
    assert "\x1b" not in body
