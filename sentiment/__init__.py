# SPDX-License-Identifier: Apache-2.0
"""Reading mentions: the seam for models, and the fallback that is always there."""

from __future__ import annotations

from sentiment.analyzer import Analyzer


def load_analyzer() -> Analyzer:
    """The best analyzer that this installation has; loads what it needs on the first call."""
    from sentiment.lexicon import LexiconAnalyzer  # noqa: PLC0415  # reads its terms when imported

    return LexiconAnalyzer()
