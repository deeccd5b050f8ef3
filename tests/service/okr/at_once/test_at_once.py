"""Two commands at once lead to what one of the two orders would, by the rules of `domain.py`."""

from random import Random

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.walk import Counts, Walk

STEPS = 200
LONG = range(100, 120)
"""The seeds of longer walks."""


async def _walked(new_database: NewDatabase, seed: int, steps: int) -> Counts:
    async with opened(new_database("okr").app) as stage:
        counts = await Walk(stage, await cast(stage), Random(seed)).steps(steps)
        assert await stage.deadlocks() == 0
    return counts


@pytest.mark.parametrize("seed", [1, 2])
async def test_two_at_once_are_one_after_the_other(new_database: NewDatabase, seed: int) -> None:
    counts = await _walked(new_database, seed, STEPS)
    assert min(counts.told_apart.values()) > 5


@pytest.mark.long
@pytest.mark.parametrize("seed", LONG)
async def test_so_they_are_on_longer_walks(new_database: NewDatabase, seed: int) -> None:
    await _walked(new_database, seed, 5 * STEPS)
