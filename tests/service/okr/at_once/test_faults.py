"""The walks find faults that were put into okr's statements."""

from random import Random

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.faults import FAULTS, Fault
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
