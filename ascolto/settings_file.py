# SPDX-License-Identifier: Apache-2.0
"""Reads the settings from YAML; every error names file, line, reason and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.reader import ReaderError

from ascolto.errors import SettingsError
from ascolto.settings import FaultAt, Settings

Location = Sequence[str | int]


class SettingsFile:
    """A settings file and where everything stands in it."""

    def __init__(self, path: Path, settings: Settings, tree: Any) -> None:
        self.path = path
        self.settings = settings
        self._tree = tree

    def line(self, location: Location) -> int:
        """The line (from 1) of the deepest part of a location that stands in the file."""
        return _line(self._tree, location)

    def error(self, location: Location, reason: str) -> SettingsError:
        """An error about one place, for parts that check their own options."""
        return SettingsError(f"{self.path}:{self.line(location)}: {_dotted(location)}: {reason}")


def read_settings(path: Path) -> SettingsFile:
    """Read and check a settings file. Raises SettingsError with every fault found."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file; write one with `ascolto init`") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    return parse_settings(text, path)


def parse_settings(text: str, path: Path) -> SettingsFile:
    """Check settings that were already read; ``path`` is for messages and relative files."""
    try:
        tree = _load(text, path)
        settings = Settings.model_validate(_plain(tree))
    except RecursionError:
        raise SettingsError(f"{path}:1: nested too deep; write it flat, without loops") from None
    except ValidationError as error:
        raise SettingsError("\n".join(_faults(error, tree, path))) from None
    store = settings.store
    if not store.path.is_absolute():
        store = store.model_copy(update={"path": (path.parent / store.path).resolve()})
        settings = settings.model_copy(update={"store": store})
    return SettingsFile(path, settings, tree)


def _load(text: str, path: Path) -> CommentedMap:
    try:
        tree = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        # A duplicate key is told with its values, and those may be secret.
        problem = str(error.problem).partition(" with value ")[0]
        raise SettingsError(f"{path}:{line}: not YAML: {problem}") from None
    except ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise SettingsError(f"{path}:{line}: not YAML: {error.reason}; take it out") from None
    if not isinstance(tree, CommentedMap):
        raise SettingsError(f"{path}:1: the file must hold keys such as `brands:`")
    return tree


def _faults(error: ValidationError, tree: Any, path: Path) -> list[str]:
    faults = []
    found = error.errors(include_url=False, include_input=False)
    for fault in found:
        location = fault["loc"]
        if fault["type"] == "too_short" and any(
            len(other["loc"]) > len(location) and other["loc"][: len(location)] == location
            for other in found
        ):
            continue  # an echo: the list is short only because its items have faults
        together = fault.get("ctx", {}).get("error")
        if isinstance(together, FaultAt):
            location = together.location
        reason = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            reason = _unknown(location)
        elif fault["type"] == "missing":
            reason = "is missing; add it"
        place = f"{path}:{_line(tree, location)}: "
        faults.append(place + (f"{_dotted(location)}: {reason}" if location else reason))
    return faults


def _unknown(location: Location) -> str:
    known = _known_keys(location[:-1])
    near = difflib.get_close_matches(str(location[-1]), known, n=1)
    meant = f"; did you mean `{near[0]}`?" if near else ""
    return f"unknown key{meant or '; known: ' + ', '.join(known)}"


def _known_keys(location: Location) -> list[str]:
    model: Any = Settings
    for step in location:
        if isinstance(step, int):
            continue
        annotation = model.model_fields[step].annotation
        inner = [annotation, *getattr(annotation, "__args__", ())]
        model = next((a for a in inner if isinstance(a, type) and issubclass(a, BaseModel)), None)
        if model is None:
            return []
    return sorted(model.model_fields)


def _line(tree: Any, location: Location) -> int:
    line = 0
    node = tree
    for step in location:
        try:
            if isinstance(node, CommentedMap):
                step = next(key for key in node if str(key) == step)  # noqa: PLW2901
                line = node.lc.key(step)[0]
            elif isinstance(node, CommentedSeq) and isinstance(step, int):
                line = node.lc.item(step)[0]
            else:
                break
            node = node[step]
        except (KeyError, IndexError, StopIteration):
            break
    return int(line) + 1


def _dotted(location: Location) -> str:
    written = ""
    for step in location:
        written += f"[{step}]" if isinstance(step, int) else f".{step}" if written else step
    return written


def _plain(node: Any) -> Any:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    return node
