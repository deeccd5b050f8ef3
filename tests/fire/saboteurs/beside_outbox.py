"""An API that sends its events to Kafka itself, just before it commits what they tell of."""

from collections.abc import Sequence
from dataclasses import replace

from aiokafka import AIOKafkaProducer

from chassis import cloudevents, db, outbox, roles
from chassis.settings import Settings
from chassis.topics import prefixed
from contracts.envelope import Origin


async def _send(_: db.Connection, source: str, origin: Origin, events: db.Published) -> None:
    settings = Settings()
    async with AIOKafkaProducer(**settings.for_aiokafka()) as producer:
        for event, envelope in outbox._with_public_twins(source, origin, events):
            topic = prefixed(settings.topic_prefix, event.topic)
            headers = [(it, v.encode()) for it, v in cloudevents.to_headers(envelope).items()]
            await producer.send_and_wait(topic, event.data(), event.key.encode(), headers=headers)


async def _connect(settings: Settings, service: str, role: str) -> db.Database:
    return replace(await db.connect(settings, service, role), publish=_send)


def main(service: roles.Service, argv: Sequence[str]) -> None:
    roles.main(replace(service, connect=_connect), argv)
