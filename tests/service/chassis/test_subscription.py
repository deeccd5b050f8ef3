"""A member of a group begins where the service's rows say, and says how fresh its tables are."""

import asyncio
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka import TopicPartition as AioPartition
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient
from prometheus_client import REGISTRY

from chassis import consumer, db, sql
from chassis.ops import Health
from chassis.settings import Settings
from chassis.subscription import SILENT_AFTER, Subscription
from chassis.topic_ids import topic_ids
from contracts.envelope import Event
from contracts.organisation import TeamChanged
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Postgres
from local.throwaway import ThrowAwayParts
from tests.service.chassis.streams import (
    RETROS,
    TEAMS,
    Gate,
    Headers,
    Shelf,
    Store,
    delete_topic,
    headers_of,
    make_topics,
    new_store,
    pool_of,
    read,
    team,
    until,
)

PARTITIONS = (0, 1, 2)


@pytest.fixture(scope="module")
async def opened(throwaway_parts: ThrowAwayParts) -> AsyncIterator[Store]:
    throwaway_parts.start("kafka", "postgres")
    async with new_store(throwaway_parts) as made:
        yield made


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS, RETROS)
    return await opened.emptied(kafka.address, topic_prefix)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@dataclass
class Running:
    """A member of the group in this process."""

    health: Health
    task: "asyncio.Task[None]"
    stop: asyncio.Event
    member: Subscription

    async def until_it_says(self, *told: str) -> None:
        async def said() -> bool:
            if self.task.done():
                self.task.result()
            return self.health.status in told or bool({*told} & {*self.health.reasons})

        await until(said, within=15)

    async def end(self) -> None:
        self.stop.set()
        await self.task


@asynccontextmanager
async def reading(
    store: Store,
    shelf: Shelf,
    instance: str = "0",
    database: db.Database | None = None,
    silent_after: float = SILENT_AFTER,
) -> AsyncIterator[Running]:
    stop, health = asyncio.Event(), Health()
    settings = store.settings.model_copy(update={"instance": instance})
    member = Subscription(
        database or store.db, settings, "okr", [TEAMS], shelf.reads, health, silent_after
    )
    task = asyncio.create_task(member.run(stop))
    try:
        yield Running(health, task, stop, member)
    finally:
        stop.set()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def producing(
    settings: Settings, transactional_id: str | None = None
) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(
        bootstrap_servers=settings.kafka, transactional_id=transactional_id, linger_ms=0
    )
    await producer.start()
    yield producer
    await producer.stop()


async def produce(store: Store, *events: Event, headers: Headers = ()) -> None:
    """Send events to the partitions in turn, each with its headers and `headers`."""
    async with producing(store.settings) as producer:
        for place, event in enumerate(events):
            await producer.send_and_wait(
                store.settings.topic_prefix + TEAMS,
                event.data(),
                key=event.key.encode(),
                headers=[*headers_of(event), *headers],
                partition=place % len(PARTITIONS),
            )


async def rows(store: Store) -> dict[int, Any]:
    found = await store.fetch("SELECT * FROM consumer_offsets")
    return {row["partition"]: row for row in found}


async def place_rows(store: Store, *next_offsets: int) -> None:
    topic = store.settings.topic_prefix + TEAMS
    ids = await asyncio.to_thread(topic_ids, store.settings.for_confluent(), [topic])
    await store.db.pool.executemany(
        "INSERT INTO consumer_offsets (group_name, topic, partition, topic_id, next_offset)"
        " VALUES ($1, $2, $3, $4, $5)",
        [
            (store.settings.topic_prefix + "okr", topic, partition, ids[topic], next_offset)
            for partition, next_offset in enumerate(next_offsets)
        ],
    )


