"""Objectives: proposed by members, agreed by who leads, linked without loops, put by reference."""

import asyncio
from uuid import uuid4

import pytest

from tests.service.okr.conftest import Okr, text
from tests.service.okr.goals import MET, UP, Goals

LEADS = "revontuli.torchbearer"
MEMBER = "revontuli.member"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def test_a_proposal_is_agreed_by_who_leads_and_both_are_published(goals: Goals) -> None:
    proposed = await goals.proposed()
    path = f"/objectives/{proposed['id']}/agree"
    refused = await goals.okr.refused("POST", path, MET, version=1, caller=MEMBER)
    assert refused == (403, "not-allowed")
    agreed = await goals.okr.done("POST", path, MET, version=1, caller=LEADS)
    assert [it["state"] for it in agreed["states"]] == ["proposed", "agreed"]
    assert all("by" in it for it in agreed["states"])
    inside = [data for _, data in await goals.okr.published("soihtu.okr.v1") if "title" in data]
    assert [it["version"] for it in inside] == [1, 2]
    outside = [data for _, data in await goals.okr.published("soihtu.open.v1") if "title" in data]
    assert [it["version"] for it in outside] == [2]
    assert "by" not in str(outside[0].keys())


async def test_a_stale_change_is_refused_with_the_current_state(goals: Goals) -> None:
    agreed = await goals.agreed()
    answer = await goals.okr.ask(
        "POST", f"/objectives/{agreed['id']}/close", version=1, caller=LEADS
    )
    assert answer.status_code == 412
    assert answer.json()["current"]["state"] == "agreed"
    assert answer.headers["etag"] == '"2"'


async def test_a_team_that_looks_back_proposes_no_more(goals: Goals) -> None:
    await goals.move("retro", version=1)
    refused = await goals.okr.refused("POST", "/objectives", goals.draft(UP), caller=MEMBER)
    assert refused == (409, "team-cycle-past")


@pytest.mark.parametrize("field", ["cycle", "responsible_team", "owner_team", "contributing_teams"])
async def test_what_is_referred_to_must_exist(goals: Goals, field: str) -> None:
    unknown = str(uuid4())
    body = goals.draft(UP, **{field: [unknown] if field == "contributing_teams" else unknown})
    status, code = await goals.okr.refused("POST", "/objectives", body, caller="strategy")
    assert (status, code) in {(422, "unknown-reference"), (422, "unknown-team")}


async def test_an_unknown_link_is_refused(goals: Goals) -> None:
    body = goals.draft(UP, contributes_to=[str(uuid4())])
    refused = await goals.okr.refused("POST", "/objectives", body, caller=MEMBER)
    assert refused == (422, "unknown-objective")


async def test_a_loop_is_refused(goals: Goals) -> None:
    first = await goals.agreed()
    second = await goals.agreed(contributes_to=[first["id"]])
    third = await goals.agreed(contributes_to=[second["id"]])
    for end in (first, third):
        refused = await goals.okr.refused(
            "PUT", f"/objectives/{first['id']}/contributions", {"contributes_to": [end["id"]]},
            version=2, caller=LEADS,
        )  # fmt: skip
        assert refused == (409, "contribution-loop")


async def test_a_loop_is_refused_also_when_two_are_linked_at_once(goals: Goals) -> None:
    for _ in range(5):
        one, other = await goals.agreed(), await goals.agreed()
        answers = await asyncio.gather(
            *(
                goals.okr.ask(
                    "PUT", f"/objectives/{a['id']}/contributions", {"contributes_to": [b["id"]]},
                    version=2, caller=LEADS,
                )
                for a, b in ((one, other), (other, one))
            )
        )  # fmt: skip
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_a_reference_puts_once_changes_and_spares_edits(goals: Goals) -> None:
    path = "/objectives/by-ref/gitlab/2018-q3%2Fceo%2Fgrow%23own"
    body = goals.draft()

    async def put(title: str, **headers: str) -> tuple[int, str | None, str]:
        said = body | {"title": text(title)}
        answer = await goals.okr.ask("PUT", path, said, headers=headers)
        return answer.status_code, answer.headers.get("soihtu-outcome"), answer.json().get("id")

    status, outcome, made = await put("Yksi")
    assert (status, outcome) == (201, "created")
    assert (await put("Yksi"))[:2] == (200, "unchanged")
    # Key results that are put under it are no edits of the objective itself.
    goal_path = "/key-results/by-ref/gitlab/2018-q3%2Fceo%2Fgrow%2Fiacv"
    goal = UP | {"objective": made}
    first = await goals.okr.ask("PUT", goal_path, goal)
    assert first.headers["soihtu-outcome"] == "created"
    assert (await put("Kaksi"))[:2] == (200, "changed")
    retitled = goal | {"title": text("toinen nimi")}
    assert (await goals.okr.ask("PUT", goal_path, goal)).headers["soihtu-outcome"] == "unchanged"
    changed = await goals.okr.ask("PUT", goal_path, retitled)
    assert changed.headers["soihtu-outcome"] == "changed"

    state = await goals.okr.done("GET", f"/objectives/{made}")
    assert state["title"]["fi"] == "Kaksi"
    assert [it["title"]["fi"] for it in state["key_results"]] == ["toinen nimi"]
    dropped = await goals.changed(state)
    assert (await put("Kaksi"))[:2] == (200, "unchanged")
    assert (await put("Kolme"))[0] == 409
    match = {"If-Match": f'"{dropped["version"]}"'}
    assert (await put("Kolme", **match))[:2] == (200, "changed")


