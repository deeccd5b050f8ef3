"""The identity of a topic's log, and where it ends: one made anew has another id and offsets."""

from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]


def topic_ids(client: Mapping[str, Any], topics: Sequence[str]) -> dict[str, str]:
    """The id of each topic. Raises confluent_kafka.KafkaException when Kafka can't say."""
    admin = AdminClient(dict(client))
    described = admin.describe_topics(TopicCollection(list(topics)), request_timeout=10)
    return {name: str(said.result(15).topic_id) for name, said in described.items()}


def topic_ends(client: Mapping[str, Any], partitions: Mapping[str, int]) -> dict[str, list[int]]:
    """Where each partition of each topic ends for now. Raises confluent_kafka.KafkaException."""
    admin = AdminClient(dict(client))
    asked = {
        TopicPartition(topic, number): OffsetSpec.latest()  # type: ignore[no-untyped-call]
        for topic, count in partitions.items()
        for number in range(count)
    }
    told = admin.list_offsets(asked, request_timeout=10)
    ends: dict[str, list[int]] = {topic: [0] * count for topic, count in partitions.items()}
    for place, said in told.items():
        ends[place.topic][place.partition] = said.result(15).offset
    return ends
