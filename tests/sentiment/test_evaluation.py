# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ascolto.errors import BadInput
from ascolto.model import Mention, ModelId, Reading
from sentiment.analyzer import Analyzer
from sentiment.evaluation import evaluate, load_posts, shipped_posts, table
from sentiment.evaluation.scores import accuracy, commonest, f1, f1_per_label, quadratic_kappa

POST = {
    "id": "1",
    "language": "it",
    "text": "Banca Aurora, grazie!",
    "brand": "Banca Aurora",
    "private": False,
    "sentiment": "positive",
    "risks": [],
    "intent": "praise",
    "needs_reply": True,
    "urgency": 0,
    "personal_data": [],
}


class Parrot:
    """Says of every post what the real analyzer says of one text."""

    def __init__(self, analyzer: Analyzer, text: str) -> None:
        self._analyzer = analyzer
        self._text = text

    @property
    def model(self) -> ModelId:
        return self._analyzer.model

    def read(self, mentions: Sequence[Mention]) -> list[Reading]:
        return self._analyzer.read([m.model_copy(update={"text": self._text}) for m in mentions])


def write(folder: Path, *posts: object) -> Path:
    file = folder / "posts.jsonl"
    file.write_text("\n".join(json.dumps(post) for post in posts) + "\n")
    return file


def test_posts_are_loaded(tmp_path: Path) -> None:
    (post,) = load_posts(write(tmp_path, POST))
    mention = post.mention()
    assert mention.native_id == "1"
    assert mention.language.code == "it"
    assert mention.brands[0].term == "Banca Aurora"
    assert (mention.brands[0].start, mention.brands[0].end) == (0, 12)


def test_a_wrong_line_is_named_without_its_text(tmp_path: Path) -> None:
    wrong = POST | {"intent": "Banca Aurora, grazie!"}
    with pytest.raises(BadInput, match=r"posts.jsonl, line 2: intent: ") as caught:
        load_posts(write(tmp_path, POST, wrong))
    assert "grazie" not in str(caught.value)


def test_scores() -> None:
    assert accuracy("aab", "abb") == pytest.approx(2 / 3)
    assert accuracy("", "") == 0
    assert f1([True, True, False], [True, False, True]) == pytest.approx(0.5)
    assert f1([True], [False]) == 0
    assert f1_per_label("aab", "abb") == pytest.approx({"a": 2 / 3, "b": 2 / 3})
    assert commonest("abb") == "b"
    assert quadratic_kappa([0, 1, 2, 3], [0, 1, 2, 3]) == 1
    assert quadratic_kappa([0, 3], [3, 0]) == -1
    assert quadratic_kappa([0, 1, 2, 3], [1, 1, 1, 1]) == pytest.approx(0)
    assert quadratic_kappa([1, 1], [1, 1]) == 0


def test_always_the_same_answer_is_no_better_than_the_baseline(
    analyzer: Analyzer, tmp_path: Path
) -> None:
    posts = load_posts(
        write(
            tmp_path,
            POST,
            POST | {"id": "2", "text": "Che ore sono a Roma?", "sentiment": "neutral"},
            POST | {"id": "3", "text": "Grazie di tutto, bravi!"},
        )
    )
    figures = evaluate(Parrot(analyzer, "Grazie mille, ottimi!"), posts).groups["all"]["sentiment"]
    assert figures.accuracy == figures.baseline_accuracy == pytest.approx(2 / 3)
    assert figures.macro_f1 == figures.baseline_macro_f1 == pytest.approx(0.4)
    assert figures.posts == 3


def test_no_posts_are_refused(analyzer: Analyzer) -> None:
    with pytest.raises(ValueError, match="no posts"):
        evaluate(analyzer, [])


def test_the_table_holds_every_group_and_field(analyzer: Analyzer, dev_posts: Path) -> None:
    report = evaluate(analyzer, load_posts(dev_posts))
    printed = table(report)
    assert set(report.groups) == {"all", "it", "ru", "en"}
    for field in report.groups["all"]:
        assert printed.count(f" {field} ") == 4
    assert "kappa" in printed
    assert "kappa" not in table(report, details=False)


def test_better_than_the_commonest_answer_on_posts_nobody_tuned_on(analyzer: Analyzer) -> None:
    report = evaluate(analyzer, shipped_posts())
    for field, figures in report.groups["all"].items():
        assert figures.accuracy > figures.baseline_accuracy, field
        assert figures.macro_f1 > figures.baseline_macro_f1, field
    for risk, found in report.groups["all"]["risks"].details.items():
        assert found > 0, risk
    for language in ("it", "ru", "en"):
        for field in ("sentiment", "intent"):
            figures = report.groups[language][field]
            assert figures.accuracy > figures.baseline_accuracy, (language, field)
            assert figures.macro_f1 > figures.baseline_macro_f1, (language, field)
