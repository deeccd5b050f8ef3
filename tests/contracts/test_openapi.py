"""The committed descriptions of the APIs: generated, valid, whole, and in one voice."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import pytest
import schemathesis
from jsonschema import Draft202012Validator

from chassis import describe
from chassis.openapi import ONLY
from chassis.problem_texts import MEDIA_TYPE, Catalogue
from chassis.roles import Service
from services.checkins.app import SERVICE as CHECKINS
from services.notifications.app import SERVICE as NOTIFICATIONS
from services.okr.app import SERVICE as OKR
from services.reporting.app import SERVICE as REPORTING

Json: TypeAlias = dict[str, Any]
SERVICES = {service.name: service for service in (OKR, CHECKINS, REPORTING, NOTIFICATIONS)}
PLAIN = {
    "version", "change", "items", "name", "title", "state", "kind", "date", "value", "unit",
    "confidence", "number", "effective_date", "baseline", "target", "weight", "language", "role",
    "rhythm", "place", "issuer", "subject", "at", "words", "help_wanted", "result",
    "recommendation", "outcome", "status", "entries", "findings", "learnings", "key_results",
    "objectives", "contributing_teams", "contributes_to", "logins", "memberships", "roles",
    "counted", "withdrawn", "current", "stale", "shareable", "key_results_with_value", "values",
    "last_check_in",
}  # fmt: skip
"""Fields whose names say all: terms of the field, and parts whose own schemas are described."""

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)


def committed(service: Service) -> Json:
    return _read(describe.file_of(service))


@cache
def _read(file: Path) -> Json:
    document: Json = json.loads(file.read_text("utf-8"))
    return document


def operations(service: Service) -> Iterator[tuple[str, str, Json]]:
    """Path, method and description of each operation."""
    for path, methods in committed(service)["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def nodes(value: Any) -> Iterator[Json]:
    """Every object within a document."""
    if isinstance(value, dict):
        yield value
    for part in value.values() if isinstance(value, dict) else value:
        if isinstance(part, dict | list):
            yield from nodes(part)


@every_service
def test_what_is_committed_is_what_the_code_describes(service: Service) -> None:
    written = describe.file_of(service).read_text("utf-8")
    assert written == describe.text_of(service), "run `make contracts`"


@every_service
def test_it_is_openapi_and_each_schema_in_it_is_json_schema(service: Service) -> None:
    document = committed(service)
    assert document["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@every_service
def test_what_it_refers_to_is_there_and_what_is_there_is_referred_to(service: Service) -> None:
    document = committed(service)
    named = {node["$ref"] for node in nodes(document) if isinstance(node.get("$ref"), str)}
    parts = {
        f"#/components/{sort}/{name}"
        for sort in ("schemas", "responses")
        for name in document["components"][sort]
    }
    assert named == parts


@every_service
def test_every_operation_says_what_it_does_and_what_each_parameter_is(service: Service) -> None:
    seen = set()
    for path, method, operation in operations(service):
        at = f"{method} {path}"
        assert operation["description"].endswith("."), at
        assert operation["tags"], at
        assert operation["operationId"] not in seen
        seen.add(operation["operationId"])
        given = [(one["in"], one["name"]) for one in operation["parameters"]]
        assert len(given) == len(set(given)), at
        silent = [one["name"] for one in operation["parameters"] if not one.get("description")]
        assert not silent, at
        of_path = {name for place, name in given if place == "path"}
        assert of_path == set(re.findall(r"\{(\w+)\}", path)), at


@every_service
def test_every_schema_is_described_and_each_field_of_it_or_plainly_named(service: Service) -> None:
    undescribed = []
    for name, schema in committed(service)["components"]["schemas"].items():
        fields = schema.get("properties", {})
        undescribed += [] if schema.get("description") else [name]
        undescribed += [
            f"{name}.{field}" for field, said in fields.items() if not _clear(field, said)
        ]
    assert not undescribed


def _clear(field: str, schema: Json) -> bool:
    if schema.get("description") or "$ref" in schema or field in PLAIN:
        return True
    return schema.get("format") == "uuid" or any("$ref" in one for one in schema.get("anyOf", ()))


@every_service
def test_every_success_answers_json_of_a_named_schema(service: Service) -> None:
    for path, method, operation in operations(service):
        good = {code: one for code, one in operation["responses"].items() if code < "300"}
        expected = {"201"} if "Idempotency-Key" in _headers(operation) else {"200"}
        expected |= {"201"} if "/by-ref/" in path else set()
        assert good.keys() == expected, f"{method} {path}"
        for answer in good.values():
            assert answer["content"]["application/json"]["schema"].keys() == {"$ref"}


def _headers(operation: Json) -> dict[str, bool]:
    return {
        one["name"]: one["required"] for one in operation["parameters"] if one["in"] == "header"
    }


@every_service
def test_each_change_asks_for_what_makes_it_safe_to_repeat(service: Service) -> None:
    for path, method, operation in operations(service):
        asked, at = _headers(operation), f"{method} {path}"
        assert {"Soihtu-After", "Accept-Language"} <= asked.keys(), at
        if method == "get":
            assert not {"If-Match", "Idempotency-Key"} & asked.keys(), at
        elif re.search(
            "/by-ref/|/values(/|$)|/(place|cut-over|support|choosing|yes|hand-over)$|^/me/", path
        ):
            assert asked["If-Match"] is False, at
        else:
            assert asked.get("If-Match") or asked.get("Idempotency-Key"), at
            assert ("428" in operation["responses"]) == ("If-Match" in asked), at


@every_service
def test_every_problem_is_listed_with_its_status_where_it_can_occur(service: Service) -> None:
    catalogue = Catalogue.load(service.folder / "problems.yaml")
    listed: dict[str, set[str]] = {}
    for _, _, operation in operations(service):
        for status, answer in operation["responses"].items():
            if status >= "400":
                told = _told(service, answer)
                listed.setdefault(status, set()).update(re.findall(r"`([a-z-]+)`", told))
    wanted: dict[str, set[str]] = {}
    for code, wording in catalogue.wordings.items():
        if wording.status != 405 and _has_door_of(service, ONLY.get(code)):
            wanted.setdefault(str(wording.status), set()).add(code)
    assert listed == wanted


def _told(service: Service, answer: Json) -> str:
    """What a problem's answer says; it has the form of every problem."""
    if "$ref" in answer:
        answer = committed(service)["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    assert answer["headers"]["Content-Language"]["required"]
    schema = answer["content"][MEDIA_TYPE]["schema"]
    assert schema == {"$ref": "#/components/schemas/Problem"}
    return str(answer["description"])


def _has_door_of(service: Service, doors: frozenset[str] | None) -> bool:
    """Whether some operation has one of `doors`; by default every service has."""
    kept = {name.rpartition("-")[0] for name in committed(service)["components"]["responses"]}
    return doors is None or bool(doors & kept)
