"""Brings the outbox to Kafka: one leader for each database, each successor fencing the last."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from chassis import sql, telemetry, tracing
from chassis.db import AWAY, Connection, Database, is_away, must_republish
from chassis.ops import Health
from chassis.settings import Settings
from chassis.topics import prefixed
from chassis.waiting import all_of, before, pause

POLL = 0.02
STANDBY = 0.5
BATCH = 500
SEND_WITHIN = 12.0
"""Kafka has aborted a transaction that is older than 10 s; its producer is of no more use."""
ANSWER_WITHIN = 3.0
"""Seconds after which a batch that is under way means that Kafka is not there."""
ASK_EVERY = 5.0
"""Seconds without a batch after which Kafka is asked whether it is there."""
STOP_WITHIN = 5.0

_queries = sql.load(__file__, "relay.sql")
_outbox = sql.load(__file__, "outbox.sql")


class ProducerFailed(Exception):
    """The producer can't be trusted any more; the process ends and is started anew."""


class Relay:
    """Selects, sends, commits to Kafka, and only then deletes.

    A crash between any two of these sends a batch again; readers drop what they have seen.
    """

    def __init__(
        self,
        db: Database,
        settings: Settings,
        database: str,
        health: Health,
        outbox: Any = _outbox,
        new_producer: Callable[[Settings, str], AIOKafkaProducer] | None = None,
    ) -> None:
        """`outbox`: its queries; `new_producer` gets the settings and a transactional id."""
        self._db = db
        self._outbox = outbox
        self._new_producer = new_producer or fenced_producer
        self._settings = settings
        self._transactional_id = prefixed(settings.topic_prefix, f"relay-{database}")
        self._health = health

    async def run(self, stop: asyncio.Event) -> None:
        """Lead when nobody else does, until `stop`. Raises ProducerFailed."""
        while not stop.is_set():
            try:
                async with self._leadership() as lost:
                    if lost is None:
                        self._health.ready("standby")
                        await pause(STANDBY, stop)
                    elif await must_republish(self._db):
                        self._health.unready("must-republish")
                        await pause(STANDBY, stop)
                    else:
                        await self._lead(stop, lost)
            except AWAY as error:
                away = is_away(error)
                self._health.unready("database-away" if away else "database-refuses", error)
                await pause(STANDBY, stop)

    @asynccontextmanager
    async def _leadership(self) -> AsyncIterator[asyncio.Event | None]:
        """Yields an event that is set when the lock is lost; None where another leads.

        The session ends by itself when this process stops giving signs of life: keepalives
        don't notice a process that is merely stopped.
        """
        conn = await asyncpg.connect(
            self._settings.postgres.get_secret_value(),
            timeout=5,
            command_timeout=3,
            server_settings={
                "application_name": "relay-lock",
                "idle_session_timeout": "3s",
                "transaction_timeout": "3s",
            },
        )
        try:
            if not await _queries.try_lead(conn):
                yield None
                return
            lost = asyncio.Event()
            tasks = [
                asyncio.create_task(self._beat(conn, lost)),
                asyncio.create_task(self._keep_counting()),
            ]
            try:
                yield lost
            finally:
                for task in tasks:
                    task.cancel()
                for ended in await asyncio.gather(*tasks, return_exceptions=True):
                    if isinstance(ended, Exception):
                        raise ended
        finally:
            with suppress(*AWAY):  # the session may be gone already, which is as good
                await conn.close(timeout=2)

    async def _beat(self, conn: Connection, lost: asyncio.Event) -> None:
        """Show the database that this process is alive; however this ends, the lead is lost."""
        try:
            while True:
                await asyncio.sleep(1)
                await _queries.show_life(conn)
        except AWAY as error:
            self._health.unready("database-away", error)
        finally:
            lost.set()

    async def _keep_counting(self) -> None:
        """Learn what waits; a count that is slow, or fails, must not cost the lead."""
        while True:
            with suppress(*AWAY):
                async with self._db.connection() as conn:
                    waiting = await self._outbox.outbox_depth(conn)
                telemetry.OUTBOX_DEPTH.set(waiting["depth"])
                telemetry.OUTBOX_AGE.set(waiting["age"])
            await asyncio.sleep(1)

    async def _lead(self, stop: asyncio.Event, lost: asyncio.Event) -> None:
        producer = await self._started(stop, lost)
        if producer is None:
            return
        try:
            telemetry.RELAY_LEADER.set(1)
            self._health.ready("leading")
            heard = time.monotonic()
            while self._leads(stop, lost):
                if await self._relay_all(producer, stop, lost):
                    heard = time.monotonic()
                elif time.monotonic() - heard > ASK_EVERY:
                    await self._ask(producer)
                    heard = time.monotonic()
                await pause(POLL, stop)
        finally:
            telemetry.RELAY_LEADER.set(0)
            await _stop(producer)

    def _leads(self, stop: asyncio.Event, lost: asyncio.Event) -> bool:
        return not (stop.is_set() or lost.is_set() or self._db.restored.maybe)

    async def _started(self, stop: asyncio.Event, lost: asyncio.Event) -> AIOKafkaProducer | None:
        """Wait for Kafka, each time with a new producer; None where an event comes first."""
        self._health.unready("starting")
        delay = 0.1
        while not (stop.is_set() or lost.is_set()):
            producer = self._new_producer(self._settings, self._transactional_id)
            try:
                if await before(producer.start(), stop, lost):
                    return producer
            except (KafkaError, OSError) as error:
                self._health.unready("kafka-away", error)
            await _stop(producer)
            await pause(delay, stop, lost)
            delay = min(delay * 2, 5.0)
        return None

    async def _ask(self, producer: AIOKafkaProducer) -> None:
        """Learn whether Kafka is there though there is nothing to send."""
        try:
            await asyncio.wait_for(producer.client.fetch_all_metadata(), ANSWER_WITHIN)
        except (KafkaError, OSError, TimeoutError) as error:
            self._health.unready("kafka-away", error)
        else:
            self._answered()

    def _answered(self) -> None:
        if self._health.reasons == ("kafka-away",):
            self._health.ready("leading")

    async def _relay_all(
        self, producer: AIOKafkaProducer, stop: asyncio.Event, lost: asyncio.Event
    ) -> int:
        """Send what waits, and answer how many. Raises ProducerFailed.

        Beside a full batch that is being sent, the one before is deleted, the next is selected.
        """
        amount, sent = 0, list[Any]()
        rows = await self._next_batch([])
        while rows:
            full = len(rows) == BATCH
            _, _, following = await all_of(
                self._send(producer, rows),
                self._delete(sent),
                self._next_batch([*sent, *rows] if full else None),
            )
            amount += len(rows)
            sent, rows = rows, following if self._leads(stop, lost) else []
        await self._delete(sent)
        return amount

    async def _next_batch(self, under_way: Sequence[Any] | None) -> list[Any]:
        """The oldest events but those that are `under_way`; nothing where that is None."""
        if under_way is None:
            return []
        async with self._db.connection() as conn:
            seqs = [row["seq"] for row in under_way]
            rows = [row async for row in self._outbox.next_batch(conn, under_way=seqs, size=BATCH)]
            return [] if self._db.restored.maybe else rows

    async def _send(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> None:
        """Bring `rows` to Kafka, or end: aborting what failed hangs for as long as Kafka does."""
        sending = asyncio.create_task(self._send_in_transaction(producer, rows))
        try:
            done, _ = await asyncio.wait([sending], timeout=ANSWER_WITHIN)
            if not done:
                await self._wait_longer(sending)
            sending.result()
        except Exception as error:
            self._health.unready("producer-failed", error)
            raise ProducerFailed(type(error).__name__) from error
        else:
            tracing.relayed(rows)
            telemetry.RELAYED.inc(len(rows))
        finally:
            sending.cancel()

    async def _wait_longer(self, sending: "asyncio.Task[None]") -> None:
        self._health.unready("kafka-away")
        done, _ = await asyncio.wait([sending], timeout=SEND_WITHIN - ANSWER_WITHIN)
        if not done:
            raise TimeoutError
        if sending.exception() is None:
            self._answered()

    async def _send_in_transaction(self, producer: AIOKafkaProducer, rows: Sequence[Any]) -> None:
        async with producer.transaction():
            sent = [
                await producer.send(
                    prefixed(self._settings.topic_prefix, row["topic"]),
                    key=row["key"].encode(),
                    value=row["value"],
                    headers=[(k, v.encode()) for k, v in orjson.loads(row["headers"]).items()],
                )
                for row in rows
            ]
            await asyncio.gather(*sent)

    async def _delete(self, rows: Sequence[Any]) -> None:
        if not rows:
            return
        async with self._db.connection() as conn:
            await self._outbox.delete_sent(conn, seqs=[row["seq"] for row in rows])


def fenced_producer(settings: Settings, transactional_id: str) -> AIOKafkaProducer:
    """A producer that ends all others of its id, and what they have under way."""
    return AIOKafkaProducer(
        **settings.for_aiokafka(),
        transactional_id=transactional_id,
        transaction_timeout_ms=10_000,
        linger_ms=0,
        max_batch_size=262_144,
        request_timeout_ms=10_000,
    )


async def _stop(producer: AIOKafkaProducer) -> None:
    try:
        await asyncio.wait_for(producer.stop(), STOP_WITHIN)
    except Exception as error:  # it is thrown away in any case, and can hang with Kafka down
        telemetry.log().warning("producer-not-stopped", error=type(error).__name__)
