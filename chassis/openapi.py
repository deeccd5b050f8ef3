"""The OpenAPI description of an API: what its doors ask for and answer, stated once for all."""

from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from chassis import after, idempotency
from chassis.doors import DoorKind
from chassis.problem_texts import MEDIA_TYPE, Catalogue
from chassis.routing import DoorRoute, doors
from contracts.words import LANGUAGES

WRITES: frozenset[DoorKind] = frozenset({"creation", "change", "repeatable", "by-ref"})
ONLY: dict[str, frozenset[DoorKind]] = {
    "malformed-json": WRITES,
    "body-too-large": WRITES,
    "body-too-slow": WRITES,
    "unsupported-media-type": WRITES,
    "too-large": WRITES,
    "must-republish": WRITES,
    "malformed-cursor": frozenset({"read"}),
    "replica-too-old": frozenset({"read"}),
    "idempotency-key-required": frozenset({"creation"}),
    "idempotency-key-reused": frozenset({"creation"}),
    "if-match-required": frozenset({"change"}),
    "changed-since": WRITES - {"creation"},
    "edited-since": frozenset({"by-ref"}),
    "not-there-to-match": frozenset({"by-ref"}),
    "method-not-allowed": frozenset(),
}
"""The doors at which a problem can occur; one that is not named can occur at all of them."""

_EXAMPLE = "objectives/0198c0de-0000-7000-8000-000000000000@3"


def _header(name: str, about: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {
        "name": name, "in": "header", "required": required, "description": about,
        "schema": {"type": "string", **schema},
    }  # fmt: skip


ACCEPT_LANGUAGE = _header("Accept-Language", "fi, sv or en: the language of problems and hints.")
SOIHTU_AFTER = _header(
    after.HEADER,
    f"Versions (`kind/id@n`, separated by commas, at most {after.MAX_VERSIONS}) to wait for, "
    f"for at most {after.PATIENCE:g} s, before answering.",
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
        "type": {
            "type": "string",
            "pattern": "^urn:soihtu:problem:[a-z0-9-]+$",
            "description": "`urn:soihtu:problem:<code>`",
        },
        "title": {"type": "string", "description": "What is wrong, in the caller's language."},
        "status": {
            "type": "integer", "minimum": 400, "maximum": 599,
            "description": "The HTTP status of the answer.",
        },
        "detail": {"type": "string", "description": "What to do, in the caller's language."},
        "instance": {"type": "string", "description": "The correlation id of the request."},
        "code": {"type": "string", "description": "What is wrong, for programs."},
    },
}  # fmt: skip

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
LANGUAGE = {
    "description": "The language of title and detail.",
    "required": True,
    "schema": {"type": "string", "enum": list(LANGUAGES)},
}
RETRY_AFTER = {
    "Retry-After": {
        "description": "Seconds after which to try again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 1},
    }
}
OF_PROBLEMS: dict[int, dict[str, Any]] = {
    401: {
        "WWW-Authenticate": {
            "description": "How to authenticate.",
            "required": True,
            "schema": {"type": "string"},
        }
    },
    412: {
        "ETag": {
            "description": "The version of the current state, where there is one.",
            "schema": {"type": "string"},
        }
    },
    429: RETRY_AFTER,
    503: RETRY_AFTER,
}
"""Further headers of problems of a status."""

PATH_PARAMETERS = {
    "system": "Code of the other system.",
    "key": "What the other system calls it; it may have slashes.",
}


def describe(app: FastAPI, catalogue: Catalogue) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `app`."""
    document = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    routes = {route.operation_id: route for route in doors(app)}
    for path, operations in document.get("paths", {}).items():
        for operation in operations.values():
            _complete(path, operation, routes[operation["operationId"]], catalogue)
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM_SCHEMA
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["responses"] = {
        f"{kind}-{status}": _problems(status, codes)
        for kind in sorted({route.door for route in routes.values()})
        for status, codes in _problems_at(kind, catalogue).items()
    }
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    }
    document["security"] = [{"token": []}]
    return document


def _complete(path: str, operation: dict[str, Any], route: DoorRoute, catalogue: Catalogue) -> None:
    kind = route.door
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            parameter.setdefault("description", _about(path, parameter["name"]))
    parameters.extend(PARAMETERS[kind])
    responses = operation["responses"]
    responses.pop("422", None)
    success = responses["201" if kind == "creation" else "200"]
    success["headers"] = _answer_headers(route)
    if kind == "by-ref":
        responses["201"] = {**success, "description": "Created"}
    for status in _problems_at(kind, catalogue):
        responses[str(status)] = {"$ref": f"#/components/responses/{kind}-{status}"}
    if kind == "repeatable" and "428" in responses:  # by `IF_MATCH_ONCE_THERE`
        responses["428"] = _problems(428, ["if-match-required"])


def _about(path: str, name: str) -> str:
    """What a parameter of a path is: named by itself, or by the collection before it."""
    collection = path.partition(f"/{{{name}}}")[0].rpartition("/")[2]
    noun = collection.removesuffix("s").replace("-", " ") if name == "id" else name
    return PATH_PARAMETERS.get(name, f"Id of the {noun.replace('_', '-')}.")


def _answer_headers(route: DoorRoute) -> dict[str, Any]:
    headers: dict[str, Any] = {"ETag": ETAG} if route.versioned else {}
    if route.door != "read":
        headers["Soihtu-Version"] = {**REACHED, "required": route.versioned}
    if route.door == "creation" and route.versioned:
        headers["Location"] = LOCATION
    if route.door == "by-ref":
        headers["Soihtu-Outcome"] = OUTCOME
    return headers


def _problems_at(kind: DoorKind, catalogue: Catalogue) -> dict[int, list[str]]:
    """The problems that can occur at a door, by status; questions meet no conflict."""
    found: dict[int, list[str]] = {}
    for code, wording in sorted(catalogue.wordings.items()):
        if kind in ONLY.get(code, (kind,)) and (kind, wording.status) != ("read", 409):
            found.setdefault(wording.status, []).append(code)
    return dict(sorted(found.items()))


def _problems(status: int, codes: Sequence[str]) -> dict[str, Any]:
    return {
        "description": "Problem: " + ", ".join(f"`{code}`" for code in codes),
        "headers": {"Content-Language": LANGUAGE, **OF_PROBLEMS.get(status, {})},
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
