# SPDX-License-Identifier: Apache-2.0
"""How right an analyzer is, per field and language, beside always saying the commonest."""

from sentiment.evaluation.evaluate import evaluate
from sentiment.evaluation.posts import LabelledPost, load_posts, shipped_posts
from sentiment.evaluation.report import Report, table

__all__ = ["LabelledPost", "Report", "evaluate", "load_posts", "shipped_posts", "table"]
