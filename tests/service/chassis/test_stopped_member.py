"""A member that sets too much aside says so, and goes on where it stopped when it is told to."""

import asyncio

import pytest

from contracts.organisation import TeamChanged
from local.kafka import Kafka
from tests.service.chassis.members import (
    PARTITIONS,
    produce,
    reading,
    rows,
    until_applied,
    until_confirmed,
)
from tests.service.chassis.operating import Operator
from tests.service.chassis.streams import (
    TEAMS,
    Shelf,
    Store,
    make_topics,
    team,
    until,
)

STOPPED = "too-many-dead-letters"


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS)
    return await opened.emptied(kafka.address, topic_prefix)


def half_of_them_bad(count: int) -> list[TeamChanged]:
    return [team(change=("refused", "good")[it // 3 % 2]) for it in range(count)]


async def letters(store: Store) -> int:
    found: int = await store.value("SELECT count(*) FROM dead_letters")
    return found


async def test_a_stopped_group_reads_on_when_someone_says_so(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    shelf = Shelf()
    events = half_of_them_bad(300)
    await produce(store, *events)
    async with reading(store, shelf) as member, reading(store, Shelf(), "1") as other:
        await member.until_it_says(STOPPED)
        await other.until_it_says(STOPPED)
        assert await letters(store) == 51
        assert member.health.dead is None
    before = {it: row["next_offset"] for it, row in (await rows(store)).items()}
    async with reading(store, shelf) as member:
        await member.until_it_says(STOPPED)
        behind = 300 - sum(before.values())

        async def told() -> bool:
            lag: int = sum(row["lag"] or 0 for row in (await rows(store)).values())
            return lag == behind and len(member.member.assigned) == len(PARTITIONS)

        await until(told, within=30)  # the other's partitions come when its session has ended
        assert {it: row["next_offset"] for it, row in (await rows(store)).items()} == before
        operator = Operator(store, shelf, capsys)
        said = await operator.calls(
            "consumer", "go-on", "okr", "--accept", 100, "--reason", "all of them are foreign"
        )
        assert said[0] == 0
        await until_applied(store, [it for it in events if it.change == "good"])
        await until_confirmed(store)
        assert member.health.reasons == ()
    assert await letters(store) == 150
    assert len(await store.shelf()) == 150
    assert len(await rows(store)) == len(PARTITIONS)
