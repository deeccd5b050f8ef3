"""What the readers are given: records of the open topics, and all that may go wrong there."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from confluent_kafka import Producer

from chassis import cloudevents
from contracts.envelope import Envelope, Event
from contracts.open import Finding, KeyResultUpdated, Learning, RetroCompleted
from contracts.words import Text

RETRO, PROGRESS = RetroCompleted.type(), KeyResultUpdated.type()
PARTITIONS = 12
GOALS = 40
VERSIONS = 25
LONGEST = 10
"""Seconds after which Kafka itself ends a transaction."""


@dataclass(frozen=True)
class Record:
    """A record before it is sent."""

    topic: str
    key: str
    headers: dict[str, str]
    data: dict[str, object]
    partition: int = -1

    @property
    def place(self) -> str:
        return f"{self.headers['ce_subject']}@{self.headers['ce_sequence']}"

    def facts(self) -> Iterator[str]:
        """What a reader is to print of it, said once more, from what was sent."""
        if self.headers["ce_type"] == PROGRESS:
            share = self.data.get("progress")
            told = "none" if share is None else f"{int(float(str(share)) * 100 + 0.5)} %"
            yield f"{self.place} progress {told}"
        if self.headers["ce_type"] == RETRO:
            for found in self.data["findings"]:  # type: ignore[attr-defined]
                known = found["result"] in ("reached", "partly", "not")
                for it in found["learnings"]:
                    words = it["text"][it["text"]["source"]]
                    yield f"{self.place} learning {found['result'] if known else 'other'}: {words}"


def record(event: Event) -> Record:
    """An event as a relay writes it."""
    number = hash((event.subject, event.version)) % 2**64
    envelope = Envelope(
        id=UUID(int=number),
        source="/agencies/demo/okr",
        type=event.type(),
        subject=event.subject,
        time=datetime(2026, 10, 1, 9, 30, tzinfo=UTC),
        key=event.key,
        dataschema=event.schema_id(),
        sequence=event.version,
        origin="command",
        correlationid=str(UUID(int=number)),
        traceparent=f"00-{number:032x}-{number:016x}-01",
    )
    headers = cloudevents.to_headers(envelope)
    return Record(event.topic, event.key, headers, orjson.loads(event.data()))


def progress(goal: int, version: int, share: float | None) -> Record:
    """Version `version` of how far a key result is."""
    counted = share is not None
    return record(
        KeyResultUpdated(
            id=UUID(int=goal + 1000),
            objective=UUID(int=goal // 2),
            version=version,
            change="value-recorded",
            value=share,
            effective_date=date(2026, 10, 1) if counted else None,
            source="check-in" if counted else None,
            progress=share,
            unclamped=share,
            objective_progress=share,
            objective_coverage=1 if counted else 0,
            objective_progress_version=version,
        )
    )


def retro(team: int, version: int, *texts: Text, result: str = "partly") -> Record:
    """Version `version` of a team's look back, with learnings."""
    learnings = tuple(Learning(id=UUID(int=n + 1), text=text) for n, text in enumerate(texts))
    found = Finding(
        objective=UUID(int=team), result=result, recommendation="keep", learnings=learnings
    )
    return record(
        RetroCompleted(
            id=UUID(int=team + 5000),
            version=version,
            change="completed",
            team=UUID(int=team),
            cycle=UUID(int=1),
            findings=(found,),
        )
    )


def first_half() -> list[Record]:
    """A thousand versions of progress, and learnings in three languages."""
    told = [
        progress(goal, version, round(version / VERSIONS, 3) if version % 7 else None)
        for version in range(1, VERSIONS + 1)
        for goal in range(GOALS)
    ]
    told += [retro(team, 1, Text(source="fi", fi=f"Kokeile {team} ensin.")) for team in range(9)]
    told.append(retro(3, 2, Text(source="sv", sv="Fråga ”kunden” – först."), result="reached"))
    return told


def second_half() -> list[Record]:
    """Newer versions of some."""
    told = [progress(goal, VERSIONS + 1, 1.0) for goal in range(0, GOALS, 3)]
    told += [progress(goal, VERSIONS + 1, 0.0) for goal in range(1, GOALS, 3)]
    told.append(retro(4, 2, Text(source="en", en="Ask early."), Text(source="fi", fi="Kysy.")))
    return told


def strange() -> list[Record]:
    """Types, codes, fields and headers that no reader of today knows, of subjects that it does."""
    later = retro(5, 9, Text(source="fi", fi="Tätä ei tunneta."))
    types = ("fi.soihtu.open.idea-shared.v1", "fi.soihtu.open.retro-completed.v2")
    unknown = [replace(later, headers={**later.headers, "ce_type": name}) for name in types]
    coded = retro(6, 3, Text(source="fi", fi="Uusi koodi."), result="celebrated")
    coded.data.update(change="sung", mood={"level": 7}, tags=["a"])
    coded.headers.update({"ce_futureattribute": "1"})
    return [*unknown, coded, retro(5, 2, Text(source="fi", fi="Tämä tunnetaan."))]


def never_committed() -> list[Record]:
    """What was taken back: newer than all that is true, so who reads it misses the truth."""
    lies = Text(source="fi", fi="Tätä ei koskaan sanottu.")
    return [
        *(progress(goal, VERSIONS + 50, 0.99) for goal in range(GOALS)),
        *(retro(team, 50, lies) for team in range(9)),
    ]


def closing(number: int) -> list[Record]:
    """One in each partition of both topics: who has told of all of them has read all before."""
    text = Text(source="en", en=f"closing {number}")
    states = [retro(100 * number + it, 1, text) for it in range(PARTITIONS)]
    numbers = [progress(100 * number + it, 1, 0.5) for it in range(PARTITIONS)]
    return [replace(one, partition=it) for told in (states, numbers) for it, one in enumerate(told)]


def send(
    client: Mapping[str, Any],
    batches: Sequence[Sequence[Record]],
    end: Callable[[Producer], None],
) -> None:
    """Send batches, each as a transaction that `end` ends; `client` says to whom."""
    producer = Producer(
        {
            **client,
            "transactional.id": "relay-of-the-test",
            "transaction.timeout.ms": LONGEST * 1000,
            "partitioner": "murmur2_random",
        }
    )
    producer.init_transactions()
    for batch in batches:
        producer.begin_transaction()
        for one in batch:
            producer.produce(
                one.topic,
                key=one.key.encode(),
                value=orjson.dumps(one.data),
                headers=[(name, it.encode()) for name, it in one.headers.items()],
                partition=one.partition,
            )
        producer.flush()
        end(producer)
