"""What the topics of a service hold: the last of each subject, and how high it stands."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

import orjson
from aiokafka import ConsumerRecord

from chassis import cloudevents
from chassis.replay import replaying
from chassis.settings import Settings
from contracts.catalogue import EVENTS
from contracts.envelope import Envelope

Counter: TypeAlias = Callable[[Mapping[str, Any]], tuple[str, int]]


@dataclass(frozen=True)
class Last:
    """The highest version that the topics have of a subject, and where."""

    version: int
    time: datetime
    place: tuple[str, int, int]


@dataclass
class Survey:
    """What the topics of a service hold."""

    last: dict[str, Last] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)

    def note(self, record: ConsumerRecord, internal: bool, count: Mapping[str, Counter]) -> None:
        """Take in a record; what is no event of ours says nothing.

        `count` finds, in an event of a kind, a count of its own beside the version.
        """
        envelope = envelope_of(record)
        if envelope is None:
            return
        subject, version = envelope.subject, envelope.sequence
        self.highest[subject] = max(self.highest.get(subject, 0), version)
        if not internal:
            return
        held = self.last.get(subject)
        if held is None or held.version <= version:
            place = (record.topic, record.partition, record.offset)
            self.last[subject] = Last(version, envelope.time, place)
        if envelope.kind in count:
            name, number = count[envelope.kind](orjson.loads(record.value))
            self.counters[name] = max(self.counters.get(name, 0), number)


def envelope_of(record: ConsumerRecord) -> Envelope | None:
    try:
        envelope = cloudevents.from_headers(record.headers)
    except cloudevents.BadHeaders:
        return None
    return envelope if envelope.type in EVENTS else None


async def records_of(settings: Settings, topics: Sequence[str]) -> AsyncIterator[ConsumerRecord]:
    """All committed records of `topics`, as far as they reach now. Raises Kafka's errors."""
    async with replaying(settings, topics) as replay:
        async for batch in replay.until(await replay.ends()):
            for record in batch:
                yield record
