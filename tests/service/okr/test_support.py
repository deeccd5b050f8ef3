"""Support of goals: given and taken back, counted for all, named to the team, told to no topic."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import TypeAdapter

from chassis.paging import Page
from chassis.routing import doors
from contracts.okr import ObjectiveChanged
from services.okr.choosing.ticking import KEPT, OPEN_AT_MOST, forget
from tests.service.okr.conftest import Json, Okr, known
from tests.service.okr.teams import BY_SUPPORT, Choosing

OUTSIDE = ("pesa.lead", "strategy", "admin")


@pytest.fixture
async def team(okr: Okr) -> Choosing:
    return await Choosing.of(okr)


@pytest.fixture
async def small(okr: Okr) -> Choosing:
    return await Choosing.of(okr, members=4)


async def test_support_is_given_and_taken_back(team: Choosing) -> None:
    goal = await team.proposed()
    path = f"/objectives/{goal['id']}/support"
    assert (await team.support(goal, "m2"))["mine"] is True
    assert (await team.support(goal, "m2", "m3"))["count"] == 2
    again = await team.okr.done("DELETE", path, caller="m2")
    assert (again["count"], again["mine"]) == (1, False)
    assert await team.okr.done("DELETE", path, caller="m2") == again


async def test_names_are_for_the_team_and_counts_of_eight_for_all(team: Choosing) -> None:
    goal = await team.proposed()
    await team.support(goal, "m2", "supervisor")
    inside = (await team.get(goal, "/support", by="m3"))["team"]
    assert [it["name"] for it in inside["supporters"]] == ["M2", "Supervisor"]
    assert (inside["members"], inside["of_members"], inside["needed"]) == (8, 2, 5)
    for caller in OUTSIDE:
        outside = await team.get(goal, "/support", by=caller)
        assert outside == {"objective": goal["id"], "count": 2, "mine": False}


async def test_counts_of_a_team_of_fewer_than_eight_are_for_the_team(small: Choosing) -> None:
    goal = await small.proposed()
    await small.support(goal, "m2", "supervisor")
    assert (await small.get(goal, "/support", by="m3"))["count"] == 2
    for caller in OUTSIDE:
        outside = await small.get(goal, "/support", by=caller)
        assert outside == {"objective": goal["id"], "mine": False}


@pytest.mark.parametrize("step", ["recorded", "agreed"])
async def test_what_a_small_team_agreed_with_is_answered_to_the_team_alone(
    small: Choosing, step: str
) -> None:
    goal = await small.proposed()
    await small.support(goal, "m2")
    goal = await small.record(goal)
    if step == "agreed":
        goal = await small.confirm(goal)
    path, listed = f"/objectives/{goal['id']}", f"/objectives?team={small.goals.team}"
    (inside,) = (await small.get(goal, by="m3"))["agreements"]
    assert (inside["support"], inside["hint"]) == (1, "below-share")
    for caller in OUTSIDE:
        page = await small.okr.done("GET", listed, caller=caller)
        for told in (await small.get(goal, by=caller), page["items"][0]):
            (outside,) = told["agreements"]
            assert outside == {it: inside[it] for it in inside.keys() - {"support", "hint"}}
    stale = await small.okr.ask(
        "PUT", f"{path}/contributions", {"contributes_to": []}, version=1, caller="strategy"
    )
    assert (stale.status_code, stale.json()["current_version"]) == (412, goal["version"])
    assert "support" not in known(stale.json()["current"]["agreements"][0])
    told = [data for _, data in await small.okr.published("soihtu.okr.v1") if "agreements" in data]
    assert told[-1]["agreements"][-1]["support"] == 1, "events carry counts"


async def test_no_route_answers_an_agreement_in_another_way(okr: Okr) -> None:
    """What `shown` knows is a goal, and a page of goals."""
    answers = {str(it.operation_id): it.response_model for it in doors(okr.app)}
    told = {
        name: model
        for name, model in answers.items()
        if "Agreement" in TypeAdapter(model).json_schema().get("$defs", ())
    }
    assert {"get_objective", "list_objectives", "agree_objective"} <= told.keys()
    for name, model in told.items():
        assert issubclass(model, ObjectiveChanged) or model is Page[ObjectiveChanged], name


async def test_what_a_large_team_agreed_with_is_for_all_once_it_is_agreed(team: Choosing) -> None:
    goal = await team.proposed()
    await team.support(goal, "m2")
    recorded = await team.record(goal)
    assert "support" not in (await team.get(goal, by="pesa.lead"))["agreements"][-1]
    agreed = await team.confirm(recorded)
    outside = (await team.get(goal, by="pesa.lead"))["agreements"][-1]
    assert outside == agreed["agreements"][-1]
    assert (outside["support"], outside["hint"]) == (1, "below-share")


async def test_no_topic_is_told_who_supports(team: Choosing) -> None:
    goal = await team.proposed(by="m1")
    await team.support(goal, "m4", "m5")
    await team.confirm(await team.record(goal))
    rows = await team.okr.db.pool.fetch(
        "SELECT value FROM outbox WHERE topic NOT LIKE 'soihtu.memberships%'"
        " AND topic NOT LIKE 'soihtu.people%'"
    )
    told = b"".join(row["value"] for row in rows)
    assert b'"support":2' in told
    assert goal["id"].encode() in told
    for supporter in ("m4", "m5"):
        assert team.people[supporter].encode() not in told


async def test_support_is_of_the_wording_that_was_seen(team: Choosing) -> None:
    goal = await team.proposed()
    await team.support(goal, "m2", "m3")
    path, body = (
        f"/objectives/{goal['id']}",
        team.goals.draft(title={"source": "fi", "fi": "Toisin"}),
    )
    changed = await team.okr.done("PUT", path, body, version=1, caller="m1")
    assert (await team.get(changed, "/support"))["count"] == 0
    stale = await team.okr.refused("PUT", f"{path}/support", version=1, caller="m2")
    assert stale == (412, "changed-since")
    assert (await team.support(changed, "m3"))["count"] == 1


async def test_only_the_goals_teams_support_it(team: Choosing) -> None:
    goal = await team.proposed(contributing_teams=[team.other])
    path = f"/objectives/{goal['id']}/support"
    for caller in ("pesa.member", "strategy", "admin"):
        assert await team.okr.refused("PUT", path, caller=caller) == (403, "not-allowed")
    join = f"/objectives/{goal['id']}/contributors/{team.other}/agree"
    await team.okr.done("POST", join, version=1, caller="pesa.lead")
    await team.support(goal, "m1", "pesa.member")
    inside = await team.get(goal, "/support")
    assert (inside["count"], inside["team"]["of_members"]) == (2, 1)
    assert (await team.get(goal, "/support", by="pesa.member"))["mine"] is True


async def test_what_is_chosen_needs_no_support_any_more(team: Choosing) -> None:
    goal = await team.agreed()
    path = f"/objectives/{goal['id']}/support"
    for method in ("PUT", "DELETE"):
        refused = await team.okr.refused(method, path, caller="m2")
        assert refused == (409, "nothing-to-choose")


async def test_supporters_do_not_wait_for_each_other(team: Choosing) -> None:
    goal = await team.proposed()
    path = f"/objectives/{goal['id']}/support"
    async with team.okr.db.connection() as conn, conn.transaction():
        # As another supporter who is slow: the row of the goal is shared until this ends.
        await conn.execute("SELECT 1 FROM objectives WHERE id = $1 FOR SHARE", goal["id"])
        answers = await asyncio.gather(
            *(team.okr.ask("PUT", path, caller=f"m{number}") for number in range(1, 6))
        )
        assert [it.status_code for it in answers] == [200] * 5
    assert (await team.get(goal, "/support"))["count"] == 5


async def test_a_goal_is_agreed_with_those_who_support_it_then(team: Choosing) -> None:
    """Support and agreeing at once: what the agreement counts is what was there before it."""
    for _ in range(5):
        goal = await team.proposed()
        path = f"/objectives/{goal['id']}"
        supports = [team.okr.ask("PUT", f"{path}/support", caller=f"m{it}") for it in range(1, 6)]
        agree = team.okr.ask("POST", f"{path}/agree", BY_SUPPORT, version=1, caller="torchbearer")
        *given, recorded = await asyncio.gather(*supports, agree)
        assert {it.status_code for it in given} == {200}
        assert recorded.json()["agreements"][-1]["support"] in range(6)
        agreed = await team.confirm(recorded.json())
        assert agreed["agreements"][-1]["support"] == 5


async def test_names_are_forgotten_a_year_after_the_cycle_closed_and_counts_stay(
    team: Choosing,
) -> None:
    goal, ended = await _supported(team), await _ended(team)
    await _close(team, ended)
    await _expect_forgotten(team, goal, ended + KEPT)


@pytest.mark.parametrize("closed_late", [False, True])
async def test_names_are_forgotten_two_years_after_the_end_of_a_cycle_at_the_latest(
    team: Choosing, closed_late: bool
) -> None:
    goal, ended = await _supported(team), await _ended(team)
    if closed_late:
        await _close(team, ended + OPEN_AT_MOST * 5)
    await _expect_forgotten(team, goal, ended + OPEN_AT_MOST + KEPT)


async def _supported(team: Choosing) -> Json:
    goal = await team.proposed()
    await team.support(goal, "m2", "m3")
    return goal


async def _expect_forgotten(team: Choosing, goal: Json, at: datetime) -> None:
    await forget(team.okr.db, at - timedelta(days=1))
    assert len(await _supporters(team, goal)) == 2
    await forget(team.okr.db, at + timedelta(days=1))
    assert await _supporters(team, goal) == []
    assert (await team.get(goal, "/support"))["count"] == 2


async def _ended(team: Choosing) -> datetime:
    cycle = await team.okr.done("GET", f"/cycles/{team.goals.cycle}")
    return datetime.fromisoformat(cycle["end"]).replace(tzinfo=UTC)


async def _close(team: Choosing, at: datetime) -> None:
    """Have the cycle closed at an instant."""
    await team.okr.done("POST", f"/cycles/{team.goals.cycle}/close", version=2)
    closed = "UPDATE cycles SET changed_at = $2 WHERE id = $1"
    await team.okr.db.pool.execute(closed, team.goals.cycle, at)


async def _supporters(team: Choosing, goal: Json) -> list[Json]:
    found: list[Json] = (await team.get(goal, "/support"))["team"]["supporters"]
    return found
