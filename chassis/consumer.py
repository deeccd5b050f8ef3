"""Applies events to a service's tables: a batch and how far it goes, in one transaction."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeAlias, TypeVar

from aiokafka import ConsumerRecord
from pydantic import ValidationError

from chassis import clock, cloudevents, outbox, sql, telemetry, tracing
from chassis.db import AWAY, Database, RepublishDue, Tx, is_away, transaction
from chassis.dead_letters import set_aside, tell
from chassis.limits import Tally, TooManyDeadLetters
from chassis.messages import Reader
from chassis.ops import Health
from chassis.poison import BadRecord, NotYet, is_fault, may_pass, origin_of, reason_of, sqlstate
from chassis.waiting import pause
from contracts.envelope import Envelope

Record: TypeAlias = ConsumerRecord
M = TypeVar("M", bound=Reader)

_queries = sql.load(__file__, "consumer.sql")

TRIES = 3
"""How often a handler is called that raises what nobody foresaw, before its record is set aside."""


@dataclass(frozen=True, slots=True)
class Received(Generic[M]):
    """An event as a handler gets it."""

    envelope: Envelope
    data: M


@dataclass(frozen=True)
class Reads(Generic[M]):
    """How one type of event is read: by which model, and what it changes.

    The handler gets events that are newer than all that was applied of their aggregates, at
    most one for each aggregate.
    """

    model: type[M]
    handle: Callable[[Tx, Sequence[Received[M]]], Awaitable[None]]


class Projector:
    """Folds batches of records into tables; the order between aggregates does not matter."""

    def __init__(
        self,
        db: Database,
        group: str,
        reads: Mapping[str, Reads[Any]],
        health: Health,
        stop: asyncio.Event | None = None,
    ) -> None:
        self.group = group
        self._db = db
        self._reads = reads
        self._health = health
        self._stop = stop or asyncio.Event()

    async def apply(self, records: Sequence[Record]) -> None:
        """Apply `records` and advance their offset rows; tries until the database takes them.

        A record on which a handler fails `TRIES` times is set aside. Raises TooManyDeadLetters
        when it has to stop consuming, and what was raised last when it is told to stop.
        """
        delay, faults = 0.1, 0
        while True:
            try:
                await self._apply_once(records, last=faults + 1 == TRIES)
                self._health.ready()
                return
            except Exception as error:
                fault = is_fault(error)
                if self._stop.is_set() or not (fault or isinstance(error, AWAY)):
                    raise
                faults += fault
                self._wait_for(error, fault)
                await pause(delay, self._stop)
                delay = min(delay * 2, 10.0)

    def _wait_for(self, error: Exception, fault: bool) -> None:
        if fault:
            self._health.unready("handler-failed", error)
            telemetry.log().error("handler-failed", **origin_of(error))
        else:
            wait_for_database(self._health, error)

    async def apply_again(self, tx: Tx, record: Record) -> bool:
        """Apply a record that was set aside; False where a newer version is applied already.

        Raises what the record is set aside for again.
        """
        if cloudevents.type_of(record.headers) not in {*self._reads, None}:
            raise BadRecord("unknown-type")
        return bool(await self._fold(tx, [record]))

    async def _apply_once(self, records: Sequence[Record], last: bool) -> None:
        if not last:
            try:
                async with transaction(self._db) as tx:
                    fresh = await self._lock(tx, records)
                    await self._fold(tx, fresh)
                    await self._advance(tx, fresh)
                return
            except Exception as error:
                if reason_of(error) is None:
                    raise
        await self._apply_singly(records, last)

    async def _apply_singly(self, records: Sequence[Record], last: bool) -> None:
        """Apply one record for each savepoint, so that only the bad ones are set aside."""
        bad: list[tuple[Record, Exception]] = []
        async with transaction(self._db) as tx:
            fresh = await self._lock(tx, records)
            tally = await Tally.hold(tx.conn, self.group)
            begun = tally.passed
            for record in fresh:
                if tally.stopped:
                    break
                error = await self._try(tx, record, last)
                tally.count(error is not None and not isinstance(error, NotYet))
                if error is not None:
                    await set_aside(tx.conn, self.group, record, error, tally.passed)
                    bad.append((record, error))
            await self._advance(tx, fresh[: tally.passed - begun])
            await tally.save(tx.conn)
        for record, error in bad:
            tell(record, error)
        if tally.stopped:
            raise TooManyDeadLetters

    async def _try(self, tx: Tx, record: Record, last: bool) -> Exception | None:
        """Apply `record` alone; what it is bad for, or None. Raises what may pass by itself."""
        try:
            async with tx.conn.transaction():
                await self._fold(tx, [record])
                await tx.flush()
        except Exception as error:
            if reason_of(error) is None and not (last and is_fault(error)):
                raise
            tx.forget()
            return error
        return None

    async def _lock(self, tx: Tx, records: Sequence[Record]) -> list[Record]:
        """Hold the offset rows; what another member has already applied is left out."""
        places = sorted({(record.topic, record.partition) for record in records})
        rows = await _as_list(
            _queries.lock_offsets(
                tx.conn,
                group_name=self.group,
                topics=[topic for topic, _ in places],
                partitions=[partition for _, partition in places],
            )
        )
        stored = {(row["topic"], row["partition"]): row["next_offset"] for row in rows}
        return [it for it in records if it.offset >= stored[it.topic, it.partition]]

    async def _fold(self, tx: Tx, records: Sequence[Record]) -> int:
        """Apply the newest of each aggregate; how many were newer than what was applied."""
        envelopes, values = self._newest(records)
        newer = await self._mark_seen(tx, envelopes)
        of_type: dict[str, list[Envelope]] = {}
        for envelope in newer:
            of_type.setdefault(envelope.type, []).append(envelope)
        for event_type, reads in self._reads.items():
            events = [
                Received(envelope, _data(reads.model, envelope, values[envelope.subject]))
                for envelope in of_type.get(event_type, ())
            ]
            if events:
                await _hand(tx, reads, events)
                telemetry.CONSUMED.labels("applied").inc(len(events))
        return len(newer)

    def _newest(
        self, records: Iterable[Record]
    ) -> tuple[dict[str, Envelope], dict[str, bytes | None]]:
        """The highest version of each aggregate; unknown types are passed over unparsed."""
        envelopes: dict[str, Envelope] = {}
        values: dict[str, bytes | None] = {}
        for record in records:
            event_type = cloudevents.type_of(record.headers)
            if event_type not in self._reads:
                if event_type is None:
                    raise BadRecord("bad-headers")
                telemetry.CONSUMED.labels("unknown-type").inc()
                continue
            try:
                envelope = cloudevents.from_headers(record.headers)
            except cloudevents.BadHeaders:
                raise BadRecord("bad-headers") from None
            if envelope.type != event_type:  # it is told twice, and differently
                raise BadRecord("bad-headers")
            subject = envelope.subject
            held = envelopes.get(subject)
            if held is None or held.sequence < envelope.sequence:
                envelopes[subject] = envelope
                values[subject] = record.value
        return envelopes, values

    async def _mark_seen(self, tx: Tx, envelopes: Mapping[str, Envelope]) -> list[Envelope]:
        ordered = [envelopes[subject] for subject in sorted(envelopes)]
        if not ordered:
            return []
        rows = await _as_list(
            _queries.mark_seen(
                tx.conn,
                kinds=[it.kind for it in ordered],
                ids=[it.subject_id for it in ordered],
                versions=[it.sequence for it in ordered],
            )
        )
        newer = {f"{row['kind']}/{row['id']}" for row in rows}
        telemetry.CONSUMED.labels("repeated").inc(len(ordered) - len(newer))
        return [it for it in ordered if it.subject in newer]

    async def _advance(self, tx: Tx, records: Sequence[Record]) -> None:
        reached: dict[tuple[str, int], int] = {}
        passed: Counter[tuple[str, int]] = Counter()
        latest: dict[tuple[str, int], Any] = {}
        for record in records:
            place = (record.topic, record.partition)
            passed[place] += 1
            reached[place] = max(reached.get(place, 0), record.offset + 1)
            latest[place] = max(filter(None, (latest.get(place), _time(record))), default=None)
        if reached:
            await _queries.advance_offsets(
                tx.conn,
                group_name=self.group,
                topics=[topic for topic, _ in reached],
                partitions=[partition for _, partition in reached],
                next_offsets=list(reached.values()),
                passed=[passed[place] for place in reached],
                times=list(latest.values()),
            )


async def _hand(tx: Tx, reads: Reads[Any], events: Sequence[Received[Any]]) -> None:
    envelopes = [it.envelope for it in events]
    with telemetry.handling(envelopes), tracing.processing(envelopes) as traced:
        if traced is not envelopes:
            events = [Received(one, it.data) for one, it in zip(traced, events, strict=True)]
        await reads.handle(tx, events)
    if caused := [it.time for it in envelopes if it.origin == "command"]:
        telemetry.FRESHNESS.observe(max((clock.now() - min(caused)).total_seconds(), 0.0))


def _data(model: type[M], envelope: Envelope, value: bytes | None) -> M:
    if value is None:
        raise BadRecord("null-value")
    if len(value) > outbox.MAX_BYTES:
        raise BadRecord(outbox.TOO_LARGE)
    try:
        data = model.model_validate_json(value)
    except ValidationError:
        raise BadRecord("bad-data") from None
    # Handlers write by the data's identity, `seen` guards by the envelope's: two records of
    # different subjects with the same data would be one row.
    told = (data.subject_id, getattr(data, "version", envelope.sequence))
    if told != (envelope.subject_id, envelope.sequence):
        raise BadRecord("subject-mismatch")
    return data


def _time(record: Record) -> datetime | None:
    return cloudevents.time_of(record.headers)


def wait_for_database(health: Health, error: Exception) -> None:
    """Say why nothing is applied for now: the database is away, or there and won't do it."""
    if isinstance(error, RepublishDue):
        health.unready("must-republish")
    elif not sqlstate(error) or may_pass(error) or is_away(error):
        health.unready("database-away", error)
    else:
        health.unready("database-refuses", error)


async def _as_list(rows: Any) -> list[Any]:
    return [row async for row in rows]
