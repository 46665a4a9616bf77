# SPDX-License-Identifier: Apache-2.0
"""The repository as files."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CODE = {".py", ".sh", ".js", ".css", ".sql"}


def _tracked() -> list[Path]:
    """What is committed or about to be: all that git does not ignore."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        names = listed.stdout.decode().split("\0")
        return sorted(ROOT / name for name in names if name and (ROOT / name).is_file())
    hidden = {".git", ".venv", "__pycache__"}  # an unpacked archive has no history
    found = (path for path in ROOT.rglob("*") if not hidden & set(path.parts))
    return sorted(path for path in found if path.is_file())


@pytest.fixture(scope="session")
def root() -> Path:
    """The root of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file of the repository."""
    return _tracked()


@pytest.fixture(scope="session")
def code(tracked: list[Path]) -> list[Path]:
    """Every file of code: by its ending, or by its first line."""

    def is_code(path: Path) -> bool:
        if path.suffix:
            return path.suffix in CODE
        with path.open("rb") as opened:
            return opened.read(2) == b"#!"

    return [path for path in tracked if is_code(path) and path.stat().st_size]


@pytest.fixture(scope="session")
def python(code: list[Path]) -> list[Path]:
    """Every file of Python."""
    return [path for path in code if path.suffix == ".py"]
