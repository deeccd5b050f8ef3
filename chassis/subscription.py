"""Joins a consumer group through FastStream, beginning where the service's own rows say."""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import IllegalStateError, KafkaError
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from faststream.security import BaseSecurity, SASLPlaintext, SASLScram256, SASLScram512

from chassis import clock, limits, telemetry
from chassis.consumer import MAX_BATCH, Projector, wait_for_database
from chassis.db import AWAY, Database, reading
from chassis.delivery import DELIVERY, Delivery
from chassis.kept import keep_for_ever
from chassis.limits import TooManyDeadLetters
from chassis.ops import Health
from chassis.positions import MustRebuild, Positions, WentBack
from chassis.received import Reads, Record
from chassis.settings import Settings
from chassis.tolerant import TolerantConsumer
from chassis.topic_ids import topic_ids
from chassis.topics import prefixed
from chassis.waiting import before, pause

CONFIRM_EVERY = 5.0
FIRST_CONFIRM_EVERY = 0.2
ANSWER_WITHIN = 3.0
"""A fetch is answered within half a second, with records or without."""
METADATA_EVERY_MS = 10_000
"""A topic that was made anew is noticed within this time, and placed anew."""
AHEAD = 4
"""Transactions' worth of records that are taken at once."""
LOOK_AGAIN_AFTER = 1.0
"""Seconds after which rows that were of another log are compared with it again."""
STOP_WITHIN = 20.0
SILENT_AFTER = 300.0
"""Seconds without an answer from a Kafka that answers others: the consumer is stuck."""


