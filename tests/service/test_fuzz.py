"""Each API does what its committed description says at the boundaries of every schema."""

from collections.abc import Mapping

import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis.generation import GenerationMode

from tests.service.fuzzing import Case, Operation, Sent, documents, hold, operations
from tests.service.in_process import Running

KNOWN = ["00000000-0000-7000-8000-000000000001"]
"""Ids of what the API under test knows, so that requests find something."""

schemathesis.openapi.format(
    "uuid", st.integers(0, 40).map(lambda place: KNOWN[place % len(KNOWN)]) | st.uuids().map(str)
)
OPERATIONS = [one for told in documents() for one in operations(*told)]


@pytest.fixture
def api(apis: Mapping[str, Running], service: str) -> Running:
    KNOWN[:] = apis[service].known
    return apis[service]


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
        hold(case, Sent(case).by(api, api.authorization(caller)))


def _is_about(case: Case, parameter: str) -> bool:
    return case.meta is not None and getattr(case.meta.phase.data, "parameter", "") == parameter


def _able(api: Running, operation: str) -> str:
    """A caller whom the operation is open to, so that what is refused is the request."""
    rules = api.app.state.api.access.rows[operation]
    if any(rule.claims for rule in rules):
        return "admin"
    return "machine" if any(rule.scopes for rule in rules) else "person"
