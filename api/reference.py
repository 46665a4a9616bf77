# SPDX-License-Identifier: Apache-2.0
"""What is in force: the model that reads and the rules that judge."""

from __future__ import annotations

from fastapi import FastAPI, Request

from alerts.rules import build_rules
from api.auth import services_of
from api.routes import Routes
from api.services import Services
from api.shape import Page, whole
from ascolto.model import ModelId, Record
from ascolto.settings import Rules


class RuleItem(Record):
    """A rule that judges every mention."""

    id: str
    version: str


class RuleList(Page[RuleItem]):
    """The rules in force, and the settings that they follow."""

    settings: Rules


def add_reference(app: FastAPI, services: Services) -> None:
    """Add the routes. Raises SettingsError when two rules have one name."""
    listed = whole(
        RuleItem(id=rule.name, version=rule.version) for rule in build_rules(services.settings)
    )
    rules = RuleList(items=listed.items, total=listed.total, settings=services.settings.rules)

    async def list_rules() -> RuleList:
        """The rules that are turned on, built-in ones first."""
        return rules

    routes = Routes(app, "reference")
    routes.get("/v1/models/current", current_model, scope="read", response_model=ModelId)
    routes.get("/v1/rules", list_rules, scope="read", response_model=RuleList)


async def current_model(request: Request) -> ModelId:
    """The model that reads new mentions."""
    return services_of(request).model
