"""One relay leads at a time: who takes over, and what becomes of the one before."""

import asyncio
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import ProducerFenced

from chassis.relay import ProducerFailed
from local.kafka import Kafka
from local.throwaway import ThrowAwayParts
from tests.service.chassis.relays import relaying, seen, until_sent, versions
from tests.service.chassis.streams import (
    OPEN,
    TEAMS,
    Store,
    make_topics,
    new_store,
    process,
    read,
    team,
    until,
)


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS, OPEN)
    return await opened.emptied(kafka.address, topic_prefix)


async def test_a_standby_takes_over(store: Store) -> None:
    async with relaying(store.settings) as first, relaying(store.settings) as second:

        async def one_leads() -> bool:
            return {first.health.status, second.health.status} == {"leading", "standby"}

        await until(one_leads)
        leader, standby = sorted((first, second), key=lambda it: it.health.status)
        await store.publish(team())
        await until_sent(store)
        await leader.end()
        await standby.until_it_says("leading")
        await store.publish(team())
        await until_sent(store)
    assert len(await seen(store)) == 2


async def test_a_successor_fences_its_predecessor(
    store: Store, throwaway_parts: ThrowAwayParts
) -> None:
    """Each holds the lock of a database of its own, so that nothing else keeps them apart."""
    async with new_store(throwaway_parts) as apart, relaying(store.settings) as first:
        settings = store.settings.model_copy(update={"postgres": apart.settings.postgres})
        other = Store(settings, apart.db)
        await first.until_it_says("leading")
        async with relaying(settings) as second:
            await second.until_it_says("leading")
            await other.publish(team(change="of the second"))
            await until_sent(other)
            await store.publish(team(change="of the first"))
            with pytest.raises(ProducerFailed):
                await first.task
            assert first.health.reasons == ("producer-failed",)
            assert await store.waiting() == 2
            await other.publish(team(change="of the second"))
            await until_sent(other)
    found = [orjson.loads(message.value() or b"") for message in await seen(store)]
    assert [it["change"] for it in found] == ["of the second"] * 2


async def test_what_a_predecessor_left_open_is_never_seen(store: Store) -> None:
    topic = store.settings.topic_prefix + TEAMS
    name = store.settings.topic_prefix + "relay-okr"
    predecessor = AIOKafkaProducer(
        bootstrap_servers=store.settings.kafka, transactional_id=name, linger_ms=0
    )
    await predecessor.start()
    await predecessor.begin_transaction()
    await predecessor.send_and_wait(topic, b"stale", key=b"1")
    await store.publish(team())
    async with relaying(store.settings):
        await until_sent(store)
    with pytest.raises(ProducerFenced):
        await predecessor.send_and_wait(topic, b"stale", key=b"1")
    await predecessor.stop()
    assert len(await seen(store)) == 1
    raw = await read(store.settings.kafka, topic, isolation="read_uncommitted")
    assert [message.value() for message in raw[topic]].count(b"stale") == 1


async def test_a_count_that_hangs_does_not_cost_the_lead(store: Store) -> None:
    async def beats_on() -> bool:
        return bool(
            await store.value(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'relay-lock'"
                " AND query_start > $1::timestamptz + interval '4 seconds'",
                since,
            )
        )

    async with relaying(store.settings) as relay:
        await relay.until_it_says("leading")
        async with store.db.pool.acquire() as conn, conn.transaction():
            await conn.execute("LOCK TABLE outbox IN ACCESS EXCLUSIVE MODE")
            since = await conn.fetchval("SELECT clock_timestamp()")
            await until(beats_on)
        assert (relay.health.status, relay.health.reasons) == ("leading", ())
        await store.publish(team())
        await until_sent(store)


async def _end_silent_session(address: str) -> None:
    """End the session that holds the lead, once its next sign of life is overdue."""
    conn = await asyncpg.connect(address)
    ended = 0
    while not ended:
        ended = await conn.fetchval(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE"
            " application_name = 'relay-lock' AND clock_timestamp() - query_start > '1.2 s'"
        )
    await conn.close()


async def test_a_leader_takes_the_lead_again_after_its_session_ended_unheard(store: Store) -> None:
    """It hears of the end at the moment at which it is to show life."""
    held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"

    async def holds_the_lock() -> bool:
        return bool(await store.value(held))

    async with relaying(store.settings) as relay:
        await relay.until_it_says("leading")
        with ThreadPoolExecutor() as beside:  # this thread waits, and the relay with it
            address = store.settings.postgres.get_secret_value()
            beside.submit(asyncio.run, _end_silent_session(address)).result()
        await until(holds_the_lock)
        await relay.until_it_says("leading")
        await store.publish(team())
        await until_sent(store)
    assert len(await seen(store)) == 1


async def test_a_leader_that_stops_giving_signs_of_life_is_replaced(
    store: Store, tmp_path: Path
) -> None:
    one = uuid4()
    with (
        process("relay", store.settings, tmp_path / "first.log") as first,
        process("relay", store.settings, tmp_path / "second.log") as second,
    ):
        told = await asyncio.gather(
            *(it.until_it_says("leading", "standby") for it in (first, second))
        )
        assert sorted(told) == ["leading", "standby"]
        leader, standby = (first, second) if told[0] == "leading" else (second, first)
        await store.publish(team(1, one))
        await until_sent(store)
        leader.child.send(signal.SIGSTOP)
        await store.publish(team(2, one))
        await standby.until_it_says("leading", within=8)
        await until_sent(store)
        leader.child.send(signal.SIGCONT)

        async def gave_way() -> Any:
            return leader.child.exit_code() or leader.says()[0] == "standby"

        await until(gave_way)
        await store.publish(team(3, one))
        await until_sent(store)
    (found,) = versions(await seen(store)).values()
    assert list(dict.fromkeys(found)) == [1, 2, 3]
