"""Two commands at once lead to what one of the two orders would, by the rules of `domain.py`."""

from random import Random

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.mix import THEMES
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.walk import Counts, Walk

STEPS = 100
LONG = range(20)
"""The seeds of longer walks."""

each_theme = pytest.mark.parametrize("theme", THEMES)


async def _walked(new_database: NewDatabase, theme: str, seed: int, steps: int) -> Counts:
    async with opened(new_database("okr").app) as stage:
        walk = Walk(stage, await cast(stage), Random(seed), THEMES[theme])
        counts = await walk.steps(steps)
        assert await stage.deadlocks() == 0
    return counts


@each_theme
async def test_two_at_once_are_one_after_the_other(new_database: NewDatabase, theme: str) -> None:
    counts = await _walked(new_database, theme, 1, STEPS)
    assert len(counts.told_apart) == 2, "one order alone was seen"
    assert min(counts.told_apart.values()) > STEPS // 5
    assert counts.waited > STEPS // 5


@pytest.mark.long
@each_theme
@pytest.mark.parametrize("seed", LONG)
async def test_so_they_are_on_longer_walks(
    new_database: NewDatabase, theme: str, seed: int
) -> None:
    await _walked(new_database, theme, 100 + seed, 5 * STEPS)
