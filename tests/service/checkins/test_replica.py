"""The copy of what others own is the same in whatever order, and however often, events come."""

from collections.abc import Sequence
from random import Random
from typing import Any

import orjson
import pytest
from aiokafka import ConsumerRecord

from contracts.envelope import Event
from services.checkins.app import TOPICS
from tests.service.checkins import world
from tests.service.checkins.conftest import GROUP, Desk
from tests.service.checkins.world import CORRECTIONS, OBJECTIVE, WAITING, an_id

TABLES = (
    "directory_units", "directory_teams", "directory_logins", "directory_memberships",
    "cycles", "team_cycles", "objectives", "recorded_values", "seen",
)  # fmt: skip


def check_in(number: int, version: int, *key_results: Any) -> dict[str, Any]:
    """A check-in as JSON; its values are its version's."""
    return {
        "id": str(an_id(f"check-in {number}")),
        "objective": str(OBJECTIVE),
        "version": version,
        "number": number,
        "effective_date": str(world.TODAY),
        "entries": [
            {"key_result": str(one), "value": number * 10 + version, "confidence": 5}
            for one in key_results
        ],
    }


def history() -> list[Event]:
    """Some weeks: things change, and each event carries the whole state."""
    first, corrected = check_in(1, 1, WAITING, CORRECTIONS), check_in(1, 2, WAITING)
    second = check_in(2, 1, WAITING)
    return [
        *world.everything(),
        world.person("lumme.member1", ("member", world.PESA), version=2),
        world.cycle(2, end=world.TODAY),
        world.place(world.LUMME, "retro", version=2),
        world.place(world.LUMME, "closed", version=3),
        world.objective(2, key_results=(world.key_result(WAITING),)),
        *(world.value(first, goal, of=2) for goal in (WAITING, CORRECTIONS)),
        *(world.value(corrected, goal, 2, of=2) for goal in (WAITING, CORRECTIONS)),
        world.value(second, WAITING, counted=False, reason="team-cycle-closed"),
    ]


def batches(records: Sequence[ConsumerRecord], chance: Random) -> list[list[ConsumerRecord]]:
    """The records in some order, some of them again, in batches of some sizes."""
    dealt = [*records, *chance.sample(list(records), len(records) // 3)]
    chance.shuffle(dealt)
    found = []
    while dealt:
        size = chance.randint(1, 9)
        found.append(dealt[:size])
        dealt = dealt[size:]
    return found


async def tables(desk: Desk) -> dict[str, list[str]]:
    """Every row of the copy."""
    return {
        name: sorted(
            row[0]
            for row in await desk.fetch(f"SELECT to_jsonb(it)::text FROM {name} AS it")  # noqa: S608
        )
        for name in TABLES
    }


async def forget(desk: Desk) -> None:
    """Empty the copy, and begin at the topics' first records."""
    for name in TABLES:
        await desk.db.pool.execute(f"DELETE FROM {name}")  # noqa: S608
    await begin_again(desk)


async def begin_again(desk: Desk) -> None:
    await desk.db.pool.execute("UPDATE consumer_offsets SET next_offset = 0")
    desk.projector.place({})


@pytest.mark.parametrize("seed", range(12))
async def test_order_batches_and_repeats_do_not_matter(empty_desk: Desk, seed: int) -> None:
    desk, records = empty_desk, world.records(history())
    await desk.apply(records)
    expected = await tables(desk)
    await forget(desk)
    for batch in batches(records, Random(seed)):
        await begin_again(desk)
        await desk.apply(batch)
    assert await tables(desk) == expected
    assert not await desk.fetch("SELECT FROM dead_letters")


async def test_what_a_history_leaves(empty_desk: Desk) -> None:
    await empty_desk.apply(world.records(history()))
    (held,) = await empty_desk.fetch("SELECT place FROM team_cycles")
    assert held["place"] == "closed"
    (objective,) = await empty_desk.fetch("SELECT state FROM objectives")
    assert len(orjson.loads(objective["state"])["key_results"]) == 1
    counted = await empty_desk.fetch("SELECT id, version FROM seen WHERE kind = 'counted'")
    assert {(row["id"], row["version"]) for row in counted} == {
        (str(an_id("check-in 1")), 2),
        (str(an_id("check-in 2")), 1),
    }
    (offset,) = await empty_desk.fetch(
        "SELECT count(*) FROM consumer_offsets WHERE group_name = $1", GROUP
    )
    assert offset[0] == len(TOPICS)


async def test_codes_and_fields_that_are_new_are_lived_with(empty_desk: Desk) -> None:
    """okr may add kinds, places, states, roles and fields."""
    events = world.everything()
    records = [world.record(event, offset) for offset, event in enumerate(events)]
    for record in records:
        data = orjson.loads(record.value)
        data["news"] = {"of": "okr"}
        for held in data.get("memberships", []):
            held["role"] = "gardener"
        if "place" in data:
            data["place"] = "pausing"
        for goal in data.get("key_results", []):
            goal["kind"], goal["state"] = "milestones", "parked"
        record.value = orjson.dumps(data)
    await empty_desk.apply(records)
    assert not await empty_desk.fetch("SELECT FROM dead_letters")
    answer = await empty_desk.ask("GET", f"/objectives/{OBJECTIVE}/check-ins")
    assert answer.status_code == 200
