# SPDX-License-Identifier: Apache-2.0
"""The documentation is true: its commands run, its tables are those of the code."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

from ascolto.cli import ascolto
from ascolto.settings_table import page
from sentiment import load_analyzer
from sentiment.evaluation import evaluate, shipped_posts

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_settings_page_is_the_one_generated() -> None:
    written = (ROOT / "docs/settings.md").read_text("utf-8")
    assert written == page(), "run: python -m ascolto.settings_table > docs/settings.md"


def test_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in ascolto.list_commands(None):  # type: ignore[arg-type]
        assert f"`ascolto {name}" in readme, name


def test_links_between_documents_lead_somewhere() -> None:
    for document in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", document.read_text("utf-8")):
            assert (document.parent / target).exists(), f"{document.name} links to {target}"


def test_every_command_of_the_tutorial_runs(tmp_path: Path) -> None:
    tutorial = (ROOT / "docs/tutorial.md").read_text("utf-8")
    blocks = re.findall(r"```sh\n(.*?)```", tutorial, re.DOTALL)
    assert len(blocks) >= 6
    script = "set -eum\n" + "\n".join(blocks).replace("8080", str(free_port()))
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
    }
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    log = tmp_path / "service.log"
    told = log.read_text("utf-8") if log.exists() else ""
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}\n{told}"
    assert "urgent" in done.stdout


def test_reading_figures_are_those_of_the_reader() -> None:
    written = (ROOT / "docs/reading.md").read_text("utf-8")
    report = evaluate(load_analyzer(), shipped_posts())
    for field, figures in report.groups["all"].items():
        row = f"{100 * figures.accuracy:.1f} ({100 * figures.baseline_accuracy:.1f})"
        assert row in written, f"{field}: {row}"
