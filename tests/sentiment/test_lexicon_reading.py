# SPDX-License-Identifier: Apache-2.0
"""What the fallback reader says of posts, field by field, in three languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ascolto.model import BrandMatch, Intent, Reading, Risk, Sentiment, Urgency

Read = Callable[..., Reading]


def risks_of(reading: Reading) -> set[Risk]:
    return {risk.label for risk in reading.risks}


@pytest.mark.parametrize(
    ("language", "plain", "negated"),
    [
        ("it", "Il servizio è buono", "Il servizio non è buono"),
        ("it", "Sono contenta di voi", "Non sono affatto contenta di voi"),
        ("it", "Lo consiglio", "Non lo consiglio"),
        ("ru", "Мне нравится этот банк", "Мне не нравится этот банк"),
        ("ru", "Вопрос решили", "Вопрос так и не решили"),
        ("ru", "Рекомендую", "Не рекомендую"),
        ("en", "The staff was helpful", "The staff was not helpful"),
        ("en", "I recommend them", "I don't recommend them"),
        ("en", "My issue is resolved", "My issue has never been resolved"),
        ("es", "El servicio es bueno", "El servicio no es bueno"),
        ("fr", "Le service est bon", "Le service n'est pas bon"),
        ("de", "Der Service ist gut", "Der Service ist nicht gut"),
        ("pt", "O atendimento é bom", "O atendimento não é bom"),
    ],
)
def test_negation_turns_praise_round(read: Read, language: str, plain: str, negated: str) -> None:
    praised, denied = (read(text, language=language).sentiment for text in (plain, negated))
    assert praised.label is Sentiment.positive
    assert denied.label is Sentiment.negative


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("it", "Nessun problema con loro, mai avuto problemi"),
        ("en", "No problems at all, works great"),
        ("ru", "Никаких проблем, всё работает"),
    ],
)
def test_a_problem_that_is_denied_is_no_complaint(read: Read, language: str, text: str) -> None:
    reading = read(text, language=language)
    assert reading.sentiment.label is Sentiment.positive
    assert not reading.risks


def test_stress_and_but_move_the_probability(read: Read) -> None:
    def negative(text: str) -> float:
        return read(text, language="en").sentiment.probabilities[Sentiment.negative]

    assert negative("the app is a bit slow") < negative("the app is slow")
    assert negative("the app is slow") < negative("the app is very slow")
    assert negative("the app is slow but helpful") < negative("the app is helpful but slow")


@pytest.mark.parametrize(
    ("risk", "language", "text"),
    [
        (Risk.complaint, "it", "Aspetto da tre settimane la carta e nessuno risponde"),
        (Risk.complaint, "ru", "Третью неделю жду карту, поддержка не отвечает"),
        (Risk.complaint, "en", "I've been waiting three weeks for my card and nobody answers"),
        (Risk.churn, "it", "Basta, chiudo il conto e cambio banca"),
        (Risk.churn, "ru", "Всё, ухожу в другой банк, закрываю счёт"),
        (Risk.churn, "en", "I'm closing my account and switching to another bank"),
        (Risk.fraud_security, "it", "Mi hanno svuotato il conto con operazioni mai autorizzate"),
        (Risk.fraud_security, "ru", "Мошенники списали деньги, я этого не подтверждал"),
        (Risk.fraud_security, "en", "There's an unauthorised transaction, someone used my card"),
        (Risk.outage, "it", "L'app è down, non funziona a nessuno"),
        (Risk.outage, "ru", "Приложение лежит, у всех не работает"),
        (Risk.outage, "en", "The app is down again, not working for anyone"),
        (Risk.legal_regulator, "it", "Ho scritto alla Consob e al mio avvocato"),
        (Risk.legal_regulator, "ru", "Подал жалобу в ЦБ и иду в суд"),
        (Risk.legal_regulator, "en", "I have complained to the ombudsman and spoken to a lawyer"),
        (Risk.privacy_exposure, "it", "Il mio IBAN è IT60X0542811101000000123456"),
        (Risk.privacy_exposure, "ru", "Мой снилс 112-233-445 95"),
        (Risk.privacy_exposure, "en", "My card is 4111 1111 1111 1111"),
        (Risk.press_reputation, "it", "Sono un giornalista, preparo un articolo su di voi"),
        (Risk.press_reputation, "ru", "Я журналист, готовлю материал, дайте комментарий"),
        (Risk.press_reputation, "en", "I'm a journalist writing an article, any comment?"),
        (Risk.hate_abuse, "it", "Siete dei bastardi, idioti e coglioni"),
        (Risk.hate_abuse, "ru", "Ваши сотрудники тупые твари и ублюдки"),
        (Risk.hate_abuse, "en", "Your staff are retarded idiots"),
        (Risk.safety, "it", "Non voglio più vivere con questi debiti"),
        (Risk.safety, "ru", "Не хочу жить, долги"),
        (Risk.safety, "en", "I want to kill myself over this debt"),
    ],
)
def test_each_risk_is_seen(read: Read, risk: Risk, language: str, text: str) -> None:
    reading = read(text, language=language)
    (found,) = [each for each in reading.risks if each.label is risk]
    assert found.probability >= 0.5
    if risk is not Risk.privacy_exposure:
        assert found.evidence


@pytest.mark.parametrize(
    ("intent", "language", "text"),
    [
        (Intent.report_fraud, "it", "Ho ricevuto un sms sospetto con un link, chiedono il pin"),
        (Intent.report_fraud, "ru", "Звонили якобы из банка, просили код"),
        (Intent.report_fraud, "en", "Got a suspicious text with a link asking for my pin"),
        (Intent.card_problem, "it", "La carta è bloccata"),
        (Intent.card_problem, "ru", "Карту заблокировали"),
        (Intent.card_problem, "en", "My card is blocked"),
        (Intent.payment_problem, "it", "Il bonifico non è arrivato"),
        (Intent.payment_problem, "ru", "Перевод не пришёл"),
        (Intent.payment_problem, "en", "My transfer never arrived"),
        (Intent.refund_dispute, "it", "Voglio il rimborso del doppio addebito"),
        (Intent.refund_dispute, "ru", "Списали дважды, верните деньги"),
        (Intent.refund_dispute, "en", "I was charged twice and want a refund"),
        (Intent.fees_rates, "it", "Quanto costa il canone mensile?"),
        (Intent.fees_rates, "ru", "Какая комиссия и тарифы?"),
        (Intent.fees_rates, "en", "What are your monthly fees?"),
        (Intent.delivery_order, "it", "Il corriere non ha fatto la consegna del pacco"),
        (Intent.delivery_order, "ru", "Курьер не привёз посылку"),
        (Intent.delivery_order, "en", "The courier did not deliver my parcel"),
        (Intent.account_access, "it", "Non riesco ad accedere, la password non va"),
        (Intent.account_access, "ru", "Не могу войти в личный кабинет, пароль не подходит"),
        (Intent.account_access, "en", "I can't log in, the password is refused"),
        (Intent.close_account, "it", "Vorrei chiudere il conto"),
        (Intent.close_account, "ru", "Хочу закрыть счёт"),
        (Intent.close_account, "en", "I want to close my account"),
        (Intent.service_down, "it", "Il sito non funziona"),
        (Intent.service_down, "ru", "Сайт не открывается"),
        (Intent.service_down, "en", "The website is not working"),
        (Intent.product_question, "it", "Che documenti servono per aprire un conto?"),
        (Intent.product_question, "ru", "Какие документы нужны для вклада?"),
        (Intent.product_question, "en", "What documents do I need to open a joint account?"),
        (Intent.praise, "it", "Ottimo servizio, grazie mille!"),
        (Intent.praise, "ru", "Отличный сервис, спасибо большое!"),
        (Intent.praise, "en", "Excellent service, thank you!"),
        (Intent.suggestion, "it", "Sarebbe bello avere il tema scuro"),
        (Intent.suggestion, "ru", "Добавьте, пожалуйста, тёмную тему"),
        (Intent.suggestion, "en", "It would be great to have dark mode"),
        (Intent.press_inquiry, "it", "Sono una giornalista, potete darmi un commento?"),
        (Intent.press_inquiry, "ru", "Я корреспондент газеты, можно ваш комментарий?"),
        (Intent.press_inquiry, "en", "I'm a reporter, can I get a request for comment to you?"),
        (Intent.spam, "it", "Guadagna 500 euro al giorno, clicca qui, codice sconto"),
        (Intent.spam, "ru", "Заработок от 5000 рублей в день, промокод, пиши в лс"),
        (Intent.spam, "en", "Earn money from home, use my referral code, link in bio"),
        (Intent.other, "it", "Mi hanno rifiutato il mutuo"),
        (Intent.other, "ru", "Мне отказали в кредите"),
        (Intent.other, "en", "My loan was declined"),
    ],
)
def test_each_intent_is_told(read: Read, intent: Intent, language: str, text: str) -> None:
    assert read(text, language=language).intent.label is intent


# --- the rules of the taxonomy where cases meet


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Il mio IBAN è IT60X0542811101000000123456, controllate?", Urgency.danger),
        ("La mia mail è anna@example.org, mi scrivete?", Urgency.blocked),
        ("Ho perso la carta", Urgency.danger),
        ("Ho fatto ricorso all'arbitro bancario", Urgency.blocked),
        ("Chi si unisce alla class action?", Urgency.danger),
        ("Boicottate questa banca", Urgency.danger),
        ("Sono una giornalista, vorrei un commento", Urgency.hours),
        ("Perché non aggiungete il tema scuro?", Urgency.hours),
        ("Grazie, bravissimi", Urgency.none),
        ("Voglio ammazzarmi", Urgency.danger),
    ],
)
def test_urgency(read: Read, text: str, urgency: Urgency) -> None:
    assert read(text, language="it").urgency.value is urgency


@pytest.mark.parametrize(
    "text",
    [
        "Gentile cliente, il suo conto è stato sospeso, clicchi sul link e confermi i suoi dati",
        "Dear customer, your account has been suspended, click the link to verify your details",
        "Вы выиграли! Перейдите по ссылке и введите данные карты, чтобы получить приз",
    ],
)
def test_a_scam_in_the_brands_name(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.sentiment.label is Sentiment.neutral
    assert risks_of(reading) == {Risk.fraud_security}
    assert reading.intent.label is Intent.spam
    assert reading.urgency.value is Urgency.danger
    assert not reading.needs_reply.value


@pytest.mark.parametrize("text", ["Pessima.", "Avoid.", "Worst bank.", "Отстой."])
def test_a_bare_verdict(read: Read, text: str) -> None:
    reading = read(text)
    assert reading.sentiment.label is Sentiment.negative
    assert not reading.risks
    assert reading.urgency.value is Urgency.none
    assert not reading.needs_reply.value


def test_already_gone_is_other_and_leaving_is_close_account(read: Read) -> None:
    assert read("Ho già cambiato banca l'anno scorso", language="it").intent.label is Intent.other
    leaving = read("Chiudo il conto", language="it")
    assert leaving.intent.label is Intent.close_account
    assert Risk.churn in risks_of(leaving)
    assert Risk.churn not in risks_of(read("Non chiudo il conto", language="it"))


def test_closing_for_the_dead_is_no_churn(read: Read) -> None:
    reading = read("Mio padre è morto, come si chiude il conto?", language="it")
    assert Risk.churn not in risks_of(reading)


def test_terms_asked_in_theory_are_a_question(read: Read) -> None:
    reading = read("In teoria, se volessi recedere, ci sono penali?", language="it")
    assert reading.intent.label is Intent.product_question
    assert Risk.churn not in risks_of(reading)
    assert reading.sentiment.label is Sentiment.neutral


def test_a_bare_outage_is_no_complaint(read: Read) -> None:
    assert risks_of(read("app down", language="en")) == {Risk.outage}


def test_arrears_are_no_outage(read: Read) -> None:
    text = "Нет связи, отключили за неуплату"
    assert Risk.outage not in risks_of(read(text, language="ru"))


def test_a_lost_card_is_no_fraud(read: Read) -> None:
    reading = read("I lost my card", language="en")
    assert reading.intent.label is Intent.card_problem
    assert Risk.fraud_security not in risks_of(reading)


def test_a_warning_of_a_scam_is_answered(read: Read) -> None:
    reading = read("Beware of a fake website pretending to be the bank", language="en")
    assert Risk.fraud_security in risks_of(reading)
    assert reading.urgency.value is Urgency.danger
    assert reading.needs_reply.value


def test_an_office_address_is_no_exposure(read: Read) -> None:
    reading = read("Ho scritto a assistenza@banca.example e niente", language="it")
    assert [each.kind for each in reading.personal_data] == ["email"]
    assert Risk.privacy_exposure not in risks_of(reading)


def test_news_needs_no_reply(read: Read) -> None:
    text = "La banca ha annunciato l'utile del trimestre, il titolo in borsa sale"
    reading = read(text, language="it")
    assert reading.sentiment.label is Sentiment.neutral
    assert not reading.needs_reply.value
    assert not reading.risks


# --- what surrounds the text


def test_a_private_message_needs_a_reply_sooner(read: Read) -> None:
    text = "la carta è arrivata"
    public, private = (read(text, language="it", private=each) for each in (False, True))
    assert public.needs_reply.probability < private.needs_reply.probability
    assert private.needs_reply.value


def test_naming_the_brand_makes_thanks_worth_an_answer(read: Read) -> None:
    match = BrandMatch(brand="Aurora", term="Aurora", place="text", start=7, end=13)
    alone = read("Grazie Aurora", language="it").needs_reply.probability
    assert alone < read("Grazie Aurora", language="it", brands=(match,)).needs_reply.probability


def test_the_title_is_read_too(read: Read) -> None:
    reading = read("", title="Pessimo servizio", language="it")
    assert reading.sentiment.label is Sentiment.negative
    assert reading.sentiment.evidence[0].text == "Pessimo"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("", None),
        ("🦖", None),
        ("12345", None),
        ("Картка не працює вже другий день, що робити?", "uk"),
        ("Mijn kaart werkt niet meer", "nl"),
        ("البطاقة لا تعمل", "ar"),
    ],
)
def test_what_cannot_be_read_is_unscored(read: Read, text: str, language: str | None) -> None:
    sentiment = read(text, language=language).sentiment
    assert sentiment.label is None
    assert sum(sentiment.probabilities.values()) == pytest.approx(1)
    assert sentiment.evidence == ()


def test_personal_data_is_found_in_every_language(read: Read) -> None:
    reading = read("Mijn IBAN is NL91ABNA0417164300", language="nl")
    assert [each.kind for each in reading.personal_data] == ["iban"]
    assert Risk.privacy_exposure in risks_of(reading)
    assert reading.sentiment.label is None


def test_emoji_alone_are_read(read: Read) -> None:
    assert read("👍👍").sentiment.label is Sentiment.positive
    assert read("😡").sentiment.label is Sentiment.negative


@pytest.mark.parametrize(
    "text",
    [
        "PESSIMO SERVIZIO",
        "pessimooooo servizio",
        "pes\u00adsimo servizio",
        "pe\u200bssimo servizio",
        "#pessimo_servizio",
        "ｐｅｓｓｉｍｏ servizio",
    ],
)
def test_disguised_words_are_read(read: Read, text: str) -> None:
    assert read(text, language="it").sentiment.label is Sentiment.negative


def test_every_reading_names_its_model_and_says_that_it_is_the_fallback(read: Read) -> None:
    reading = read("ciao", language="it")
    assert reading.degraded
    assert reading.model.name == "lexicon"
    assert len(reading.model.sha256) == 64
