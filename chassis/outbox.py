"""Writes events to the outbox, in the transaction that made them."""

from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from chassis import clock, cloudevents, ids, sql, telemetry
from contracts.envelope import Envelope, Event, Origin
from contracts.open import to_open

MAX_BYTES = 900_000
"""A record must stay below the brokers' limit of 1 MB, or it would hold up the relay for ever."""

_queries = sql.load(__file__, "outbox.sql")


class TooLarge(Exception):
    """An event larger than MAX_BYTES; its transaction must not commit."""

    def __init__(self, subject: str, size: int) -> None:
        super().__init__(
            f"the event of {subject} has {size} bytes; at most {MAX_BYTES} can be sent"
        )


def envelope_of(
    event: Event, source: str, origin: Origin, cause: Envelope | None = None
) -> Envelope:
    """A new envelope for `event`; correlation and origin come from `cause` where there is one."""
    return Envelope(
        id=ids.new(),
        source=source,
        type=event.type(),
        subject=event.subject,
        time=clock.now(),
        key=event.key,
        dataschema=event.schema_id(),
        sequence=event.version,
        origin=cause.origin if cause else origin,
        correlationid=cause.correlationid if cause else telemetry.correlation_id(),
        traceparent=cause.traceparent if cause else telemetry.traceparent(),
    )


def _with_public_twins(
    events: Sequence[tuple[Event, Envelope | None]],
) -> Iterator[tuple[Event, Envelope | None]]:
    for event, cause in events:
        yield event, cause
        public = to_open(event)
        if public is not None:
            yield public, cause


async def insert(
    conn: Any, source: str, origin: Origin, events: Sequence[tuple[Event, Envelope | None]]
) -> None:
    """Add `events` and their public twins, in order. Raises TooLarge."""
    topics, keys, headers, payloads = [], [], [], []
    for event, cause in _with_public_twins(events):
        value = event.data()
        if len(value) > MAX_BYTES:
            raise TooLarge(event.subject, len(value))
        envelope = envelope_of(event, source, origin, cause)
        topics.append(event.topic)
        keys.append(event.key)
        headers.append(orjson.dumps(cloudevents.to_headers(envelope)).decode())
        payloads.append(value)
    await _queries.insert_outbox(conn, topics=topics, keys=keys, headers=headers, payloads=payloads)
