"""The identity of a topic's log: a topic made anew has another id, and other offsets."""

from collections.abc import Mapping, Sequence
from typing import Any

from confluent_kafka import TopicCollection
from confluent_kafka.admin import AdminClient


def topic_ids(client: Mapping[str, Any], topics: Sequence[str]) -> dict[str, str]:
    """The id of each topic. Raises confluent_kafka.KafkaException when Kafka can't say."""
    admin = AdminClient(dict(client))
    described = admin.describe_topics(TopicCollection(list(topics)), request_timeout=10)
    return {name: str(said.result(15).topic_id) for name, said in described.items()}
