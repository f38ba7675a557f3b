"""Route rows → OpenAPI 3.1, one document a dialect; the console's client is generated from it.

Each dialect's document holds the family's paths with its lists, `weirgate` our own paths under
/api/weirgate. Models say everything:
nothing is described by hand, and the same rows always give the same bytes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from weirgate.dialects import Dialect
from weirgate.web.dialects.describing import described, with_own_fields
from weirgate.web.router import Form, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic.json_schema import JsonSchemaMode

    from weirgate.web.router import Route

OWN = "weirgate"
DOCUMENTS = (*Dialect, OWN)
"""The documents there are: one a dialect, and our own."""
_TITLES = {
    Dialect.NEWAPI: "new-api",
    Dialect.ONEAPI: "one-api",
    Dialect.VELOERA: "Veloera",
    Dialect.ONEHUB: "one-hub",
    Dialect.DONEHUB: "done-hub",
    Dialect.VOAPI: "VoAPI",
}
_REF = "#/components/schemas/{model}"
_PARAMETER = re.compile(r":([A-Za-z_]\w*)")
_SECURITY: dict[Permission, list[dict[str, list[str]]]] = {
    Permission.PUBLIC: [],
    Permission.TRY_USER: [{}, {"session": []}],
    Permission.KEY: [{"key": []}],
    Permission.KEY_READ: [{"key": []}],
}
_ACCOUNT_SECURITY: list[dict[str, list[str]]] = [
    {"session": [], "newApiUser": []},
    {"accessToken": [], "newApiUser": []},
]
_SCHEMES = {
    "session": {"type": "apiKey", "in": "cookie", "name": "session"},
    "accessToken": {"type": "apiKey", "in": "header", "name": "Authorization"},
    "newApiUser": {"type": "apiKey", "in": "header", "name": "New-Api-User"},
    "key": {"type": "http", "scheme": "bearer"},
}
_ERRORS: dict[Form, tuple[str, str, dict[str, Any]]] = {
    Form.FAMILY: (
        "FamilyError",
        "application/json",
        {
            "type": "object",
            "required": ["success", "message", "error"],
            "properties": {
                "success": {"const": False},
                "message": {"type": "string"},
                "error": {"type": "string", "description": "A stable code (docs/errors.md)."},
            },
        },
    ),
    Form.PAYMENT: (
        "PaymentError",
        "application/json",
        {
            "type": "object",
            "required": ["message"],
            "properties": {
                "message": {"type": "string"},
                "data": {},
                "error": {"type": "string", "description": "A stable code (docs/errors.md)."},
            },
        },
    ),
    Form.OPENAI: (
        "OpenaiError",
        "application/json",
        {
            "type": "object",
            "required": ["error"],
            "properties": {
                "error": {
                    "type": "object",
                    "required": ["message", "type", "param", "code"],
                    "properties": {
                        name: {"type": "string"} for name in ("message", "type", "param", "code")
                    },
                }
            },
        },
    ),
    Form.VOAPI: (
        "VoapiError",
        "application/json",
        {
            "type": "object",
            "required": ["code", "data", "msg", "message", "error"],
            "properties": {
                "code": {"type": "integer", "description": "1 done already, 2 log in again."},
                "data": {"type": "null"},
                "msg": {"type": "string"},
                "message": {"type": "string"},
                "error": {"type": "string", "description": "A stable code (docs/errors.md)."},
            },
        },
    ),
    Form.OWN: (
        "Problem",
        "application/problem+json",
        {
            "type": "object",
            "required": ["type", "title", "status", "detail", "code", "request_id"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "code": {"type": "string"},
                "request_id": {"type": "string"},
                "errors": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "properties": {
                            "path": {"type": "string"},
                            "message": {"type": "string"},
                        },
                    },
                },
            },
        },
    ),
}


def document(routes: Iterable[Route], name: str, version: str) -> dict[str, Any]:
    """Returns one of `DOCUMENTS`; paths and schemas are sorted.

    Raises:
        ValueError: no such document, or two rows would have the same operation id.
    """
    own = name == OWN
    dialect = Dialect.NEWAPI if own else Dialect(name)
    rows = sorted(
        (
            row
            for row in routes
            if _is_described(row)
            and (row.answer_form is Form.OWN) == own
            and dialect in row.dialects
        ),
        key=lambda row: (row.path, row.method),
    )
    schemas = _Schemas(rows)
    paths: dict[str, dict[str, Any]] = {}
    seen: set[str] = set()
    for row in rows:
        operation = _operation(row, schemas, dialect)
        if operation["operationId"] in seen:
            raise ValueError(f"two routes are called {operation['operationId']}")
        seen.add(operation["operationId"])
        path = _PARAMETER.sub(r"{\1}", row.path)
        paths.setdefault(path, {})[row.method.lower()] = operation
    definitions = with_own_fields(schemas.definitions, dialect)
    forms = [form for form in _ERRORS if form is not Form.VOAPI or dialect is Dialect.VOAPI]
    errors = {name: schema for name, _, schema in (_ERRORS[form] for form in forms)}
    title = "Weirgate" if own else f"Weirgate, {_TITLES[dialect]} dialect"
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": dict(sorted({**definitions, **errors}.items())),
            "securitySchemes": _SCHEMES,
        },
    }


class _Schemas:
    """The JSON schemas of all models of the rows, with one set of definitions."""

    def __init__(self, rows: list[Route]) -> None:
        inputs: list[tuple[str, JsonSchemaMode, TypeAdapter[Any]]] = []
        for row in rows:
            name = operation_id(row)
            if row.body is not None:
                inputs.append((f"{name} body", "validation", TypeAdapter(row.body)))
            if row.query is not None:
                inputs.append((f"{name} query", "validation", TypeAdapter(row.query)))
            if row.answer is not None:
                inputs.append((f"{name} answer", "serialization", TypeAdapter(row.answer)))
        found, definitions = TypeAdapter.json_schemas(inputs, ref_template=_REF)
        self._schemas = {name: schema for (name, _), schema in found.items()}
        self.definitions: dict[str, Any] = definitions.get("$defs", {})

    def of(self, row: Route, part: str) -> dict[str, Any]:
        """Returns the schema of a row's body, query or answer."""
        schema: dict[str, Any] = self._schemas[f"{operation_id(row)} {part}"]
        return schema

    def fields(self, row: Route) -> tuple[dict[str, Any], list[str]]:
        """Returns the query's properties and which of them are required."""
        schema = self.of(row, "query")
        reference = schema.get("$ref")
        if reference is not None:
            schema = self.definitions[reference.rsplit("/", 1)[-1]]
        return schema.get("properties", {}), schema.get("required", [])


