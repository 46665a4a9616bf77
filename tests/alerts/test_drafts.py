# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import itertools
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2.exceptions import SecurityError, UndefinedError

from alerts.channel import choose_channel
from alerts.drafts.approved import approved, languages, template
from alerts.drafts.checks import Checks
from alerts.drafts.variables import Variables
from alerts.drafts.writer import DraftWriter
from alerts.matter import matter_of
from ascolto.model import Author, Channel, Intent, Medium, PersonalData, Risk
from ascolto.platforms.abilities import abilities_of
from ascolto.settings import Brand

LANGUAGES = ("en", "it", "ru")
HOSTILE = tomllib.loads((Path(__file__).parent / "hostile_posts.toml").read_text("utf-8"))["post"]
DIGITS = re.compile(r"\d{5,}|\S+@\S+")


def find(text):
    """A strict detector: every run of digits and every address."""
    return [
        PersonalData(kind="number", start=match.start(), end=match.end())
        for match in DIGITS.finditer(text)
    ]


def written(made, *, post=None, brand=None, finder=find, threshold=0.5, **read):
    """The draft, and the channel that it is for."""
    mention = made.post(**(post or {}))
    reading = made.reading(mention, **read)
    matter = matter_of(
        mention, reading, abilities_of(mention), threshold=threshold, competitor=None
    )
    choice = choose_channel(matter)
    chosen = brand or made.settings().brands[0]
    writer = DraftWriter(finder)
    return writer.write(mention, reading.language.code, chosen, matter, choice), choice


def parts(draft):
    return [text for text in (draft.public, draft.private) if text is not None]