async def commit_to_kafka(store: Store, *offsets: int) -> None:
    """As if a member of the group had committed these before."""
    topic = store.settings.topic_prefix + TEAMS
    admin = AdminClient(store.settings.for_confluent())
    wanted = ConsumerGroupTopicPartitions(
        store.settings.topic_prefix + "okr",
        [TopicPartition(topic, partition, offset) for partition, offset in enumerate(offsets)],
    )
    for done in admin.alter_consumer_group_offsets([wanted]).values():
        await asyncio.to_thread(done.result, 10)


async def until_applied(store: Store, events: Sequence[TeamChanged]) -> None:
    async def applied() -> bool:
        return {event.id for event in events} <= (await store.shelf()).keys()

    await until(applied, within=15)


async def until_confirmed(store: Store) -> None:
    async def confirmed() -> bool:
        found = (await rows(store)).values()
        return len(found) == len(PARTITIONS) and all(
            row["confirmed_at"] and row["lag"] == 0 for row in found
        )

    await until(confirmed, within=15)


def times(shelf: dict[UUID, tuple[int, str, int]]) -> set[int]:
    return {applied for _, _, applied in shelf.values()}


async def test_a_new_group_reads_all_there_is_and_confirms_it(store: Store, shelf: Shelf) -> None:
    events = [team() for _ in range(9)]
    await produce(store, *events)
    async with reading(store, shelf) as member:
        await until_applied(store, events)
        await until_confirmed(store)
        assert (member.health.status, member.health.reasons) == ("ready", ())
    assert {row["next_offset"] for row in (await rows(store)).values()} == {3}
    assert times(await store.shelf()) == {1}
    assert all(row["last_event_at"] for row in (await rows(store)).values())


async def test_kafka_s_commit_ahead_of_the_rows_loses_nothing(store: Store, shelf: Shelf) -> None:
    events = [team() for _ in range(9)]
    await produce(store, *events)
    await place_rows(store, 1, 0, 3)
    await commit_to_kafka(store, 3, 3, 3)
    wanted = [event for place, event in enumerate(events) if place not in (0, 2, 5, 8)]
    async with reading(store, shelf):
        await until_applied(store, wanted)
        await until_confirmed(store)
    assert (await store.shelf()).keys() == {event.id for event in wanted}


async def test_kafka_s_commit_behind_the_rows_repeats_nothing(store: Store, shelf: Shelf) -> None:
    events = [team() for _ in range(9)]
    await produce(store, *events)
    await place_rows(store, 2, 2, 2)
    await commit_to_kafka(store, 0, 0, 0)
    async with reading(store, shelf):
        await until_confirmed(store)
        await until_applied(store, events[6:])
    assert (await store.shelf()).keys() == {event.id for event in events[6:]}


async def test_a_member_goes_on_where_the_last_one_stopped(store: Store, shelf: Shelf) -> None:
    first, second = [team() for _ in range(3)], [team() for _ in range(3)]
    await produce(store, *first)
    async with reading(store, shelf) as member:
        await until_applied(store, first)
        await member.end()
    await produce(store, *second)
    async with reading(store, shelf):
        await until_applied(store, second)
    assert times(await store.shelf()) == {1}


async def assert_it_must_be_rebuilt(store: Store, shelf: Shelf) -> None:
    before = {it: row["next_offset"] for it, row in (await rows(store)).items()}
    async with reading(store, shelf) as member:
        await member.until_it_says("must-rebuild")
        more = [team() for _ in range(3)]
        await produce(store, *more)
        group = store.settings.topic_prefix + "okr"
        admin = AdminClient(store.settings.for_confluent())

        async def stable() -> bool:
            told = admin.describe_consumer_groups([group])[group]
            return bool((await asyncio.to_thread(told.result, 10)).state.name == "STABLE")

        await until(stable)
        assert member.health.reasons == ("must-rebuild",)
    assert shelf.batches == []
    assert await store.shelf() == {}
    assert {it: row["next_offset"] for it, row in (await rows(store)).items()} == before


