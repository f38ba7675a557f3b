"""OpenAPI out of route rows."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from pydantic import BaseModel, Field
from weirgate.web.answers import Answer, Paged, ok
from weirgate.web.openapi import document
from weirgate.web.paging import PageQuery
from weirgate.web.router import Context, Permission, Route


class ThingOut(BaseModel):
    id: int
    secret_free: str = Field(description="shown to people")


class ThingCreate(BaseModel):
    name: str = Field(min_length=1)


class ThingFilter(PageQuery):
    keyword: str = ""


async def handle(_context: Context[Any, Any]) -> Answer:
    return ok()


def row(method: Any, path: str, permission: Permission = Permission.USER, **more: Any) -> Route:
    return Route(
        method=method, path=path, permission=permission, handler=handle, summary=path, **more
    )


ROWS = [
    row("GET", "/api/thing/", query=ThingFilter, answer=Paged[ThingOut]),
    row("POST", "/api/thing/", body=ThingCreate),
    row("GET", "/api/thing/:id", answer=ThingOut),
    row("GET", "/api/models", answer=dict[str, list[str]]),
    row("GET", "/api/models/", Permission.ADMIN, answer=list[str]),
    row("GET", "/v1/dashboard/billing/usage", Permission.KEY, answer=ThingOut, envelope=False),
    row("GET", "/api/weirgate/thing", answer=ThingOut),
]


def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(part) for part in value.values()))
    if isinstance(value, list):
        return set().union(*(references(part) for part in value))
    return set()


def test_each_dialect_holds_its_own_paths_only() -> None:
    family = document(ROWS, "newapi", "1")["paths"]
    own = document(ROWS, "weirgate", "1")["paths"]
    assert list(own) == ["/api/weirgate/thing"]
    assert list(family) == [
        "/api/models",
        "/api/models/",
        "/api/thing/",
        "/api/thing/{id}",
        "/v1/dashboard/billing/usage",
    ]


def test_every_reference_leads_somewhere() -> None:
    for dialect in ("newapi", "weirgate"):
        described = document(ROWS, dialect, "1")
        names = {f"#/components/schemas/{name}" for name in described["components"]["schemas"]}
        assert references(described) <= names


def test_a_family_answer_is_described_with_its_envelope() -> None:
    operation = document(ROWS, "newapi", "1")["paths"]["/api/thing/{id}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["properties"]["data"] == {"$ref": "#/components/schemas/ThingOut"}
    assert schema["required"] == ["success", "message"]
    assert operation["parameters"][0]["schema"] == {"type": "integer"}


def test_paging_shows_its_wire_names() -> None:
    operation = document(ROWS, "newapi", "1")["paths"]["/api/thing/"]["get"]
    names = [parameter["name"] for parameter in operation["parameters"]]
    assert names == ["p", "page", "page_size", "ps", "size", "order", "keyword"]


def test_our_own_errors_are_problem_documents() -> None:
    operation = document(ROWS, "weirgate", "1")["paths"]["/api/weirgate/thing"]["get"]
    assert list(operation["responses"]["default"]["content"]) == ["application/problem+json"]


def test_the_same_rows_in_any_order_give_the_same_bytes() -> None:
    first = orjson.dumps(document(ROWS, "newapi", "1"))
    assert orjson.dumps(document(reversed(ROWS), "newapi", "1")) == first


def test_two_rows_of_one_name_are_an_error() -> None:
    with pytest.raises(ValueError, match="two routes are called"):
        document([row("GET", "/api/a/b"), row("GET", "/api/a_b")], "newapi", "1")
