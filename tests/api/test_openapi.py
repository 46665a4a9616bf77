# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document says all that the routes do."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api import openapi
from api.problems import KINDS


@pytest.fixture
def document(app: FastAPI) -> dict[str, Any]:
    return openapi.document(app)


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def test_everybody_may_read_it(
    document: dict[str, Any], connect: Callable[..., httpx.Client]
) -> None:
    assert connect().get("/openapi.json").json() == document


def test_every_operation_is_described(document: dict[str, Any]) -> None:
    names = []
    tags = {tag["name"] for tag in document["tags"]}
    for path, _, operation in _operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= tags, path
        assert all("description" in one for one in operation["responses"].values()), path
        names.append(operation["operationId"])
    assert len(names) == len(set(names))


def test_every_failure_is_listed_with_the_form_of_a_problem(document: dict[str, Any]) -> None:
    for path, method, operation in _operations(document):
        failures = {status: one for status, one in operation["responses"].items() if status >= "4"}
        assert "500" in failures, path
        for status, one in failures.items():
            schema = one["content"]["application/problem+json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ProblemBody"}, (path, status)
        if path.startswith("/v1/"):
            assert {"400", "401", "403", "429", "503"} <= set(failures), path
            assert operation["security"] == [{"key": []}, {"session": []}]
            assert operation["x-scope"] in ("read", "ingest", "care", "admin")
        if method == "post":
            assert "Idempotency-Key" in [one["name"] for one in operation["parameters"]]
        if re.search(r"/v1/(cases|alerts)/\{id\}/", path):
            assert {"404", "409", "422", "428"} <= set(failures), (method, path)


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    references = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert references <= set(document["components"]["schemas"])
    assert "HTTPValidationError" not in document["components"]["schemas"]


def test_the_table_of_problems_is_whole(document: dict[str, Any]) -> None:
    for code, kind in KINDS.items():
        row = f"| `urn:ascolto:problem:{code}` | {kind.status} | {kind.title} |"
        assert row in document["info"]["description"]


def test_the_console_stands_not_in_it(document: dict[str, Any]) -> None:
    assert all(path.startswith(("/v1/", "/health/", "/metrics")) for path in document["paths"])
