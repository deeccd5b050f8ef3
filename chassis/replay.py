"""Reads topics again from their first records, in no group: nothing of a worker is moved by it."""

import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from aiokafka import ConsumerRecord, TopicPartition

from chassis.operations import OperationProblem
from chassis.settings import KafkaSettings
from chassis.tolerant import TolerantConsumer
from chassis.topics import declared_topics, prefixed

MAX_BATCH = 8000
STUCK_AFTER = 60.0
"""Seconds without a record that is known to be there."""
_FETCH_BYTES = 4 * 1024 * 1024


class Replay:
    """All records of some topics that are committed, in the order of each partition."""

    def __init__(self, consumer: TolerantConsumer, partitions: Sequence[TopicPartition]) -> None:
        self._consumer = consumer
        self._partitions = partitions

    async def begins(self) -> dict[TopicPartition, int]:
        """The first offset of each partition."""
        found: dict[TopicPartition, int] = await self._consumer.beginning_offsets(self._partitions)
        return found

    async def ends(self) -> dict[TopicPartition, int]:
        """Where each partition ends for now, for readers of what is committed."""
        found: dict[TopicPartition, int] = await self._consumer.end_offsets(self._partitions)
        return found

    async def positions(self) -> dict[TopicPartition, int]:
        """How far each partition was read; what is no record (a marker) is passed over."""
        return {it: await self._consumer.position(it) for it in self._partitions}

    async def behind(self, ends: Mapping[TopicPartition, int]) -> int:
        """Offsets from where this is to `ends`, summed over the partitions."""
        reached = await self.positions()
        return sum(max(end - reached[it], 0) for it, end in ends.items())

    async def until(
        self, ends: Mapping[TopicPartition, int]
    ) -> AsyncIterator[list[ConsumerRecord]]:
        """Batches of what is left, at least as far as `ends`; records beyond may be among them.

        Raises OperationProblem when Kafka gives nothing more.
        """
        heard = time.monotonic()
        left = await self.behind(ends)
        while left:
            found = await self._consumer.getmany(timeout_ms=100, max_records=MAX_BATCH)
            if found:
                yield [record for records in found.values() for record in records]
            before, left = left, await self.behind(ends)
            if left != before:
                heard = time.monotonic()
            elif self._consumer.unreadable and not found:
                raise OperationProblem(
                    f"Part of a topic is broken: of {left} records some can't be read."
                )
            elif time.monotonic() - heard > STUCK_AFTER:
                raise OperationProblem(f"Kafka did not give the last {left} records; try again.")


@asynccontextmanager
async def replaying(settings: KafkaSettings, topics: Sequence[str]) -> AsyncIterator[Replay]:
    """The records of `topics`, from the first. Raises Kafka's errors."""
    consumer = TolerantConsumer(
        **settings.for_aiokafka(),
        group_id=None,
        client_id=f"{settings.topic_prefix}replay",
        isolation_level="read_committed",
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=_FETCH_BYTES,
    )
    await consumer.start()
    try:
        partitions = [
            TopicPartition(prefixed(settings.topic_prefix, topic.name), number)
            for topic in declared_topics()
            if topic.name in topics
            for number in range(topic.partitions)
        ]
        consumer.assign(partitions)
        replay = Replay(consumer, partitions)
        for it, first in (await replay.begins()).items():
            consumer.seek(it, first)
        yield replay
    finally:
        await consumer.stop()
