"""Each API does what its committed description says, whatever is sent to it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import load_all_checks
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi import checks

from chassis import describe
from tests.service.in_process import APPS, CALLERS, Running
from tests.service.okr.conftest import Json

Operation: TypeAlias = schemathesis.APIOperation[Any, Any, Any, Any]
Case: TypeAlias = schemathesis.Case[Any]

EXAMPLES = 8
"""Random requests per operation, beside those of every boundary of its schemas."""

BEYOND_SCHEMAS = {
    "value_error", "no_nul", "string_too_short",
    *("numbers_missing", "numbers_of_another_kind", "baseline_is_target", "target_on_wrong_side"),
    *("corridor_turned", "tolerance_missing", "zones_not_one_way", "milestones_alike"),
    "phases_not_rising",
}  # fmt: skip
"""Rules that a request may break though the description allows it: those between fields, and of
texts no U+0000 and not blank alone. Dates have bounds that JSON Schema has no word for."""

KNOWN = ["00000000-0000-7000-8000-000000000001"]
"""Ids of what the API under test knows, so that requests find something."""

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
schemathesis.openapi.format(
    "uuid", st.integers(0, 40).map(lambda place: KNOWN[place % len(KNOWN)]) | st.uuids().map(str)
)


def _operations() -> Iterator[Any]:
    for service, app in APPS.items():
        document = json.loads(describe.file_of(app.SERVICE).read_text("utf-8"))
        del document["security"]  # every request gets a token of ours
        for found in schemathesis.openapi.from_dict(document).get_all_operations():
            operation: Operation = found.ok()  # type: ignore[union-attr]
            yield pytest.param(service, operation, id=f"{service} {operation.label}")


OPERATIONS = list(_operations())


@pytest.fixture
def api(apis: Mapping[str, Running], service: str) -> Running:
    KNOWN[:] = apis[service].known
    return apis[service]


def ask(api: Running, case: Case, caller: str) -> httpx.Response:
    """What is answered to a case of `caller`."""
    made = requests.Request(**case.as_transport_kwargs(base_url="http://api"))
    sent = made.prepare()
    headers = {name: str(value).encode("latin-1") for name, value in sent.headers.items()}
    headers["Authorization"] = api.authorization(caller).encode()
    return api.send(str(sent.method), str(sent.url), headers=headers, content=sent.body)


def hold(api: Running, case: Case, caller: str) -> None:
    """Hold the answer to a case of `caller` against the description."""
    answer = ask(api, case, caller)
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


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_the_boundaries_of_every_schema(api: Running, operation: Operation) -> None:
    config = operation.schema.config.generation_for(operation=operation, phase="coverage")
    cases = operation.schema.iter_coverage_cases(
        operation, generation_modes=list(GenerationMode), generation_config=config
    )
    caller = _able(api, str(operation.definition.raw["operationId"]))
    for case in cases:
        # No generated version has the form of an ETag: what else is odd would not be looked at.
        if "If-Match" in case.headers and not _is_about(case, "If-Match"):
            case.headers["If-Match"] = '"1"'
        hold(api, case, caller)


def _is_about(case: Case, parameter: str) -> bool:
    return case.meta is not None and getattr(case.meta.phase.data, "parameter", "") == parameter


def _able(api: Running, operation: str) -> str:
    """A caller whom the operation is open to, so that what is refused is the request."""
    rules = api.app.state.api.access.rows[operation]
    if any(rule.claims for rule in rules):
        return "admin"
    return "machine" if any(rule.scopes for rule in rules) else "person"


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_random_requests(api: Running, operation: Operation) -> None:
    cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

    @given(cases, st.sampled_from(list(CALLERS)))
    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, deadline=None,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    def held(case: Case, caller: str) -> None:
        hold(api, case, caller)

    held()
