"""Whether the line is at rest: all that was committed is in Kafka, and read to its end."""

import importlib
from collections import Counter
from contextlib import ExitStack
from typing import Any

import psycopg
from confluent_kafka import Consumer, IsolationLevel, TopicPartition
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from chassis.topics import declared_topics, prefixed
from local.graph import SERVICE_NAMES
from local.throwaway_system import ThrowAwaySystem
from tests.system.agency import until

LATEST = OffsetSpec.latest()  # type: ignore[no-untyped-call]
WRITERS = ("okr", "checkins")

UNTOLD = """
    SELECT (SELECT count(*) FROM occasions WHERE settled_at IS NULL)
        + (SELECT count(*) FROM mails WHERE state IN ('queued', 'sending'))
"""

ACTIVITY = """
    SELECT pid, application_name, state, wait_event_type, pg_blocking_pids(pid), left(query, 100)
    FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


class Rest:
    """Follows all topics of a system as an outside reader, and looks into its databases."""

    def __init__(self, system: ThrowAwaySystem) -> None:
        self._prefix = system.prefix
        self._open = ExitStack()
        self.databases = {
            service: self._open.enter_context(_connected(system, service))
            for service in SERVICE_NAMES
        }
        self._admin = AdminClient({"bootstrap.servers": system.kafka, "log_level": 0})
        self._consumer = _outside_reader(system)
        self._places = [
            TopicPartition(prefixed(system.prefix, topic.name), number, 0)
            for topic in declared_topics()
            for number in range(topic.partitions)
        ]
        self._consumer.assign(self._places)
        self._followed: dict[tuple[str, int], int] = {}
        self._next: dict[tuple[str, int], int] = {}
        self.seen: Counter[str] = Counter()

    def close(self) -> None:
        self._consumer.close()
        self._open.close()

    def number(self, service: str, query: str, *values: Any) -> int:
        """The number that a query of one row gives."""
        found = self.databases[service].execute(query.encode(), values).fetchone()
        return int(found[0] or 0) if found else 0

    def waiting(self, service: str) -> int:
        """Events in a service's outbox."""
        return self.number(service, "SELECT count(*) FROM outbox")

    def follow(self) -> None:
        """Read all topics to their present ends, as far as they are committed."""
        ends = self._ends(IsolationLevel.READ_COMMITTED)
        while any(self._followed.get(place, 0) < end for place, end in ends.items()):
            message = self._consumer.poll(30)
            if message is None:
                raise AssertionError("the outside reader gets no further")
            place, offset = (message.topic() or "", message.partition() or 0), message.offset() or 0
            if message.error():
                self._followed[place] = max(self._followed.get(place, 0), offset)
                continue
            self._next[place] = offset + 1
            headers: dict[str, Any] = dict(message.headers() or [])
            self.seen[bytes(headers["ce_id"]).decode()] += 1

    def _ends(self, isolation: IsolationLevel) -> dict[tuple[str, int], int]:
        asked = self._admin.list_offsets(
            dict.fromkeys(self._places, LATEST), isolation_level=isolation
        )
        return {(it.topic, it.partition): found.result().offset for it, found in asked.items()}

    def follows_all(self) -> bool:
        """Whether there is nothing on the topics that was not followed, committed or not yet.

        Kafka tells a writer that its transaction is committed before readers see it.
        """
        ends = self._ends(IsolationLevel.READ_UNCOMMITTED)
        return all(self._followed.get(place, 0) >= end for place, end in ends.items())

    def behind(self) -> dict[str, dict[tuple[str, int], tuple[int, int]]]:
        """By service, each partition that it has not read to its end: its row, and that end.

        The end is past the last record that was committed; markers of transactions, which take
        offsets too, may follow it.
        """
        return {
            service: {
                place: (rows[place], end)
                for place, end in self._next.items()
                if place in rows and rows[place] < end
            }
            for service in SERVICE_NAMES
            if (rows := self.rows_of(service))
        }

    def rows_of(self, service: str) -> dict[tuple[str, int], int]:
        """The next offset that a service's rows have, of each partition that it reads."""
        read = {prefixed(self._prefix, topic) for topic in _read_by(service)}
        rows = self.databases[service].execute(
            "SELECT topic, partition, next_offset FROM consumer_offsets"
        )
        found = {(topic, number): offset for topic, number, offset in rows}
        return {
            place: found.get(place, 0)
            for it in self._places
            if (place := (it.topic, it.partition)) and it.topic in read
        }

    def reached(self) -> bool:
        """Whether nothing is under way any more."""
        if self._anything_waits():
            return False
        self.follow()
        if any(self.behind().values()):
            return False
        # What was read may have led to something new, as check-ins lead to values.
        return not self._anything_waits() and self.follows_all()

    def _anything_waits(self) -> bool:
        return any(self.waiting(service) for service in WRITERS)

    def wait(self) -> None:
        """Returns at rest. Raises AssertionError."""
        until(self.reached, "the line to be at rest")

    def wait_until_told(self) -> None:
        """Returns when people have been told all, in inbox and mail. Raises AssertionError.

        It takes seconds: nothing is told before the copy was confirmed to be whole.
        """
        until(lambda: not self.number("notifications", UNTOLD), "all to be told and mailed")

    def report(self) -> str:
        """Where everything stands: positions, outboxes, and who waits for whom."""
        lines = [f"read up to, and end: {self.behind()}"]
        lines += [f"{service}: {self.waiting(service)} in the outbox" for service in WRITERS]
        for service, conn in self.databases.items():
            lines += [f"{service}: {row}" for row in conn.execute(ACTIVITY.encode())]
        return "\n".join(lines)


def _read_by(service: str) -> tuple[str, ...]:
    return tuple(importlib.import_module(f"services.{service}.app").SERVICE.topics)


def _connected(system: ThrowAwaySystem, service: str) -> "psycopg.Connection[Any]":
    return psycopg.connect(
        system.addresses.databases[service].app, autocommit=True, application_name="outside"
    )


def _outside_reader(system: ThrowAwaySystem) -> Consumer:
    return Consumer(
        {
            "bootstrap.servers": system.kafka,
            "group.id": f"{system.prefix}outside",
            "isolation.level": "read_committed",
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "fetch.wait.max.ms": 20,
        }
    )
