"""SIGTERM: a role says that it is going, finishes what it has, and takes no more."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from confluent_kafka import Producer
from pydantic import SecretStr

from chassis.settings import Settings
from local.identity import Identity
from local.kafka import Kafka
from local.ports import LOOPBACK, free_port
from local.throwaway import ThrowAwayParts
from services.okr.app import SERVICE
from tests.conftest import NewDatabase
from tests.service.chassis.streams import (
    OPEN,
    TEAMS,
    Process,
    Store,
    headers_of,
    make_topics,
    new_store,
    process,
    read,
    team,
    until,
)

CHECK_INS = "soihtu.checkins.v1"
ROOT_UNIT = "/units/00000000-0000-7000-8000-000000000001"
RENAMED = {"kind": "agency", "name": {"source": "fi", "fi": "Uusi"}, "parent": None}


@pytest.fixture
async def store(
    throwaway_parts: ThrowAwayParts, kafka: Kafka, topic_prefix: str
) -> AsyncIterator[Store]:
    async with new_store(throwaway_parts) as made:
        yield await made.emptied(kafka.address, topic_prefix)


@asynccontextmanager
async def locked(settings: Settings, query: str) -> AsyncIterator[Callable[[], Awaitable[bool]]]:
    """Rows that `query` holds until the end; gives whether anyone waits for a lock."""
    address = settings.postgres.get_secret_value()
    holder, other = await asyncpg.connect(address), await asyncpg.connect(address)

    async def is_waited_for() -> bool:
        return bool(
            await other.fetchval(
                "SELECT count(*) > 0 FROM pg_stat_activity"
                " WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
        )

    holding = holder.transaction()
    await holding.start()
    await holder.execute(query)
    try:
        yield is_waited_for
    finally:
        await holding.rollback()
        await holder.close()
        await other.close()


async def says_that_it_drains(role: Process) -> None:
    async def told() -> bool:
        return await asyncio.to_thread(role.says) == ("waiting", ["draining"])

    await until(told)


async def test_an_api_answers_what_it_took_and_then_takes_no_more(
    new_database: NewDatabase, identity: Identity, tmp_path: Path
) -> None:
    settings = Settings(kafka="unused:9", postgres=SecretStr(new_database("okr").app))
    port = free_port()
    headers = {"Authorization": f"Bearer {identity.token('admin')}"}
    asked = httpx.AsyncClient(base_url=f"http://{LOOPBACK}:{port}", headers=headers, timeout=60)
    told = {"SOIHTU_PORT": str(port), "SOIHTU_ISSUER": identity.issuer, "SOIHTU_DRAIN": "5"}
    with process("api", settings, tmp_path / "api.log", **told) as api:
        async with asked as client:
            await api.until_it_says("ready")
            kept = await client.get(ROOT_UNIT)
            assert "connection" not in kept.headers
            async with locked(settings, "SELECT FROM units FOR UPDATE") as waits:
                change = asyncio.create_task(
                    client.put(ROOT_UNIT, json=RENAMED, headers={"If-Match": '"1"'})
                )
                await until(waits)
                api.child.send(signal.SIGTERM)
                await says_that_it_drains(api)
                late = [await client.get(ROOT_UNIT) for _ in range(2)]
                assert [answer.status_code for answer in late] == [200, 200]
                assert {answer.headers["connection"] for answer in late} == {"close"}
                await until(lambda: refuses(port))
                assert not change.done()
                assert await asyncio.to_thread(api.says) == ("waiting", ["draining"])
            assert (await change).status_code == 200
        assert await api.until_it_ends() == 0


async def refuses(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(LOOPBACK, port)
    except ConnectionRefusedError:
        return True
    writer.close()
    return False


async def test_a_worker_finishes_its_batch(store: Store, kafka: Kafka, tmp_path: Path) -> None:
    settings = store.settings
    await asyncio.to_thread(make_topics, kafka.address, settings.topic_prefix, *SERVICE.topics)
    with process("worker", settings, tmp_path / "worker.log") as worker:
        await worker.until_it_says("ready")
        async with locked(settings, "LOCK seen IN SHARE ROW EXCLUSIVE MODE") as waits:
            await asyncio.to_thread(produce, kafka.address, settings.topic_prefix + CHECK_INS)
            await until(waits, within=30)
            worker.child.send(signal.SIGTERM)
            await says_that_it_drains(worker)
            assert await store.fetch("SELECT FROM dead_letters") == []
        assert await worker.until_it_ends() == 0
    assert len(await store.fetch("SELECT FROM dead_letters")) == 1
    assert await store.value("SELECT sum(next_offset) FROM consumer_offsets") == 1


def produce(address: str, topic: str) -> None:
    """One record that any reader sets aside, once it has looked whether it is new."""
    headers: list[tuple[str, str | bytes | None]] = [
        *headers_of(team(), type="fi.soihtu.check-in-recorded.v1")
    ]
    producer = Producer({"bootstrap.servers": address})
    producer.produce(topic, b"{", b"key", headers=headers)
    assert producer.flush(10) == 0


async def test_a_relay_finishes_its_transaction(store: Store, kafka: Kafka, tmp_path: Path) -> None:
    settings = store.settings
    topics = [settings.topic_prefix + name for name in (TEAMS, OPEN)]
    await asyncio.to_thread(make_topics, kafka.address, settings.topic_prefix, TEAMS, OPEN)
    await store.publish(team())
    with process("relay", settings, tmp_path / "relay.log") as relay:
        async with locked(settings, "SELECT FROM outbox FOR UPDATE") as waits:
            await until(waits, within=20)
            relay.child.send(signal.SIGTERM)
            await says_that_it_drains(relay)
            assert await store.waiting() == len(topics)
        assert await relay.until_it_ends() == 0
    assert await store.waiting() == 0
    found = await read(kafka.address, *topics)
    assert [len(found[topic]) for topic in topics] == [1, 1]
