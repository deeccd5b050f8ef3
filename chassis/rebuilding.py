"""Folds a service's topics anew beside its serving tables, and swaps the two in one transaction."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import asyncpg
from aiokafka import ConsumerRecord, TopicPartition
from pydantic import SecretStr

from chassis import clock, db, limits, sql
from chassis.consumer import Projector
from chassis.operations import OperationProblem
from chassis.ops import Health
from chassis.replay import Replay, replaying
from chassis.settings import Settings
from chassis.topic_ids import topic_ids
from chassis.topics import prefixed

if TYPE_CHECKING:
    from chassis.roles import Service

NEAR = 2000
"""Offsets from the end: so few are read while the serving worker waits."""
TOLD_EVERY = 10.0
SWAP_TRIES = 20
ANY_NUMBER = 2**60
"""Of dead letters: how many are too many is judged before the swap."""
_BESIDE = ("consumer_offsets", "consumer_limits", "dead_letters")
"""Tables of the chassis that a rebuild has of its own, and that are not swapped."""
_LOCKS_WITHIN = 15.0
_BESIDE_FIRST = {"search_path": "rebuilding, public"}

_queries = sql.load(__file__, "rebuilding.sql")
_offsets = sql.load(__file__, "consumer.sql")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What a rebuild did: records, the seconds they took until the end was near, dead letters."""

    records: int
    seconds: float
    dead_letters: int


async def rebuild(
    service: "Service",
    settings: Settings,
    owner: str,
    say: Say = lambda _: None,
    accept: int | None = None,
) -> Report:
    """Rebuild what `service` copies of others, while it serves; `owner` may make tables.

    `accept` is how many dead letters may come of it; by default as many as there are, and 50.
    Raises OperationProblem, and what PostgreSQL and Kafka say; the serving tables are then as
    they were.
    """
    keeper = await asyncpg.connect(
        owner, server_settings={"application_name": f"{service.name}-rebuild"}
    )
    try:
        if not await _queries.hold_rebuild(keeper):
            raise OperationProblem(f"{service.name} is being rebuilt already.")
        async with (
            replaying(settings, service.topics) as replay,
            _beside(service, settings, owner, keeper) as beside,
        ):
            return await Rebuild(service, settings, keeper, beside, replay, say).run(accept)
    finally:
        await keeper.close()


@asynccontextmanager
async def _beside(
    service: "Service", settings: Settings, owner: str, keeper: Any
) -> AsyncIterator[db.Database]:
    """New tables beside the serving ones, which its connections see in their place."""
    tables = [*service.copies.tables, *_BESIDE]
    await _queries.begin_anew(keeper)
    async for row in _queries.statements_of_tables(keeper, tables=tables):
        await keeper.execute(row["statement"])
    # What was not yet swapped in may be lost: a rebuild begins anew. What folding others' events
    # writes of its own, and has published, may not.
    limits = {**_BESIDE_FIRST, **(db.SOON if service.copies.tables else {})}
    as_owner = settings.model_copy(update={"postgres": SecretStr(owner)})
    opened = await db.connect(as_owner, service.name, "rebuild", limits)
    try:
        yield opened
    finally:
        await opened.pool.close()


class _Impatient(Health):
    """Has a projector try once more where the database fails it, and then give up."""

    def __init__(self, stop: asyncio.Event) -> None:
        super().__init__(status="ready", reasons=())
        self._stop = stop

    def ready(self, status: str = "ready") -> None:  # noqa: ARG002
        self._stop.clear()

    def unready(self, reason: str, error: BaseException | None = None) -> None:  # noqa: ARG002
        if reason.startswith("database"):
            self._stop.set()


