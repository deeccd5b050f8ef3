"""An outside reader: all records of topics, read by another client library than ours."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from confluent_kafka import Consumer, Message, TopicPartition


@dataclass(frozen=True)
class Read:
    """A record as anyone may see it."""

    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: dict[str, str]

    @property
    def subject(self) -> str:
        return self.headers["ce_subject"]

    @property
    def sequence(self) -> int:
        return int(self.headers["ce_sequence"])

    @property
    def data(self) -> Any:
        return orjson.loads(self.value)


def read_all(
    kafka: str, topics: Iterable[str], client: Mapping[str, Any] | None = None
) -> list[Read]:
    """Every committed record of `topics`, partition by partition, up to their present ends.

    `client`: what is to be told besides, as a login.
    """
    consumer = Consumer(
        {
            "bootstrap.servers": kafka,
            "group.id": f"outside-{uuid.uuid4()}",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 50,
            **(client or {}),
        }
    )
    try:
        places = [place for topic in topics for place in _partitions(consumer, topic)]
        return list(_to_the_ends(consumer, places))
    finally:
        consumer.close()


def _partitions(consumer: Consumer, topic: str) -> list[TopicPartition]:
    numbers = consumer.list_topics(topic, timeout=10).topics[topic].partitions
    return [TopicPartition(topic, number, 0) for number in sorted(numbers)]


def _to_the_ends(consumer: Consumer, places: list[TopicPartition]) -> Iterator[Read]:
    consumer.assign(places)
    open_ends = {(place.topic, place.partition) for place in places}
    while open_ends:
        message = consumer.poll(30)
        if message is None:
            raise AssertionError(f"no end of {sorted(open_ends)} within 30 s")
        topic, partition = message.topic() or "", message.partition() or 0
        if message.error():
            open_ends.discard((topic, partition))
            continue
        yield Read(
            topic,
            partition,
            message.offset() or 0,
            message.key() or b"",
            message.value() or b"",
            {name: bytes(value or b"").decode() for name, value in _headers(message)},
        )


def _headers(message: Message) -> list[tuple[str, Any]]:
    return list(message.headers() or [])  # type: ignore[arg-type]


def broken_promises(records: Iterable[Read]) -> list[str]:
    """Where a subject's versions have a gap, or two of one number differ; repeats may be."""
    versions: dict[tuple[str, str], dict[int, bytes]] = defaultdict(dict)
    highest: dict[tuple[str, str], int] = defaultdict(int)
    broken = []
    for record in records:
        place = (record.topic, record.subject)
        held = versions[place].setdefault(record.sequence, record.value)
        if held != record.value:
            broken.append(f"{place} has two versions {record.sequence}")
        if record.sequence > highest[place] + 1 and not _may_begin_late(record.topic):
            broken.append(f"{place} goes from {highest[place]} to {record.sequence}")
        highest[place] = max(highest[place], record.sequence)
    return broken


def _may_begin_late(topic: str) -> bool:
    """Public states begin when a goal is agreed on."""
    return "soihtu.open" in topic
