"""A seed is all that a run is made of: the same one kills and commands the same again."""

import random
from typing import Any

import pytest

from tests.fire.conftest import NewSession
from tests.fire.seams import EVERY

KILLS = 12


@pytest.mark.fire
def test_a_seed_runs_again_the_same(new_session: NewSession) -> None:
    first, again, other = (_told(new_session, seed) for seed in ("one", "one", "other"))
    assert first == again
    assert first != other


def _told(new_session: NewSession, seed: str) -> list[Any]:
    """What a run says of itself, and every command with the numbers and texts that it names."""
    chance = random.Random(seed)
    lines: list[str] = []
    kills = [chance.choice(EVERY) for _ in range(KILLS)]
    result = new_session(seed, tell=lines.append).run(kills)
    assert result.complaints == ()
    return [lines, [(it.name, it.key, _without_ids(it.body)) for it in result.ledger]]


def _without_ids(said: Any) -> Any:
    if isinstance(said, dict):
        return {name: _without_ids(value) for name, value in said.items()}
    if isinstance(said, list):
        return [_without_ids(value) for value in said]
    return "an id" if isinstance(said, str) and len(said) == 36 else said
