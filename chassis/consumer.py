"""Applies events to a service's tables: a batch and how far it goes, in one transaction."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby, zip_longest
from typing import Any

from chassis import clock, cloudevents, sql, telemetry, tracing
from chassis.db import AWAY, Database, RepublishDue, Tx, is_away, transaction
from chassis.dead_letters import set_aside, tell
from chassis.limits import Tally, TooManyDeadLetters
from chassis.ops import Health
from chassis.poison import BadRecord, NotYet, is_fault, may_pass, origin_of, reason_of, sqlstate
from chassis.received import Newest, Reads, Received, Record
from chassis.waiting import pause
from contracts.envelope import Envelope

_queries = sql.load(__file__, "consumer.sql")

MAX_BATCH = 500
TRIES = 3
"""How often a handler is called that raises what nobody foresaw, before its record is set aside."""


class Projector:
    """Folds batches of records into tables; the order between aggregates does not matter."""

    def __init__(
        self,
        db: Database,
        group: str,
        reads: Mapping[str, Reads[Any]],
        health: Health,
        stop: asyncio.Event | None = None,
        most: int = MAX_BATCH,
    ) -> None:
        """`most` records are one transaction."""
        self.group = group
        self._db = db
        self._reads = reads
        self._health = health
        self._stop = stop or asyncio.Event()
        self._most = most

    async def apply(self, records: Sequence[Record]) -> None:
        """Apply `records` and advance their offset rows; tries until the database takes them.

        What is more than a transaction takes is read while the one before is written. A record
        on which a handler fails `TRIES` times is set aside. Raises TooManyDeadLetters when it
        has to stop consuming, and what was raised last when it is told to stop.
        """
        batches = [records[at : at + self._most] for at in range(0, len(records), self._most)]
        found: Newest | None = None
        for batch, following in zip_longest(batches, batches[1:], fillvalue=()):
            _, found = await asyncio.gather(
                self._apply(batch, found), Newest.ahead(following, self._reads)
            )

    async def _apply(self, records: Sequence[Record], found: Newest | None) -> None:
        delay, faults = 0.1, 0
        while True:
            try:
                await self._apply_once(records, found, last=faults + 1 == TRIES)
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

    async def _apply_once(
        self, records: Sequence[Record], found: Newest | None, last: bool
    ) -> None:
        if not last:
            try:
                async with transaction(self._db) as tx:
                    fresh = await self._lock(tx, records)
                    await self._fold(tx, fresh, found if len(fresh) == len(records) else None)
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

    async def _fold(self, tx: Tx, records: Sequence[Record], found: Newest | None = None) -> int:
        """Apply the newest of each aggregate; how many were newer than what was applied."""
        found = found or Newest.of(records, self._reads)
        newer = await self._mark_seen(tx, found.envelopes)
        of_type: dict[str, list[Envelope]] = {}
        for envelope in newer:
            of_type.setdefault(envelope.type, []).append(envelope)
        for event_type, reads in self._reads.items():
            if event_type in of_type:
                events = [found.received(envelope) for envelope in of_type[event_type]]
                await _hand(tx, reads, events)
                telemetry.CONSUMED.labels("applied").inc(len(events))
        telemetry.CONSUMED.labels("unknown-type").inc(found.unknown)
        return len(newer)

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
        latest: dict[tuple[str, int], datetime | None] = {}
        for place, run in groupby(records, lambda it: (it.topic, it.partition)):
            of_place = list(run)
            times = [time for it in of_place if (time := cloudevents.time_of(it.headers))]
            passed[place] += len(of_place)
            reached[place] = max(reached.get(place, 0), of_place[-1].offset + 1)
            latest[place] = max(filter(None, (latest.get(place), *times)), default=None)
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
