"""Values of machines, one or many at once: of the key results that name them, each on its own."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from services.okr.machines.domain import MOST_VALUES
from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import MET, UP, Goals

LEADER, MACHINE = "revontuli.torchbearer", "machine.phones"
GUIDE: Json = {
    "title": text("ohje"), "kind": "milestones",
    "milestones": [{"id": "luonnos", "title": text("luonnos")}],
}  # fmt: skip


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def name(goals: Goals, goal: str, *machines: str) -> Json:
    version = (await goals.progress(goal))["version"]
    return await goals.okr.done(
        "PUT", f"/key-results/{goal}/machines", {"machines": list(machines)},
        version=version, caller=LEADER,
    )  # fmt: skip


async def named(goals: Goals, *key_results: Json) -> list[str]:
    """Key results of an objective that take values of the machine."""
    made = [it["id"] for it in (await goals.agreed(*key_results))["key_results"]]
    for goal in made:
        await name(goals, goal, MACHINE)
    return made


async def put(goals: Goals, *values: Json, **more: Any) -> list[Json]:
    said = {"caller": MACHINE, "scope": "values:write-named"} | more
    answer = await goals.okr.done("POST", "/key-results/values", {"values": list(values)}, **said)
    results: list[Json] = answer["results"]
    return results


def of(goal: str, value: float, day: str = "2026-09-04", **more: Any) -> Json:
    return {"key_result": goal, "date": day, "value": value, **more}


async def test_each_value_has_its_result_in_order(goals: Goals) -> None:
    one, guide = await named(goals, UP, GUIDE)
    unnamed = (await goals.agreed())["key_results"][0]["id"]
    unknown = str(uuid4())
    await goals.machine(one, "2026-09-04", 4)
    results = await put(
        goals,
        of(unknown, 1),
        of(one, 4),
        of(one, 5, "2026-09-05", confidence=7),
        of(unnamed, 3),
        {"key_result": guide, "date": "2026-09-04", "done": ["luonnos"]},
        of(guide, 1, "2026-09-05"),
        of(one, 6, "2999-01-01"),
        of(one, 6, "2025-01-01"),
        of(one, 9),
    )
    assert [(it["status"], it.get("problem", {}).get("code")) for it in results] == [
        ("refused", "not-found"),
        ("unchanged", None),
        ("recorded", None),
        ("refused", "machine-not-named"),
        ("recorded", None),
        ("refused", "done-missing"),
        ("refused", "date-in-future"),
        ("refused", "date-outside-cycle"),
        ("refused", "said-twice"),
    ]
    assert [it["key_result"] for it in results[:3]] == [unknown, one, one]
    assert [it.get("counted") for it in results[:3]] == [None, True, True]
    assert (await goals.progress(one))["value"] == 5
    assert (await goals.progress(one))["confidence"] == 7
    assert (await goals.progress(guide))["progress"] == 1
    assert "value" not in await goals.progress(unnamed)


async def test_the_same_again_changes_nothing(goals: Goals) -> None:
    one, other = await named(goals, UP, UP)
    values = [of(one, 4), of(other, 5), of(one, 6, "2026-09-05")]
    first = await put(goals, *values)
    told = len(await goals.okr.published("soihtu.progress.v1"))
    again = await put(goals, *values)
    assert {it["status"] for it in first} == {"recorded"}
    assert {it["status"] for it in again} == {"unchanged"}
    assert [it["reached"] for it in again] == [it["reached"] for it in first]
    assert len(await goals.okr.published("soihtu.progress.v1")) == told
    changed = await put(goals, of(one, 4), of(other, 7))
    assert [it["status"] for it in changed] == ["unchanged", "recorded"]
    rows = (await goals.okr.done("GET", f"/key-results/{other}/values"))["items"]
    assert [it["value"] for it in rows] == [7]


async def test_alone_and_among_many_it_is_the_same_source(goals: Goals) -> None:
    (one,) = await named(goals, UP)
    await put(goals, of(one, 4))
    alone = await goals.machine(one, "2026-09-04", 4)
    assert (alone["version"], alone["source"]) == (1, f"machine/{MACHINE}/2026-09-04")
    (changed,) = await put(goals, of(one, 5))
    assert changed["reached"] == f"values/{alone['id']}@2"


async def test_problems_are_told_in_the_caller_s_language(goals: Goals) -> None:
    unnamed = (await goals.agreed())["key_results"][0]["id"]
    told = [
        (await put(goals, of(unnamed, 1), headers={"Accept-Language": language}))[0]["problem"]
        for language in ("fi", "sv", "en")
    ]
    assert len({it["title"] for it in told}) == 3
    assert all(MACHINE in it["detail"] for it in told)


async def test_what_does_not_count_is_recorded_with_the_reason(goals: Goals) -> None:
    (one,) = await named(goals, UP)
    await goals.move("retro", version=1)
    await goals.move("closed", version=2)
    (result,) = await put(goals, of(one, 4))
    assert (result["status"], result["counted"], result["reason"]) == (
        "recorded", False, "team-cycle-closed",
    )  # fmt: skip


async def test_what_does_not_count_changes_nothing_again_until_it_counts(goals: Goals) -> None:
    body, caller = {"value": 4}, {"caller": MACHINE, "scope": "values:write"}
    one = (await goals.proposed())["key_results"][0]["id"]
    path = f"/key-results/{one}/values/2026-09-04"
    first = await goals.okr.done("PUT", path, body, **caller)
    assert (first["version"], first["reason"]) == (1, "objective-not-agreed")
    told = len(await goals.okr.published("soihtu.progress.v1"))
    assert await goals.okr.done("PUT", path, body, **caller) == first
    assert len(await goals.okr.published("soihtu.progress.v1")) == told
    objective = (await goals.progress(one))["objective"]
    await goals.okr.done(
        "POST", f"/objectives/{objective}/agree", MET, version=1, caller=LEADER
    )  # fmt: skip
    await name(goals, one, MACHINE)
    (counted,) = await put(goals, of(one, 4))
    assert (counted["status"], counted["counted"]) == ("recorded", True)
    (again,) = await put(goals, of(one, 4))
    assert (again["status"], again["reached"]) == ("unchanged", counted["reached"])


async def test_as_many_as_a_request_takes_and_no_more(goals: Goals) -> None:
    made = [*await named(goals, *[UP] * 5), *await named(goals, *[UP] * 5)]
    values = [
        of(goal, number, f"2026-{month:02}-{day:02}")
        for number, goal in enumerate(made)
        for month in (9, 10)
        for day in range(1, 26)
    ]
    assert len(values) == MOST_VALUES
    answer = await goals.okr.ask(
        "POST", "/key-results/values", {"values": values}, caller=MACHINE,
        scope="values:write-named",
    )  # fmt: skip
    assert "soihtu-version" not in answer.headers
    results = answer.json()["results"]
    assert [(it["key_result"], it["date"]) for it in results] == [
        (it["key_result"], it["date"]) for it in values
    ]
    assert {it["status"] for it in results} <= {"recorded", "refused"}
    assert all(it["status"] == "recorded" for it in results if it["date"] < "2026-10-01")
    for body in ([], [*values, of(made[0], 1, "2026-12-01")]):
        refused = await goals.okr.refused(
            "POST", "/key-results/values", {"values": body}, caller=MACHINE,
            scope="values:write-named",
        )  # fmt: skip
        assert refused == (422, "invalid-request")


async def test_calls_that_meet_wait_for_each_other_and_never_block(goals: Goals) -> None:
    made = [goal for _ in range(4) for goal in await named(goals, UP, UP)]

    async def call(number: int) -> list[Json]:
        order = made if number % 2 else made[::-1]
        day = f"2026-09-{1 + number % 3:02}"
        return await put(goals, *(of(goal, number, day) for goal in order))

    for results in await asyncio.gather(*map(call, range(12))):
        assert {it["status"] for it in results} <= {"recorded", "unchanged"}
    for goal in made:
        rows = (await goals.okr.done("GET", f"/key-results/{goal}/values"))["items"]
        assert len(rows) == 3
        state = await goals.progress(goal)
        assert state["value"] == rows[0]["value"]
    told = await goals.okr.published("soihtu.progress.v1")
    for goal in made:
        versions = [
            data["version"]
            for headers, data in told
            if headers["ce_subject"] == f"key-results/{goal}"
        ]
        assert versions == list(range(1, len(versions) + 1))


async def test_a_scope_for_named_key_results_opens_no_other(goals: Goals) -> None:
    (one,) = await named(goals, UP)
    other = (await goals.agreed())["key_results"][0]["id"]
    named_only = {"caller": MACHINE, "scope": "values:write-named"}
    path = f"/key-results/{one}/values/2026-09-04"
    assert (await goals.okr.done("PUT", path, {"value": 3}, **named_only))["value"] == 3
    elsewhere = f"/key-results/{other}/values/2026-09-04"
    refused = await goals.okr.refused("PUT", elsewhere, {"value": 3}, **named_only)
    assert refused == (403, "machine-not-named")
    stranger = await goals.okr.refused("PUT", path, {"value": 3}, **named_only | {"caller": "x"})
    assert stranger == (403, "machine-not-named")
    any_key_result = {"caller": MACHINE, "scope": "values:write"}
    assert (await goals.okr.done("PUT", elsewhere, {"value": 3}, **any_key_result))["value"] == 3
    body = {"values": [of(one, 3)]}
    for caller in (any_key_result, {"caller": LEADER}, {"caller": "admin"}):
        refused = await goals.okr.refused("POST", "/key-results/values", body, **caller)
        assert refused == (403, "not-allowed")
    await name(goals, one)
    (result,) = await put(goals, of(one, 4))
    assert result["problem"]["code"] == "machine-not-named"


async def test_leaders_name_machines_and_the_goal_says_which(goals: Goals) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    path = f"/key-results/{goal}/machines"
    refused = await goals.okr.refused(
        "PUT", path, {"machines": [MACHINE]}, version=2, caller="revontuli.member"
    )
    assert refused == (403, "not-allowed")
    changed = await name(goals, goal, MACHINE, "machine.queue", MACHINE)
    held = changed["key_results"][0]
    assert (held["machines"], held["revision"]) == ([MACHINE, "machine.queue"], 1)
    assert changed["change"] == "machines-named"
    outside = await goals.okr.published("soihtu.open.v1")
    assert "machines" not in outside[-1][1]["key_results"][0]
    me = await goals.okr.done("GET", "/me", caller=MACHINE, scope="values:write-named")
    assert (me["client"], me["scopes"]) == (MACHINE, ["values:write-named"])


async def test_the_address_of_many_is_that_of_no_key_result(okr: Okr) -> None:
    headers = okr.issuer.headers("admin", roles=["admin"])
    answer = await okr.client.get("/key-results/values", headers=headers)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    odd = await okr.client.get("/key-results/value", headers=headers)
    assert (odd.status_code, odd.json()["code"]) == (422, "invalid-request")
