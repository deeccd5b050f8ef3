"""What tests of the relay stand on: one in this process, and what any client finds in Kafka."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from confluent_kafka import Message

from chassis.ops import Health
from chassis.relay import Relay
from chassis.settings import Settings
from tests.service.chassis.streams import (
    TEAMS,
    Store,
    pool_of,
    read,
    text_headers,
    until,
)


@dataclass
class Running:
    """A relay in this process."""

    health: Health
    task: "asyncio.Task[None]"
    stop: asyncio.Event

    async def until_it_says(self, *told: str) -> None:
        async def said() -> bool:
            if self.task.done():
                self.task.result()
            return self.health.status in told or bool({*told} & {*self.health.reasons})

        await until(said)

    async def end(self) -> None:
        self.stop.set()
        await self.task


@asynccontextmanager
async def relaying(settings: Settings) -> AsyncIterator[Running]:
    stop, health = asyncio.Event(), Health()
    async with pool_of(settings) as database:
        relay = Relay(database, settings, "okr", health)
        task = asyncio.create_task(relay.run(stop))
        try:
            yield Running(health, task, stop)
        finally:
            stop.set()
            await asyncio.gather(task, return_exceptions=True)


async def until_sent(store: Store) -> None:
    async def empty() -> bool:
        return await store.waiting() == 0

    await until(empty)


async def seen(store: Store, name: str = TEAMS) -> list[Message]:
    """What any client reads of a topic, in the order of its partitions."""
    topic = store.settings.topic_prefix + name
    return (await read(store.settings.kafka, topic))[topic]


def versions(messages: Iterable[Message]) -> dict[str, list[int]]:
    """The versions of each subject, in the order in which they are in the log."""
    found = defaultdict(list)
    for message in messages:
        headers = text_headers(message)
        found[headers["ce_subject"]].append(int(headers["ce_sequence"]))
    return found
