"""The events that are measured with: what check-ins lead to, as okr would publish it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from chassis import cloudevents
from chassis.outbox import envelope_of
from contracts.envelope import Event
from contracts.open import to_open
from contracts.progress import KeyResultUpdated, ValueRecorded

SOURCE = "/agencies/bench/okr"
KEY_RESULTS = 3
"""Of each objective."""
DAY = date(2026, 3, 2)


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the outbox holds it, its topic without a prefix."""

    topic: str
    key: str
    headers: dict[str, str]
    value: bytes


def record_of(event: Event) -> Record:
    envelope = envelope_of(event, SOURCE, "command")
    return Record(event.topic, event.key, cloudevents.to_headers(envelope), event.data())


def numbered(kind: int, number: int) -> UUID:
    """An id that is the same in every run; as those of version 7, later ones are greater."""
    return UUID(int=(number << 80) | (7 << 76) | (2 << 62) | (kind << 32))


def counted(first: int, check_ins: int, objectives: int) -> Iterator[Event]:
    """What okr publishes of check-ins on one key result each: its progress, and the value."""
    for number in range(first, first + check_ins):
        objective = number % objectives
        goal = objective * KEY_RESULTS + (number // objectives) % KEY_RESULTS
        said_before = number // (objectives * KEY_RESULTS)
        yield _progress(numbered(1, objective), numbered(2, goal), said_before + 1)
        yield _value(numbered(1, objective), numbered(2, goal), number)


def _progress(objective: UUID, goal: UUID, version: int) -> KeyResultUpdated:
    share = version % 100 / 100
    return KeyResultUpdated(
        id=goal,
        version=version,
        change="value-recorded",
        objective=objective,
        value=620 - 370 * share,
        effective_date=DAY,
        source=f"check-in/{numbered(3, version)}",
        progress=share,
        unclamped=share,
        confidence=7,
        objective_progress=share,
        objective_coverage=1.0,
        objective_progress_version=version,
    )


def _value(objective: UUID, goal: UUID, number: int) -> ValueRecorded:
    return ValueRecorded(
        id=numbered(4, number),
        version=1,
        change="recorded",
        key_result=goal,
        objective=objective,
        source=f"check-in/{numbered(3, number)}",
        source_version=1,
        source_values=1,
        number=number + 1,
        effective_date=DAY,
        value=620 - number % 370,
        confidence=7,
        counted=True,
    )


def with_public_twins(events: Iterator[Event]) -> Iterator[Record]:
    """The records of events, each followed by what other agencies get of it."""
    for event in events:
        yield record_of(event)
        public = to_open(event)
        if public is not None:
            yield record_of(public)


def write(records: Sequence[Record], file: Path) -> None:
    """As the bare loops read them."""
    with file.open("w", encoding="utf-8") as lines:
        for it in records:
            lines.write(json.dumps([it.topic, it.key, it.headers, it.value.decode()]) + "\n")


def as_json(headers: dict[str, str]) -> str:
    """Headers as the outbox holds them."""
    return json.dumps(headers)
