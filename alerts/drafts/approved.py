# SPDX-License-Identifier: Apache-2.0
"""The approved answers: one file per language, read once.

A template gets trusted variables only (see `alerts.drafts.variables`); nothing
of a post is ever a template or a variable.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from pydantic import model_validator

from ascolto.model import Record

Part = Literal["public", "invite", "private"]

# Plain text comes out of it, and whoever shows it escapes it.
_JINJA = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


class Sentence(Record):
    """One approved sentence; an optional one goes first when an answer is too long."""

    text: str
    optional: bool = False

    @model_validator(mode="before")
    @classmethod
    def _plain(cls, written: Any) -> Any:
        return {"text": written} if isinstance(written, str) else written


class Approved(Record):
    """The answers of one language. Its keys are explained in `templates/it.toml`."""

    code: str
    language: str
    script: str
    rituals: Mapping[str, str]
    shared: Mapping[str, Sentence]
    answers: Mapping[str, Mapping[Part, tuple[Sentence, ...]]]

    def part(self, answer: str, part: Part) -> tuple[Sentence, ...]:
        """The sentences of a part; empty when there is no such answer."""
        return tuple(self.answers.get(answer, {}).get(part, ()))


@cache
def languages() -> tuple[str, ...]:
    """The ISO 639-1 codes that have approved answers, sorted."""
    names = (entry.name for entry in files(__package__).joinpath("templates").iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def approved(code: str) -> Approved | None:
    """The answers of a language, None when there are none."""
    if code not in languages():
        return None
    text = files(__package__).joinpath("templates", f"{code}.toml").read_text("utf-8")
    return Approved.model_validate({"code": code, **tomllib.loads(text)})


@cache
def template(source: str) -> Template:
    """One compiled sentence."""
    return _JINJA.from_string(source)
