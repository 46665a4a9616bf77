# SPDX-License-Identifier: Apache-2.0
"""The seam behind which every model stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ascolto.model import Mention, ModelId, Reading


class Analyzer(Protocol):
    """Reads mentions."""

    @property
    def model(self) -> ModelId:
        """Which model speaks; every Reading names it."""

    def read(self, mentions: Sequence[Mention]) -> list[Reading]:
        """One Reading for each mention, in their order, with the mention's id.

        The same mention gets the same Reading whatever stands beside it. Spans
        are code points of `Mention.body`. Raises nothing for any text; a
        failure of the model itself (missing, out of memory) is an exception,
        and the mentions stay unread.
        """