class Rebuild:
    """One rebuild: fills the tables beside, catches up, and swaps."""

    def __init__(
        self,
        service: "Service",
        settings: Settings,
        keeper: Any,
        beside: db.Database,
        replay: Replay,
        say: Say,
    ) -> None:
        self._service = service
        self._settings = settings
        self._group = prefixed(settings.topic_prefix, service.name)
        self._topics = [prefixed(settings.topic_prefix, topic) for topic in service.topics]
        self._keeper = keeper
        self._beside = beside
        self._replay = replay
        self._say = say
        self._records = 0
        self._told = time.monotonic()
        stop = asyncio.Event()
        health = _Impatient(stop)
        self._projector = Projector(beside, self._group, service.reads, health, stop)

    async def run(self, accept: int | None) -> Report:
        began = time.perf_counter()
        schema = await _queries.schema_version(self._keeper)
        logs = await self._logs()
        await self._begin_rows(logs)
        await self._make_indexes(early=True)
        await self._catch_up()
        seconds, folded = time.perf_counter() - began, self._records
        self._say(f"{folded} records folded in {seconds:.1f} s; making indexes")
        await self._make_indexes(early=False)
        await self._keeper.execute(f"ANALYZE {', '.join(self._new_tables())}")
        died = await self._check_dead_letters(accept)
        if not await _queries.nobody_backs_up(self._keeper):
            self._say("a backup is being made: the tables are swapped when it is done")
            await _queries.wait_for_backups(self._keeper)
        await self._swap_patiently(schema, logs)
        self._say(f"{self._service.name}: rebuilt from {self._records} records, and serving")
        return Report(folded, seconds, died)

    def _new_tables(self) -> list[str]:
        return [f"rebuilding.{name}" for name in (*self._service.copies.tables, *_BESIDE)]

    async def _logs(self) -> dict[str, str]:
        return await asyncio.to_thread(topic_ids, self._settings.for_confluent(), self._topics)

    async def _begin_rows(self, logs: Mapping[str, str]) -> None:
        async with db.transaction(self._beside) as tx:
            for it, first in (await self._replay.begins()).items():
                await _offsets.add_offset(
                    tx.conn,
                    group_name=self._group,
                    topic=it.topic,
                    partition=it.partition,
                    topic_id=logs[it.topic],
                    next_offset=first,
                )
            await limits.go_on(tx.conn, self._group, ANY_NUMBER, "rebuild")

    async def _make_indexes(self, *, early: bool) -> None:
        copies = self._service.copies
        statements = _queries.statements_of_indexes(
            self._keeper,
            tables=[*copies.tables, *_BESIDE],
            needed=list(copies.folded_by),
            early=early,
        )
        for row in [row async for row in statements]:
            async with db.transaction(self._beside) as tx:
                await tx.conn.execute(row["statement"])

    async def _catch_up(self) -> None:
        """Fold until the end is near, however it moves."""
        ends = await self._replay.ends()
        while await self._replay.behind(ends) > NEAR:
            await self._fold_until(ends)
            ends = await self._replay.ends()
        await self._fold_until(ends)

    async def _fold_until(self, ends: Mapping[TopicPartition, int]) -> None:
        async for batch in self._replay.until(ends):
            await self._fold(batch)

    async def _fold(self, batch: Sequence[ConsumerRecord]) -> None:
        await self._projector.apply(batch)
        self._records += len(batch)
        if time.monotonic() - self._told > TOLD_EVERY:
            self._told = time.monotonic()
            self._say(f"{self._records} records folded")

    async def _check_dead_letters(self, accept: int | None) -> int:
        counted = await _queries.dead_letters_of(self._keeper, group_name=self._group)
        async with db.reading(self._beside) as tx:
            died: int = await _queries.dead_letters_of(tx.conn, group_name=self._group)
        allowed = counted + 50 if accept is None else accept
        if died > allowed:
            raise OperationProblem(
                f"{died} records could not be applied, more than {allowed}: nothing was swapped."
                " See why in the log; mend it, or say --accept."
            )
        return died

    async def _swap_patiently(self, schema: str, logs: Mapping[str, str]) -> None:
        for last in [False] * (SWAP_TRIES - 1) + [True]:
            await self._catch_up()
            try:
                await self._swap(schema, logs)
                return
            except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
                if last:
                    raise OperationProblem(
                        "The serving tables were never free for a moment: nothing was swapped."
                    ) from None

    async def _swap(self, schema: str, logs: Mapping[str, str]) -> None:
        keeper = self._keeper
        async with keeper.transaction():
            await _queries.limit_swap(keeper)
            await self._check_unchanged(schema, logs)
            async for _ in _queries.hold_group(keeper, group_name=self._group):
                pass
            at = clock.true_now()
            # Committed before the tables are locked: who waits for these may already have its
            # snapshot, and must find all of it.
            await self._fold_until(await self._replay.ends())
            await self._place(logs, at)
            await self._lock_tables()
            await _queries.swap(keeper)

    async def _check_unchanged(self, schema: str, logs: Mapping[str, str]) -> None:
        async for _ in _queries.no_migration(self._keeper):
            pass
        if schema != await _queries.schema_version(self._keeper):
            raise OperationProblem("The schema was migrated meanwhile: rebuild again.")
        if logs != await self._logs():
            raise OperationProblem("A topic was made anew meanwhile: rebuild again.")

    async def _lock_tables(self) -> None:
        """Take the serving tables for a moment; who reads them waits 0.2 s at most for a try.

        Raises LockNotAvailableError when some reader always has one of them.
        """
        # Who tries a dead letter again takes it first, and then the tables: in that order here.
        await self._keeper.execute(
            "SET LOCAL lock_timeout = '5s'; LOCK TABLE public.dead_letters IN EXCLUSIVE MODE"
        )
        if not (tables := ", ".join(f"public.{name}" for name in self._service.copies.tables)):
            return
        # Beside readers and writers: ends autovacuum, and keeps it away.
        await self._keeper.execute(f"LOCK TABLE {tables} IN SHARE UPDATE EXCLUSIVE MODE")
        until = time.monotonic() + _LOCKS_WITHIN
        while True:
            try:
                # Shorter than a deadlock is looked for: it would be found by the reader.
                async with self._keeper.transaction():
                    await self._keeper.execute(
                        f"SET LOCAL lock_timeout = '200ms'; LOCK TABLE {tables}"
                    )
                return
            except asyncpg.LockNotAvailableError:
                if time.monotonic() > until:
                    raise
                await asyncio.sleep(0.1)

    async def _place(self, logs: Mapping[str, str], at: datetime) -> None:
        async with db.reading(self._beside) as tx:
            found = _queries.rebuilt_offsets(tx.conn, group_name=self._group)
            rows = {TopicPartition(row["topic"], row["partition"]): row async for row in found}
        reached = await self._replay.positions()
        await _queries.place_group(
            self._keeper,
            group_name=self._group,
            topics=[it.topic for it in reached],
            partitions=[it.partition for it in reached],
            topic_ids=[logs[it.topic] for it in reached],
            next_offsets=list(reached.values()),
            counts=[rows[it]["passed"] for it in reached],
            times=[rows[it]["last_event_at"] for it in reached],
            at=at,
        )
        await limits.go_on(self._keeper, self._group, 0, "rebuilt")