ANSWERED = {
    Channel.public_reply: (True, False),
    Channel.public_then_private: (True, True),
    Channel.private_only: (False, True),
    Channel.human_only: (False, False),
    Channel.no_reply: (False, False),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("source", ["push", "x", "googleplay", "whatsapp"])
@pytest.mark.parametrize("intent", Intent)
def test_every_intent_has_the_parts_of_its_channel(made, language, private, source, intent):
    post = {"source": source, "private": private}
    for risks in [(), *((risk,) for risk in Risk)]:
        draft, choice = written(made, post=post, language=language, intent=intent, risks=risks)
        assert (draft.public is not None, draft.private is not None) == ANSWERED[choice.label], (
            draft.none_because
        )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("intent", Intent)
def test_every_sentence_has_its_source_and_nothing_else_is_said(made, language, intent):
    draft, _ = written(made, language=language, intent=intent)
    rest = "".join(parts(draft))
    for sentence in draft.sources:
        assert sentence.sentence in rest
        rest = rest.replace(sentence.sentence, "", 1)
        code, name, part = sentence.source.split(".")
        answers = approved(code)
        assert code == language
        known = answers.answers.get(name, {}) or getattr(answers, name)
        assert part in known
    assert not rest.strip()


@pytest.mark.parametrize("case", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_of_a_hostile_post_reaches_a_draft(made, case):
    post = {"text": case["text"]}
    if "name" in case:
        post["author"] = Author(name=case["name"], handle="h")
    for language, intent, private in itertools.product(LANGUAGES, Intent, (True, False)):
        draft, _ = written(
            made, post={**post, "private": private}, language=language, intent=intent
        )
        said = "\n".join((*parts(draft), *(one.sentence for one in draft.sources)))
        for canary in case.get("canary", ["CANARY"]):
            assert canary not in said
            assert canary not in (draft.none_because or "")


def test_there_are_enough_hostile_posts():
    assert len(HOSTILE) >= 40


name = st.text(max_size=30) | st.from_regex(
    r"[A-Za-z{}<> .]{2,12} [A-Za-z{}]{2,12}", fullmatch=True
)


@given(
    text=st.text(max_size=300),
    title=st.none() | st.text(max_size=50),
    author=name,
    language=st.sampled_from(LANGUAGES),
    intent=st.sampled_from(list(Intent)),
    private=st.booleans(),
    risk=st.none() | st.sampled_from([risk.value for risk in Risk]),
)
def test_the_text_never_matters(made, text, title, author, language, intent, private, risk):
    read = {"language": language, "intent": intent, "risks": () if risk is None else (risk,)}
    hostile = {"private": private, "text": text, "title": title, "author": Author(name=author)}
    plain = {"private": private, "text": "x", "author": Author()}
    draft, _ = written(made, post=hostile, **read)
    usual, _ = written(made, post=plain, **read)
    first = author.split()[0] if author.split() else ""
    for said, known in zip(parts(draft), parts(usual), strict=True):
        if said != known:
            assert first.isalpha()
            assert said.replace(f", {first}", "", 1).replace(f" {first}", "", 1) == known


def test_a_plain_first_name_is_greeted(made):
    for name, language, greeting in (
        ("Maria Rossi", "it", "Buongiorno Maria!"),
        ("Maria Rossi", "en", "Hello Maria!"),
        ("Мария Петрова", "ru", "Здравствуйте, Мария!"),
        ("Мария Петрова", "it", "Buongiorno!"),
        ("maria rossi", "it", "Buongiorno!"),
    ):
        draft, _ = written(
            made, post={"author": Author(name=name)}, language=language, intent="praise"
        )
        assert draft.public.startswith(greeting)


@pytest.mark.parametrize(
    ("post", "read", "words"),
    [
        ({}, {"risks": ("legal_regulator",)}, "a person decides: a lawyer or a regulator"),
        ({}, {"needs_reply": False}, "no answer is due: nobody waits"),
        ({}, {"language": "de"}, "language de; there are en, it, ru"),
        ({}, {"language": "und"}, "could not be told"),
        ({}, {"intent": "spam"}, "no answer is due: spam"),
    ],
)
def test_why_there_is_none(made, post, read, words):
    draft, _ = written(made, post=post, **read)
    assert words in draft.none_because
    assert not parts(draft)
    assert not draft.sources


def failed(draft):
    assert draft.none_because is not None
    assert not parts(draft)
    (check,) = (check for check in draft.checks if not check.passed)
    assert repr(check.name) in draft.none_because
    return check.name


def test_personal_data_in_a_draft_is_found_wherever_it_came_from(made):
    def finder(text):
        start = text.index("sorry")
        return [PersonalData(kind="phone", start=start, end=start + 5)]

    draft, _ = written(made, finder=finder, intent="card_problem")
    assert failed(draft) == "personal_data"


def test_what_the_owner_wrote_is_not_personal_data(made):
    brand = Brand(
        name="Banca 55555", contact="https://a.example/1234567", signature="Team", opening_hours="8"
    )
    draft, _ = written(made, brand=brand, intent="card_problem")
    assert draft.none_because is None


@pytest.mark.parametrize(
    "signature",
    ["see https://evil.example", "www.evil.example", "me@evil.example", "evil.example", "@evil"],
)
def test_a_link_that_is_not_the_contact(made, signature):
    brand = Brand(name="Banca Aurora", signature=signature, contact="https://aurora.example/help")
    draft, _ = written(made, brand=brand, finder=lambda text: (), intent="card_problem")
    assert failed(draft) == "links"


@pytest.mark.parametrize("signature", ["{{ name }}", "<your name>", "[name]", "TODO", "{% x %}"])
def test_a_place_that_was_left_empty(made, signature):
    brand = Brand(name="Banca Aurora", signature=signature)
    draft, _ = written(made, brand=brand, intent="card_problem")
    assert failed(draft) == "placeholders"


def test_too_long_even_without_what_is_optional(made):
    brand = Brand(name="Banca Aurora", signature="S" * 300)
    draft, _ = written(made, brand=brand, post={"source": "x"}, intent="card_problem")
    assert failed(draft) == "length"


def test_what_is_optional_goes_first(made):
    short, _ = written(made, post={"source": "x"}, intent="card_problem", language="it")
    whole, _ = written(made, post={"source": "facebook"}, intent="card_problem", language="it")
    assert len(short.public) <= 280 < len(whole.public)
    assert "https://aurora.example/help" in short.public
    assert {one.source for one in short.sources} < {one.source for one in whole.sources}


def test_a_text_in_another_script_is_found(made):
    answers = approved("ru")
    checks = Checks(
        answers,
        Variables(brand="Banca Aurora", signature="Team"),
        {"public": abilities_of(made.post())},
        find,
    )
    by_name = {check.name: check for check in checks.run({"public": "Hello, dear customer"})}
    assert not by_name["language"].passed
    by_name = {check.name: check for check in checks.run({"public": "Привет от Banca Aurora"})}
    assert by_name["language"].passed


def test_a_private_message_is_promised_only_where_it_can_be_sent(made):
    brand = Brand(name="Banca Aurora")
    can, _ = written(made, brand=brand, post={"source": "facebook"}, intent="card_problem")
    cannot, _ = written(made, brand=brand, post={"source": "googleplay"}, intent="card_problem")
    assert "send us a private message" in can.public
    assert "private message" not in cannot.public


def test_shown_data_are_named_in_private_only(made):
    draft, choice = written(made, data=("iban",), intent="payment_problem")
    assert choice.label is Channel.private_only
    assert "advise you to remove it" in draft.private
    private, _ = written(made, post={"private": True}, data=("iban",), intent="payment_problem")
    assert "remove" not in private.private


def test_a_mail_is_set_like_a_letter(made):
    draft, _ = written(made, post={"medium": Medium.email}, intent="card_problem", language="it")
    greeting, _, closing = draft.private.split("\n\n")
    assert (greeting, closing) == ("Buongiorno,", "Cordiali saluti, Team Aurora")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_files_of_all_languages_hold_the_same(code):
    assert languages() == LANGUAGES
    mine, first = approved(code), approved("it")
    assert mine.rituals.keys() == first.rituals.keys()
    assert mine.shared.keys() == first.shared.keys()
    assert {(name, part) for name, parts in mine.answers.items() for part in parts} == {
        (name, part) for name, parts in first.answers.items() for part in parts
    }


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_template_promises_money_or_asks_for_secrets(code):
    answers = approved(code)
    forbidden = re.compile(
        r"\b(?:rimborseremo|La rimborsiamo|garantiamo|we will refund|guarantee|вернём деньги|"
        r"гарантируем|ci invii il PIN|send us your PIN)\b",
        re.IGNORECASE,
    )
    for parts in answers.answers.values():
        for sentences in parts.values():
            for sentence in sentences:
                assert not forbidden.search(sentence.text)


def test_templates_are_sandboxed():
    with pytest.raises(SecurityError):
        template("{{ brand.__class__.__mro__ }}").render(brand="x")
    with pytest.raises(UndefinedError):
        template("{{ text }}").render(brand="x")
