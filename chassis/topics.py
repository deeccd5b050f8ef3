"""The topics: what `contracts/topics/` says of each, and that a broker has them exactly so.

`python -m chassis.topics` makes those that are missing.
"""

import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException, TopicCollection
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic
from pydantic import ValidationError

from chassis.settings import KafkaSettings, sentences
from contracts.channels import Topic, declared_topics

__all__ = ["Topic", "TopicProblem", "declared_topics", "ensure_topics", "prefixed"]


class TopicProblem(Exception):
    """A broker whose topics differ from what the contracts say, or that refuses to make them."""


def prefixed(prefix: str, name: str) -> str:
    """The name of a topic, group, member or transaction of an installation that shares a broker."""
    return f"{prefix}{name}"


def ensure_topics(
    client: Mapping[str, Any],
    prefix: str = "",
    topics: Iterable[Topic] | None = None,
    patience: float = 30.0,
) -> None:
    """Makes the topics that are missing; safe to run again, and twice at once.

    `client` is a confluent-kafka configuration. Raises `TopicProblem` where an existing topic has
    another number of partitions, since keys would then lie elsewhere than their readers expect.
    """
    wanted = {prefixed(prefix, topic.name): topic for topic in topics or declared_topics()}
    admin = AdminClient(dict(client))
    _create(admin, wanted, patience)
    _compare(admin, wanted, patience)


def _create(admin: AdminClient, wanted: Mapping[str, Topic], patience: float) -> None:
    existing = admin.list_topics(timeout=patience).topics
    new = [
        NewTopic(
            name,
            num_partitions=topic.partitions,
            replication_factor=-1,
            config={"cleanup.policy": topic.cleanup, **topic.config},
        )
        for name, topic in wanted.items()
        if name not in existing
    ]
    if not new:
        return
    for name, made in admin.create_topics(new, request_timeout=patience).items():
        try:
            made.result(patience)
        except KafkaException as failure:
            if failure.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise TopicProblem(
                    f"Topic {name} could not be made: {failure.args[0].str()}"
                ) from None


def _compare(admin: AdminClient, wanted: Mapping[str, Topic], patience: float) -> None:
    deadline = time.monotonic() + patience
    for name, topic in wanted.items():
        partitions = _partitions(admin, name, deadline)
        if partitions != topic.partitions:
            raise TopicProblem(
                f"Topic {name} has {partitions} partitions where the contracts say "
                f"{topic.partitions}: this never changes, so use another broker or topic prefix."
            )


def _partitions(admin: AdminClient, name: str, deadline: float) -> int:
    # What was just made is not yet known to every broker.
    while time.monotonic() < deadline:
        described = admin.describe_topics(TopicCollection([name]), request_timeout=10)[name]
        try:
            return len(described.result(10).partitions)
        except KafkaException as failure:
            if failure.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise
        time.sleep(0.05)
    raise TopicProblem(f"Topic {name} was made and did not appear in time.")


def main() -> int:
    """Have the broker of the environment have every topic; exit code."""
    try:
        settings = KafkaSettings()
        ensure_topics(settings.for_confluent(), settings.topic_prefix)
    except ValidationError as error:
        sys.stderr.write(sentences(error))
        return 2
    except TopicProblem as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    except KafkaException as failure:
        sys.stderr.write(f"Kafka at {settings.kafka}: {failure.args[0].str()}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
