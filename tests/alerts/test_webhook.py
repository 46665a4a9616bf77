# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from standardwebhooks import Webhook

from alerts.judge import Judge
from alerts.mask import masked
from alerts.receiver import Attempt
from alerts.registry import build_receiver, receiver_kinds
from alerts.webhook import WebhookReceiver, attempt_for
from ascolto.errors import SettingsError
from ascolto.model import PersonalData, SourcePolicy
from ascolto.net import Door
from ascolto.secret import Secret
from ascolto.settings import Network, Receiver
from ascolto.store.records import Outgoing
from sentiment.personal_data import find_personal_data

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def outgoing(made):
    """An alert on its way, about a post with the given fields."""

    def build(**fields):
        version = fields.pop("version", 1)
        post = made.post(**fields)
        hook = Receiver(name="hook", url="http://x.example", secret=made.SECRET)
        judge = Judge(made.settings(receivers=(hook,)), find_personal_data)
        item = made.item(1, post, risks=("complaint",))
        (found,) = judge.judge([item], lambda *_: None, made.NOON, case_of=lambda _: None)
        alert = found.alert.model_copy(update={"version": version})
        return Outgoing(delivery=found.deliveries[0], alert=alert, mention=post)

    return build


@pytest.fixture
def hook(made):
    """Builds webhook receivers."""

    def build(url, client=lambda: httpx.Client(verify=False), secret=made.SECRET):
        settings = Receiver(name="hook", url=url, secret=Secret(secret))
        return build_receiver(settings, client, find_personal_data)

    return build


def now():
    return datetime.now(UTC)


def test_it_is_signed_so_that_the_reference_library_agrees(made, fake, receiver, hook, outgoing):
    server = receiver(fake.Answer(204))
    sent = outgoing()
    assert hook(server.url).deliver(sent, now()) == Attempt("sent")
    (call,) = server.calls
    assert call.id == sent.delivery.id
    told = Webhook(made.SECRET).verify(call.body, call.headers)["data"]
    assert told["alert"]["id"] == sent.alert.id
    assert call.headers["content-type"] == "application/json"


def test_each_copy_has_the_same_id(fake, receiver, hook, outgoing):
    server = receiver(fake.Answer(500), fake.Answer(204))
    sent, hooked = outgoing(), hook(server.url)
    assert hooked.deliver(sent, now()).outcome == "retry"
    assert hooked.deliver(sent, now()).outcome == "sent"
    assert len({call.id for call in server.calls}) == 1


def test_what_is_told(fake, receiver, hook, outgoing):
    server = receiver(always=fake.Answer(200))
    sent = outgoing(
        text="my card is 4111 1111 1111 1111",
        title="write to a@example.org",
        url="https://f.example/1",
    )
    hook(server.url).deliver(sent, now())
    hook(server.url).deliver(outgoing(version=2), now())
    first, second = (call.json for call in server.calls)
    assert (first["type"], second["type"]) == ("alert.created", "alert.updated")
    assert first["data"]["mention"]["text"] == "my card is [card]"
    assert first["data"]["mention"]["title"] == "write to [email]"
    assert first["data"]["mention"]["url"] == "https://f.example/1"
    assert first["data"]["mention"]["author"] == "user1"
    assert first["data"]["mention"]["brand"] == "Banca Aurora"
    alert = first["data"]["alert"]
    assert alert["case_id"] == sent.alert.case_id
    assert alert["priority"]["value"] == sent.alert.priority.value
    assert alert["channel"]["label"] == sent.alert.channel.label
    assert alert["draft"]["public"] == sent.alert.draft.public
    assert datetime.fromisoformat(alert["due_at"]) == sent.alert.due_at
    assert all(reason["fired"] for reason in alert["reasons"])


@pytest.mark.parametrize(
    "fields", [{"policy": SourcePolicy(export=False)}, {"deleted_at": NOW}], ids=["policy", "gone"]
)
def test_a_text_that_must_not_leave_stays(fake, receiver, hook, outgoing, fields):
    server = receiver(fake.Answer(200))
    sent = outgoing(text="canary", title="canary")
    mention = sent.mention.model_copy(update=fields)
    hook(server.url).deliver(sent.model_copy(update={"mention": mention}), now())
    (call,) = server.calls
    assert b"canary" not in call.body
    assert call.json["data"]["mention"]["text"] is None


def test_strange_texts_travel(fake, receiver, hook, outgoing):
    server = receiver(always=fake.Answer(200))
    for text in ("\ufffd lone", "\x00 null", "я" * 1_000_000, "<script>", "\u2028"):
        assert hook(server.url).deliver(outgoing(text=text), now()).outcome == "sent"
    assert len(server.calls[2].json["data"]["mention"]["text"]) == 2000
    assert server.calls[0].json["data"]["mention"]["text"].endswith("lone")


STATUSES = {
    "sent": [*range(200, 209), 226, 299],
    "refused": [410],
    "retry": [
        *range(300, 309),
        *(status for status in range(400, 432) if status != 410),
        451, 499,
        *range(500, 512),
        520, 521, 522, 523, 524, 525, 526, 530, 598, 599,
    ],
}  # fmt: skip
TABLE = [(status, outcome) for outcome, statuses in STATUSES.items() for status in statuses]


