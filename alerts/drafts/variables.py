# SPDX-License-Identifier: Apache-2.0
"""What a template may say besides its own words: the owner's settings, and a plain first name."""

from __future__ import annotations

import re
import unicodedata

from ascolto.model import Medium, Mention, Record
from ascolto.settings import Brand

_WORD = re.compile(r"[^\W\d_]{2,20}")


class Variables(Record):
    """The trusted variables of a draft; the names are those in the templates."""

    brand: str
    signature: str
    contact: str | None = None
    opening_hours: str | None = None
    name: str | None = None
    can_message: bool = False

    @property
    def owners_texts(self) -> tuple[str, ...]:
        """What comes from the settings, longest first: trusted, whatever it looks like."""
        texts = {self.brand, self.signature, self.contact, self.opening_hours}
        return tuple(sorted((text for text in texts if text), key=len, reverse=True))


def variables_for(
    brand: Brand, mention: Mention, medium: Medium | None, *, script: str
) -> Variables:
    """The variables for an answer of a brand to a mention, in a language of this script."""
    return Variables(
        brand=brand.name,
        signature=brand.signature or brand.name,
        contact=brand.contact,
        opening_hours=brand.opening_hours,
        name=_first_name(mention, brand, script),
        can_message=medium is not None and medium is not Medium.by_hand,
    )


def _first_name(mention: Mention, brand: Brand, script: str) -> str | None:
    """The author's first name, when the display name is surely one.

    Two or three words of letters in the script of the answer, each with one
    capital at its beginning; no word of it stands in the post or in the
    brand's names, so that nothing can be put into our mouth this way.
    """
    words = unicodedata.normalize("NFC", mention.author.name or "").split()
    if len(words) not in (2, 3) or not all(_is_name(word, script) for word in words):
        return None
    taken = f"{mention.body} {brand.name} {' '.join(brand.aliases)}".casefold()
    if any(word.casefold() in taken for word in words):
        return None
    return words[0]


def _is_name(word: str, script: str) -> bool:
    if not _WORD.fullmatch(word) or word != word[0].upper() + word[1:].lower():
        return False
    return all(unicodedata.name(letter, "").startswith(script) for letter in word)
