"""Topics come in any order, in batches of any size, and again: people are told the same."""

from random import Random

import pytest

from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.notifications.test_horizon import telling

EXPECTED = {
    "help-wanted": ["lumme.deputy", "lumme.member2", "lumme.supervisor", "lumme.torchbearer"],
    "low-confidence": ["lumme.deputy", "lumme.member2", "lumme.torchbearer"],
    "goal-proposed": ["lumme.deputy", "lumme.member1", "lumme.member2"],
    "goal-agreed": ["lumme.deputy", "lumme.member1", "lumme.member2"],
    "question-asked": ["lumme.supervisor", "lumme.torchbearer"],
    "request-made": ["lumme.supervisor", "lumme.torchbearer"],
    "answered": ["revontuli.member1"],
    "not-counted": ["lumme.member1"],
    "learning-shared": ["revontuli.member1", "revontuli.torchbearer"],
}


@pytest.mark.parametrize("seed", range(5))
async def test_whoever_is_told_does_not_depend_on_the_order(empty_desk: Desk, seed: int) -> None:
    random = Random(seed)
    events = [*world.everything(), *telling()]
    events += random.sample(events, 10)
    random.shuffle(events)
    while events:
        size = random.randint(1, 12)
        await empty_desk.hear(*events[:size])
        events = events[size:]
    await empty_desk.tell()
    rows = await empty_desk.db.pool.fetch(
        "SELECT rule, array_agg(name ORDER BY name) AS names"
        " FROM notifications JOIN contacts USING (person) GROUP BY rule"
    )
    assert {row["rule"]: row["names"] for row in rows} == EXPECTED