@pytest.mark.parametrize(("status", "outcome"), TABLE)
def test_every_status(status, outcome):
    found = attempt_for(status, None, NOW)
    assert (found.outcome, found.wait) == (outcome, None)
    assert (str(status) in found.reason) is (outcome != "sent")


def test_the_table_is_long_enough():
    assert len(TABLE) >= 60


@pytest.mark.parametrize("status", [200, 204, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
def test_statuses_over_the_wire(fake, receiver, hook, outgoing, status):
    server = receiver(fake.Answer(status, {"location": "/elsewhere", "retry-after": "7"}))
    found = hook(server.url).deliver(outgoing(), now())
    assert found == attempt_for(status, "7", now())
    assert len(server.calls) == 1


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        (None, None),
        ("0", 0),
        ("120", 120),
        (" 15 ", 15),
        ("9" * 400, 10**9),
        ("-5", None),
        ("1.5", None),
        ("soon", None),
        ("", None),
        ("٣", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), None),
        ("Fri, 20 Nov 2026 12:01:00", None),
        ("Fri, 99 Nov 2026 12:01:00 GMT", None),
    ],
)
def test_retry_after(written, seconds):
    wait = attempt_for(503, written, NOW).wait
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


def test_a_receiver_that_hangs_up(fake, receiver, hook, outgoing):
    server = receiver(fake.Answer(hang_up=True))
    found = hook(server.url).deliver(outgoing(), now())
    assert found.outcome == "retry"
    assert "no answer" in found.reason


def test_nobody_listens(hook, outgoing):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    assert hook(f"http://127.0.0.1:{port}/").deliver(outgoing(), now()).outcome == "retry"


def test_too_slow(fake, receiver, hook, outgoing):
    server = receiver(fake.Answer(200, pause=0.3))
    hasty = hook(server.url, lambda: httpx.Client(verify=False, timeout=0.05))
    assert hasty.deliver(outgoing(), now()) == Attempt("retry", "no answer in time")


@pytest.mark.parametrize("url", ["http://", "nonsense", "http://[::1", "ftp://x.example/"])
def test_a_url_that_is_none(hook, outgoing, url):
    assert hook(url).deliver(outgoing(), now()).outcome == "retry"


def test_through_the_door(fake, receiver, hook, outgoing):
    server = receiver(fake.Answer(302, {"location": "http://169.254.169.254/"}), fake.Answer(204))
    host = server.url.split("/")[2]
    open_door = hook(server.url, Door(Network(allow=(host,))).client)
    assert open_door.deliver(outgoing(), now()).reason == "answered 302"
    assert open_door.deliver(outgoing(), now()).outcome == "sent"
    shut = hook(server.url, Door(Network()).client).deliver(outgoing(), now())
    assert shut.outcome == "retry"
    assert "network.allow" in shut.reason
    assert len(server.calls) == 2


def test_no_secret_is_told(made, fake, receiver, hook, outgoing, caplog):
    server = receiver(always=fake.Answer(500))
    secret = made.SECRET.removeprefix("whsec_")
    hooked = hook(server.url.replace("/hook", "/hook?token=canary-token"))
    found = hooked.deliver(outgoing(), now())
    told = found.reason + caplog.text + str(server.calls[0].headers) + str(server.calls[0].body)
    assert secret not in told
    assert "canary-token" not in found.reason + caplog.text
    assert secret not in repr(vars(hooked))


@pytest.mark.parametrize(
    "secret", ["whsec_", "whsec_!!canary", "не base64", "====", "canary d", "canary-_"]
)
def test_a_wrong_secret_is_told_at_start(hook, secret):
    with pytest.raises(SettingsError, match="'hook' is neither whsec_") as error:
        hook("http://x.example", secret=secret)
    assert "canary" not in str(error.value)


@pytest.mark.parametrize("cut", ["", "whsec_"])
@pytest.mark.parametrize("padded", [True, False])
def test_secrets_as_people_write_them(made, fake, receiver, hook, outgoing, cut, padded):
    server = receiver(fake.Answer(200))
    secret = cut + made.SECRET.removeprefix("whsec_") + ("==" if padded else "")
    assert hook(server.url, secret=secret).deliver(outgoing(), now()).outcome == "sent"


def test_an_unknown_kind_is_told_with_the_known_ones(made):
    settings = Receiver(name="hook", kind="pigeon", url="http://x.example", secret=made.SECRET)
    with pytest.raises(SettingsError, match="'pigeon'; known: webhook"):
        build_receiver(settings, httpx.Client, find_personal_data)
    assert receiver_kinds()["webhook"] is WebhookReceiver


@pytest.mark.parametrize(
    ("spans", "text"),
    [
        ([], "abcdefghij"),
        ([(0, 3)], "[x]defghij"),
        ([(7, 10), (0, 3)], "[x]defg[x]"),
        ([(2, 6), (4, 8)], "ab[x]ij"),
        ([(2, 8), (3, 4)], "ab[x]ij"),
        ([(0, 10)], "[x]"),
        ([(3, 3)], "abc[x]defghij"),
    ],
)
def test_masked(spans, text):
    found = [PersonalData(kind="x", start=start, end=end) for start, end in spans]
    assert masked("abcdefghij", found) == text
