"""The OpenAPI description of an API: what its doors ask for and answer, stated once for all."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from chassis import after, idempotency
from chassis.doors import DoorKind
from chassis.problem_texts import MEDIA_TYPE, Catalogue
from chassis.routing import DoorRoute, doors

EVERYWHERE = (400, 401, 403, 404, 413, 415, 422, 500, 503)
MORE: dict[DoorKind, tuple[int, ...]] = {
    "read": (),
    "creation": (409, 412),
    "change": (409, 412, 428),
    "repeatable": (409, 412),
    "by-ref": (409, 412),
}
READ_NEVER = {413, 415}

_EXAMPLE = "objectives/0198c0de-0000-7000-8000-000000000000@3"


def _header(name: str, about: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "header", "required": required, "description": about,
        "schema": {"type": "string", **schema},
    }  # fmt: skip


ACCEPT_LANGUAGE = _header("Accept-Language", "fi, sv or en: the language of problems.")
SOIHTU_AFTER = _header(
    after.HEADER,
    "Versions (`kind/id@n`, separated by commas) to wait for, for at most 2 s, before answering.",
    pattern=after.PATTERN,
)
IDEMPOTENCY_KEY = _header(
    idempotency.HEADER,
    "A new key for each thing to create; the same one when trying again, for 48 hours.",
    required=True, pattern=idempotency.PATTERN,
)  # fmt: skip
_IF_MATCH: dict[str, Any] = {"pattern": '^"[1-9][0-9]{0,8}"$', "examples": ['"3"']}
IF_MATCH = _header("If-Match", "The ETag of the state that is changed.", required=True, **_IF_MATCH)
IF_MATCH_OPTIONAL = _header(
    "If-Match", "Replace this version, whoever made it; else 412.", **_IF_MATCH
)

PARAMETERS: dict[DoorKind, tuple[dict[str, Any], ...]] = {
    "read": (SOIHTU_AFTER, ACCEPT_LANGUAGE),
    "creation": (IDEMPOTENCY_KEY, SOIHTU_AFTER, ACCEPT_LANGUAGE),
    "change": (IF_MATCH, SOIHTU_AFTER, ACCEPT_LANGUAGE),
    "repeatable": (IF_MATCH_OPTIONAL, SOIHTU_AFTER, ACCEPT_LANGUAGE),
    "by-ref": (IF_MATCH_OPTIONAL, SOIHTU_AFTER, ACCEPT_LANGUAGE),
}

PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "A problem (RFC 9457); further members are its facts.",
    "required": ["type", "title", "status", "detail", "instance", "code"],
    "properties": {
        "type": {"type": "string", "pattern": "^urn:soihtu:problem:[a-z0-9-]+$"},
        "title": {"type": "string"},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to do."},
        "instance": {"type": "string", "description": "The correlation id of the request."},
        "code": {"type": "string"},
    },
}

ETAG = {
    "description": "The version of the state.",
    "required": True,
    "schema": {"type": "string"},
}
REACHED = {
    "description": "What the command reached; give it as Soihtu-After elsewhere.",
    "schema": {"type": "string", "examples": [_EXAMPLE]},
}
OUTCOME = {
    "description": "What became of the other system's word.",
    "required": True,
    "schema": {"type": "string", "enum": ["created", "changed", "unchanged"]},
}
LOCATION = {
    "description": "Where the new state is.",
    "required": True,
    "schema": {"type": "string"},
}


def describe(app: FastAPI, catalogue: Catalogue) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `app`."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    routes = {route.operation_id: route for route in doors(app)}
    for path in document.get("paths", {}).values():
        for operation in path.values():
            _complete(operation, routes[operation["operationId"]], catalogue)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    document["security"] = [{"token": []}]
    return document


def _complete(operation: dict[str, Any], route: DoorRoute, catalogue: Catalogue) -> None:
    kind = route.door
    operation.setdefault("parameters", []).extend(PARAMETERS[kind])
    responses = operation["responses"]
    responses.pop("422", None)
    success = responses["201" if kind == "creation" else "200"]
    success["headers"] = _answer_headers(route)
    if kind == "by-ref":
        headers = success["headers"] | {"Location": LOCATION}
        responses["201"] = {**success, "description": "Created", "headers": headers}
    for status in (*EVERYWHERE, *MORE[kind]):
        if kind != "read" or status not in READ_NEVER:
            responses[str(status)] = _problems(status, catalogue)


def _answer_headers(route: DoorRoute) -> dict[str, Any]:
    headers: dict[str, Any] = {"ETag": ETAG} if route.versioned else {}
    if route.door != "read":
        headers["Soihtu-Version"] = {**REACHED, "required": route.versioned}
    if route.door == "creation" and route.versioned:
        headers["Location"] = LOCATION
    if route.door == "by-ref":
        headers["Soihtu-Outcome"] = OUTCOME
    return headers


def _problems(status: int, catalogue: Catalogue) -> dict[str, Any]:
    codes = [code for code, wording in catalogue.wordings.items() if wording.status == status]
    return {
        "description": "Problem: " + ", ".join(f"`{code}`" for code in sorted(codes)),
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
