"""Writes events to the outbox, in the transaction that made them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

import orjson

from chassis import clock, cloudevents, ids, sql, telemetry
from chassis.problem import Problem
from contracts.envelope import Envelope, Event, Origin
from contracts.open import to_open

MAX_BYTES = 900_000
"""A record must stay below the brokers' limit of 1 MB, or it would hold up the relay for ever."""

TOO_LARGE = "too-large"
"""The code of the problem that such an event is."""

_queries = sql.load(__file__, "outbox.sql")


async def must_republish(conn: Any) -> bool:
    """Whether the database was restored, and what it would publish may contradict its topics."""
    held: bool = await _queries.must_republish(conn)
    return held


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


def _public_twin(event: Event, envelope: Envelope) -> tuple[Event, Envelope] | None:
    """What other agencies get of `event`; it continues nothing that a caller has named."""
    public = to_open(event)
    if public is None:
        return None
    own = envelope_of(public, envelope.source, envelope.origin, envelope)
    return public, own._replace(
        correlationid=str(ids.new()), traceparent=telemetry.new_traceparent()
    )


def _with_public_twins(
    source: str, origin: Origin, events: Sequence[tuple[Event, Envelope | None]]
) -> Iterator[tuple[Event, Envelope]]:
    for event, cause in events:
        envelope = envelope_of(event, source, origin, cause)
        yield event, envelope
        twin = _public_twin(event, envelope)
        if twin is not None:
            yield twin


async def insert(
    conn: Any, source: str, origin: Origin, events: Sequence[tuple[Event, Envelope | None]]
) -> None:
    """Add `events` and their public twins, in order. Raises Problem `too-large`."""
    await _insert(conn, _with_public_twins(source, origin, events))


async def insert_again(conn: Any, source: str, events: Sequence[tuple[Event, datetime]]) -> None:
    """Add states that are published anew, each with the time of its last real change.

    Raises Problem `too-large`.
    """
    again = [
        (told, envelope._replace(time=time))
        for event, time in events
        for told, envelope in _with_public_twins(source, "republish", [(event, None)])
    ]
    await _insert(conn, again)


async def _insert(conn: Any, events: Iterable[tuple[Event, Envelope]]) -> None:
    topics, keys, headers, payloads = [], [], [], []
    for event, envelope in events:
        value = event.data()
        if len(value) > MAX_BYTES:
            raise Problem("too-large", subject=event.subject, size=len(value), limit=MAX_BYTES)
        topics.append(event.topic)
        keys.append(event.key)
        headers.append(orjson.dumps(cloudevents.to_headers(envelope)).decode())
        payloads.append(value)
    await _queries.insert_outbox(conn, topics=topics, keys=keys, headers=headers, payloads=payloads)
