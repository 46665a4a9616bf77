# SPDX-License-Identifier: Apache-2.0
"""A secret is read from where it is kept, and never printed."""

import copy
import json
import logging
import traceback
from pathlib import Path

import pytest

from ascolto.secret import Secret
from ascolto.settings import Receiver
from ascolto.settings_file import parse_settings

CANARY = "canary-4711"
TEXT = """\
brands:
  - name: Banca Esempio
receivers:
  - name: hook
    url: https://example.org/
    secret: {written}
"""


def read(written):
    return parse_settings(TEXT.format(written=written), Path("x.yaml")).settings


def test_a_secret_as_written():
    assert read(CANARY).receivers[0].secret.reveal() == CANARY


def test_a_secret_from_the_environment(monkeypatch):
    monkeypatch.setenv("ASCOLTO_TEST_SECRET", CANARY)
    assert read("${ASCOLTO_TEST_SECRET}").receivers[0].secret.reveal() == CANARY
    assert read("whsec_${ASCOLTO_TEST_SECRET}").receivers[0].secret.reveal() == f"whsec_{CANARY}"


def test_what_the_environment_holds_is_not_read_again(monkeypatch):
    monkeypatch.setenv("ASCOLTO_TEST_SECRET", "${HOME} file:x")
    assert Secret.parse("${ASCOLTO_TEST_SECRET}").reveal() == "${HOME} file:x"


def test_a_secret_from_the_first_line_of_a_file(tmp_path):
    place = tmp_path / "secret"
    place.write_text(f"  {CANARY} \nsecond line\n", "utf-8")
    assert read(f"file:{place}").receivers[0].secret.reveal() == CANARY


@pytest.mark.parametrize("content", [b"", b"\n", b"  \nx", b"\xff\xfe"], ids=repr)
def test_a_file_without_a_secret_is_named(tmp_path, content):
    place = tmp_path / "secret"
    place.write_bytes(content)
    with pytest.raises(ValueError, match="secret") as caught:
        Secret.parse(f"file:{place}")
    assert str(place) in str(caught.value)


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        "{}".format,
        "{!r}".format,
        "%s".__mod__,
        lambda shown: f"{shown:}",
        lambda shown: json.dumps([shown], default=str),
        copy.deepcopy,
    ],
)
def test_a_secret_never_shows_itself(show):
    shown = repr(show(Secret(CANARY)))
    assert CANARY not in shown
    assert "<secret>" in shown


@pytest.mark.parametrize(
    "show",
    [
        repr,
        str,
        lambda model: model.model_dump_json(),
        lambda model: repr(model.model_dump()),
        lambda model: repr(model.model_dump(mode="json")),
        lambda model: repr(dict(model)),
    ],
)
def test_settings_never_show_a_secret(show):
    for model in (read(CANARY), read(CANARY).receivers[0]):
        assert CANARY not in show(model)
        assert "<secret>" in show(model)


def test_a_secret_does_not_reach_a_log(caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").info("%s %r", Secret(CANARY), read(CANARY))
    assert CANARY not in caplog.text
    assert caplog.text.count("<secret>") == 2


def test_a_secret_does_not_reach_a_traceback():
    fields = {"name": "hook", "url": 7, "secret": CANARY}
    try:
        Receiver(**fields)
    except ValueError as error:
        shown = "".join(traceback.format_exception(error))
    assert CANARY not in shown


def test_equal_secrets_are_equal():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert len({Secret("a"), Secret("a")}) == 1
