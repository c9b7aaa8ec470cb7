"""The description of the service (OpenAPI 3.1), made from the table of routes and the engine's own schemas."""

from __future__ import annotations

import json
from typing import Any

import aura

from .http import JSON
from .routes import ROUTES, Route

_WORDS = {
    400: "The body, or a header, cannot be read.",
    401: "No token, or one that is not known.",
    403: "The caller's role, or the page's origin, does not allow it.",
    408: "The body did not come.",
    409: "A request with this Idempotency-Key is under way, or the state does not allow it.",
    413: "Larger than a limit.",
    415: "A content coding that is not understood.",
    421: "The service is not called by that name.",
    422: "Understood, but not what is asked for; the pointer says where.",
    500: "A fault of the service.",
    503: "Too busy, or the store cannot be written; come back.",
    504: "The engine took too long.",
}


def statuses(route: Route) -> dict[int, str]:
    """Every status that a route may answer with, and what it means there."""
    found = dict(route.answers)
    extra = {421, 500}
    if route.role is not None:
        extra |= {401, 403}
    if route.body is not None:
        extra |= {400, 408, 413, 415, 422}
    if route.query or "{" in route.path:
        extra |= {422}
    if route.engine:
        extra |= {404, 413, 422, 503, 504}
    if route.writes:
        extra |= {400, 403, 409, 413, 422, 503}
    for status in extra:
        found.setdefault(status, _WORDS.get(status, "There is none of that name."))
    return dict(sorted(found.items()))


def build(session: aura.Session) -> bytes:
    """The description as JSON text."""
    verbs = ("analyze", "predict", "intervene")
    names = ["topology", "observe.answer", *(f"{verb}.{part}" for verb in verbs for part in ("request", "answer"))]
    schemas = {name: _schema(session, name) for name in names}
    changes = _schema(session, "observe.request")
    changes["properties"] = {key: changes["properties"][key] for key in ("changes", "time_s")}
    changes["required"] = ["changes"]
    schemas["changes"] = changes
    schemas["problem"] = {
        "type": "object",
        "required": ["type", "title", "status", "code", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"}, "status": {"type": "integer"},
            "code": {"type": "string"}, "detail": {"type": "string"},
            "pointer": {"type": "string", "description": "JSON pointer into the body; ?name is a part of the query."},
            "offset": {"type": "integer", "description": "Byte of the body."},
            "request_id": {"type": "string"},
        },
    }  # fmt: skip
    paths: dict[str, Any] = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    document = {
        "openapi": "3.1.0",
        "info": {
            "title": "AURA",
            "version": aura.__version__,
            "description": "The engine behind HTTP. Bodies go to it as they are; equal requests get equal bytes.",
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _schema(session: aura.Session, name: str) -> dict[str, Any]:
    with session.catalogue(schema=name) as result:
        found: dict[str, Any] = dict(result.answer)
    del found["$schema"]
    return found


def _operation(route: Route) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": part, "in": "path", "required": True, "schema": {"type": "string"}}
        for part in ("name", "id")
        if "{" + part + "}" in route.path
    ]
    parameters += [
        {"name": one.name, "in": "query", "required": one.required, "description": one.words, "schema": one.schema}
        for one in route.query
    ]
    if route.writes:
        parameters.append(
            {
                "name": "Idempotency-Key", "in": "header", "required": False,
                "description": "The same key with the same request gets the same answer, and does nothing again.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"},
            }
        )  # fmt: skip
    answers: dict[str, Any] = {}
    for status, words in statuses(route).items():
        answers[str(status)] = {"description": words}
        if status == 204:
            continue
        if status < 400:
            types = route.body_types if route.path in ("/batch/analyze", "/v1/traces") else (route.type,)
            answers[str(status)]["content"] = {
                kind: {"schema": route.schema if kind == JSON.decode() or len(types) == 1 else {"type": "string"}}
                for kind in types
            }
        elif route.handler is not None and status == 503 and 503 in route.answers:
            answers[str(status)]["content"] = {"application/json": {"schema": {"type": "object"}}}
        else:
            answers[str(status)]["content"] = {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}
            }
    found: dict[str, Any] = {
        "summary": route.summary,
        "operationId": f"{route.method.lower()}{route.path}".replace("/", "_").replace("{", "").replace("}", ""),
        "parameters": parameters,
        "responses": answers,
        "security": [] if route.role is None else [{"token": []}],
        "x-role": route.role,
    }
    if route.body is not None:
        found["requestBody"] = {
            "required": route.engine,
            "content": {
                kind: {"schema": route.body if kind == "application/json" else {"type": "string"}}
                for kind in route.body_types
            },
        }
    return found
