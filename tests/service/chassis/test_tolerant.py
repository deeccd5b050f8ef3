"""Records at which the client's own parser stops are read, and nothing around them is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import OffsetOutOfRangeError
from confluent_kafka import Producer
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
)
from structlog.testing import capture_logs

from chassis.tolerant import TolerantConsumer
from local.kafka import Kafka
from tests.service.chassis.members import (
    PARTITIONS,
    produce,
    producing,
    reading,
    rows,
    times,
    until_applied,
    until_confirmed,
)
from tests.service.chassis.raw_batches import PACKED, PLACEHOLDER, batch, send_raw, spoil
from tests.service.chassis.streams import (
    TEAMS,
    Headers,
    Shelf,
    Store,
    headers_of,
    make_topics,
    team,
    until,
)

ODD: Headers = [(PLACEHOLDER, b"1"), ("null", None)]


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS)
    return await opened.emptied(kafka.address, topic_prefix)


@pytest.mark.parametrize("packed", ["", *PACKED], ids=["plain", *PACKED])
async def test_a_header_name_that_is_no_utf_8_stops_nothing(store: Store, packed: str) -> None:
    """Of other partitions, of the same batch and of what comes after it all is read, once."""
    kafka, topic = store.settings.kafka, store.settings.topic_prefix + TEAMS
    before, odd, after = ([team() for _ in range(30)] for _ in range(3))
    await produce(store, *before)
    for partition in (0, 1):
        said = [(it.data(), [*headers_of(it), *ODD]) for it in odd[partition::2]]
        said.insert(3, (b"{not json", [*ODD, *headers_of(team())]))
        await send_raw(kafka, topic, partition, batch(said, packed))
    async with producing(store.settings, f"{topic}.odd") as producer:
        await producer.begin_transaction()
        await producer.send_and_wait(topic, b"given up", b"k", partition=1)
        await producer.abort_transaction()
    await produce(store, *after)
    async with reading(store, Shelf()) as member:
        await until_applied(store, [*before, *odd, *after])
        await until_confirmed(store)
        assert member.health.reasons == ()
    assert times(await store.shelf()) == {1}
    assert len(await store.shelf()) == 90
    letters = await store.fetch("SELECT reason, headers->0->>0 AS name FROM dead_letters")
    assert [tuple(row) for row in letters] == [("bad-data", r"\xff\xfe\x00~")] * 2


async def test_packed_records_of_other_producers_are_read(store: Store) -> None:
    topic = store.settings.topic_prefix + TEAMS
    events = {name: team() for name in PACKED}
    for name, event in events.items():
        producer = Producer(store.settings.for_confluent() | {"compression.type": name})
        value = event.data() + b" " * 500
        producer.produce(topic, value, b"k", headers=dict(headers_of(event)), partition=1)
        producer.flush()
    async with reading(store, Shelf()) as member:
        await until_applied(store, [*events.values()])
        await until_confirmed(store)
        assert member.health.reasons == ()


async def break_the_log(store: Store, kafka: Kafka) -> None:
    """Partition 1 goes on with a batch that nobody can read."""
    broken, topic = team(name="Broken"), store.settings.topic_prefix + TEAMS
    await send_raw(kafka.address, topic, 1, batch([(broken.data(), headers_of(broken))]))
    spoil(kafka, topic, 1, b"Broken")


async def test_what_nobody_can_read_is_said_and_other_partitions_are_read_on(
    store: Store, kafka: Kafka
) -> None:
    first = [team() for _ in range(6)]
    await produce(store, *first)
    await break_the_log(store, kafka)
    async with reading(store, Shelf()) as member:
        await until_applied(store, first)
        await member.until_it_says("log-unreadable")
        later = [team() for _ in range(6)]
        await produce(store, *later)
        await until_applied(store, [it for place, it in enumerate(later) if place % 3 != 1])

        async def told() -> bool:
            return bool((await rows(store))[1]["lag"] == 3)

        await until(told)
        await member.until_it_says("log-unreadable")
    assert times(await store.shelf()) == {1}
    assert len(await store.shelf()) == 10


@asynccontextmanager
async def consuming(store: Store, *offsets: int) -> AsyncIterator[TolerantConsumer]:
    """A consumer from these offsets of the partitions, which gets one batch with each fetch."""
    consumer = TolerantConsumer(
        bootstrap_servers=store.settings.kafka,
        auto_offset_reset="none",
        enable_auto_commit=False,
        max_partition_fetch_bytes=1,
    )
    await consumer.start()
    places = [TopicPartition(store.settings.topic_prefix + TEAMS, it) for it in PARTITIONS]
    consumer.assign(places)
    for place, offset in zip(places, offsets, strict=True):
        consumer.seek(place, offset)
    yield consumer
    with suppress(TimeoutError):  # once assigned anew, a task of aiokafka's may miss the first call
        await asyncio.wait_for(consumer.stop(), 5)


async def test_an_error_of_kafka_beside_what_nobody_can_read_costs_no_batch(
    store: Store, kafka: Kafka
) -> None:
    """While partition 1 is read around, Kafka has no such offset of partition 2."""
    await produce(store, *(team() for _ in range(20)), partition=0)
    await break_the_log(store, kafka)
    handed: list[int] = []
    errors = 0
    async with consuming(store, 0, 0, 1000) as consumer, asyncio.timeout(60):
        while len(handed) < 20 or not errors:
            try:
                found = await consumer.getmany(timeout_ms=20)
            except OffsetOutOfRangeError:
                errors += 1
            else:
                handed += [it.offset for records in found.values() for it in records]
                assert handed == [*range(len(handed))]


async def test_no_position_is_past_what_was_not_handed_out(store: Store, kafka: Kafka) -> None:
    """Lag and freshness are told by it, also while other partitions are still looked at."""
    await produce(store, *(team() for _ in range(10)), partition=0)
    await break_the_log(store, kafka)
    place, handed = TopicPartition(store.settings.topic_prefix + TEAMS, 0), 0
    async with consuming(store, 0, 0, 0) as consumer, asyncio.timeout(60):
        while handed < 10:
            asking = asyncio.create_task(consumer.getmany(timeout_ms=20))
            while not asking.done():
                assert await consumer.position(place) == handed
                await asyncio.sleep(0)
            handed += len((await asking).get(place, ()))


async def test_what_another_member_reads_now_is_nothing_that_this_one_can_not_read(
    store: Store, kafka: Kafka
) -> None:
    await break_the_log(store, kafka)
    async with consuming(store, 0, 0, 0) as consumer:

        async def met() -> bool:
            assert await consumer.getmany(timeout_ms=20) == {}
            return bool(consumer.unreadable)

        await until(met)
        consumer.assign([TopicPartition(store.settings.topic_prefix + TEAMS, 0)])
        assert not consumer.unreadable


async def test_a_log_that_stays_unreadable_is_never_said_to_be_ready(
    store: Store, kafka: Kafka
) -> None:
    await break_the_log(store, kafka)
    async with reading(store, Shelf()) as member:
        await member.until_it_says("log-unreadable")
        with capture_logs() as said:

            async def looked_at_again() -> bool:
                return [it.get("reason") for it in said].count("log-unreadable") >= 5

            await until(looked_at_again)
    assert "role-ready" not in {it["event"] for it in said}


async def test_a_record_of_five_megabytes_is_set_aside(store: Store, kafka: Kafka) -> None:
    topic = store.settings.topic_prefix + TEAMS
    entry = ConfigEntry("max.message.bytes", "6000000", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource("topic", topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": kafka.address})
    for done in admin.incremental_alter_configs([resource]).values():
        await asyncio.to_thread(done.result, 10)
    before, after = [team() for _ in range(6)], [team() for _ in range(6)]
    large = team()
    value = large.data() + b" " * 5_000_000
    await produce(store, *before)
    producer = Producer(store.settings.for_confluent() | {"message.max.bytes": 6_000_000})
    producer.produce(topic, value, b"k", headers=dict(headers_of(large)), partition=1)
    producer.flush()
    await produce(store, *after)
    async with reading(store, Shelf()):
        await until_applied(store, [*before, *after])
        await until_confirmed(store)
    (letter,) = await store.fetch("SELECT reason, value FROM dead_letters")
    assert letter["reason"] == "too-large"
    assert letter["value"] == value
