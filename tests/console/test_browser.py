# SPDX-License-Identifier: Apache-2.0
"""The console in a real browser: live, by keyboard, narrow, dark, and under attack."""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from api.auth import make_link
from ascolto.model import CaseState

pytestmark = pytest.mark.browser

_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("needs Chromium: apt-get install chromium")
    # Per module: while Playwright runs, no other test may start an event loop in this thread.
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


Open = Callable[..., Page]


@pytest.fixture
def enter(chromium: Browser, server: Any, world: Any) -> Iterator[Open]:
    """Opens the console for a person, and watches what the browser complains about."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(name: str = "anna", address: str = "/triage", **options: Any) -> Page:
        context = chromium.new_context(base_url=server.url, **options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _note(faults, message.type, message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(f"executed: {dialog.message}"))
        page.on("request", lambda request: _stays_here(faults, request.url, server.url))
        token = make_link(world.store, name, world.now())
        page.goto(f"/login?token={token}&next={address}")
        page.wait_for_url("**/triage**")
        expect(page.locator("#stream-state")).to_have_text("Live")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert not faults


def _note(faults: list[str], kind: str, text: str) -> None:
    # The browser itself reports answers of 4xx and a server that is away.
    if kind in ("error", "warning") and "Failed to load resource" not in text:
        faults.append(text)


def _stays_here(faults: list[str], url: str, ours: str) -> None:
    if not url.startswith((ours, "data:image/svg+xml;base64,")):
        faults.append(f"asked another site: {url}")


def ids(page: Page) -> list[str]:
    return page.locator("#queue > li").evaluate_all("rows => rows.map(row => row.dataset.case)")


def test_the_printed_link_leads_straight_to_the_queue(enter: Open, world: Any) -> None:
    world.tell("hello")
    page = enter()
    assert len(ids(page)) == 1


def test_an_alert_appears_by_itself_at_its_place(enter: Open, world: Any) -> None:
    low, top = world.tell("low", value=10), world.tell("top", value=95)
    page = enter()
    started = time.monotonic()
    middle = world.tell("the app is down", value=60)
    expect(page.locator(f"#case-{middle}")).to_be_visible()
    assert time.monotonic() - started < 2
    assert ids(page) == [top, middle, low]
    expect(page.locator("#announce")).to_have_text("New case: Complaint")
    expect(page.locator("#queue-total")).to_have_text("3")


def test_nothing_moves_under_the_cursor(enter: Open, world: Any) -> None:
    first = world.tell("first", value=50)
    page = enter()
    page.keyboard.press("j")
    expect(page.locator(f"#case-{first} a")).to_be_focused()
    news = [world.tell(f"news {number}", value=90 - number) for number in range(3)]
    button = page.locator("#new-rows")
    expect(button).to_have_text("3 new")
    assert ids(page) == [first]
    button.click()
    expect(button).to_be_hidden()
    assert ids(page) == [*news, first]
    expect(page.locator(f"#case-{news[0]} a")).to_be_focused()


def test_a_restart_loses_and_doubles_nothing(enter: Open, world: Any, server: Any) -> None:
    told = [world.tell(f"before {number}") for number in range(5)]
    page = enter()
    told += [world.tell(f"live {number}") for number in range(5)]
    expect(page.locator("#queue > li")).to_have_count(10)
    server.stop()
    expect(page.locator("#stream-state")).to_have_text("Reconnecting…")
    told += [world.tell(f"away {number}") for number in range(10)]
    server.start_again()
    told += [world.tell(f"again {number}") for number in range(5)]
    expect(page.locator("#stream-state")).to_have_text("Live", timeout=20_000)
    expect(page.locator("#queue > li")).to_have_count(25, timeout=20_000)
    assert sorted(ids(page)) == sorted(told)


def test_claim_note_and_dismiss_by_keyboard(enter: Open, world: Any) -> None:
    world.tell("other", value=20)
    case = world.tell("mine", value=80)
    page = enter()
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(".case-head .state")).to_contain_text("Claimed by you")
    expect(page.locator(f"#case-{case} .claimed")).to_contain_text("you")
    assert world.store.cases.get(case).claimed_by == "anna"
    page.keyboard.press("n")
    page.keyboard.type("call back at five")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".history")).to_contain_text("call back at five")
    page.keyboard.press("Escape")
    page.keyboard.press("x")
    expect(page.locator(".menu button", has_text="Spam")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".case-head .state")).to_have_text("Dismissed")
    expect(page.locator(f"#case-{case}")).to_have_attribute("data-gone", "")
    stored = world.store.cases.get(case)
    assert (stored.state, stored.reason) == (CaseState.dismissed, "Not about us")
    page.keyboard.press("o")
    expect(page.locator(".case-head .state")).to_have_text("New")


def test_moving_finding_and_help(enter: Open, world: Any) -> None:
    cases = [world.tell(f"post number {number}", value=90 - number) for number in range(4)]
    page = enter()
    for key, row in (("j", 0), ("j", 1), ("j", 2), ("k", 1)):
        page.keyboard.press(key)
        expect(page.locator(f"#case-{cases[row]} a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"case={cases[1]}"))
    expect(page.locator(f"#case-{cases[1]} a")).to_have_attribute("aria-current", "true")
    page.keyboard.press("/")
    page.keyboard.type("number 3")
    expect(page.locator("#queue > li:visible")).to_have_count(1)
    page.locator("#find").fill("")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()
    page.go_back()
    expect(page).to_have_url(re.compile("/triage$"))
    page.go_forward()
    expect(page.locator("article.case")).to_have_attribute("data-case", cases[1])


def test_a_colleague_sees_a_claim_at_once(enter: Open, world: Any) -> None:
    case = world.tell("whose is it")
    anna, bianca = enter("anna"), enter("bianca", f"/triage?case={case}")
    anna.locator("#queue a").first.click()
    anna.get_by_role("button", name="Claim").click()
    expect(bianca.locator(f"#case-{case} .claimed")).to_contain_text("anna", timeout=2000)
    expect(bianca.locator(".case-head .state")).to_contain_text("Claimed by anna")
    expect(bianca.get_by_role("button", name="Claim")).to_have_count(0)


def test_who_comes_second_is_told(enter: Open, world: Any) -> None:
    case = world.tell("race")
    page = enter(address=f"/triage?case={case}")
    page.locator("#note-text").fill("being written, so the pane stays as it is")
    world.as_somebody(case, "bianca")
    expect(page.locator("#changed")).to_be_visible()
    page.get_by_role("button", name="Claim").click()
    expect(page.locator("#pane [role=alert]")).to_contain_text("bianca claimed this first")
    expect(page.locator(".case-head .state")).to_contain_text("Claimed by bianca")


def test_a_note_being_written_is_not_swept_away(enter: Open, world: Any) -> None:
    case = world.tell("long story")
    page = enter(address=f"/triage?case={case}")
    page.locator("#note-text").fill("half a sen")
    world.as_somebody(case, "bianca")
    expect(page.locator("#changed")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value("half a sen")
    page.locator("#changed a").click()
    expect(page.locator(".case-head .state")).to_contain_text("Claimed by bianca")


def test_narrow_the_list_then_the_case(enter: Open, world: Any) -> None:
    case = world.tell("w" * 3000, title="t" * 500, author="a" * 200, value=80)
    world.tell("second", value=20)
    page = enter(viewport={"width": 360, "height": 740})
    _fits(page)
    expect(page.locator("#pane")).to_be_hidden()
    page.locator(f"#case-{case} a").click()
    expect(page.locator("#pane")).to_be_visible()
    expect(page.locator("#queue")).to_be_hidden()
    _fits(page)
    page.locator("a.back").click()
    expect(page.locator("#queue")).to_be_visible()
    page.goto("/sources")
    _fits(page)


def _fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(enter: Open, world: Any, scheme: str) -> None:
    case = world.tell("sparito tutto", value=90, evidence=("sparito",), language="it", followers=10)
    world.as_somebody(world.tell("other", value=50), "bianca")
    world.tell("calm", value=20)
    world.tell("low", value=5)
    page = enter(color_scheme=scheme, address=f"/triage?case={case}")
    weak = page.evaluate(_CONTRAST)
    assert not weak, weak
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 200) is (scheme == "dark")


def test_the_page_has_names_and_landmarks(enter: Open, world: Any) -> None:
    case = world.tell("hello")
    page = enter(address=f"/triage?case={case}")
    for role, name in (
        ("main", None),
        ("navigation", "Main"),
        ("region", "Queue"),
        ("region", "Case"),
        ("complementary", "Why and where"),
        ("form", "Filter the queue"),
        ("group", "Actions"),
    ):
        options: Any = {"name": name} if name else {}
        assert page.get_by_role(role, **options).count() >= 1, (role, name)
    unnamed = page.evaluate("""() =>
        [...document.querySelectorAll("button, a, input, select, textarea")]
        .filter(one => one.type !== "hidden" && one.offsetParent)
        .filter(one => !(one.textContent.trim() || one.ariaLabel || one.labels?.length))
        .map(one => one.outerHTML)""")
    assert not unnamed


def test_hostile_posts_execute_nothing(enter: Open, world: Any, payloads: tuple[str, ...]) -> None:
    first = [world.hostile(payload) for payload in payloads[:10]]
    page = enter()
    live = [world.hostile(payload) for payload in payloads[10:]]
    expect(page.locator("#queue > li")).to_have_count(len(first) + len(live))
    for case in first + live:
        page.evaluate("id => window.ascolto.open(id)", case)
        expect(page.locator("article.case")).to_have_attribute("data-case", case)
    page.goto("/sources")
    expect(page.locator("table")).to_be_visible()


def test_the_first_page_is_light(enter: Open, world: Any) -> None:
    for number in range(60):
        world.tell(f"post {number} " + "words " * 60, value=number)
    page = enter()
    size = page.evaluate("""() => [...performance.getEntriesByType("resource"),
        ...performance.getEntriesByType("navigation")]
        .filter(one => !one.name.includes("/v1/stream"))
        .reduce((sum, one) => sum + one.decodedBodySize, 0)""")
    assert 10_000 < size < 200_000


_CONTRAST = """() => {
  const light = (rgb) => {
    const [r, g, b] = rgb.map((part) => {
      const c = part / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const weak = [];
  for (const one of document.querySelectorAll("body *")) {
    const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
    if (!own || !one.offsetParent || one.closest("svg")) continue;
    const [a, b] = [light(parse(getComputedStyle(one).color).slice(0, 3)), light(ground(one))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) weak.push(`${one.tagName}.${one.className} ${ratio.toFixed(2)}`);
  }
  return weak;
}"""
