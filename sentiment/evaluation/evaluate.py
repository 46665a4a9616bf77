# SPDX-License-Identifier: Apache-2.0
"""Compares what an analyzer says with what a person said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ascolto.model import Reading
from sentiment.analyzer import Analyzer
from sentiment.evaluation import scores
from sentiment.evaluation.posts import LabelledPost
from sentiment.evaluation.report import OVERALL, Figures, Report

_Pairs = Sequence[tuple[LabelledPost, Reading]]

_LABELS: Mapping[str, tuple[Callable[[LabelledPost], object], Callable[[Reading], object]]] = {
    "language": (lambda post: post.language, lambda reading: reading.language.code),
    "sentiment": (lambda post: post.sentiment, lambda reading: reading.sentiment.label),
    "intent": (lambda post: post.intent, lambda reading: reading.intent.label),
    "needs_reply": (lambda post: post.needs_reply, lambda reading: reading.needs_reply.value),
    "urgency": (lambda post: post.urgency, lambda reading: reading.urgency.value),
}
_SETS: Mapping[
    str, tuple[Callable[[LabelledPost], frozenset[str]], Callable[[Reading], frozenset[str]]]
] = {
    "risks": (
        lambda post: frozenset(post.risks),
        lambda reading: frozenset(risk.label for risk in reading.risks),
    ),
    "personal_data": (
        lambda post: frozenset(post.personal_data),
        lambda reading: frozenset(each.kind for each in reading.personal_data),
    ),
}


def evaluate(analyzer: Analyzer, posts: Sequence[LabelledPost]) -> Report:
    """Reads the posts and counts, over all and per labelled language.

    An unscored sentiment counts as wrong where a person gave one.
    Raises ValueError without posts.
    """
    if not posts:
        raise ValueError("there are no posts to evaluate on")
    pairs = list(zip(posts, analyzer.read([post.mention() for post in posts]), strict=True))
    groups: dict[str, _Pairs] = {OVERALL: pairs}
    for language in sorted({post.language for post in posts}):
        groups[language] = [pair for pair in pairs if pair[0].language == language]
    return Report(analyzer.model, {name: _fields(group) for name, group in groups.items()})


def _fields(pairs: _Pairs) -> dict[str, Figures]:
    figures = {
        name: _of_labels([gold(post) for post, _ in pairs], [said(read) for _, read in pairs])
        for name, (gold, said) in _LABELS.items()
    }
    figures |= {
        name: _of_sets([gold(post) for post, _ in pairs], [said(read) for _, read in pairs])
        for name, (gold, said) in _SETS.items()
    }
    kappa = scores.quadratic_kappa(
        [post.urgency for post, _ in pairs], [read.urgency.value for _, read in pairs]
    )
    urgency = figures["urgency"]
    details = {"kappa": kappa, **urgency.details}
    return figures | {"urgency": replace(urgency, details=details)}


def _of_labels(gold: Sequence[object], said: Sequence[object]) -> Figures:
    per_label = scores.f1_per_label(gold, said)
    baseline = [scores.commonest(gold)] * len(gold)
    return Figures(
        posts=len(gold),
        accuracy=scores.accuracy(gold, said),
        macro_f1=scores.mean(per_label.values()),
        baseline_accuracy=scores.accuracy(gold, baseline),
        baseline_macro_f1=scores.mean(scores.f1_per_label(gold, baseline).values()),
        details={str(label): value for label, value in per_label.items()},
    )


def _of_sets(gold: Sequence[frozenset[str]], said: Sequence[frozenset[str]]) -> Figures:
    labels = sorted(frozenset().union(*gold))
    per_label = {
        label: scores.f1([label in each for each in gold], [label in each for each in said])
        for label in labels
    }
    commonest = scores.commonest(gold)
    baseline = scores.mean(
        scores.f1([label in each for each in gold], [label in commonest] * len(gold))
        for label in labels
    )
    return Figures(
        posts=len(gold),
        accuracy=scores.accuracy(gold, said),
        macro_f1=scores.mean(per_label.values()),
        baseline_accuracy=scores.accuracy(gold, [commonest] * len(gold)),
        baseline_macro_f1=baseline,
        details=per_label,
    )
