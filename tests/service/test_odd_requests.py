"""Requests of odd form get the answer that says what is odd about them, never a failure."""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from chassis.middleware import BODY_LIMIT
from chassis.paging import cursor
from chassis.testing.conformance import deviations
from tests.service.applications import APPS
from tests.service.checkins import world
from tests.service.in_process import Running
from tests.service.okr.conftest import Json, text
from tests.service.reporting import world as told

NOBODYS = "0198c0de-0000-7000-8000-000000000000"


class Desk:
    """Asks one API."""

    def __init__(self, api: Running) -> None:
        self._api = api

    def ask(
        self, method: str, path: str, caller: str | None = "admin", **more: Any
    ) -> httpx.Response:
        """An answer, held against the description; creations get a key."""
        headers = {"Authorization": self._api.authorization(caller)} if caller else {}
        if method == "POST":
            headers["Idempotency-Key"] = uuid4().hex
        headers |= more.pop("headers", {})
        answer = self._api.send(method, path, headers=headers, **more)
        if answer.status_code != 405:
            assert deviations(self._api.app.openapi(), answer) == []
        return answer

    def refused(self, method: str, path: str, **more: Any) -> tuple[int, str]:
        """Status and code of the problem that is answered."""
        answer = self.ask(method, path, **more)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.status_code, answer.json()["code"]


@pytest.fixture
def okr(apis: Mapping[str, Running]) -> Desk:
    return Desk(apis["okr"])


@pytest.fixture
def checkins(apis: Mapping[str, Running]) -> Desk:
    return Desk(apis["checkins"])


def _addresses(api: Running) -> Iterator[tuple[str, str]]:
    """Method and address of every operation, with an id that is nobody's."""
    fill = {"{system}": "other", "{key}": "a/b", "{day}": "2026-11-22"}
    for path, operations in api.app.openapi()["paths"].items():
        parts = [fill.get(one, NOBODYS) if one[:1] == "{" else one for one in path.split("/")]
        for method in operations:
            yield method.upper(), "/".join(parts)


@pytest.mark.parametrize("service", APPS)
def test_nothing_is_told_without_a_token(apis: Mapping[str, Running], service: str) -> None:
    desk = Desk(apis[service])
    for method, path in _addresses(apis[service]):
        assert desk.refused(method, path, caller=None) == (401, "unauthenticated"), path


@pytest.mark.parametrize("service", APPS)
def test_other_methods_are_refused_with_those_that_there_are(
    apis: Mapping[str, Running], service: str
) -> None:
    desk, known = Desk(apis[service]), set(_addresses(apis[service]))
    for _, path in sorted(known):
        there = {method for method, other in known if other == path}
        for method in sorted({"HEAD", "OPTIONS", "TRACE", "PATCH", "DELETE"} - there):
            answer = desk.ask(method, path)
            assert answer.status_code == 405, f"{method} {path}"
            assert there <= set(answer.headers["allow"].split(", "))
            assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("service", APPS)
def test_a_trailing_slash_is_another_address(apis: Mapping[str, Running], service: str) -> None:
    desk = Desk(apis[service])
    for method, path in _addresses(apis[service]):
        if "/by-ref/" not in path:
            assert desk.refused(method, f"{path}/") == (404, "no-such-route"), path
    assert desk.refused("GET", "//") == (404, "no-such-route")


@pytest.mark.parametrize("id_", ["1", "null", "%20", "ä", "x" * 5000, "{id}", "'--", "..%00"])
@pytest.mark.parametrize("service", APPS)
def test_an_id_of_odd_form_is_invalid(apis: Mapping[str, Running], service: str, id_: str) -> None:
    desk = Desk(apis[service])
    for method, path in _addresses(apis[service]):
        if method == "GET" and NOBODYS in path:
            odd = path.replace(NOBODYS, id_)
            assert desk.refused(method, odd) == (422, "invalid-request"), odd


@pytest.mark.parametrize(
    "version", ["*", "3", '"0"', '"-1"', '""', 'W/"3"', '"1", "2"', f'"{10**9}"', f'"{"9" * 400}"']
)
def test_a_version_of_odd_form_is_malformed(okr: Desk, version: str) -> None:
    path = f"/cycles/{NOBODYS}/open"
    found = okr.refused("POST", path, headers={"If-Match": version})
    assert found == (400, "malformed-header")


