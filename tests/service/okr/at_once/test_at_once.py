"""Two commands at once lead to what one of the two orders would, by the rules of `domain.py`."""

from random import Random

import pytest

from tests.conftest import NewDatabase
from tests.service.okr.at_once.cast import cast
from tests.service.okr.at_once.pairs import ACTS
from tests.service.okr.at_once.stage import opened
from tests.service.okr.at_once.themes import THEMES
from tests.service.okr.at_once.together import Counts
from tests.service.okr.at_once.walk import Walk
from tests.service.okr.at_once.work import routes

STEPS = 60
LONG = range(3)
"""The seeds of longer walks."""

APART = {
    *("create_unit", "change_unit", "create_team", "change_team", "create_person"),
}
"""Commands that no walk draws: administrators alone give them, each of one thing; and those by
reference."""

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
    assert min(counts.told_apart.values()) > STEPS // 8
    assert counts.waited > STEPS // 8


@pytest.mark.long
@each_theme
@pytest.mark.parametrize("seed", LONG)
async def test_so_they_are_on_longer_walks(
    new_database: NewDatabase, theme: str, seed: int
) -> None:
    await _walked(new_database, theme, 100 + seed, 5 * STEPS)


def test_every_command_is_drawn_or_named_as_left_apart() -> None:
    commands = {name for name, (method, _, _) in routes().items() if method != "GET"}
    left = {name for name in commands - ACTS.keys() if not name.endswith("_by_ref")}
    assert left == APART
