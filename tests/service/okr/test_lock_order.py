"""Places are held before objectives: who comes too late to one does not wait for it."""

import asyncio

import pytest

from tests.service.okr.conftest import Okr, until_waiting
from tests.service.okr.goals import UP, Goals

MOVED = """UPDATE objectives SET state = jsonb_set(state, '{cycle}', to_jsonb($2::text))
WHERE id = $1"""
HELD = "SELECT FROM team_cycles WHERE team = $1 AND cycle = $2 FOR NO KEY UPDATE"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def test_the_place_of_a_goal_that_moved_meanwhile_is_not_waited_for(goals: Goals) -> None:
    objective = await goals.agreed(UP)
    path = f"/key-results/{objective['key_results'][0]['id']}/values/2026-09-10"
    to = (await goals.okr.cycle())["id"]
    place = f"/teams/{goals.team}/cycles/{to}/place"
    await goals.okr.done("PUT", place, {"place": "setting"})
    value = {"caller": "machine.phones", "scope": "values:write"}
    async with goals.okr.db.connection() as ending, goals.okr.db.connection() as moving:
        ends = ending.transaction()
        await ends.start()
        async with moving.transaction():
            await moving.execute(MOVED, objective["id"], to)
            put = asyncio.create_task(goals.okr.refused("PUT", path, {"value": 4}, **value))
            await until_waiting(goals.okr)
            # As the team's move on from there, which holds its place and then takes its goals.
            await ending.execute(HELD, goals.team, to)
        assert await put == (503, "busy")
        await ends.rollback()
    assert (await goals.okr.done("PUT", path, {"value": 4}, **value))["value"] == 4