def _is_described(row: Route) -> bool:
    """Says whether clients of the management API call it; the relay's paths are not theirs."""
    return row.permission is not Permission.RELAY and not row.path.startswith("/internal/")


def operation_id(row: Route) -> str:
    """Returns a name that is stable as long as method and path are."""
    words = [word for word in re.split(r"[^A-Za-z0-9]+", row.path) if word]
    # Where only the slash differs, the two are different endpoints.
    suffix = "_all" if row.path.endswith("/") else ""
    return "_".join([row.method.lower(), *words]) + suffix


def _operation(row: Route, schemas: _Schemas, dialect: Dialect) -> dict[str, Any]:
    error, error_type, _ = _ERRORS[row.answer_form]
    operation: dict[str, Any] = {
        "operationId": operation_id(row),
        "summary": row.summary,
        "tags": list(row.tags),
        "security": _SECURITY.get(row.permission, _ACCOUNT_SECURITY),
        "parameters": [*_path_parameters(row), *_query_parameters(row, schemas)],
        "responses": {
            "200": {
                "description": "answer",
                "content": {"application/json": {"schema": _answer_schema(row, schemas, dialect)}},
            },
            "default": {
                "description": "error",
                "content": {error_type: {"schema": {"$ref": _REF.format(model=error)}}},
            },
        },
        "x-permission": row.permission.value,
    }
    if row.body is not None:
        operation["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": schemas.of(row, "body")}},
        }
    return operation


def _path_parameters(row: Route) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "integer" if name == "id" else "string"},
        }
        for name in _PARAMETER.findall(row.path)
    ]


def _query_parameters(row: Route, schemas: _Schemas) -> list[dict[str, Any]]:
    if row.query is None:
        return []
    properties, required = schemas.fields(row)
    return [
        {"name": name, "in": "query", "required": name in required, "schema": schema}
        for name, schema in properties.items()
    ]


def _answer_schema(row: Route, schemas: _Schemas, dialect: Dialect) -> dict[str, Any]:
    """Returns the schema of the whole body, the envelope included."""
    if row.answer_form is Form.VOAPI:
        data = {"type": "null"} if row.answer is None else schemas.of(row, "answer")
        voapi = {"code": {"type": "integer"}, "data": data, "msg": {"type": "string"}}
        return {"type": "object", "required": ["code", "data", "msg"], "properties": voapi}
    if not row.envelope or row.answer_form is not Form.FAMILY:
        return {} if row.answer is None else schemas.of(row, "answer")
    properties: dict[str, Any] = {"success": {"type": "boolean"}, "message": {"type": "string"}}
    if row.answer is not None:
        data = schemas.of(row, "answer")
        properties["data"] = described(data, schemas.definitions, dialect, row.rows)
    return {"type": "object", "required": ["success", "message"], "properties": properties}
