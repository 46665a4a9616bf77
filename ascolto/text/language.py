# SPDX-License-Identifier: Apache-2.0
"""Which language a post is written in, told at ingest by py3langid."""

from __future__ import annotations

import re
from threading import Lock
from typing import Protocol

from ascolto.model import Language

UNKNOWN = Language(code="und", confidence=0.0)

# The languages that many posts are written in, and those that fewer are. A post that could be
# either is taken for one of the first: `_RARE_WEIGHT` is how many times less likely the others
# are before a word is read. Without it, short Russian posts were taken for Kyrgyz or Macedonian
# (80 % right on RuSentiTweet cut to ten words, 96 % with it).
_COMMON = ("ar", "de", "en", "es", "fr", "hi", "it", "pt", "ru")
_RARER = (
    "af am az be bg bn bs ca cs cy da el et eu fa fi ga gl gu he hr hu hy id is ja ka kk km kn "
    "ko ky lo lt lv mk ml mn mr ms mt my ne nl no pa pl ps ro si sk sl sq sr sv sw ta te th tl "
    "tr uk ur uz vi zh"
)
_RARE_WEIGHT = 0.2
_SPOKEN_ARABIC = {"arz": "ar", "ary": "ar"}

_READ = 4000  # code points; the language of a text shows long before
_LEAST_LETTERS = 4
_LEAST_CONFIDENCE = 0.4  # below, more than one guess in five was wrong

_NOT_WORDS = re.compile(
    r"(?:https?://|www\.)\S+"  # links
    r"|\S{1,64}@\S+"  # e-mail
    r"|@\w+"  # handles
    r"|[\d_#]"
)


class _Identifier(Protocol):
    def rank(self, text: str) -> list[tuple[str, float]]: ...


_lock = Lock()
_loaded: list[_Identifier] = []


def identify(text: str) -> Language:
    """The language of the text, from its first 4,000 code points.

    Links, e-mail addresses, handles, digits and the ``#`` of hashtags are left
    out first. ``und`` when fewer than four letters are left or when no language
    is likely enough. The confidence is roughly how often such an answer is
    right. The first call loads the model (below a second, about 80 MB); calls
    may come from any thread.
    """
    words = " ".join(_NOT_WORDS.sub(" ", text[:_READ]).split())
    if sum(map(str.isalpha, words)) < _LEAST_LETTERS:
        return UNKNOWN
    weights: dict[str, float] = {}
    for label, probability in _identifier().rank(words):
        code = _SPOKEN_ARABIC.get(label, label)
        weight = 1.0 if code in _COMMON else _RARE_WEIGHT
        weights[code] = weights.get(code, 0.0) + weight * probability
    code = max(weights, key=lambda each: weights[each])
    confidence = round(weights[code] / sum(weights.values()), 4)
    if confidence < _LEAST_CONFIDENCE:
        return UNKNOWN
    return Language(code=code, confidence=confidence)


def _identifier() -> _Identifier:
    if _loaded:
        return _loaded[0]
    with _lock:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def _load() -> _Identifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415  # imports numpy

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages((*_COMMON, *_RARER.split(), *_SPOKEN_ARABIC))
    loaded: _Identifier = identifier
    return loaded
