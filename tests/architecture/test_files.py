# SPDX-License-Identifier: Apache-2.0
"""Small files, plain names, a licence on each, and nothing of anybody's machine."""

import ast
import re

import ascolto
from ascolto.settings import Settings

MOST_LINES = 400
MOST_LINES_OF_A_FUNCTION = 50
FORBIDDEN = re.compile(r"(^|_)(utils?|helpers?|managers?|misc|common)(_|$)", re.I)
MACHINE_PATH = re.compile(
    r"(?<![\w./:-])/(?:home/\w+|Users/\w+|root|work|mnt/\w+|tmp/w)(?:/|\b)|[A-Z]:\\\\Users"
)
REGISTRY = re.compile(
    r"https?://[^\s\"'/]*(?:pypi|artifactory|nexus|devpi|registry)[^\s\"'/]*/(?!project/)", re.I
)
LICENCE = "SPDX-License-Identifier: Apache-2.0"


def names(root, paths):
    return [path.relative_to(root).as_posix() for path in paths]


def test_the_repository_is_found(python):
    assert len(python) > 30


def test_no_file_is_long(root, code):
    long = {
        path.relative_to(root).as_posix(): length
        for path in code
        if (length := len(path.read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_long(root, python):
    long = []
    for path in python:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > MOST_LINES_OF_A_FUNCTION:
                    long.append(f"{path.relative_to(root)}:{node.lineno} {node.name} {length}")
    assert long == []


def test_no_name_says_nothing(root, python):
    wrong = []
    for path in python:
        place = path.relative_to(root)
        wrong += [str(place) for part in place.with_suffix("").parts if FORBIDDEN.search(part)]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and re.search(
                r"(Utils?|Helpers?|Managers?)$", node.name
            ):
                wrong.append(f"{place}:{node.lineno} {node.name}")
    assert wrong == []


def test_each_file_of_code_names_its_licence(root, code):
    assert [
        name
        for name, path in zip(names(root, code), code, strict=True)
        if not any(LICENCE in line for line in path.read_text("utf-8").splitlines()[:3])
    ] == []


def test_nothing_is_mocked(root, python):
    wrong = []
    for path in python:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            imported = []
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                imported = [f"{node.module}.{alias.name}" for alias in node.names]
            if any(re.match(r"unittest\.mock|mock(\.|$)|pytest_mock", name) for name in imported):
                wrong.append(f"{path.relative_to(root)}:{node.lineno}")
    assert wrong == []


def test_nothing_of_anybodys_machine(root, tracked):
    wrong = []
    for path in tracked:
        if path.name == "test_files.py" or b"\0" in (content := path.read_bytes())[:8000]:
            continue
        for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
            if MACHINE_PATH.search(line) or REGISTRY.search(line):
                wrong.append(f"{path.relative_to(root)}:{number}")
    assert wrong == []


def described(model, where):
    for name, field in model.model_fields.items():
        place = f"{where}.{name}"
        yield place, field.description
        for part in [field.annotation, *getattr(field.annotation, "__args__", ())]:
            if hasattr(part, "model_fields") and part.__module__ == Settings.__module__:
                yield from described(part, place)


def test_every_setting_is_described():
    found = dict(described(Settings, "settings"))
    assert len(found) > 40
    assert [place for place, text in found.items() if not text or len(text) < 10] == []


def test_the_change_log_begins_with_this_version(root):
    text = (root / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[?v?(\d+\.\d+\.\d+[^\s\]]*)", text, re.M)
    assert versions[:1] == [ascolto.__version__]


def test_no_test_folder_is_a_package(root):
    assert names(root, (root / "tests").rglob("__init__.py")) == []