async def test_a_row_beyond_the_log_must_be_rebuilt(store: Store, shelf: Shelf) -> None:
    await produce(store, *[team() for _ in range(3)])
    await place_rows(store, 0, 7, 0)
    await assert_it_must_be_rebuilt(store, shelf)


async def test_a_row_before_the_log_must_be_rebuilt(store: Store, shelf: Shelf) -> None:
    prefix = f"{store.settings.topic_prefix}cut."
    cut = replace(store, settings=store.settings.model_copy(update={"topic_prefix": prefix}))
    await asyncio.to_thread(make_topics, cut.settings.kafka, prefix, TEAMS, cleanup="delete")
    await produce(cut, *[team() for _ in range(6)])
    await place_rows(cut, 0, 1, 0)
    admin = AdminClient(cut.settings.for_confluent())
    for done in admin.delete_records([TopicPartition(prefix + TEAMS, 1, 2)]).values():
        await asyncio.to_thread(done.result, 10)
    await assert_it_must_be_rebuilt(cut, shelf)


async def test_a_topic_made_anew_must_be_rebuilt(store: Store, shelf: Shelf) -> None:
    events = [team() for _ in range(3)]
    await produce(store, *events)
    async with reading(store, shelf):
        await until_applied(store, events)
    await delete_topic(store.settings.kafka, store.settings.topic_prefix + TEAMS)
    await asyncio.to_thread(make_topics, store.settings.kafka, store.settings.topic_prefix, TEAMS)
    await store.db.pool.execute("DELETE FROM shelf")
    await produce(store, *[team() for _ in range(6)])
    await assert_it_must_be_rebuilt(store, Shelf())


async def test_two_members_share_the_partitions(store: Store) -> None:
    shelves = Shelf(), Shelf()
    async with reading(store, shelves[0]) as first, reading(store, shelves[1], "1") as second:
        await first.until_it_says("ready")
        await second.until_it_says("ready")
        events: list[TeamChanged] = []

        async def both_have_some() -> bool:
            more = [team() for _ in PARTITIONS]
            await produce(store, *more)
            events.extend(more)
            return all(shelf.batches for shelf in shelves)

        await until(both_have_some, within=15)
        await until_applied(store, events)
    assert times(await store.shelf()) == {1}
    assert await store.value("SELECT count(*) FROM dead_letters") == 0


async def test_foreign_headers_stop_nothing_and_publish_nothing(store: Store, shelf: Shelf) -> None:
    reply_to = store.settings.topic_prefix + RETROS
    foreign: Headers = [
        ("reply_to", reply_to.encode()),
        ("correlation_id", b"\xff\xfe"),
        ("content-type", None),
        ("x", b"\xff"),
    ]
    events = [team() for _ in range(6)]
    await produce(store, *events, headers=foreign)
    await produce(store, team(), headers=[*foreign, ("ce_subject", b"\xff")])
    last = team()
    await produce(store, last)
    async with reading(store, shelf):
        await until_applied(store, [*events, last])
        await until_confirmed(store)
    assert (await read(store.settings.kafka, reply_to))[reply_to] == []
    assert await store.value("SELECT array_agg(reason) FROM dead_letters") == ["bad-headers"]


async def test_transaction_markers_are_no_lag(store: Store, shelf: Shelf) -> None:
    topic, event = store.settings.topic_prefix + TEAMS, team()
    async with producing(store.settings, store.settings.topic_prefix + "other") as producer:
        async with producer.transaction():
            await producer.send(topic, event.data(), b"1", partition=0, headers=headers_of(event))
        await producer.begin_transaction()
        for partition in PARTITIONS:
            await producer.send_and_wait(topic, b"given up", b"1", partition=partition)
        await producer.abort_transaction()
        async with reading(store, shelf):
            await until_confirmed(store)
    assert (await store.shelf()).keys() == {event.id}
    assert await store.value("SELECT count(*) FROM dead_letters") == 0


