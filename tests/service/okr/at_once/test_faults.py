"""Faults that were put into okr's statements are found, wherever they come between two commands.

Each is looked for at every place, so that no seed has to come upon it by chance.
"""

from random import Random

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.desk import Desk
from tests.service.okr.at_once.faults import FAULTS, Fault
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.together import NeitherOrder
from tests.service.okr.at_once.walk import Walk

STEPS = 300
"""Of a walk: eight were enough for three seeds."""


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_found(new_database: NewDatabase, fault: Fault) -> None:
    async with opened(new_database("okr").app, fault.sessions()) as stage:
        desk = await Desk.at(stage)
        with pytest.raises(NeitherOrder):
            await desk.at_every_place(fault.pair)


WALKED = {name: fault for name, fault in FAULTS.items() if fault.drawn}


@pytest.mark.parametrize("fault", WALKED.values(), ids=WALKED)
async def test_a_walk_comes_upon_it(new_database: NewDatabase, fault: Fault) -> None:
    dsn, draws = new_database("okr").app, dict.fromkeys(fault.drawn, 1)
    async with opened(dsn) as stage:
        there = await cast(stage)
    async with opened(dsn, fault.sessions()) as stage:
        with pytest.raises(NeitherOrder):
            await Walk(stage, there, Random(1), draws).steps(STEPS)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_without_it_there_is_none(new_database: NewDatabase, fault: Fault) -> None:
    async with opened(new_database("okr").app) as stage:
        desk = await Desk.at(stage)
        await desk.at_every_place(fault.pair)