class Subscription:
    """One member of a group: places itself on assignment, applies batches, confirms freshness."""

    def __init__(
        self,
        db: Database,
        settings: Settings,
        group: str,
        topics: Sequence[str],
        reads: Mapping[str, Reads[Any]],
        health: Health,
        silent_after: float = SILENT_AFTER,
        projector: Callable[..., Projector] = Projector,
        delivery: Delivery = DELIVERY,
        rest: float = 0.0,
    ) -> None:
        """`projector` makes what applies batches; `delivery`: how they are asked for; `rest`:
        seconds to wait after a small one for more to come."""
        prefix = settings.topic_prefix
        self.group = prefixed(prefix, group)
        self.member = prefixed(prefix, f"{group}-{settings.instance}")
        self._db = db
        self._settings = settings
        self._health = health
        self._topics = [prefixed(prefix, topic) for topic in topics]
        self._stopping = asyncio.Event()
        self._positions = Positions(db, settings, self.group)
        self._projector = projector(db, self.group, reads, health, self._stopping)
        self._delivery = delivery
        self._placed: set[TopicPartition] = set()
        self._answered = 0.0
        self._heard = time.time()
        self._silent_after = silent_after
        self._rest = rest
        self._confirmed_at: dict[TopicPartition, datetime] = {}
        self._confirmed = False
        self._failing = False
        self._stopped = False
        self._astray_since: float | None = None
        self._applying = asyncio.Lock()
        self._placing = asyncio.Lock()
        self._broker = self._make_broker()
        health.hinder("log-unreadable", self._is_unreadable)

    def _make_broker(self) -> KafkaBroker:
        broker = _Broker(
            self._settings.kafka.split(","),
            apply_types=False,
            allow_auto_create_topics=False,
            consumer_only=True,
            graceful_timeout=15.0,
            client_id=self.member,
            metadata_max_age_ms=METADATA_EVERY_MS,
            logger=None,
            security=_security(self._settings),
        )
        self._subscriber = broker.subscriber(
            *self._topics,
            batch=True,
            group_id=self.group,
            group_instance_id=self.member,
            session_timeout_ms=10_000,
            rebalance_timeout_ms=60_000,
            auto_offset_reset=self._delivery.auto_offset_reset,
            isolation_level=self._delivery.isolation_level,
            ack_policy=self._delivery.ack_policy,
            no_reply=True,
            batch_timeout_ms=20,
            max_records=AHEAD * MAX_BATCH,
            listener=_Placement(self),
            parser=self._parse,
            decoder=_records,
        )
        self._subscriber(self._handle)
        return broker

    @property
    def _consumer(self) -> TolerantConsumer:
        consumer = self._subscriber.consumer
        if not isinstance(consumer, TolerantConsumer):
            raise RuntimeError("not started")
        return consumer

    @property
    def assigned(self) -> frozenset[TopicPartition]:
        """The partitions that the group gives to this member now."""
        return frozenset(self._consumer.assignment())

    async def run(self, stop: asyncio.Event) -> None:
        """Consume until `stop`, and finish the batch at hand. Raises Kafka's errors at first."""
        try:
            telemetry.CONFIRMED_AGE.set_function(self._confirmed_age)
            if await before(self._broker.start(), stop):
                keeping = asyncio.create_task(keep_for_ever(self._db, self._projector))
                try:
                    await before(self._keep_confirming(), stop)
                finally:
                    keeping.cancel()
        finally:
            self._stopping.set()
            with suppress(TimeoutError):  # stopping can hang while Kafka is away
                await asyncio.wait_for(self._broker.stop(), STOP_WITHIN)

    async def place(self, assigned: Iterable[TopicPartition]) -> None:
        """Begin each partition at its row; a row of another log leaves it paused for good.

        So does too much that was set aside, until someone says to go on.
        """
        async with self._placing:
            await self._place(set(assigned))

    async def _place(self, partitions: set[TopicPartition]) -> None:
        self._placed.clear()
        self._astray_since = None
        self._confirmed_at = {it: self._confirmed_at.get(it, clock.true_now()) for it in partitions}
        self._confirmed = False
        self._consumer.pause(*partitions)
        delay = 0.1
        starts: Mapping[TopicPartition, tuple[int, datetime | None]] = {}
        while partitions:
            try:
                starts = await self._positions.begin(self._consumer, partitions)
                break
            except MustRebuild as error:
                self._astray_since = time.monotonic()
                self._health.unready("must-rebuild", error)
                return
            except TooManyDeadLetters:
                self._hold()
                return
            except Exception as error:  # whatever is away, its data must not be passed over
                if self._stopping.is_set():
                    return
                self._health.unready("not-placed", error)
                await pause(delay, self._stopping)
                delay = min(delay * 2, 5.0)
        for partition, (start, confirmed_at) in starts.items():
            self._consumer.seek(partition, start)
            if confirmed_at is not None:
                self._confirmed_at[partition] = confirmed_at
        self._projector.place({(it.topic, it.partition): at for it, (at, _) in starts.items()})
        self._placed |= partitions
        self._answered = time.monotonic()
        self._heard = time.time()
        self._consumer.resume(*partitions)
        self._health.ready()

    async def _parse(self, records: tuple[Record, ...]) -> KafkaMessage:
        """Hand raw records through; FastStream's own parser stumbles over foreign headers."""
        return KafkaAckableMessage(
            body=b"", headers={}, raw_message=records, consumer=self._consumer
        )

    async def _handle(self, records: tuple[Record, ...]) -> None:
        await self._apply(records)
        if self._rest and len(records) < MAX_BATCH:
            await pause(self._rest, self._stopping)

    async def _apply(self, records: tuple[Record, ...]) -> None:
        async with self._applying:
            known = [it for it in records if (it.topic, it.partition) in self._placed]
            if not known:
                return
            try:
                await self._projector.apply(known)
                self._failing = False
            except WentBack as error:
                self._health.unready("database-went-back", error)
                await self.place(self.assigned)
            except TooManyDeadLetters:
                self._hold()
                raise
            except Exception as error:
                if not self._stopping.is_set():
                    self._failing = True
                    self._health.unready("handler-failed", error)
                    telemetry.log().exception("handler-failed")
                    await pause(1, self._stopping)
                raise
            finally:
                self._heard = time.time()  # nothing was asked for while the batch was at hand

    async def _keep_confirming(self) -> None:
        while True:
            await asyncio.sleep(CONFIRM_EVERY if self._confirmed else FIRST_CONFIRM_EVERY)
            if not self._consumes():
                self._health.die("not-consuming")
                continue
            await self._watch_limit()
            await self._watch_rows()
            await self._confirm()
            if self._is_silent() and await self._kafka_answers():
                self._health.die("kafka-silent")
            else:
                self._health.dead = None

    def _hold(self) -> None:
        """Read nothing until someone says to go on; what is fetched already is passed over."""
        self._stopped = True
        self._placed.clear()
        self._consumer.pause(*self.assigned)
        self._health.unready("too-many-dead-letters")

    async def _watch_limit(self) -> None:
        """Stop with the other members of the group, and go on when someone says so."""
        try:
            async with reading(self._db) as tx:
                stopped = await limits.is_stopped(tx.conn, self.group)
            if stopped and self._stopped:
                await self._tell_behind()
        except AWAY as error:
            wait_for_database(self._health, error)
            return
        if stopped and not self._stopped:
            async with self._applying:
                self._hold()
        elif self._stopped and not stopped:
            self._stopped = False
            with suppress(IllegalStateError):  # what was assigned may be so no more
                await self.place(self.assigned)

    async def _tell_behind(self) -> None:
        """While it is stopped, its reason and its lag, of which no fetch tells."""
        if "too-many-dead-letters" not in self._health.reasons:
            self._health.unready("too-many-dead-letters")
        with suppress(KafkaError):
            held = self.assigned
            await self._note(await self._positions.behind(self._consumer, held), False)

    async def _watch_rows(self) -> None:
        """Begin anew once the rows were brought in line with the log, as a rebuild does."""
        since = self._astray_since
        if since is not None and time.monotonic() - since > LOOK_AGAIN_AFTER:
            with suppress(IllegalStateError):  # what was assigned may be so no more
                await self.place(self.assigned)

    def _consumes(self) -> bool:
        tasks = self._subscriber.tasks
        return self._subscriber.running and any(not it.done() for it in tasks)

    def _is_silent(self) -> bool:
        """Whether none of the placed partitions was heard of for too long."""
        if self._applying.locked() or not self._placed:
            return False
        heard = [(self._consumer.last_poll_timestamp(it) or 0) / 1000 for it in self._placed]
        return time.time() - max(self._heard, *heard) > self._silent_after

    async def _kafka_answers(self) -> bool:
        """Whether a client made for the purpose gets an answer."""
        try:
            await asyncio.to_thread(topic_ids, self._settings.for_confluent(), self._topics)
        except Exception:
            return False
        return True

    def _confirmed_age(self) -> float:
        """Seconds since all that this member reads was last known to be read to its end."""
        oldest = min(self._confirmed_at.values(), default=clock.true_now())
        return max((clock.true_now() - oldest).total_seconds(), 0.0)

    async def _confirm(self) -> None:
        """Note lag and freshness of the partitions that are placed."""
        async with self._applying:
            if self._failing:
                return
            lags = {it: lag for it in self._placed if (lag := await self._lag(it)) is not None}
            complete = len(lags) == len(self._placed)
        if complete:
            self._answered = time.monotonic()
        elif time.monotonic() - self._answered > ANSWER_WITHIN:
            self._health.unready("kafka-away")
        self._confirmed = False
        if lags:
            await self._note(lags, complete)

    async def _note(self, lags: Mapping[TopicPartition, int], complete: bool) -> None:
        for topic in {it.topic for it in lags}:
            of_topic = sum(lag for it, lag in lags.items() if it.topic == topic)
            telemetry.LAG.labels(topic).set(of_topic)
        try:
            await self._positions.note(lags)
        except AWAY as error:
            wait_for_database(self._health, error)
            return
        self._confirmed_at |= {it: clock.true_now() for it, lag in lags.items() if lag == 0}
        self._confirmed = complete and not any(lags.values())
        if complete:
            self._health.ready()

    def _is_unreadable(self) -> bool:
        return bool(getattr(self._subscriber.consumer, "unreadable", False))

    async def _lag(self, partition: TopicPartition) -> int | None:
        """Records between the position and the end; None where Kafka has not said lately."""
        if partition not in self.assigned:
            return None
        end = self._consumer.last_stable_offset(partition)
        if end is None or end < 0:
            return None
        try:
            async with asyncio.timeout(0):  # a batch that is fetched meanwhile would be no lag
                position = await self._consumer.position(partition)
        except (TimeoutError, IllegalStateError):
            return None
        lag = int(max(end - position, 0))
        heard = self._consumer.last_poll_timestamp(partition) / 1000
        return None if lag == 0 and time.time() - heard > ANSWER_WITHIN else lag


