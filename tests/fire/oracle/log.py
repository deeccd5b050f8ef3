"""All committed records of all topics, and what they say of each aggregate."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from local.throwaway_system import ThrowAwaySystem
from tests.system.records import Read, read_all

Row = dict[str, Any]

INTERNAL = (
    "soihtu.organisation.v1",
    "soihtu.memberships.v1",
    "soihtu.people.v1",
    "soihtu.okr.v1",
    "soihtu.progress.v1",
    "soihtu.checkins.v1",
    "soihtu.retro.v1",
)
OPEN = ("soihtu.open.v1", "soihtu.open-progress.v1")
KEPT_FOR_EVER = ("soihtu.progress.v1", "soihtu.open-progress.v1")
SEGMENT = timedelta(minutes=50)
"""Segments are closed after an hour, and only closed ones are compacted."""


@dataclass(frozen=True)
class Record:
    """A record; `topic` is without the installation's prefix."""

    topic: str
    partition: int
    offset: int
    key: str
    subject: str
    version: int
    event_id: str
    time: datetime
    origin: str
    data: Row

    @property
    def kind(self) -> str:
        return self.subject.partition("/")[0]

    @property
    def name(self) -> str:
        return f"{self.subject}@{self.version}"


@dataclass
class Log:
    """The records, each partition in its order; `versions` is subject → version → state."""

    records: Sequence[Record]
    versions: dict[str, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))
    open_versions: dict[str, dict[int, Row]] = field(default_factory=lambda: defaultdict(dict))

    def __post_init__(self) -> None:
        for record in self.records:
            held = self.open_versions if record.topic in OPEN else self.versions
            held[record.subject].setdefault(record.version, record.data)

    def highest(self, subject: str) -> int:
        """The highest version of an aggregate; 0 when no record is of it."""
        return max(self.versions.get(subject, ()), default=0)

    def newest(self, kind: str) -> Iterator[tuple[str, Row]]:
        """Id and newest state of every aggregate of a kind."""
        for subject, versions in self.versions.items():
            of, _, own = subject.partition("/")
            if of == kind:
                yield own, versions[max(versions)]

    def states(self, subject: str) -> list[Row]:
        """Every state of an aggregate, oldest first."""
        versions = self.versions.get(subject, {})
        return [versions[number] for number in sorted(versions)]

    def is_whole(self, topic: str) -> bool:
        """Whether nothing of a topic can have been compacted yet."""
        times = [record.time for record in self.records if record.topic == topic]
        return topic in KEPT_FOR_EVER or not times or max(times) - min(times) < SEGMENT


def read_log(system: ThrowAwaySystem) -> Log:
    """What a reader of committed records sees from the beginnings to the present ends."""
    topics = [system.topic(name) for name in (*INTERNAL, *OPEN)]
    return Log([_record(read, system.prefix) for read in read_all(system.kafka, topics)])


def _record(read: Read, prefix: str) -> Record:
    return Record(
        topic=read.topic.removeprefix(prefix),
        partition=read.partition,
        offset=read.offset,
        key=read.key.decode(),
        subject=read.subject,
        version=read.sequence,
        event_id=read.headers["ce_id"],
        time=datetime.fromisoformat(read.headers["ce_time"]),
        origin=read.headers["ce_origin"],
        data=read.data,
    )
