"""Whoever asks, and whatever is asked: an answer that the API's description knows, never a failure.

The same requests, made up from a fixed seed, are asked by everybody whom an access table names.
"""

import importlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TypeAlias
from uuid import uuid4

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.strategies import SearchStrategy
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode

from local.throwaway import ThrowAwayParts
from tests.service import fitting
from tests.service.agencies import TOKENS, Agency, login
from tests.service.applications import APPS
from tests.service.fuzzing import Case, Operation, Sent, documents, hold, operations
from tests.service.in_process import Running, going_on, running
from tests.service.okr.conftest import Okr

SEED = 6
EXAMPLES, MORE_EXAMPLES = 20, 100
"""Requests of every operation, each of which is asked by every role."""

ODD_OF = 4
"""Of so many requests one may be not as the description has them."""

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
TOLD = 600
"""Characters that a failure may take."""

NO_TOKEN = "nobody"
INSTANCE = re.compile(rb'"instance":"[^"]*"')
ODD, SHUT_OUT, FORM, NOT_FOUND, RULE, DONE = "odd", "shut out", "form", "not found", "rule", "done"
"""How a request ended: those of odd form, those of who may not, and others where they came to."""

OPERATIONS = [
    one
    for service, document in documents()
    for one in operations(service, fitting.fitting(document), **{"allow-x00": False})
]


Tally: TypeAlias = Counter[tuple[str, str]]


@pytest.fixture(scope="module")
def tally() -> Tally:
    """How many requests of each service ended how."""
    return Counter()


Agencies: TypeAlias = Mapping[str, tuple[Running, str]]


@pytest.fixture(scope="module")
def agencies(throwaway_parts: ThrowAwayParts) -> Agencies:
    """Of each service: what its API knew, and the database that was left."""
    throwaway_parts.start("postgres")
    told = {}
    for service in APPS:
        made = throwaway_parts.database(service)
        with running(service, made.app) as api:
            if service == "okr":
                okr = Okr(api.app, api.client, api.issuer, api.database)
                api.kinds = api.run(Agency(okr).found())
        told[service] = (api, made.name)
    return told


@pytest.fixture
def api(throwaway_parts: ThrowAwayParts, agencies: Agencies, service: str) -> Iterator[Running]:
    """The API in its agency, of which nothing else was asked yet."""
    before, template = agencies[service]
    postgres = throwaway_parts.postgres
    made = postgres.create_database(service, f"{template}_copy", template=template)
    with going_on(service, made.app, before) as opened:
        opened.confirm()
        fitting.KNOWN.clear()
        fitting.KNOWN.update(opened.kinds)
        yield opened
    postgres.drop_database(made.name)


@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_every_role(api: Running, service: str, operation: Operation, tally: Tally) -> None:
    tally.update((service, end) for end in Asking(api, EXAMPLES).of(operation))


@pytest.mark.long
@pytest.mark.parametrize(("service", "operation"), OPERATIONS)
def test_every_role_with_more_examples(
    api: Running, service: str, operation: Operation, tally: Tally
) -> None:
    tally.update((service, end) for end in Asking(api, MORE_EXAMPLES).of(operation))


class Asking:
    """Asks what is made up of one operation as everybody."""

    def __init__(self, api: Running, examples: int) -> None:
        self._api, self._examples = api, examples
        self._everybody: dict[str, str | None] = {
            role: api.issuer.headers(login(role), **claims)["Authorization"]
            for role, claims in TOKENS.items()
        }
        self._everybody[NO_TOKEN] = None
        self._faults: list[str] = []
        self._ends: list[str] = []
        self._held: set[object] = set()

    def of(self, operation: Operation) -> list[str]:
        """How each of the requests ended."""
        well, odd = (operation.as_strategy(generation_mode=mode) for mode in MODES)
        few = self._examples // ODD_OF
        self._make_up(well, self._examples - few)
        self._make_up(odd | well, few)  # of some operations nothing can be odd
        assert not self._faults, "\n".join([f"{len(self._faults)} faults", *self._faults[:3]])
        return self._ends

    def _make_up(self, cases: SearchStrategy[Case], examples: int) -> None:
        @seed(SEED)
        @given(cases)
        @settings(
            max_examples=examples, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        def asked(case: Case) -> None:
            sent = Sent(case)
            if well_formed(case) and "Idempotency-Key" in sent.headers:
                sent.headers["Idempotency-Key"] = uuid4().hex.encode()
            self._held = set()
            for role in self._everybody:
                self._ask(case, sent, role)

        asked()

    def _ask(self, case: Case, sent: Sent, role: str) -> None:
        answer = sent.by(self._api, self._everybody[role])
        self._hold(case, role, answer)
        current = answer.json().get("current_version") if answer.status_code in {409, 412} else None
        if current is not None and well_formed(case):
            sent.headers["If-Match"] = f'"{current}"'.encode()
            answer = sent.by(self._api, self._everybody[role])
            self._hold(case, role, answer)
        self._ends.append(end_of(answer) if well_formed(case) else ODD)

    def _hold(self, case: Case, role: str, answer: httpx.Response) -> None:
        """Once for all answers to a case that are the same but for their own names."""
        kept = INSTANCE.sub(b"", answer.content)
        said = (answer.status_code, kept, answer.headers.get("content-type"), *answer.headers)
        if said in self._held:
            return
        self._held.add(said)
        try:
            hold(case, answer)
        except (AssertionError, FailureGroup) as failure:
            told = [str(one) for one in getattr(failure, "exceptions", [failure])]
            asked = f"{case.method} {case.formatted_path} as {role}: {answer.status_code}"
            self._faults.append(" ".join([asked, *told])[:TOLD])


def well_formed(case: Case) -> bool:
    return case.meta is not None and case.meta.generation.mode is GenerationMode.POSITIVE


def end_of(answer: httpx.Response) -> str:
    """How far a request came."""
    status = answer.status_code
    if status < 300:
        return DONE
    if status in {401, 403}:
        return SHUT_OUT
    if status == 404:
        return NOT_FOUND
    odd = status in {400, 413, 415, 428} or answer.json()["code"] == "invalid-request"
    return FORM if odd else RULE


@pytest.mark.parametrize("service", APPS)
def test_every_role_of_the_access_tables_asks(service: str) -> None:
    rows = importlib.import_module(f"services.{service}.access").ACCESS.rows
    named = {name for rules in rows.values() for rule in rules for name in rule.names}
    scopes = {scope for claims in TOKENS.values() for scope in claims.get("scope", "").split()}
    assert named <= {*TOKENS, *scopes, "staff"}


def test_most_requests_get_past_form_and_ids(tally: Tally) -> None:
    assert all(share > 0.5 for share in shares_past(tally).values())


@pytest.mark.long
def test_most_of_more_requests_get_past_form_and_ids(tally: Tally) -> None:
    assert all(share > 0.5 for share in shares_past(tally).values())


def shares_past(tally: Tally) -> Mapping[str, float]:
    """What share of a service's well-formed requests of who may was done, or broke a rule."""
    shares = {}
    for service in dict.fromkeys(service for service, _ in tally):
        came = {how: tally[service, how] for how in (FORM, NOT_FOUND, RULE, DONE)}
        shares[service] = (came[RULE] + came[DONE]) / sum(came.values())
        more = {how: tally[service, how] for how in (ODD, SHUT_OUT)}
        print(f"{service}: {shares[service]:.0%} past form and ids; {came | more}")  # noqa: T201
    return shares
