"""Applies events to a service's tables: a batch and how far it goes, in one transaction."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from chassis import clock, cloudevents, sql, telemetry, tracing
from chassis.db import AWAY, Database, RepublishDue, Tx, is_away, transaction
from chassis.dead_letters import set_aside, tell
from chassis.limits import Tally, TooManyDeadLetters
from chassis.ops import Health
from chassis.poison import BadRecord, NotYet, is_fault, may_pass, origin_of, reason_of, sqlstate
from chassis.positions import WentBack
from chassis.received import Newest, Reads, Received, Record
from chassis.waiting import all_of, pause
from contracts.envelope import Envelope

_queries = sql.load(__file__, "consumer.sql")

Place: TypeAlias = tuple[str, int]
"""A topic and a partition of it."""

MAX_BATCH = 1000
LANES = 2
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
        self._reached: dict[Place, int] = {}

    def place(self, reached: Mapping[Place, int]) -> None:
        """Begin anew where the rows are."""
        self._reached = dict(reached)

    async def apply(self, records: Sequence[Record]) -> None:
        """Apply `records` and advance their offset rows; tries until the database takes them.

        What is more than a transaction takes goes by two lanes of partitions: the events of one
        are read while those of the other are written. A record on which a handler fails `TRIES`
        times is set aside. Raises TooManyDeadLetters when it has to stop consuming, WentBack when
        what it has applied is to be read again, and what was raised last when it is told to stop.
        """
        if len(records) <= self._most:
            await self._apply(records)
        else:
            lanes: list[list[Record]] = [[] for _ in range(LANES)]
            for record in records:
                lanes[record.partition % LANES].append(record)
            await all_of(*map(self._apply_in_turn, lanes))
        self._health.ready()

    async def _apply_in_turn(self, records: Sequence[Record]) -> None:
        for at in range(0, len(records), self._most):
            await self._apply(records[at : at + self._most])

    async def _apply(self, records: Sequence[Record]) -> None:
        delay, faults = 0.1, 0
        while True:
            try:
                await self._apply_once(records, last=faults + 1 == TRIES)
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
                    reached = await self._advance(tx, fresh)
                self._reached |= reached
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
            reached = await self._advance(tx, fresh[: tally.passed - begun])
            await tally.save(tx.conn)
        self._reached |= reached
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
        if any(stored[place] < self._reached.get(place, 0) for place in places):
            raise WentBack
        return [it for it in records if it.offset >= stored[it.topic, it.partition]]

    async def _fold(self, tx: Tx, records: Sequence[Record]) -> int:
        """Apply the newest of each aggregate; how many were newer than what was applied."""
        found = Newest.of(records, self._reads)
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
        # Nearly always all of them are: those that are not are fewer to tell.
        passed = set(
            await _queries.mark_seen(
                tx.conn,
                kinds=[it.kind for it in ordered],
                ids=[it.subject_id for it in ordered],
                versions=[it.sequence for it in ordered],
            )
        )
        telemetry.CONSUMED.labels("repeated").inc(len(passed))
        return [it for it in ordered if it.subject not in passed]

    async def _advance(self, tx: Tx, records: Sequence[Record]) -> Mapping[Place, int]:
        reached: dict[Place, int] = {}
        passed: Counter[Place] = Counter()
        latest: dict[Place, datetime | None] = {}
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
        return reached


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
