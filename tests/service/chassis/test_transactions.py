"""A transaction that nobody goes on with ends, and what it held is free for others."""

import asyncio
import signal
import sys
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from chassis import db, roles
from chassis.consumer import Projector
from chassis.ops import Health
from local.ports import free_port
from local.processes import Child
from services.okr.app import create_app
from tests.service.chassis.streams import ROOT, TEAMS, Shelf, Store, record, team, until

BRIEF = {"idle_in_transaction_session_timeout": "300ms", "transaction_timeout": "60s"}
HOLDER = """
import asyncio, sys
from uuid import UUID
from chassis import db
from chassis.settings import Settings
async def hold():
    limits = {"idle_in_transaction_session_timeout": "300ms"}
    opened = await db.connect(Settings(kafka="unused:9"), "okr", "holder", limits)
    async with db.transaction(opened) as tx:
        while True:
            await tx.conn.execute("SELECT FROM shelf WHERE id = $1 FOR UPDATE", UUID(sys.argv[1]))
asyncio.run(hold())
"""


@pytest.fixture
async def store(opened: Store) -> Store:
    return await opened.emptied()


async def put(store: Store, id: UUID) -> None:
    await store.db.pool.execute("INSERT INTO shelf VALUES ($1, 1, 'kept', 1)", id)


async def holds(store: Store) -> bool:
    return bool(
        await store.value(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name LIKE 'okr-holder-%' AND xact_start IS NOT NULL"
        )
    )


async def test_every_connection_of_a_pool_has_its_limits(store: Store) -> None:
    for name, limit in db.LIMITS.items():
        (row,) = await store.fetch("SELECT current_setting($1)::interval AS has", name)
        assert row["has"] == await store.value("SELECT $1::text::interval", limit)


async def test_a_process_that_is_stopped_holds_no_row_for_ever(
    store: Store, tmp_path: Path
) -> None:
    one = uuid4()
    await put(store, one)
    program = [sys.executable, "-c", HOLDER, str(one)]
    environment = {"SOIHTU_POSTGRES": store.settings.postgres.get_secret_value()}
    child = Child(program, log=tmp_path / "holder.log", environment=environment, folder=ROOT)
    try:

        async def locked() -> bool:
            return await holds(store)

        await until(locked)
        child.send(signal.SIGSTOP)
        await asyncio.wait_for(store.value("UPDATE shelf SET version = 2 WHERE id = $1", one), 5)
    finally:
        child.send(signal.SIGCONT)
        child.kill()


async def test_a_batch_whose_transaction_was_ended_is_applied_again(store: Store) -> None:
    await store.value("INSERT INTO consumer_offsets VALUES ('okr', $1, 0, 'an-id', 0)", TEAMS)
    brief = await db.connect(store.settings, "okr", "holder", BRIEF)
    waited = 0

    async def wait_too_long(_: db.Tx) -> None:
        nonlocal waited
        waited += 1

        async def ended() -> bool:
            return not await holds(store)

        if waited == 1:
            await until(ended)

    one = uuid4()
    shelf = Shelf(during=wait_too_long)
    await Projector(brief, "okr", shelf.reads, Health()).apply([record(team(1, one), 0)])
    assert waited == 2
    assert one in await store.shelf()
    assert await store.fetch("SELECT FROM dead_letters") == []
    await brief.pool.close()


async def test_requests_that_wait_do_not_make_the_database_away(store: Store) -> None:
    """Every place of the pool is taken; readiness has a connection of its own."""
    settings = store.settings.model_copy(update={"postgres_pool": 2, "port": free_port()})
    full = await db.connect(settings, "okr", "api")
    taken = [await full.pool.acquire() for _ in range(2)]
    stop, health = asyncio.Event(), Health()
    serving = asyncio.create_task(
        roles._api(roles.Service("okr", ROOT, create_app, {}), settings, full, health, stop)
    )

    async def ready() -> bool:
        return health.status == "ready"

    async def asked_again() -> bool:
        return bool(
            await store.value(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'readiness'"
                " AND query_start > backend_start + interval '2.5 seconds'"
            )
        )

    await until(ready)
    await until(asked_again)
    assert (health.status, health.reasons) == ("ready", ())
    for conn in taken:
        await full.pool.release(conn)
    stop.set()
    await serving
    await full.pool.close()
