"""A member of a group begins where the service's rows say, and says how fresh its tables are."""

import asyncio
import signal
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from chassis import db
from contracts.organisation import TeamChanged
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Postgres
from tests.service.chassis.members import (
    PARTITIONS,
    commit_to_kafka,
    place_rows,
    produce,
    producing,
    reading,
    rows,
    times,
    until_applied,
    until_confirmed,
)
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
    pool_of,
    read,
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


async def test_what_the_database_lost_since_is_read_again(store: Store, shelf: Shelf) -> None:
    kept, lost, later = ([team() for _ in range(3)] for _ in range(3))
    await produce(store, *kept)
    async with reading(store, shelf) as member:
        await until_applied(store, kept)
        before = await store.fetch("SELECT * FROM consumer_offsets")
        await produce(store, *lost)
        await until_applied(store, [*kept, *lost])
        await forget(store, lost, before)
        await produce(store, *later)
        await until_applied(store, [*kept, *lost, *later])
        await until_confirmed(store)
        assert (member.health.status, member.health.reasons) == ("ready", ())
    assert {row["next_offset"] for row in (await rows(store)).values()} == {3}
    assert times(await store.shelf()) == {1}


async def forget(store: Store, lost: Sequence[TeamChanged], before: Sequence[Any]) -> None:
    """Bring the tables back to where they were, as a crash of PostgreSQL may."""
    async with db.transaction(store.db) as tx:
        await tx.conn.execute("DELETE FROM shelf WHERE id = ANY($1)", [it.id for it in lost])
        await tx.conn.execute("DELETE FROM seen WHERE id = ANY($1)", [str(it.id) for it in lost])
        await tx.conn.executemany(
            "UPDATE consumer_offsets SET next_offset = $1, confirmed_at = NULL"
            " WHERE partition = $2",
            [(row["next_offset"], row["partition"]) for row in before],
        )


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
    if child is None:
        pytest.skip("it signals the broker, which is no process of this machine")
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
