"""Faults that were put into okr's statements are found, wherever they come between two commands.

Each is looked for at every place, so that no seed has to come upon it by chance.
"""

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.desk import Desk
from tests.service.okr.at_once.faults import FAULTS, Fault
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.together import NeitherOrder


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_found(new_database: NewDatabase, fault: Fault) -> None:
    async with opened(new_database("okr").app, fault.sessions()) as stage:
        desk = Desk(stage, await cast(stage))
        with pytest.raises(NeitherOrder):
            await desk.at_every_place(fault.pair)


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_without_it_there_is_none(new_database: NewDatabase, fault: Fault) -> None:
    async with opened(new_database("okr").app) as stage:
        desk = Desk(stage, await cast(stage))
        await desk.at_every_place(fault.pair)
