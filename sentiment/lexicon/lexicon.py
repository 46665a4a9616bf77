# SPDX-License-Identifier: Apache-2.0
"""The terms of each language, read from ``terms/*.toml``."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from sentiment.lexicon.concepts import CONCEPTS
from sentiment.lexicon.matcher import Matcher

EVERYWHERE = "emoji"
"""The file whose terms hold in every language."""


@dataclass(frozen=True)
class Lexicon:
    """One matcher per language, and the digest of all that went in."""

    matchers: Mapping[str, Matcher]
    sha256: str


@cache
def load_lexicon() -> Lexicon:
    """Reads the package's files. Raises ValueError for a concept that no rule knows."""
    folder = resources.files(__package__)
    files = _files(folder / "terms", ".toml")
    terms = {name: _terms(name, content) for name, content in files.items()}
    shared = terms.pop(EVERYWHERE)
    matchers = {language: Matcher(_joined(own, shared)) for language, own in terms.items()}
    return Lexicon(matchers, _digest(files | _files(folder, ".py") | _files(folder, ".toml")))


def _files(folder: Traversable, suffix: str) -> dict[str, bytes]:
    found = [each for each in folder.iterdir() if each.name.endswith(suffix)]
    return {
        each.name.removesuffix(suffix): each.read_bytes()
        for each in sorted(found, key=lambda one: one.name)
    }


def _terms(name: str, content: bytes) -> dict[str, list[str]]:
    table: dict[str, str] = tomllib.loads(content.decode())
    unknown = table.keys() - CONCEPTS
    if unknown:
        raise ValueError(f"{name}.toml: no rule knows {sorted(unknown)}")
    return {
        concept: [term.strip() for term in written.replace("\n", ",").split(",") if term.strip()]
        for concept, written in table.items()
    }


def _joined(own: dict[str, list[str]], shared: dict[str, list[str]]) -> dict[str, list[str]]:
    return {concept: own.get(concept, []) + shared.get(concept, []) for concept in own | shared}


def _digest(files: Mapping[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()
