"""What is committed leaves for Kafka in order, and is then forgotten."""

import asyncio
import re
from uuid import UUID, uuid4

import orjson
import pytest
from structlog.contextvars import bound_contextvars

from chassis import db, outbox, sql
from chassis.outbox import MAX_BYTES
from chassis.problem import Problem
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Postgres
from tests.service.chassis.relays import relaying, seen, until_sent, versions
from tests.service.chassis.streams import (
    OPEN,
    TEAMS,
    Gate,
    Store,
    make_topics,
    team,
    text_headers,
    until,
)


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS, OPEN)
    return await opened.emptied(kafka.address, topic_prefix)


async def test_rows_leave_as_they_are_and_in_order(store: Store) -> None:
    teams = [uuid4(), uuid4(), uuid4()]
    for version in (1, 2, 3):
        for one in teams:
            await store.publish(team(version, one))
    rows = await store.fetch("SELECT topic, key, headers, value FROM outbox ORDER BY seq")
    assert len(rows) == 18
    async with relaying(store.settings):
        await until_sent(store)
    for name in (TEAMS, OPEN):
        sent = {(row["key"], row["value"]): row for row in rows if row["topic"] == name}
        found = await seen(store, name)
        assert len(found) == len(sent) == 9
        for message in found:
            row = sent.pop(((message.key() or b"").decode(), message.value()))
            assert text_headers(message) == orjson.loads(row["headers"])
            assert len(message.headers() or []) == 13
        assert versions(found) == {f"teams/{one}": [1, 2, 3] for one in teams}


async def test_a_public_twin_follows_its_event(store: Store) -> None:
    event = team(4)
    await store.publish(event)
    rows = await store.fetch("SELECT topic, headers FROM outbox ORDER BY seq")
    assert [row["topic"] for row in rows] == [TEAMS, OPEN]
    async with relaying(store.settings):
        await until_sent(store)
    (own,), (twin,) = await seen(store), await seen(store, OPEN)
    said, public = text_headers(own), text_headers(twin)
    assert public["ce_type"] == "fi.soihtu.open.team-changed.v1"
    assert public["ce_sequence"] == said["ce_sequence"] == "4"
    assert public["ce_subject"] == said["ce_subject"] == f"teams/{event.id}"
    assert public["ce_id"] != said["ce_id"]
    assert own.key() == twin.key() == str(event.id).encode()


async def test_a_public_twin_carries_no_id_that_a_caller_chose(store: Store) -> None:
    """A correlation id may be a name; what other agencies get continues no trace of ours."""
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    with bound_contextvars(correlation_id="maija.mehilainen", traceparent=trace):
        await store.publish(team())
    rows = await store.fetch("SELECT topic, headers FROM outbox ORDER BY seq")
    own, public = [orjson.loads(row["headers"]) for row in rows]
    assert (own["ce_correlationid"], own["ce_traceparent"]) == ("maija.mehilainen", trace)
    told = " ".join(public.values())
    assert "maija" not in told
    assert "a" * 32 not in told
    assert UUID(public["ce_correlationid"])
    assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", public["ce_traceparent"])
    same = ("ce_subject", "ce_sequence", "ce_origin", "ce_source")
    assert [public[name] for name in same] == [own[name] for name in same]
    assert public["ce_id"] != own["ce_id"]


async def test_more_than_a_batch_leaves_in_order(store: Store) -> None:
    one = uuid4()
    await store.publish(*[team(version, one) for version in range(1, 602)])
    async with relaying(store.settings):
        await until_sent(store)
    assert versions(await seen(store)) == {f"teams/{one}": list(range(1, 602))}


async def test_a_row_is_forgotten_only_after_kafka_has_it(store: Store) -> None:
    await store.publish(team())
    async with store.db.pool.acquire() as conn:
        held = conn.transaction()
        await held.start()
        await conn.execute("SELECT FROM outbox FOR UPDATE")
        async with relaying(store.settings):

            async def arrived() -> bool:
                return len(await seen(store)) == 1

            await until(arrived)
            assert await store.waiting() == 2
            await held.rollback()
            await until_sent(store)
    assert len(await seen(store)) == 1


async def test_a_rolled_back_transaction_leaves_no_row(store: Store) -> None:
    async def fail() -> None:
        async with db.transaction(store.db) as tx:
            tx.publish(team())
            await tx.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert await store.waiting() == 0


async def test_what_is_too_large_is_refused_with_all_its_transaction(store: Store) -> None:
    async def say_too_much() -> None:
        async with db.transaction(store.db) as tx:
            await tx.conn.execute("INSERT INTO shelf VALUES ($1, 1, 'kept', 1)", uuid4())
            tx.publish(team())
            tx.publish(team(change="x" * MAX_BYTES))

    with pytest.raises(Problem, match="too-large") as refused:
        await say_too_much()
    assert refused.value.facts["size"] > refused.value.facts["limit"] == MAX_BYTES
    assert (await store.shelf(), await store.waiting()) == ({}, 0)


async def test_the_largest_that_is_not_refused_reaches_kafka(store: Store) -> None:
    room = MAX_BYTES - len(team(change="").data())
    await store.publish(team(change="x" * room))
    async with relaying(store.settings):
        await until_sent(store)
    assert len(await seen(store)) == 1


async def test_kafka_away_at_the_start_is_waited_for(store: Store, kafka: Kafka) -> None:
    gate = Gate(int(kafka.address.rpartition(":")[2]), free_port())
    settings = store.settings.model_copy(update={"kafka": f"127.0.0.1:{gate.port}"})
    await store.publish(team())
    async with relaying(settings) as relay:
        await relay.until_it_says("kafka-away")
        assert await store.waiting() == 2
        await gate.open()
        await relay.until_it_says("leading")
        await until_sent(store)
    gate.shut()
    assert len(await seen(store)) == 1


async def test_a_relay_that_waits_for_kafka_can_be_stopped(store: Store) -> None:
    settings = store.settings.model_copy(update={"kafka": f"127.0.0.1:{free_port()}"})
    async with relaying(settings) as relay:
        await relay.until_it_says("kafka-away")
        await asyncio.wait_for(relay.end(), 3)


async def test_a_database_that_goes_away_is_waited_for(store: Store, postgres: Postgres) -> None:
    gate = Gate(int(postgres.address.rpartition(":")[2]), free_port())
    await gate.open()
    async with relaying(store.through(gate.port)) as relay:
        await relay.until_it_says("leading")
        gate.shut()
        await relay.until_it_says("database-away")
        await store.publish(team())
        await gate.open()
        await relay.until_it_says("leading")
        await until_sent(store)
    gate.shut()
    assert len(await seen(store)) == 1


async def test_what_waits_is_counted_as_far_as_it_matters(store: Store) -> None:
    queries = sql.load(outbox.__file__, "outbox.sql")
    async with store.db.pool.acquire() as conn:
        assert dict(await queries.outbox_depth(conn)) == {"depth": 0, "age": 0.0}
        await conn.execute(
            "INSERT INTO outbox (topic, key, headers, value, created_at) SELECT '', '', '{}', '',"
            " clock_timestamp() - interval '1 hour' FROM generate_series(1, 10001)"
        )
        waiting = await queries.outbox_depth(conn)
        await conn.execute("DELETE FROM outbox")
    assert waiting["depth"] == 10_000
    assert 3600 <= waiting["age"] < 3660
