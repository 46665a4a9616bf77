# SPDX-License-Identifier: Apache-2.0
"""The queue and the open case, as the server renders them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
from parsel import Selector

from ascolto.model import CaseState, Channel, Intent, Risk, Sentiment

LogIn = Callable[[httpx.Client, str], None]


def text_of(selector: Selector | Any) -> str:
    return " ".join(" ".join(selector.xpath(".//text()").getall()).split()).replace(" :", ":")


def shown(client: httpx.Client, address: str) -> Selector:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return Selector(answer.text)


def rows(page: Selector) -> list[str]:
    return page.css("#queue > li::attr(data-case)").getall()


def test_the_most_pressing_case_stands_on_top_and_says_why(anna: httpx.Client, world: Any) -> None:
    low = world.tell("a question", value=20, risk=None, intent=Intent.fees_rates)
    high = world.tell(
        "they took my money",
        value=90,
        risk=Risk.fraud_security,
        channel=Channel.private_only,
        language="it",
        author="Carlo",
    )
    page = shown(anna, "/triage")
    assert rows(page) == [high, low]
    first = text_of(page.css(f"#case-{high}"))
    for words in ("Urgent 90", "Fraud or security", "47 min left", "Private only", "Carlo", "it"):
        assert words in first
    assert "Fees and rates" in text_of(page.css(f"#case-{low}"))
    assert text_of(page.css("#queue-total")) == "2"


def test_the_filter_is_the_address(anna: httpx.Client, world: Any) -> None:
    public = world.tell("one", value=80, channel=Channel.public_reply, brand="Aurora Mobile")
    legal = world.tell("two", value=50, channel=Channel.human_only, unit="legal")
    taken = world.tell("three", value=20)
    world.as_somebody(taken, "anna")
    for query, expected in {
        "level=urgent": [public],
        "channel=human_only": [legal],
        "brand=Aurora+Mobile": [public],
        "unit=legal": [legal],
        "state=claimed": [taken],
        "state=mine": [taken],
        "state=new": [public, legal],
        "state=dismissed": [],
        "state=all": [public, legal, taken],
        "level=high&channel=human_only": [legal],
        "level=low": [],
    }.items():
        page = shown(anna, f"/triage?{query}")
        assert rows(page) == expected, query
        for pair in query.replace("+", " ").split("&"):
            name, value = pair.split("=")
            chosen = page.css(f"select[name={name}] option[selected]::attr(value)").get()
            assert chosen == value
        for link in page.css("#queue a::attr(href)").getall():
            assert link.startswith(f"/triage?{query}&case=")


def test_what_the_address_says_wrong_is_named(anna: httpx.Client, world: Any) -> None:
    world.tell("one")
    page = shown(anna, "/triage?level=huge&state=nowhere")
    assert "state, level" in text_of(page.css("[role=alert]"))
    assert len(rows(page)) == 1


def test_a_long_queue_has_pages(anna: httpx.Client, world: Any) -> None:
    cases = {world.tell(f"post {number}", value=number % 100) for number in range(70)}
    first = shown(anna, "/triage")
    assert len(anna.get("/triage").content) < 200_000
    second = shown(anna, first.css(".more a::attr(href)").get() or "")
    assert set(rows(first)) | set(rows(second)) == cases
    assert len(rows(first)) + len(rows(second)) == len(cases)
    assert not second.css(".more")


def test_the_pane_explains_the_case(anna: httpx.Client, world: Any) -> None:
    text = "Il bonifico è sparito, IBAN IT60X0542811101000000123456, rispondete!"
    case = world.tell(
        text,
        title="Banca Aurora, aiuto",
        value=72,
        evidence=("è sparito",),
        hidden=(("iban", "IT60X0542811101000000123456"),),
        followers=12_500,
        language="it",
    )
    page = shown(anna, f"/triage?case={case}")
    pane = page.css("#pane")
    assert "[iban]" in text_of(pane.css(".post-text"))
    assert "IT60X0542811101000000123456" not in page.get()
    assert text_of(pane.css(".post-text mark")) == "è sparito"
    assert "marked complaint" in text_of(pane.css(".post-foot"))
    everything = text_of(pane)
    for words in (
        "12 500 followers",
        "somebody is blocked now +66",
        "the author is angry +6",
        "Urgent 72",
        "direct message",
        "No reply: the answer needs account data",
        "without account data: public_reply",
        "Negative 84 %",
        "Complaint 90 %",
        "degraded: lexicon",
        "We have just written to you in private.",
        "✓ no personal data",
        "card_problem.en",
        "chat: waiting to be sent",
        "ascolto opened",
    ):
        assert words in everything, words
    link = pane.css("a.original")
    assert link.attrib["href"] == "https://social.example/posts/1"
    assert link.attrib["rel"] == "noopener noreferrer nofollow"


def test_no_draft_has_a_reason(anna: httpx.Client, world: Any) -> None:
    case = world.tell("a journalist", none_because="a person with authority answers the press")
    pane = shown(anna, f"/triage?case={case}").css("#pane")
    assert "No draft: a person with authority answers the press" in text_of(pane)


def test_unscored_is_said(anna: httpx.Client, world: Any) -> None:
    case = world.tell("??", sentiment=None, risk=None)
    assert "Unscored" in text_of(shown(anna, f"/triage?case={case}").css("#pane"))


def test_praise_is_positive_by_word_and_sign(anna: httpx.Client, world: Any) -> None:
    case = world.tell("thank you", sentiment=Sentiment.positive, risk=None, intent=Intent.praise)
    reading = shown(anna, f"/triage?case={case}").css(".reading")
    assert "+ Positive" in text_of(reading)


def test_only_web_addresses_become_links(anna: httpx.Client, world: Any) -> None:
    for address in (
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "ftp://a.example/",
        "http:///",
        "http://[/",
        "//x",
    ):
        case = world.tell("look", url=address, author_url=address)
        assert not shown(anna, f"/triage?case={case}").css(".post a"), address


HIDDEN_VIEWS = ("/triage?case={0}", "/triage", "/triage/rows?id={0}", "/triage/pane/{0}")


def test_an_unread_post_shows_no_text(anna: httpx.Client, world: Any) -> None:
    """Before it is read, nobody knows where personal data stands in it."""
    case = world.tell("first post")
    unread = world.collect_only("my card is 4111 1111 1111 1111")
    world.change(case, mention_ids=(*world.store.cases.get(case).mention_ids, unread.id))
    for view in HIDDEN_VIEWS:
        page = anna.get(view.format(case)).text
        assert "4111" not in page
        assert "Being read." in page


def test_an_unread_edit_shows_no_text(anna: httpx.Client, world: Any) -> None:
    case = world.tell("first version")
    mention = world.store.mentions.get(world.store.cases.get(case).mention_ids[0]).mention
    world.collect_again(mention.model_copy(update={"text": "my card is 4111 1111 1111 1111"}))
    for view in HIDDEN_VIEWS:
        page = anna.get(view.format(case)).text
        assert "4111" not in page
        assert "Being read." in page


def test_a_deleted_post_says_so(anna: httpx.Client, world: Any) -> None:
    case = world.tell("soon gone")
    (mention_id,) = world.store.cases.get(case).mention_ids
    world.store.mentions.delete(mention_id, at=world.now(), reason="deleted at its source")
    page = shown(anna, f"/triage?case={case}")
    assert "deleted at its source" in text_of(page.css("#pane"))
    assert "soon gone" not in page.get()


def test_the_clock_warns_and_then_counts_up(anna: httpx.Client, world: Any) -> None:
    calm = world.tell("a", value=50, age=timedelta(minutes=10))
    soon = world.tell("b", value=50, age=timedelta(minutes=50))
    late = world.tell("c", value=50, age=timedelta(minutes=95))
    done = world.tell("d", value=50)
    world.change(done, state=CaseState.answered)
    page = shown(anna, "/triage")
    moods = {case: page.css(f"#case-{case} time").attrib for case in (calm, soon, late)}
    assert [moods[case]["class"] for case in (calm, soon, late)] == [
        "clock calm",
        "clock soon",
        "clock late",
    ]
    assert "35 min late" in text_of(page.css(f"#case-{late}"))
    assert not page.css(f"#case-{done} time")


def test_times_are_shown_where_the_team_is(anna: httpx.Client, world: Any) -> None:
    case = world.tell("now")
    moment = shown(anna, f"/triage?case={case}").css(".post-head time").attrib
    assert moment["datetime"].endswith("Z")
    assert moment["title"].endswith("Europe/Rome")


def test_rows_alone_tell_what_left_the_queue(anna: httpx.Client, world: Any) -> None:
    stays, goes = world.tell("a"), world.tell("b")
    world.change(goes, state=CaseState.dismissed)
    page = shown(anna, f"/triage/rows?id={stays}&id={goes}&id=unknown")
    assert page.css("li::attr(data-case)").getall() == [stays, goes]
    assert page.css("li[data-gone]::attr(data-case)").getall() == [goes]
    assert page.css("ol::attr(data-total)").get() == "1"


def test_fragments_need_a_log_in(guest: httpx.Client, world: Any) -> None:
    case = world.tell("a")
    for path in ("/triage/rows", f"/triage/pane/{case}"):
        assert guest.get(path, headers={"x-fragment": "1"}).status_code == 401
        assert guest.get(path).status_code == 303


def test_an_unknown_case_is_a_page(anna: httpx.Client) -> None:
    for path in ("/triage?case=none", "/triage/pane/none"):
        answer = anna.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


def test_an_empty_queue_says_so(anna: httpx.Client) -> None:
    page = shown(anna, "/triage")
    assert "Nothing waits." in text_of(page.css("#queue-empty"))


def test_a_viewer_sees_and_does_not_touch(guest: httpx.Client, log_in: LogIn, world: Any) -> None:
    case = world.tell("a")
    log_in(guest, "vera")
    page = shown(guest, f"/triage?case={case}")
    assert not page.css("#pane form")
    answer = guest.post(f"/triage/{case}/claim", data={"version": "1"})
    assert answer.status_code == 403
    assert world.store.cases.get(case).claimed_by is None
