# SPDX-License-Identifier: Apache-2.0
"""Writes a draft out of approved sentences, or says why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.drafts.approved import Approved, Part, Sentence, approved, languages, template
from alerts.drafts.checks import Checks, FindPersonalData
from alerts.drafts.variables import Variables, variables_for
from alerts.matter import Matter
from ascolto.model import (
    Channel,
    ChannelChoice,
    Draft,
    Intent,
    Medium,
    Mention,
    Risk,
    SourcedSentence,
)
from ascolto.platforms.abilities import BY_MEDIUM, Abilities
from ascolto.settings import Brand

_PARTS: dict[Channel, tuple[Part, ...]] = {
    Channel.public_reply: ("public",),
    Channel.public_then_private: ("invite", "private"),
    Channel.private_only: ("private",),
}

# What follows the sentences of an answer, in this order; when it is too long, the last
# ones go first.
_EXTRAS: dict[Part, tuple[str, ...]] = {
    "public": ("help",),
    "invite": ("contact", "keep_data"),
    "private": ("remove_data", "no_codes", "hours"),
}

# Nothing is left to ask after these.
_COMPLETE = ("praise", "suggestion", "scam_warning")

# Where an impostor would ask next: these answers say what we never ask for.
_TEMPTING = ("report_fraud", "card_problem", "payment_problem", "refund_dispute", "account_access")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A rendered sentence and the template that it comes from."""

    text: str
    source: str
    optional: bool = False


class DraftWriter:
    """Writes drafts; the detector of personal data is handed in."""

    def __init__(self, find_personal_data: FindPersonalData) -> None:
        self._find = find_personal_data

    def write(
        self, mention: Mention, language: str, brand: Brand, matter: Matter, choice: ChannelChoice
    ) -> Draft:
        """The draft for a matter in the language of its post, or why there is none.

        A draft is made for every channel that an author is answered on, also
        when nothing can be reached now: then a person carries it.
        """
        refusal = self._refusal(language, choice)
        answers = approved(language)
        if refusal or answers is None:
            return Draft(language=language, none_because=refusal)
        parts = _PARTS[choice.label]
        answer = _answer(answers, matter, choice.label, parts)
        if answer is None:
            reason = f"no approved answer in {answers.language} fits {matter.intent}"
            return Draft(language=language, none_because=reason)
        variables = variables_for(brand, mention, choice.medium, script=answers.script)
        lengths = {part: _length(part, matter, choice) for part in parts}
        written = {
            part: _fitting(
                _sentences(answers, answer, part, matter, variables), part, lengths[part]
            )
            for part in parts
        }
        return self._checked(answers, variables, lengths, written)

    def _refusal(self, language: str, choice: ChannelChoice) -> str | None:
        why = choice.options[0].reasons[0] if choice.options else str(choice.label)
        if choice.label is Channel.human_only:
            return f"a person decides: {why}"
        if choice.label is Channel.no_reply:
            return f"no answer is due: {why}"
        if language == "und":
            return "the language of the post could not be told"
        if approved(language) is None:
            return f"no approved answers in the language {language}; there are {_known()}"
        return None

    def _checked(
        self,
        answers: Approved,
        variables: Variables,
        lengths: dict[Part, Abilities],
        written: dict[Part, list[_Sentence]],
    ) -> Draft:
        names = {part: "private" if part == "private" else "public" for part in written}
        texts = {names[part]: _joined(part, sentences) for part, sentences in written.items()}
        limits = {names[part]: length for part, length in lengths.items()}
        checks = Checks(answers, variables, limits, self._find).run(texts)
        failed = [check for check in checks if not check.passed]
        if failed:
            reason = f"the check {failed[0].name!r} failed ({failed[0].detail})"
            return Draft(language=answers.code, checks=checks, none_because=reason)
        sources = tuple(
            SourcedSentence(sentence=sentence.text, source=sentence.source)
            for sentences in written.values()
            for sentence in sentences
        )
        return Draft(
            public=texts.get("public"),
            private=texts.get("private"),
            language=answers.code,
            sources=sources,
            checks=checks,
        )


def _known() -> str:
    return ", ".join(languages())


def _answer(answers: Approved, matter: Matter, label: Channel, parts: Sequence[Part]) -> str | None:
    """The first answer that has every part; the general one is the last resort."""
    candidates = [_special(matter, label), str(matter.intent)]
    if matter.intent not in (Intent.spam, Intent.press_inquiry):
        candidates.append("other")
    for name in candidates:
        if name and all(answers.part(name, part) for part in parts):
            return name
    return None


def _special(matter: Matter, label: Channel) -> str | None:
    """An answer that the risks ask for, before the one for the intent."""
    if Risk.safety in matter.risks:
        return "hardship"
    if label is Channel.public_reply and Risk.fraud_security in matter.risks:
        return "scam_warning"
    if Risk.fraud_security in matter.risks and matter.intent is not Intent.card_problem:
        return "report_fraud"
    if Risk.outage in matter.risks and matter.intent in (Intent.service_down, Intent.other):
        return "outage"
    if Risk.churn in matter.risks and matter.intent is Intent.other:
        return "churn"
    return None


def _sentences(
    answers: Approved, answer: str, part: Part, matter: Matter, variables: Variables
) -> list[_Sentence]:
    """Greeting, answer, what is added to it, closing; sentences that render empty are left out."""
    code = answers.code
    kind = "private" if part == "private" else "public"
    greeting, closing = f"greeting_{kind}", f"closing_{kind}"
    plan = [(f"{code}.rituals.{greeting}", Sentence(text=answers.rituals[greeting]))]
    plan += [(f"{code}.{answer}.{part}", sentence) for sentence in answers.part(answer, part)]
    plan += [(f"{code}.shared.{x}", answers.shared[x]) for x in _extras(answer, part, matter)]
    plan += [(f"{code}.rituals.{closing}", Sentence(text=answers.rituals[closing]))]
    values = variables.model_dump()
    rendered = [(template(part.text).render(values), name, part.optional) for name, part in plan]
    return [_Sentence(text, name, optional) for text, name, optional in rendered if text]


def _extras(answer: str, part: Part, matter: Matter) -> list[str]:
    """The shared sentences that suit an answer."""
    unsuited = set()
    if answer not in _TEMPTING:
        unsuited.add("no_codes")
    if answer in _COMPLETE:
        unsuited.add("help")
    if not matter.shows_data or matter.private:
        unsuited.add("remove_data")
    return [name for name in _EXTRAS[part] if name not in unsuited]


def _length(part: Part, matter: Matter, choice: ChannelChoice) -> Abilities:
    """What a part may be long: the private one is measured by the way it travels.

    Where that is not known, as a direct message: the shortest of the private ways.
    """
    if part != "private":
        return matter.abilities
    way = choice.medium
    return BY_MEDIUM[Medium.direct_message if way in (None, Medium.by_hand) else way]


def _fitting(sentences: list[_Sentence], part: Part, able: Abilities) -> list[_Sentence]:
    """The sentences without the optional ones that made the answer too long, last ones first."""
    kept = list(sentences)
    for sentence in reversed(sentences):
        if able.fits(_joined(part, kept)):
            break
        if sentence.optional:
            kept.remove(sentence)
    return kept


def _joined(part: Part, sentences: Sequence[_Sentence]) -> str:
    """A public answer is one paragraph; a private one is set like a letter."""
    greeting, *body, closing = [sentence.text for sentence in sentences]
    if part != "private":
        return f"{' '.join((greeting, *body))}\n{closing}"
    return f"{greeting}\n\n{' '.join(body)}\n\n{closing}"
