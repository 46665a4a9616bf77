# SPDX-License-Identifier: Apache-2.0
"""A text that never prints itself."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

_ENVIRONMENT = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Secret:
    """A secret from the settings; ``str``, ``repr`` and JSON all show ``<secret>``.

    In the YAML it is written ``${NAME}`` (environment variable), ``file:PATH``
    (first line of a file), or as it is. A missing variable or file is an error
    when the settings are read.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The secret itself, for the one place that needs it."""
        return self._value

    def __str__(self) -> str:
        return "<secret>"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    @classmethod
    def parse(cls, written: str) -> Secret:
        """Read a secret as written in the settings. Raises ValueError."""
        if written.startswith("file:"):
            path = Path(written.removeprefix("file:")).expanduser()
            try:
                value = path.read_text("utf-8").partition("\n")[0].strip()
            except OSError as error:
                raise ValueError(f"cannot read the secret from {path}: {error}") from None
            except ValueError:
                raise ValueError(f"cannot read the secret from {path}: not UTF-8") from None
            if not value:
                raise ValueError(f"cannot read the secret from {path}: its first line is empty")
            return cls(value)

        def variable(match: re.Match[str]) -> str:
            name = match.group(1)
            if name not in os.environ:
                raise ValueError(f"the environment variable {name} is not set")
            return os.environ[name]

        value = _ENVIRONMENT.sub(variable, written)
        if not value:
            raise ValueError(f"the secret {written} is empty; give the variable a value")
        return cls(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        def validate(value: Any) -> Secret:
            if isinstance(value, Secret):
                return value
            if not isinstance(value, str) or not value:
                raise ValueError("a secret is a text: ${NAME}, file:PATH, or the secret itself")
            return cls.parse(value)

        return core_schema.no_info_plain_validator_function(
            validate, serialization=core_schema.to_string_ser_schema()
        )
