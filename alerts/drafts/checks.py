# SPDX-License-Identifier: Apache-2.0
"""The tests that a draft has to pass before anybody sees it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence

from alerts.drafts.approved import Approved
from alerts.drafts.variables import Variables
from ascolto.model import DraftCheck, PersonalData
from ascolto.platforms.abilities import Abilities

FindPersonalData = Callable[[str], Sequence[PersonalData]]

_LINK = re.compile(r"://|www\.|@\w|\b[\w-]+\.[^\W\d_]{2,}\b", re.IGNORECASE)
_PLACEHOLDER = re.compile(r"\{[{%#]|[%#}]\}|<[^>]*>|\[[^\]]*\]|\b(?:TODO|XXX|None|undefined)\b")


class Checks:
    """Tests the parts of one draft; ``lengths`` says what each part may be long."""

    def __init__(
        self,
        approved: Approved,
        variables: Variables,
        lengths: Mapping[str, Abilities],
        find_personal_data: FindPersonalData,
    ) -> None:
        self._approved = approved
        self._variables = variables
        self._lengths = lengths
        self._find = find_personal_data

    def run(self, parts: Mapping[str, str]) -> tuple[DraftCheck, ...]:
        """Every test by name; ``parts`` are the texts by ``public`` and ``private``."""
        tests = {
            "length": self._too_long,
            "personal_data": self._personal_data,
            "links": self._foreign_link,
            "language": self._wrong_script,
            "placeholders": self._placeholder,
        }
        checks = []
        for name, test in tests.items():
            faults = [
                f"{part}: {fault}" for part, text in parts.items() if (fault := test(part, text))
            ]
            passed = "; ".join(f"{part}: {self._praise(name, part)}" for part in parts)
            detail = "; ".join(faults) or passed
            checks.append(DraftCheck(name=name, passed=not faults, detail=detail))
        return tuple(checks)

    def _praise(self, name: str, part: str) -> str:
        able = self._lengths[part]
        return {
            "length": f"at most {able.limit} {able.unit}",
            "personal_data": "none",
            "links": "none but the brand's contact",
            "language": self._approved.language,
            "placeholders": "none left",
        }[name]

    def _too_long(self, part: str, text: str) -> str | None:
        able = self._lengths[part]
        return None if able.fits(text) else f"longer than {able.limit} {able.unit}"

    def _personal_data(self, part: str, text: str) -> str | None:
        """What is found inside the owner's own texts (a phone to call) is no customer's data."""
        ours = [
            (start, start + len(trusted))
            for trusted in self._variables.owners_texts
            for start in _places(text, trusted)
        ]
        kinds = {
            found.kind
            for found in self._find(text)
            if not any(start <= found.start and found.end <= end for start, end in ours)
        }
        return f"holds {', '.join(sorted(kinds))}" if kinds else None

    def _foreign_link(self, part: str, text: str) -> str | None:
        for allowed in (self._variables.contact, self._variables.brand):
            text = text.replace(allowed, " ") if allowed else text
        return "holds a link that is not the brand's contact" if _LINK.search(text) else None

    def _wrong_script(self, part: str, text: str) -> str | None:
        """Most letters of our own words are in the script of the language."""
        for trusted in self._variables.owners_texts:
            text = text.replace(trusted, " ")
        letters = [letter for letter in text if letter.isalpha()]
        right = sum(unicodedata.name(x, "").startswith(self._approved.script) for x in letters)
        fits = letters and right >= 0.9 * len(letters)
        return None if fits else f"is not written in {self._approved.language}"

    def _placeholder(self, part: str, text: str) -> str | None:
        return "an empty place was left" if _PLACEHOLDER.search(text) else None


def _places(text: str, part: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(part), text)]
