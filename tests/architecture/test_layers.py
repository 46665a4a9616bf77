# SPDX-License-Identifier: Apache-2.0
"""Imports go one way, heavy ones wait, and seams stay small."""

import ast
import importlib
import subprocess
import sys

import pytest

PACKAGES = ("ascolto", "crawlers", "sentiment", "alerts", "api", "index_mappings")
HOME = {
    "torch": "sentiment",
    "transformers": "sentiment",
    "scrapy": "crawlers",
    "twisted": "crawlers",
    "fastapi": "api",
    "starlette": "api",
    "sqlite3": "ascolto/store/sqlite",
}
SEAMS = [
    ("crawlers.source", "Source"),
    ("crawlers.source", "Web"),
    ("sentiment.analyzer", "Analyzer"),
    ("alerts.rule", "Rule"),
    ("alerts.receiver", "Receiver"),
]


def run_time_nodes(node):
    """Every node but those that only a type checker sees."""
    yield node
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return
    for child in ast.iter_child_nodes(node):
        yield from run_time_nodes(child)


def test_the_contracts_on_imports_hold(root):
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_application_loads_nothing_heavy():
    program = "import sys, ascolto.app; print(*sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "ascolto" in loaded
    assert loaded & {"torch", "transformers", "scrapy", "twisted"} == set()


def test_a_heavy_package_is_imported_in_its_folder_only(root, python):
    wrong = []
    for path in python:
        place = path.relative_to(root).as_posix()
        if place.partition("/")[0] not in PACKAGES:
            continue
        for node in run_time_nodes(ast.parse(path.read_text("utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            for name in names:
                home = HOME.get(name.partition(".")[0])
                if home is not None and not place.startswith(f"{home}/"):
                    wrong.append(f"{place}:{node.lineno} imports {name}")
    assert wrong == []


@pytest.mark.parametrize(("module", "name"), SEAMS)
def test_a_seam_has_at_most_three_methods(module, name):
    seam = getattr(importlib.import_module(module), name)
    assert getattr(seam, "_is_protocol", False)
    methods = [
        member
        for member, value in vars(seam).items()
        if (not member.startswith("_") or member == "__call__")
        and (callable(value) or isinstance(value, property))
    ]
    assert 1 <= len(methods) <= 3


def test_the_middle_packages_do_not_know_each_other(root, python):
    middle = {"crawlers", "sentiment", "alerts"}
    for path in python:
        home = path.relative_to(root).parts[0]
        if home not in middle:
            continue
        text = path.read_text("utf-8")
        for other in middle - {home}:
            assert f"import {other}" not in text, path
            assert f"from {other}" not in text, path
