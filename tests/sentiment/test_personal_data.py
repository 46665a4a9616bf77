# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentiment.personal_data import find_personal_data

FOUND = [
    # e-mail
    ("scrivetemi a mario.rossi@example.org", "email", "mario.rossi@example.org"),
    ("mail: anna_b+bank@mail.example.co.uk.", "email", "anna_b+bank@mail.example.co.uk"),
    ("(o'neill@example.ie)", "email", "o'neill@example.ie"),
    ("почта иван@пример.рф, пишите", "email", "иван@пример.рф"),
    ("A@B.IT", "email", "A@B.IT"),
    ("mailto:jane@example.org?subject=x", "email", "jane@example.org"),
    ("ｊｏ＠ｅｘａｍｐｌｅ．ｏｒｇ", "email", "ｊｏ＠ｅｘａｍｐｌｅ．ｏｒｇ"),
    ("<jo.doe@sub-domain.example.org>", "email", "jo.doe@sub-domain.example.org"),
    # IBAN
    ("il mio IBAN: IT60X0542811101000000123456.", "iban", "IT60X0542811101000000123456"),
    ("it60 x054 2811 1010 0000 0123 456", "iban", "it60 x054 2811 1010 0000 0123 456"),
    ("GB82 WEST 1234 5698 7654 32 thanks", "iban", "GB82 WEST 1234 5698 7654 32"),
    ("DE89-3704-0044-0532-0130-00", "iban", "DE89-3704-0044-0532-0130-00"),
    ("FR14 2004 1010 0505 0001 3M02 606", "iban", "FR14 2004 1010 0505 0001 3M02 606"),
    ("ES9121000418450200051332", "iban", "ES9121000418450200051332"),
    ("PT50 0002 0123 1234 5678 9015 4", "iban", "PT50 0002 0123 1234 5678 9015 4"),
    ("CH93 0076 2011 6238 5295 7", "iban", "CH93 0076 2011 6238 5295 7"),
    ("NL91ABNA0417164300", "iban", "NL91ABNA0417164300"),
    ("IT60\u00a0X054\u00a02811\u00a01010\u00a00000\u00a00123\u00a0456", "iban", None),
    ("BE68 5390 0754 7034", "iban", "BE68 5390 0754 7034"),
    # cards
    ("la carta 4111 1111 1111 1111 scade 12/27", "card", "4111 1111 1111 1111"),
    ("4111-1111-1111-1111", "card", "4111-1111-1111-1111"),
    ("4111111111111111", "card", "4111111111111111"),
    ("карта 2200 0000 0000 0004", "card", "2200 0000 0000 0004"),
    ("5555555555554444!", "card", "5555555555554444"),
    ("2223 0031 2200 3222", "card", "2223 0031 2200 3222"),
    ("amex 3782 822463 10005", "card", "3782 822463 10005"),
    ("6011111111111117", "card", "6011111111111117"),
    ("diners 30569309025904", "card", "30569309025904"),
    ("jcb 3530 1113 3330 0000", "card", "3530 1113 3330 0000"),
    ("６２１２３４５６７８９０００００３", "card", None),
    ("4111\u00a01111\u00a01111\u00a01111", "card", None),
    ("4111\u20111111\u20111111\u20111111", "card", None),
    ("４１１１１１１１１１１１１１１１", "card", None),
    ("order refused, card 4111111111111111", "card", "4111111111111111"),
    # codice fiscale
    ("cf RSSMRA85T10A562S", "codice_fiscale", "RSSMRA85T10A562S"),
    ("rssmra85t10a562s", "codice_fiscale", "rssmra85t10a562s"),
    ("RSS MRA 85T10 A562S", "codice_fiscale", "RSS MRA 85T10 A562S"),
    ("(RSSMRA85T10A562S)", "codice_fiscale", "RSSMRA85T10A562S"),
    ("RCCMNL83S18D969H,", "codice_fiscale", "RCCMNL83S18D969H"),
    # ИНН
    ("ИНН 500100732259", "inn", "500100732259"),
    ("мой инн: 500100732259", "inn", "500100732259"),
    ("500100732259", "inn", "500100732259"),
    ("ИНН компании 7707083893", "inn", "7707083893"),
    ("INN 7707083893", "inn", "7707083893"),
    ("инн 5001 0073 2259", "inn", "5001 0073 2259"),
    # СНИЛС
    ("СНИЛС 112-233-445 95", "snils", "112-233-445 95"),
    ("снилс 11223344595", "snils", "11223344595"),
    ("112-233-445-95", "snils", "112-233-445-95"),
    ("мой снилс: 112 233 445 95", "snils", "112 233 445 95"),
    # phones
    ("+39 339 1234567", "phone", "+39 339 1234567"),
    ("chiamatemi al 339 123 4567", "phone", "339 123 4567"),
    ("3391234567", "phone", "3391234567"),
    ("339/1234567 dopo le 18", "phone", "339/1234567"),
    ("tel. 06 12345678", "phone", "06 12345678"),
    ("02-12345678", "phone", "02-12345678"),
    ("+7 (916) 123-45-67", "phone", "+7 (916) 123-45-67"),
    ("8 916 123 45 67", "phone", "8 916 123 45 67"),
    ("89161234567", "phone", "89161234567"),
    ("8(495)123-45-67", "phone", "8(495)123-45-67"),
    ("звоните 9161234567", "phone", "9161234567"),
    ("07700 900123", "phone", "07700 900123"),
    ("+44 20 7946 0958", "phone", "+44 20 7946 0958"),
    ("(212) 555-2368", "phone", "(212) 555-2368"),
    ("212-555-2368", "phone", "212-555-2368"),
    ("+1 212 555 2368", "phone", "+1 212 555 2368"),
    ("0039 339 1234567", "phone", "0039 339 1234567"),
    ("+34 612 345 678", "phone", "+34 612 345 678"),
    ("+380 67 123 45 67", "phone", "+380 67 123 45 67"),
    ("llámame al 612345678", "phone", "612345678"),
    ("＋７９１６１２３４５６７", "phone", None),
    ("+39\u00a0339\u00a01234567", "phone", None),
]