async def test_a_reference_gives_no_goal_to_a_team_that_has_closed_the_cycle(goals: Goals) -> None:
    path, body = "/objectives/by-ref/gitlab/own", goals.draft()
    await goals.okr.ask("PUT", path, body)
    other = (await goals.okr.team("Lumme"))["id"]
    place = f"/teams/{other}/cycles/{goals.cycle}/place"
    await goals.okr.done("PUT", place, {"place": "closed"})
    moved = body | {"responsible_team": other}
    assert await goals.okr.refused("PUT", path, moved) == (409, "team-cycle-past")
    await goals.okr.done("PUT", path, body | {"contributing_teams": [other]})


async def test_lists_are_paged_and_filtered(goals: Goals) -> None:
    made = [(await goals.proposed())["id"] for _ in range(5)]
    page = await goals.okr.done("GET", f"/objectives?limit=3&team={goals.team}")
    rest = await goals.okr.done(
        "GET", f"/objectives?limit=3&team={goals.team}&after={page['next']}"
    )
    assert [it["id"] for it in page["items"] + rest["items"]] == sorted(made)
    other = await goals.okr.done("GET", f"/objectives?team={uuid4()}")
    assert other["items"] == []


async def test_nobody_sets_goals_for_others(goals: Goals) -> None:
    other = await goals.okr.team("Kide")
    for owner in (
        {"owner_team": other["id"]},
        {"owner_team": None, "owner_unit": other["parent"]},
    ):
        body = goals.draft(UP, **owner)
        assert await goals.okr.refused("POST", "/objectives", body, caller=MEMBER) == (
            403,
            "not-allowed",
        )
        await goals.okr.done("POST", "/objectives", body, caller="strategy")


async def test_what_a_team_has_closed_stays(goals: Goals) -> None:
    objective = await goals.agreed()
    goal = objective["key_results"][0]["id"]
    await goals.move("retro", version=1)
    await goals.move("closed", version=2)
    path = f"/objectives/{objective['id']}"
    for method, at, body in (
        ("POST", f"/key-results/{goal}/drop", None),
        ("POST", f"{path}/key-results", UP),
        ("PUT", f"{path}/change", {"kind": "drop"}),
        ("POST", f"{path}/contributors/{uuid4()}/invite", None),
        ("PUT", f"{path}/contributions", {"contributes_to": []}),
    ):
        refused = await goals.okr.refused(method, at, body, version=2, caller=LEADS)
        assert refused == (409, "team-cycle-past")


async def test_a_closed_cycle_takes_no_proposals_and_teams_look_back(goals: Goals) -> None:
    await goals.okr.done("POST", f"/cycles/{goals.cycle}/close", version=2)
    refused = await goals.okr.refused("POST", "/objectives", goals.draft(UP), caller=MEMBER)
    assert refused == (409, "cycle-closed")
    path = f"/teams/{goals.team}/cycles/{goals.cycle}/place"
    moved = await goals.okr.done("PUT", path, {"place": "retro"}, version=1, caller=LEADS)
    assert moved["place"] == "retro"


async def test_an_objective_stays_small(goals: Goals) -> None:
    long = UP | {"note": "x" * 4000}
    body = goals.draft(*([long] * 30))
    refused = await goals.okr.refused("POST", "/objectives", body, caller=MEMBER)
    assert refused == (422, "objective-too-large")


async def test_key_results_put_at_once_are_no_edits_of_each_other(goals: Goals) -> None:
    objective = await goals.agreed()

    async def put(number: int, title: str) -> str:
        body = UP | {"objective": objective["id"], "title": text(title)}
        answer = await goals.okr.ask("PUT", f"/key-results/by-ref/gitlab/{number}", body)
        assert answer.is_success, answer.text
        return str(answer.headers["soihtu-outcome"])

    assert set(await asyncio.gather(*(put(it, "yksi") for it in range(8)))) == {"created"}
    assert set(await asyncio.gather(*(put(it, "kaksi") for it in range(8)))) == {"changed"}


async def test_no_command_stores_a_nul(goals: Goals) -> None:
    body = goals.draft(UP, title={"source": "fi", "fi": "a\x00b"})
    status, _ = await goals.okr.refused("POST", "/objectives", body, caller=MEMBER)
    assert status == 422
