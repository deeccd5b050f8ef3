"""Seams of a worker: each is called with the line at rest, and a command whose events it reads."""

from confluent_kafka import ConsumerGroupTopicPartitions
from confluent_kafka.admin import AdminClient

from chassis.topics import prefixed
from tests.fire.client import Command
from tests.fire.ledger import Acknowledged
from tests.fire.proxy import Request
from tests.fire.stage import Stage, service_of


def in_its_transaction(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The worker waits for a row; all that it has done with its batch is not committed."""
    service = service_of(role)
    with stage.holding(service, command.locks[service, "worker"]):
        told = stage.client.do(command)
        stage.see_waiting(role)
        stage.kill_waiting(role)
    return told


def before_kafkas_commit(stage: Stage, role: str, command: Command) -> Acknowledged:
    """The worker's rows say how far it has read, and Kafka has not been told."""
    with stage.catching(Request.OFFSET_COMMIT, role) as hold:
        told = stage.client.do(command)
        stage.see_caught(hold)
        if not _ahead_of_kafka(stage, service_of(role)):
            raise AssertionError(f"{role} tells Kafka what it has not committed itself")
        stage.system.kill(role)
    return told


def _ahead_of_kafka(stage: Stage, service: str) -> bool:
    """Whether a row of the service's own is ahead of what Kafka knows of its group."""
    group = prefixed(stage.system.prefix, service)
    admin = AdminClient({"bootstrap.servers": stage.system.kafka, "log_level": 0})
    asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group)])
    told = asked[group].result(timeout=10).topic_partitions or []
    known = {(it.topic, it.partition): it.offset for it in told}
    rows = stage.rest.rows_of(service)
    return any(offset > known.get(place, 0) for place, offset in rows.items())
