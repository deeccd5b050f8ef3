"""The walks find faults that were put into okr's statements."""

from random import Random

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.desk import Desk
from tests.service.okr.at_once.faults import FAULTS, UNHELD_LINKS, Fault
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.together import NeitherOrder
from tests.service.okr.at_once.walk import Walk

STEPS = 300


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_found(new_database: NewDatabase, fault: Fault) -> None:
    dsn, draws = new_database("okr").app, dict.fromkeys(fault.drawn, 1)
    async with opened(dsn) as stage:
        there = await cast(stage)
    async with opened(dsn, fault.sessions()) as stage:
        with pytest.raises(NeitherOrder):
            await Walk(stage, there, Random(1), draws).steps(STEPS)


async def test_so_is_a_loop_of_links_that_wait_for_nobody(new_database: NewDatabase) -> None:
    async with opened(new_database("okr").app, UNHELD_LINKS.sessions()) as stage:
        desk = Desk(stage, await cast(stage))
        one, other = await desk.proposed(), await desk.proposed()
        pair = await desk.linked(one, other), await desk.linked(other, one)
        with pytest.raises(NeitherOrder):
            await desk.at_once(pair, first=0, steps=8)
