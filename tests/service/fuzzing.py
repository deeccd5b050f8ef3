"""Requests made up from the descriptions of the APIs, and what holds for their answers."""

import json
from collections.abc import Iterator
from typing import Any, TypeAlias

import httpx
import pytest
import requests
import schemathesis
from schemathesis import Config as SchemathesisConfig
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from chassis import describe
from tests.service.applications import APPS
from tests.service.in_process import Running
from tests.service.okr.conftest import Json

Operation: TypeAlias = schemathesis.APIOperation[Any, Any, Any, Any]
Case: TypeAlias = schemathesis.Case[Any]

BEYOND_SCHEMAS = {
    "value_error", "no_nul", "string_too_short",
    *("numbers_missing", "numbers_of_another_kind", "baseline_is_target", "target_on_wrong_side"),
    *("corridor_turned", "tolerance_missing", "zones_not_one_way", "milestones_alike"),
    "phases_not_rising", "identity_code",
}  # fmt: skip
"""Rules that a request may break though the description allows it: those between fields, and of
texts no U+0000, no identity code and not blank alone. Dates have bounds that JSON Schema has no
word for."""

load_all_checks()
HOLD = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.unsupported_method,
]
TOO_LARGE = [it for it in HOLD if it is not checks.negative_data_rejection]
"""Of an answer of 413, which schemathesis does not take for a refusal of what is wrong besides."""


def documents() -> Iterator[tuple[str, Json]]:
    """Each service with its committed description; every request gets a token of ours."""
    for service, app in APPS.items():
        document = json.loads(describe.file_of(app.SERVICE).read_text("utf-8"))
        del document["security"]
        yield service, document


def operations(service: str, document: Json, **making_up: Any) -> Iterator[Any]:
    """The parameters of a test of every operation, and how its requests are made up."""
    config = SchemathesisConfig.from_dict({"generation": making_up})
    for found in schemathesis.openapi.from_dict(document, config=config).get_all_operations():
        operation: Operation = found.ok()  # type: ignore[union-attr]
        yield pytest.param(service, operation, id=f"{service} {operation.label}")


class Sent:
    """The bytes of a case, which anybody may ask."""

    def __init__(self, case: Case) -> None:
        made = requests.Request(**case.as_transport_kwargs(base_url="http://api")).prepare()
        self._method, self._url, self._body = str(made.method), str(made.url), made.body
        self.headers = {name: str(said).encode("latin-1") for name, said in made.headers.items()}

    def by(self, api: Running, authorization: str | None) -> httpx.Response:
        """What is answered to whom this header names."""
        named = {"Authorization": authorization.encode()} if authorization else {}
        headers = {**self.headers, **named}
        return api.send(self._method, self._url, headers=headers, content=self._body)


def hold(case: Case, answer: httpx.Response) -> None:
    """Hold the answer to a case against the description."""
    assert answer.status_code < 500 or answer.json()["code"] == "not-here-yet", answer.text
    case.validate_response(answer, checks=TOO_LARGE if answer.status_code == 413 else HOLD)
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE:
        _expect_a_rule_that_no_schema_states(answer)


def _expect_a_rule_that_no_schema_states(answer: httpx.Response) -> None:
    if answer.status_code != 422 or answer.json()["code"] != "invalid-request":
        return
    errors = answer.json()["errors"]
    odd = [one["pointer"] for one in errors if one["rule"] in BEYOND_SCHEMAS or _of_dates(one)]
    for error in errors:
        # A list is also called too short when it is one of its items that is odd.
        within = error["rule"] == "too_short" and any(at.startswith(error["pointer"]) for at in odd)
        assert error["pointer"] in odd or within, answer.text


def _of_dates(error: Json) -> bool:
    return any(isinstance(error.get(bound), str) for bound in ("ge", "le"))
