"""What a client may do on a broker, found out by trying it."""

import asyncio
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaConnectionError
from aiokafka.protocol.fetch import FetchRequest
from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    KafkaError,
    KafkaException,
    Producer,
    TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient

from chassis.settings import KafkaSettings
from local.addresses import kafka_settings
from local.kafka import Kafka

PATIENCE = 30.0
REFUSED = {
    KafkaError.TOPIC_AUTHORIZATION_FAILED,
    KafkaError.GROUP_AUTHORIZATION_FAILED,
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED,
    KafkaError.CLUSTER_AUTHORIZATION_FAILED,
}


def client_of(kafka: Kafka, username: str, password: str) -> KafkaSettings:
    """Somebody of a guarded broker."""
    told = {"SOIHTU_KAFKA_USERNAME": username, "SOIHTU_KAFKA_PASSWORD": password}
    return kafka_settings({**kafka.settings, **told})


def administrator_of(kafka: Kafka) -> KafkaSettings:
    return kafka_settings(kafka.settings)


def _quiet(client: KafkaSettings, **more: Any) -> dict[str, Any]:
    return {**client.for_confluent(), "log_level": 0, **more}


def logs_in(client: KafkaSettings) -> bool:
    """Whether it gets an answer; False where its login is refused."""
    refused: list[int] = []
    admin = AdminClient(_quiet(client, error_cb=lambda error: refused.append(error.code())))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            return bool(admin.list_topics(timeout=1).brokers)
        except KafkaException:
            admin.poll(0)
            if KafkaError._AUTHENTICATION in refused:
                return False
    raise AssertionError("the broker says neither yes nor no")


def answers(client: KafkaSettings) -> bool:
    """Whether the broker says anything within seconds."""
    try:
        return bool(AdminClient(_quiet(client)).list_topics(timeout=3).brokers)
    except KafkaException:
        return False


def trusted_by(client: KafkaSettings) -> set[str]:
    """The libraries that take the broker for the one that was meant, and get an answer of it."""
    found: set[str] = set()
    seen: set[int] = set()
    admin = AdminClient(_quiet(client, error_cb=lambda error: seen.add(error.code())))
    deadline = time.monotonic() + PATIENCE
    while not found and KafkaError._SSL not in seen:
        assert time.monotonic() < deadline, "the broker is neither trusted nor refused"
        with suppress(KafkaException):
            found |= {"librdkafka"} if admin.list_topics(timeout=1).brokers else set()
        admin.poll(0)
    if asyncio.run(_aiokafka_answered(client)):
        found.add("aiokafka")
    return found


async def _aiokafka_answered(client: KafkaSettings) -> bool:
    connected = AIOKafkaClient(**client.for_aiokafka())
    try:
        await connected.bootstrap()
    except KafkaConnectionError:
        return False
    finally:
        await _close(connected)
    return True


async def _close(client: AIOKafkaClient) -> None:
    """With the goodbye of TLS, for which the client itself does not wait."""
    await client.close()
    sockets: Mapping[Any, Any] = asyncio.get_running_loop()._selector.get_map()  # type: ignore[attr-defined]
    deadline = time.monotonic() + PATIENCE
    # The last one is the loop's own; nobody tells of the others.
    while len(sockets) > 1 and time.monotonic() < deadline:  # noqa: ASYNC110
        await asyncio.sleep(0.01)


def describable(client: KafkaSettings, topics: Collection[str]) -> set[str]:
    admin = AdminClient(_quiet(client))
    asked = admin.describe_topics(TopicCollection(list(topics)))
    return {name for name, told in asked.items() if _allowed(told)}


def readable(client: KafkaSettings, topics: Collection[str]) -> set[str]:
    """Those whose first partition may be fetched."""
    return asyncio.run(_fetched(client, topics))


async def _fetched(client: KafkaSettings, topics: Collection[str]) -> set[str]:
    """By the bare request: a consumer says nothing of a topic that it may not even describe."""
    connected = AIOKafkaClient(**client.for_aiokafka())
    await connected.bootstrap()
    try:
        asked = [(name, [(0, 0, 1)]) for name in topics]
        request = FetchRequest(0, 0, 1, 0, asked)
        response = await connected.send(connected.get_random_node(), request)
        told = {name: partition[1] for name, (partition,) in response.topics}
    finally:
        await _close(connected)
    assert set(told.values()) <= {0, KafkaError.TOPIC_AUTHORIZATION_FAILED}
    return {name for name, code in told.items() if code == 0}


def writable(client: KafkaSettings, topics: Collection[str]) -> set[str]:
    """Those that took a record, which stays there."""
    told: dict[str, int | None] = {}

    def note(error: KafkaError | None, message: Any) -> None:
        told[message.topic()] = error.code() if error else None

    producer = Producer(_quiet(client) | {"message.timeout.ms": int(PATIENCE * 1000)})
    for name in topics:
        producer.produce(name, b"{}", key=b"tried", partition=0, on_delivery=note)
    assert producer.flush(PATIENCE * 2) == 0
    assert set(told.values()) <= REFUSED | {None}
    return {name for name, code in told.items() if code is None}


def joinable(client: KafkaSettings, groups: Collection[str]) -> set[str]:
    """Those that it may commit for, as their members do; none of them may have members."""
    admin = AdminClient(_quiet(client))
    nowhere = [TopicPartition("nobody-reads-this", 0, 1)]
    found = set()
    for group in groups:
        asked = admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, nowhere)])
        if _allowed(asked[group]):
            found.add(group)
    return found


def usable(client: KafkaSettings, transactional_ids: Collection[str]) -> set[str]:
    """Those under which it may send."""
    found = set()
    for name in transactional_ids:
        try:
            Producer(_quiet(client) | {"transactional.id": name}).init_transactions(PATIENCE)
            found.add(name)
        except KafkaException as failure:
            _only_refused(failure)
    return found


def _allowed(asked: Any) -> bool:
    try:
        asked.result(PATIENCE)
    except KafkaException as failure:
        _only_refused(failure)
        return False
    return True


def _only_refused(failure: KafkaException) -> None:
    """Raises what is no refusal: it says nothing of rights."""
    if failure.args[0].code() not in REFUSED:
        raise failure
