"""Places are held before objectives: who comes too late to one does not wait for it."""

import asyncio

import pytest

from tests.service.okr.conftest import Json, Okr, until_waiting
from tests.service.okr.goals import UP, Goals

MOVED = """UPDATE objectives SET state = jsonb_set(state, '{cycle}', to_jsonb($2::text))
WHERE id = $1"""
HELD = "SELECT FROM team_cycles WHERE team = $1 AND cycle = $2 FOR NO KEY UPDATE"
METER = "queue-meter"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def test_the_place_of_a_goal_that_moved_meanwhile_is_not_waited_for(goals: Goals) -> None:
    objective, okr = await goals.agreed(UP), goals.okr
    goal = objective["key_results"][0]["id"]
    named = {"version": objective["version"], "caller": "revontuli.torchbearer"}
    await okr.done("PUT", f"/key-results/{goal}/machines", {"machines": [METER]}, **named)
    to = (await okr.cycle())["id"]
    place = f"/teams/{goals.team}/cycles/{to}/place"
    await okr.done("PUT", place, {"place": "setting"})
    values = {"values": [{"key_result": goal, "date": "2026-09-10", "value": 4}]}
    by: Json = {"caller": METER, "scope": "values:write-named"}
    async with okr.db.connection() as ending, okr.db.connection() as moving:
        ends = ending.transaction()
        await ends.start()
        async with moving.transaction():
            await moving.execute(MOVED, objective["id"], to)
            put = asyncio.create_task(okr.ask("POST", "/key-results/values", values, **by))
            await until_waiting(okr)
            # As the team's move on from there, which holds its place and then takes its goals.
            await ending.execute(HELD, goals.team, to)
        refused = await put
        assert (refused.status_code, refused.json()["code"]) == (503, "busy")
        await ends.rollback()
    (result,) = (await okr.done("POST", "/key-results/values", values, **by))["results"]
    assert result["status"] == "recorded"