async def test_what_is_not_applied_is_not_confirmed(store: Store, shelf: Shelf) -> None:
    """The position is at the end as soon as a batch is fetched; the tables are not."""
    waits, go = asyncio.Event(), asyncio.Event()

    async def hold(_: db.Tx) -> None:
        waits.set()
        await go.wait()

    shelf.during = hold
    await produce(store, *[team() for _ in PARTITIONS])
    async with reading(store, shelf):
        await waits.wait()
        assert {row["confirmed_at"] for row in (await rows(store)).values()} == {None}
        go.set()
        await until_confirmed(store)


async def test_stopping_finishes_the_batch_at_hand(store: Store, shelf: Shelf) -> None:
    waits, go = asyncio.Event(), asyncio.Event()

    async def hold(_: db.Tx) -> None:
        waits.set()
        await go.wait()

    shelf.during = hold
    events = [team() for _ in PARTITIONS]
    await produce(store, *events)
    async with reading(store, shelf) as member:
        await waits.wait()
        member.stop.set()
        ended, _ = await asyncio.wait([member.task], timeout=0.2)
        assert not ended
        go.set()
        await asyncio.wait_for(member.task, 5)
        applied = sum(len(batch) for batch in shelf.batches)
    assert len(await store.shelf()) == applied
    assert sum(row["next_offset"] for row in (await rows(store)).values()) == applied


async def test_a_fault_of_ours_loses_no_record_of_any_partition(store: Store, shelf: Shelf) -> None:
    faults = 0

    async def fail_once(_: db.Tx) -> None:
        nonlocal faults
        faults += 1
        if faults == 1:
            raise KeyError("a fault of ours")

    shelf.during = fail_once
    events = [team() for _ in range(9)]
    await produce(store, *events)
    async with reading(store, shelf) as member:
        await member.until_it_says("handler-failed")
        await until_applied(store, events)
        await until_confirmed(store)
        assert member.health.reasons == ()
    assert times(await store.shelf()) == {1}


async def test_a_database_that_comes_back_is_enough_to_be_ready(
    store: Store, shelf: Shelf, postgres: Postgres
) -> None:
    gate = Gate(int(postgres.address.rpartition(":")[2]), free_port())
    await gate.open()
    async with (
        pool_of(store.through(gate.port)) as database,
        reading(store, shelf, database=database) as member,
    ):
        await member.until_it_says("ready")
        gate.shut()
        await member.until_it_says("database-away")
        await gate.open()
        await member.until_it_says("ready")
        events = [team() for _ in PARTITIONS]
        await produce(store, *events)
        await until_applied(store, events)
    gate.shut()


async def test_a_member_without_its_database_can_be_stopped(
    store: Store, shelf: Shelf, postgres: Postgres
) -> None:
    gate = Gate(int(postgres.address.rpartition(":")[2]), free_port())
    await gate.open()

    async def shut(_: db.Tx) -> None:
        gate.shut()

    shelf.during = shut
    await produce(store, team())
    async with (
        pool_of(store.through(gate.port)) as database,
        reading(store, shelf, database=database) as member,
    ):
        await member.until_it_says("database-away")
        await asyncio.wait_for(member.end(), 5)
    assert await store.shelf() == {}


async def test_a_silent_kafka_confirms_nothing(store: Store, shelf: Shelf, kafka: Kafka) -> None:
    child = kafka.child
    assert child
    async with reading(store, shelf) as member:
        await until_confirmed(store)
        child.send(signal.SIGSTOP)
        try:
            await member.until_it_says("kafka-away")
            silent = {it: row["confirmed_at"] for it, row in (await rows(store)).items()}
        finally:
            child.send(signal.SIGCONT)
        await member.until_it_says("ready")
        assert all(row["confirmed_at"] > silent[it] for it, row in (await rows(store)).items())
        events = [team() for _ in PARTITIONS]
        await produce(store, *events)
        await until_applied(store, events)


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
            noting = asyncio.create_task(member._note_rows(lags))

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
