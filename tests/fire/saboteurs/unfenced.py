"""A relay that does not end what the one before it has under way."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from aiokafka import AIOKafkaProducer

from chassis import roles
from chassis.relay import Relay, fenced_producer
from chassis.settings import Settings


def _producer(settings: Settings, transactional_id: str) -> AIOKafkaProducer:
    return fenced_producer(settings, f"{transactional_id}-{uuid.uuid4()}")


def main(service: roles.Service, argv: Sequence[str]) -> None:
    roles.main(replace(service, relay=partial(Relay, new_producer=_producer)), argv)