class _Broker(KafkaBroker):
    """FastStream's own, with a consumer that reads what aiokafka's parser stops at."""

    async def _connect(self) -> Callable[..., AIOKafkaConsumer]:
        made = await super()._connect()
        builder = partial(TolerantConsumer, **getattr(made, "keywords", {}))
        self.config.broker_config.builder = builder
        return builder


class _Placement(ConsumerRebalanceListener):
    def __init__(self, subscription: Subscription) -> None:
        self._subscription = subscription

    async def on_partitions_revoked(self, _: Iterable[TopicPartition]) -> None:
        self._subscription._placed.clear()

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        await self._subscription.place(assigned)


async def _records(message: KafkaMessage) -> tuple[Record, ...]:
    found: tuple[Record, ...] = message.raw_message
    return found


def _security(settings: Settings) -> BaseSecurity | None:
    """FastStream's own words for the connection that the settings describe."""
    given = settings.for_aiokafka()
    context: ssl.SSLContext | None = given.get("ssl_context")
    if settings.kafka_security.startswith("SASL"):
        kinds = {
            "PLAIN": SASLPlaintext,
            "SCRAM-SHA-256": SASLScram256,
            "SCRAM-SHA-512": SASLScram512,
        }
        return kinds[settings.kafka_sasl_mechanism](
            username=given["sasl_plain_username"] or "",
            password=given["sasl_plain_password"] or "",
            ssl_context=context,
            use_ssl=context is not None,
        )
    return BaseSecurity(ssl_context=context, use_ssl=True) if context else None
