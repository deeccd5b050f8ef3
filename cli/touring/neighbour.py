"""Reads the open topic as another agency's system does: committed records, from the beginning."""

import json
from typing import TYPE_CHECKING, Any

from cli.events import headers_of, is_of

if TYPE_CHECKING:
    from chassis.settings import KafkaSettings

TOPIC = "soihtu.open.v1"
Found = tuple[dict[str, str | None], dict[str, Any]]


def retros_with_learnings(kafka: "KafkaSettings", word: str) -> list[Found]:
    """Headers, and the learning, of what is there now and tells of `word`. Raises LocalProblem."""
    from chassis.topics import prefixed
    from cli.tail import POLL_SECONDS, ends, is_whole, new_consumer, places

    topic = prefixed(kafka.topic_prefix, TOPIC)
    consumer = new_consumer(kafka)
    found: list[Found] = []
    try:
        begins = places(consumer, kafka, [topic], True)
        until = {end.partition: end.offset for end in ends(kafka, begins)}
        consumer.assign(begins)
        while any(
            at.offset < until[at.partition] and until[at.partition]
            for at in consumer.position(begins)
        ):
            record = consumer.poll(POLL_SECONDS)
            if record is None or not is_whole(record) or not is_of(record, ["retro-completed"]):
                continue
            said = json.loads(record.value() or b"{}")
            found += [(headers_of(record), one) for one in _learnings(said) if word in str(one)]
    finally:
        consumer.close()
    return found


def _learnings(retro: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        learning["text"]
        for finding in retro.get("findings", ())
        for learning in finding.get("learnings", ())
    ]
