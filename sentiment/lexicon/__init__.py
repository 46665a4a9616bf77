# SPDX-License-Identifier: Apache-2.0
"""The fallback reader: words and rules, in seven languages."""

from sentiment.lexicon.analyzer import LexiconAnalyzer

__all__ = ["LexiconAnalyzer"]
