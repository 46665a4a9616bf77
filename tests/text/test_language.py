# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ascolto.text.language import identify

POSTS = {
    "it": [
        "ma l'app oggi funziona a qualcuno?",
        "Mi hanno addebitato due volte lo stesso pagamento",
        "finalmente un servizio clienti che risponde subito, bravi",
        "Qualcuno sa a che ora chiude la filiale di Torino?",
        "Sono tre giorni che aspetto la carta nuova e niente",
        "bonifico sparito, nessuno sa dirmi dove sia finito",
        "che vergogna, chiudo il conto domani mattina",
        "Ottima esperienza allo sportello, grazie Giulia!",
        "Ho ricevuto un sms strano con un link, è vostro?",
        "Perché non mettete il pagamento col telefono?",
    ],
    "ru": [
        "у кого-нибудь сегодня приложение открывается?",
        "Списали деньги дважды, верните пожалуйста",
        "наконец-то нормальная поддержка, ответили сразу",
        "Подскажите, до скольки работает отделение на Тверской",
        "Третий день жду карту, курьер не приехал",
        "перевод не дошёл и никто ничего не знает",
        "Ухожу в другой банк, надоело",
        "Спасибо большое девушке из кол-центра",
        "Пришла странная смс со ссылкой, это вы?",
        "Не могу войти, пишет неверный пароль",
    ],
    "en": [
        "is the app working for anyone today?",
        "I was charged twice for the same purchase",
        "finally a support team that answers, well done",
        "What time does the branch in Leeds close?",
        "been waiting three days for my new card",
        "my transfer never arrived and nobody knows why",
        "I'm closing my account tomorrow morning",
        "Great service at the counter, thank you!",
        "Got a weird text with a link, is this you?",
        "why can't I log in with my new phone",
    ],
}
OTHERS = {
    "es": "Llevo tres días esperando la tarjeta y nadie me contesta",
    "fr": "Ma carte ne fonctionne plus depuis hier, que faire ?",
    "de": "Meine Karte funktioniert seit gestern nicht mehr",
    "pt": "O meu cartão não funciona desde ontem, o que faço?",
    "ar": "البطاقة لا تعمل منذ أمس ولا أحد يجيب",
    "hi": "मेरा कार्ड कल से काम नहीं कर रहा है",
    "uk": "Картка не працює вже другий день, що мені робити?",
    "nl": "Mijn kaart werkt sinds gisteren niet meer, wat nu?",
    "pl": "Karta nie działa od wczoraj i nikt nie odpowiada",
    "ro": "Cardul meu nu merge de ieri și nimeni nu răspunde",
    "tr": "Kartım dünden beri çalışmıyor, ne yapmalıyım?",
    "el": "Η κάρτα μου δεν λειτουργεί από χθες",
}


@pytest.mark.parametrize("code", POSTS)
def test_short_posts(code: str) -> None:
    right = [post for post in POSTS[code] if identify(post).code == code]
    assert len(right) >= 9, set(POSTS[code]) - set(right)


@pytest.mark.parametrize(("code", "post"), OTHERS.items())
def test_other_languages_are_not_forced_onto_the_main_ones(code: str, post: str) -> None:
    assert identify(post).code == code


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   \n\t",
        "👍👍👍",
        "12345 67,89 €",
        "https://example.org/una/pagina/in/italiano",
        "@qualcuno @someone_else",
        "mario.rossi.verdi@example.org",
        "ok",
        "?!…",
        "\x00\x00",
        "\ud800\udfff",
    ],
)
def test_what_cannot_be_told_is_und(text: str) -> None:
    language = identify(text)
    assert language.code == "und"
    assert language.confidence == 0.0


def test_links_and_handles_do_not_count() -> None:
    plain = identify("la carta non funziona da ieri sera")
    noisy = identify(
        "@this_is_the_handle la carta non funziona da ieri sera "
        "https://example.org/the/quick/brown/fox/jumps/over/the/dog #"
    )
    assert noisy == plain


def test_confidence_grows_with_the_text() -> None:
    short = identify("carta bloccata")
    long = identify("carta bloccata da ieri, nessuno risponde al telefono e non posso pagare")
    assert long.code == "it"
    assert short.confidence < long.confidence <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "la carta non funziona " * 50_000,
        "@" * 1_000_000,
        "a@" * 500_000,
        "https://" * 125_000,
        "ж" * 1_000_000,
        "👍" * 1_000_000,
        "\u202e" * 1_000_000,
        "\ud83d" * 1_000_000,
        "e\u0301" * 500_000,
    ],
)
def test_long_texts_cost_no_more_than_their_beginning(text: str) -> None:
    identify("warm")
    begun = time.perf_counter()
    identify(text)
    assert time.perf_counter() - begun < 1


def test_threads_share_one_model() -> None:
    posts = [post for several in POSTS.values() for post in several]
    alone = [identify(post) for post in posts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(identify, posts)) == alone
