"""What comes between the statements of another command: each place is tried, one after another."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.desk import STEPS, Brought, Desk
from tests.service.okr.at_once.scenes import SCENES
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.work import Command

each_first = pytest.mark.parametrize("first", [0, 1])


@asynccontextmanager
async def _desk(new_database: NewDatabase) -> AsyncIterator[Desk]:
    async with opened(new_database("okr").app) as stage:
        desk = await Desk.at(stage)
        yield desk
        assert len(desk.together.counts.told_apart) == 2, "one order alone was seen"
        assert await stage.deadlocks() == 0


@each_first
async def test_who_leads_no_more_does_not_agree_alone(
    new_database: NewDatabase, first: int
) -> None:
    async with _desk(new_database) as desk:
        for steps in STEPS:
            at, said = {"id": str((await desk.proposed()).id)}, {"how": "by-support"}
            agree = Command("agree_objective", "torchbearer", at, said, 1)
            leaves = await desk.with_roles("torchbearer", "member")
            await desk.at_once((agree, leaves), first, steps)


@each_first
async def test_who_is_in_the_team_no_more_stands_for_nothing(
    new_database: NewDatabase, first: int
) -> None:
    async with _desk(new_database) as desk:
        for steps in STEPS:
            pair = desk.stand("m1", "deputy"), await desk.with_roles("m1")
            await desk.at_once(pair, first, steps)


@each_first
async def test_a_torchbearer_who_comes_meanwhile_is_followed_or_comes_after(
    new_database: NewDatabase, first: int
) -> None:
    async with _desk(new_database) as desk:
        for steps in STEPS:
            confirm = desk.confirmed(await desk.stands("m1", "torchbearer"), "supervisor")
            comes = await desk.with_roles("m2", "torchbearer")
            await desk.at_once((confirm, comes), first, steps)


@each_first
async def test_no_two_links_make_a_loop(new_database: NewDatabase, first: int) -> None:
    async with _desk(new_database) as desk:
        one, other = await desk.proposed(), await desk.proposed()
        for steps in STEPS:
            pair = await desk.linked(one, other), await desk.linked(other, one)
            await desk.at_once(pair, first, steps)
            for goal in (one, other):
                await desk.stage.done(await desk.linked(goal))


@pytest.mark.long
@pytest.mark.parametrize("scene", SCENES.values(), ids=SCENES)
async def test_what_a_goal_lies_in_moves_before_it_or_after(
    new_database: NewDatabase, scene: Brought
) -> None:
    async with _desk(new_database) as desk:
        await desk.at_every_place(scene)
