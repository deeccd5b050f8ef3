"""A worker that begins where Kafka says that its group is, not where its own rows say.

By itself it loses nothing: it commits to Kafka after its rows, and skips what they are past.
"""

from collections.abc import Iterable

from aiokafka import TopicPartition

from chassis.subscription import Subscription


class Trusting(Subscription):
    async def place(self, assigned: Iterable[TopicPartition]) -> None:
        partitions = set(assigned)
        await super().place(partitions)
        self._consumer.pause(*partitions)
        for partition in partitions:
            known = await self._consumer.committed(partition)
            if known is not None:
                self._consumer.seek(partition, known)
            elif self._delivery.auto_offset_reset == "latest":
                await self._consumer.seek_to_end(partition)
        self._consumer.resume(*partitions)
