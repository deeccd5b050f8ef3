"""Members of a group, run by hand, and what stands in their rows."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaProducer
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient

from chassis import db
from chassis.ops import Health
from chassis.settings import Settings
from chassis.subscription import SILENT_AFTER, Subscription
from chassis.topic_ids import topic_ids
from contracts.envelope import Event
from contracts.organisation import TeamChanged
from tests.service.chassis.streams import (
    TEAMS,
    Headers,
    Shelf,
    Store,
    headers_of,
    until,
)

PARTITIONS = (0, 1, 2)


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


async def produce(
    store: Store, *events: Event, headers: Headers = (), partition: int | None = None
) -> None:
    """Send events, each with its headers and `headers`, to a partition or to all in turn."""
    async with producing(store.settings) as producer:
        for place, event in enumerate(events):
            await producer.send_and_wait(
                store.settings.topic_prefix + TEAMS,
                event.data(),
                key=event.key.encode(),
                headers=[*headers_of(event), *headers],
                partition=place % len(PARTITIONS) if partition is None else partition,
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
