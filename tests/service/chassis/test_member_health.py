"""A member says whether it lives, how far behind it is, and how old its tables are."""

import asyncio

import pytest
from aiokafka import TopicPartition as AioPartition
from prometheus_client import REGISTRY

from chassis import consumer, db, sql
from chassis.ops import Health
from chassis.subscription import Subscription
from local.kafka import Kafka
from tests.service.chassis.members import (
    Running,
    place_rows,
    produce,
    reading,
    rows,
    until_confirmed,
)
from tests.service.chassis.streams import (
    RETROS,
    TEAMS,
    Shelf,
    Store,
    make_topics,
    team,
    until,
)


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS, RETROS)
    return await opened.emptied(kafka.address, topic_prefix)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


async def until_dead(member: Running, reason: str | None) -> None:
    async def said() -> bool:
        return member.health.dead == reason

    await until(said, within=15)


async def test_a_member_whose_consuming_has_ended_is_dead(store: Store, shelf: Shelf) -> None:
    async with reading(store, shelf) as running:
        await until_confirmed(store)
        assert running.health.dead is None
        for task in running.member._subscriber.tasks:
            task.cancel()
        await until_dead(running, "not-consuming")


async def test_a_member_that_hears_nothing_of_a_kafka_that_answers_is_dead(
    store: Store, shelf: Shelf
) -> None:
    async with reading(store, shelf, silent_after=1) as running:
        await until_confirmed(store)
        assert running.health.dead is None
        stuck = running.member._consumer
        stuck.pause(*stuck.assignment())
        await until_dead(running, "kafka-silent")
        stuck.resume(*stuck.assignment())
        await until_dead(running, None)


async def test_a_member_that_waits_for_its_database_is_not_dead(store: Store) -> None:
    """Kafka is not asked for anything while a batch is at hand."""
    tried = 0

    async def refuse(tx: db.Tx) -> None:
        nonlocal tried
        tried += 1
        if tried < 6:  # 0.1, 0.2 … 1.6 s lie between
            await tx.conn.execute("SELECT FROM annex")

    await produce(store, team())
    async with reading(store, Shelf(during=refuse), silent_after=1) as running:
        dead = False

        async def confirmed() -> bool:
            nonlocal dead
            dead = dead or running.health.dead is not None
            return tried == 6 and running.health.reasons == ()

        await until(confirmed, within=15)
        await until_confirmed(store)
        assert not dead


async def test_rows_are_noted_in_the_order_in_which_a_batch_locks_them(
    store: Store, shelf: Shelf
) -> None:
    """One who waits for the first row holds none of the later ones."""
    await place_rows(store, 0, 0, 0)
    member = Subscription(store.db, store.settings, "okr", [TEAMS], shelf.reads, Health())
    topic = store.settings.topic_prefix + TEAMS
    lags = {AioPartition(topic, partition): 0 for partition in (2, 0, 1)}
    lock = "SELECT FROM consumer_offsets WHERE partition = $1 FOR UPDATE"
    async with store.db.pool.acquire() as conn:
        async with conn.transaction():
            await conn.execute(lock, 0)
            noting = asyncio.create_task(member._positions.note(lags))

            async def queued() -> bool:
                return bool(await store.value("SELECT count(*) FROM pg_locks WHERE NOT granted"))

            await until(queued)
            for partition in (1, 2):
                await conn.execute(f"{lock} NOWAIT", partition)
        await noting
    assert {row["lag"] for row in (await rows(store)).values()} == {0}


async def test_lag_is_told_once_it_is_known_of_every_partition(store: Store) -> None:
    queries = sql.load(consumer.__file__, "consumer.sql")
    group = store.settings.topic_prefix + "okr"

    async def lag() -> int | None:
        async with store.db.pool.acquire() as conn:
            found: int | None = (await queries.freshness(conn, group_name=group))["lag"]
            return found

    assert await lag() is None
    await place_rows(store, 0, 0, 0)
    await store.value("UPDATE consumer_offsets SET lag = 4 WHERE partition > 0")
    assert await lag() is None
    await store.value("UPDATE consumer_offsets SET lag = 0 WHERE partition = 0")
    assert await lag() == 8


async def test_the_age_of_what_is_confirmed_is_measured(store: Store, shelf: Shelf) -> None:
    def age() -> float:
        return REGISTRY.get_sample_value("soihtu_confirmed_age_seconds") or 0.0

    async with reading(store, shelf):
        await until_confirmed(store)
        assert age() < 60
    await store.value(
        "UPDATE consumer_offsets SET confirmed_at = confirmed_at - interval '1 hour'"
        " WHERE partition = 1"
    )
    waits, go = asyncio.Event(), asyncio.Event()

    async def hold(_: db.Tx) -> None:
        waits.set()
        await go.wait()

    shelf.during = hold
    await produce(store, team())
    async with reading(store, shelf):
        await waits.wait()
        assert age() >= 3600
        go.set()
        await until_confirmed(store)

        async def fresh() -> bool:
            return age() < 60

        await until(fresh)
