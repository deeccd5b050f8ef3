"""How far a group has read, as the service's own rows say, held against the log that Kafka has."""

import asyncio
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition

from chassis import limits, sql
from chassis.db import Database, Tx, reading, transaction
from chassis.limits import TooManyDeadLetters
from chassis.settings import Settings
from chassis.topic_ids import topic_ids

_queries = sql.load(__file__, "consumer.sql")


class MustRebuild(Exception):
    """The rows are of another log than the one that Kafka has; only a rebuild can mend that."""


class WentBack(Exception):
    """The rows are behind what was committed from here: the database lost its last moments."""


async def confirmed_at(tx: Tx, group: str) -> datetime | None:
    """Since when the group is known to have read all there was; None until it once had."""
    found: datetime | None = (await _queries.freshness(tx.conn, group_name=group))["confirmed_at"]
    return found


class Positions:
    """The rows of a group."""

    def __init__(self, db: Database, settings: Settings, group: str) -> None:
        self._db = db
        self._settings = settings
        self._group = group

    async def begin(
        self, consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition]
    ) -> Mapping[TopicPartition, tuple[int, datetime | None]]:
        """Where to begin each partition, and when it was last known to be read to its end.

        Raises MustRebuild, TooManyDeadLetters where the group is stopped, and what Kafka and the
        database say.
        """
        wanted = sorted(partitions)
        topics = sorted({it.topic for it in wanted})
        log_ids = await asyncio.to_thread(topic_ids, self._settings.for_confluent(), topics)
        first = await consumer.beginning_offsets(wanted)
        end = await consumer.end_offsets(wanted)
        async with transaction(self._db) as tx:
            if await limits.is_stopped(tx.conn, self._group):
                raise TooManyDeadLetters
            for it in wanted:
                await _queries.add_offset(
                    tx.conn,
                    group_name=self._group,
                    topic=it.topic,
                    partition=it.partition,
                    topic_id=log_ids[it.topic],
                    next_offset=first[it],
                )
            stored = await self._stored(tx.conn, topics)
        for it in wanted:
            row = stored[it]
            if row["topic_id"] != log_ids[it.topic]:
                raise MustRebuild(f"{it.topic} was made anew")
            if not first[it] <= row["next_offset"] <= end[it]:
                raise MustRebuild(f"{it.topic}/{it.partition} has no record {row['next_offset']}")
        return {it: (stored[it]["next_offset"], stored[it]["confirmed_at"]) for it in wanted}

    async def behind(
        self, consumer: AIOKafkaConsumer, partitions: Iterable[TopicPartition]
    ) -> dict[TopicPartition, int]:
        """How far the rows are from the ends, while nothing is fetched; Kafka is asked."""
        end = await consumer.end_offsets(list(partitions))
        async with reading(self._db) as tx:
            stored = await self._stored(tx.conn, sorted({it.topic for it in end}))
        return {it: max(end[it] - stored[it]["next_offset"], 0) for it in end if it in stored}

    async def note(self, lags: Mapping[TopicPartition, int]) -> None:
        """Keep how far each partition is from its end."""
        ordered = sorted(lags)
        places = {
            "group_name": self._group,
            "topics": [it.topic for it in ordered],
            "partitions": [it.partition for it in ordered],
        }
        async with transaction(self._db) as tx:
            # In the order in which a batch locks them: two members must not wait for each other.
            async for _ in _queries.lock_offsets(tx.conn, **places):
                pass
            await _queries.note_position(tx.conn, **places, lags=[lags[it] for it in ordered])

    async def _stored(self, conn: Any, topics: list[str]) -> dict[TopicPartition, Any]:
        rows = _queries.stored_offsets(conn, group_name=self._group, topics=topics)
        return {TopicPartition(row["topic"], row["partition"]): row async for row in rows}