def test_a_version_is_heeded_also_where_none_is_needed(apis: Mapping[str, Running]) -> None:
    desk = Desk(apis["okr"])
    path = f"/key-results/{apis['okr'].known[-4]}/values/2026-01-06"
    said: Json = {"caller": "machine", "json": {"value": 4}}
    at = {"If-Match": '"1"'}
    assert desk.refused("PUT", path, headers=at, **said) == (404, "not-found")
    assert desk.ask("PUT", path, **said).headers["etag"] == '"1"'
    assert desk.ask("PUT", path, headers=at, **said | {"json": {"value": 5}}).status_code == 200
    assert desk.refused("PUT", path, headers=at, **said) == (412, "changed-since")


def test_the_highest_version_that_can_be_said_is_looked_for(okr: Desk) -> None:
    unit = "/units/00000000-0000-7000-8000-000000000001"
    said = {"kind": "agency", "name": text("Virasto")}
    headers = {"If-Match": f'"{10**9 - 1}"'}
    assert okr.refused("PUT", unit, json=said, headers=headers) == (412, "changed-since")


@pytest.mark.parametrize("body", [b"", b"null", b"[]", b'""', b"0", b"{}", b"true"])
@pytest.mark.parametrize("path", ["/units", "/teams", "/people", "/cycles", "/objectives"])
def test_a_body_that_says_nothing_is_invalid(okr: Desk, path: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    found = okr.refused("POST", path, content=body, headers=headers)
    assert found == (422, "invalid-request")


def test_a_day_out_of_bounds_is_told_which_days_there_are(okr: Desk) -> None:
    said = {"name": text("T1"), "kind": "year", "start": "1066-10-14", "end": "2030-01-01"}
    answer = okr.ask("POST", "/cycles", json=said, headers={"Accept-Language": "en"})
    (error,) = answer.json()["errors"]
    assert error["pointer"] == "/body/start"
    assert error["ge"] in error["message"]


@pytest.mark.parametrize(
    "odd",
    [{"start": 0}, {"end": 1767225600}, {"start": "2026-01-01T00:00:00Z"}, {"kind": 1},
     {"name": "T1"}, {"name": ["fi", "T1"]}, {"name": {"source": "fi", "fi": 1}}],
)  # fmt: skip
def test_a_value_of_another_type_is_not_made_fit(okr: Desk, odd: Json) -> None:
    said = {"name": text("T1"), "kind": "year", "start": "2026-01-01", "end": "2026-12-31"}
    assert okr.refused("POST", "/cycles", json=said | odd) == (422, "invalid-request")


@pytest.mark.parametrize("odd", [True, "5", [5], {"value": 5}, 1e13, None])
def test_a_number_is_a_number(checkins: Desk, odd: Any) -> None:
    for entry in ({"value": odd}, {"value": 5, "confidence": odd or 5.5}):
        said = {"key_result": str(world.WAITING)} | entry
        body = {"objective": str(world.OBJECTIVE), "team": str(world.LUMME), "entries": [said]}
        found = checkins.refused("POST", "/check-ins", caller="person", json=body)
        said_none = entry["value"] is None  # what milestones are reached is said without one
        assert found == (422, "value-missing" if said_none else "invalid-request")
    whole = {"key_result": str(world.WAITING), "value": 5, "confidence": 5.0}
    body = {"objective": str(world.OBJECTIVE), "team": str(world.LUMME), "entries": [whole]}
    assert checkins.ask("POST", "/check-ins", caller="person", json=body).status_code == 201


def test_a_name_as_long_as_a_token_may_have_can_put_a_value(apis: Mapping[str, Running]) -> None:
    api, statuses = apis["okr"], []
    for length in (255, 256):
        headers = api.issuer.headers("m" * length, scope="values:write")
        for goal in api.known[-4:-2]:  # those of the agreed objective
            path = f"/key-results/{goal}/values/2026-01-05"
            statuses.append(api.send("PUT", path, json={"value": 4}, headers=headers).status_code)
    assert statuses == [200, 200, 401, 401]


def test_a_body_may_be_as_large_as_the_limit_and_no_larger(okr: Desk) -> None:
    headers = {"Content-Type": "application/json"}
    said = b'{"kind": "unit", "name": {"source": "fi", "fi": "Yksikko"}}'
    full = said + b" " * (BODY_LIMIT - len(said))
    assert okr.ask("POST", "/units", content=full, headers=headers).status_code == 201
    found = okr.refused("POST", "/units", content=full + b" ", headers=headers)
    assert found == (413, "body-too-large")


def test_a_deeply_nested_body_is_refused(okr: Desk) -> None:
    headers = {"Content-Type": "application/json"}
    for opening in (b"[", b'{"a":'):
        status, _ = okr.refused("POST", "/units", content=opening * 40_000, headers=headers)
        assert status == 400
        for depth in (99, 100, 300, 500, 900, 1_000, 1_020, 3_000):
            nested = opening * depth + b"1" + (b"]" if opening == b"[" else b"}") * depth
            answer = okr.ask("POST", "/units", content=nested, headers=headers)
            assert answer.status_code in {400, 422}, depth


def test_what_is_not_asked_for_in_a_query_changes_nothing(okr: Desk) -> None:
    asked = okr.ask("GET", "/units", params={"unknown": "1", "limit": "1"})
    assert len(asked.json()["items"]) == 1
    assert okr.refused("GET", "/units?limit=0") == (422, "invalid-request")
    assert okr.refused("GET", f"/units?limit={'9' * 400}") == (422, "invalid-request")
    assert okr.refused("GET", "/units?after=%00") == (422, "invalid-request")
    assert okr.refused("GET", "/units?after=nonsense") == (400, "malformed-cursor")


ODD = ["", "x", "\x00", "-1", "9" * 40, "9999-99-99", "infinity", NOBODYS, "True", "ä"]
ODD_KEYS = [
    *([one] * length for one in ODD for length in range(6)),
    *(keys for one in ODD for keys in ([one, NOBODYS], ["2026-11-22", one])),
]


def _with(ids: Mapping[str, Any], path: str) -> str:
    """A path with ids in place of what it names, as far as they are told; the first one holds."""
    for named, id_ in ids.items():
        path = path.replace(named, str(id_))
    return path


@pytest.mark.parametrize("service", APPS)
def test_a_cursor_of_odd_form_never_fails(apis: Mapping[str, Running], service: str) -> None:
    desk = Desk(apis[service])
    ids = {"{objective}": world.OBJECTIVE, "{id}": told.WAITING, "{team}": apis["okr"].known[1]}
    if service == "okr":
        objective = desk.ask("GET", "/objectives").json()["items"][0]
        of_goals = {"objectives/{id}": f"objectives/{objective['id']}"}
        ids = of_goals | ids | {"{id}": objective["key_results"][0]["id"]}
    pages = [
        _with(ids, path)
        for path, operations in apis[service].app.openapi()["paths"].items()
        if "after" in {one["name"] for one in operations.get("get", {}).get("parameters", ())}
    ]
    assert pages
    for path, keys in itertools.product(pages, ODD_KEYS):
        of_people = service == "notifications" or path.endswith("/torchbearer-candidacies")
        caller = "person" if of_people else "admin"
        asked = {"after": cursor(keys), "team": str(world.LUMME)}
        answer = desk.ask("GET", path, caller, params=asked)
        assert answer.status_code in {200, 400}, f"{path} {keys}"


def test_what_is_said_twice_in_a_list_counts_once_or_is_refused(okr: Desk, checkins: Desk) -> None:
    login = {"issuer": "https://elsewhere.test", "subject": "twin"}
    twice: Json = {"name": "Twin", "logins": [login, login]}
    assert okr.ask("POST", "/people", json=twice).json()["logins"] == [login]
    entry = {"key_result": str(world.WAITING), "value": 1}
    said = {"objective": str(world.OBJECTIVE), "team": str(world.LUMME), "entries": [entry, entry]}
    found = checkins.refused("POST", "/check-ins", caller="person", json=said)
    assert found == (422, "key-result-twice")


@pytest.mark.parametrize(
    "after",
    [
        f"team-cycles/{world.LUMME}/{world.CYCLE}@1",
        f"team-cycles/{world.LUMME}/{world.CYCLE}@1,objectives/{world.OBJECTIVE}@1",
        f" objectives/{world.OBJECTIVE}@1 ,  people/of-another-service@999999999 ",
        "",
    ],
)
def test_versions_to_wait_for_may_have_slashes_in_their_ids(checkins: Desk, after: str) -> None:
    answer = checkins.ask("GET", f"/retros?team={world.LUMME}", headers={"Soihtu-After": after})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "after", ["objectives", "objectives/1@0", "objectives/1@1@2", "a/b@1;c/d@2", "@1", ",", "a/ä@1"]
)
def test_versions_of_odd_form_are_malformed(checkins: Desk, after: str) -> None:
    headers = {"Soihtu-After": after.encode()}
    found = checkins.refused("GET", f"/retros?team={world.LUMME}", headers=headers)
    assert found == (400, "malformed-header")