NOTHING = [
    "",
    "ordine 4111111111111111",
    "order #123456789012",
    "tracking 3391234567",
    "ticket n. 3391234567",
    "pratica 89161234567",
    "заказ 89161234567",
    "номер договора 500100732259",
    "заявка № 11223344595",
    "4111 1111 1111 1112",  # wrong check digit
    "1234 5678 9012 3456",
    "0000 0000 0000 0000",
    "IT61X0542811101000000123456",
    "XX00 1234 5678 9012 3456",
    "RSSMRA85T10A562T",
    "снилс 112-233-445 96",
    "инн 500100732258",
    "7707083893",
    "24/11/2026 10:15",
    "2026-11-24 10:15:30",
    "01-12-2026",
    "01.12.2026",
    "12 000 000 €",
    "1.234.567,89 euro",
    "1 234 567 ₽",
    "10:00-18:00",
    "800 123 456",
    "numero verde 800123456",
    "8 800 555 35 35",
    "+39 800 123456",
    "1-800-356-9377",
    "@handle e @altro",
    "a@b",
    "c'è scritto @example.org",
    "192.168.100.200",
    "id 9f8b7a6c5d4e3f2a1b0c",
    "ISBN 978-88-04-12345-6",
    "20261124101530",
    "https://example.org/p/1234567890123",
    "**** **** **** 1111",
    "3.141592653589793",
    "il 5, il 6, il 7, il 8, il 9, il 10, il 11",
]


@pytest.mark.parametrize(("text", "kind", "value"), FOUND)
def test_finds(text: str, kind: str, value: str | None) -> None:
    (found,) = find_personal_data(text)
    assert found.kind == kind
    assert text[found.start : found.end] == (text if value is None else value)


@pytest.mark.parametrize("text", NOTHING)
def test_finds_nothing(text: str) -> None:
    assert find_personal_data(text) == ()


def test_several_in_reading_order() -> None:
    text = "Sono Anna, cf RSSMRA85T10A562S, cell 339 1234567 o 340 7654321, a@example.org"
    found = find_personal_data(text)
    assert [each.kind for each in found] == ["codice_fiscale", "phone", "phone", "email"]
    pieces = [text[each.start : each.end] for each in found]
    assert pieces == ["RSSMRA85T10A562S", "339 1234567", "340 7654321", "a@example.org"]


def test_offsets_are_code_points() -> None:
    text = "😀😀 4111 1111 1111 1111"
    (found,) = find_personal_data(text)
    assert text[found.start : found.end] == "4111 1111 1111 1111"


def test_a_card_beside_its_date_is_found_alone() -> None:
    (found,) = find_personal_data("4111 1111 1111 1111 12 27")
    assert (found.start, found.end) == (0, 19)


def test_the_more_specific_kind_wins() -> None:
    assert [each.kind for each in find_personal_data("IBAN IT60X0542811101000000123456")] == [
        "iban"
    ]
    assert [each.kind for each in find_personal_data("3391234567@example.org")] == ["email"]
    assert [each.kind for each in find_personal_data("снилс 112-233-445 95")] == ["snils"]


@given(st.text(alphabet=st.sampled_from("0123456789+-() .,@aAиIT#\u00a0１"), max_size=200))
def test_found_pieces_never_overlap_and_lie_inside(text: str) -> None:
    found = find_personal_data(text)
    end = 0
    for each in found:
        assert end <= each.start < each.end <= len(text)
        end = each.end


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    find_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "1" * 1_000_000,
        "1 " * 500_000,
        "111 " * 250_000,
        "1234 " * 200_000,
        "IT60 " * 200_000,
        "IT60X054 2811 " * 70_000,
        "@" * 1_000_000,
        "a@" * 500_000,
        "a@a." * 250_000,
        "a." * 500_000 + "@",
        "+" * 1_000_000,
        "(" * 1_000_000,
        "+1 " * 330_000,
        "339 1234567 " * 80_000,
        "4111111111111111 " * 60_000,
        "AAA AAA 11A11 " * 70_000,
        "112-233-445 " * 80_000,
        "12-" * 330_000,
        "１" * 1_000_000,
        "\u00a0" * 1_000_000,
        "👍" * 1_000_000,
        "\x00" * 1_000_000,
        "\ud800" * 1_000_000,
        "order " * 160_000 + "3391234567",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_a_megabyte_takes_less_than_two_seconds(text: str) -> None:
    begun = time.process_time()
    find_personal_data(text)
    assert time.process_time() - begun < 2
