"""Holds the name of a static group member, for one process at a time, in its own database."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import asyncpg

from chassis import sql
from chassis.db import AWAY, Connection
from chassis.ops import Health
from chassis.settings import Settings
from chassis.waiting import pause

PATIENCE = 5.0
"""A process that is replaced lets its name go within this time."""
BEAT = 1.0

_queries = sql.load(__file__, "consumer.sql")


class NameTaken(Exception):
    """Another process holds the name of this group member: both would read every record."""


@asynccontextmanager
async def own_name(
    settings: Settings, name: str, health: Health, stop: asyncio.Event, patience: float = PATIENCE
) -> AsyncIterator[None]:
    """Hold `name`, and take it again when the database comes back from being away.

    Raises NameTaken when another process keeps it for `patience` seconds; sets `stop` when that
    happens later.
    """
    held, done = asyncio.Event(), asyncio.Event()

    async def take(conn: Connection) -> None:
        await _take(conn, name, patience, done)
        held.set()

    keeping = asyncio.create_task(_keep(settings, take, health, held, done))
    keeping.add_done_callback(lambda _: stop.set())
    ends = [asyncio.create_task(event.wait()) for event in (held, stop)]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for task in ends:
        task.cancel()
    if keeping.done():
        keeping.result()
    try:
        yield
    finally:
        done.set()
        await keeping


async def _keep(
    settings: Settings,
    take: Callable[[Connection], Awaitable[None]],
    health: Health,
    held: asyncio.Event,
    done: asyncio.Event,
) -> None:
    while not done.is_set():
        try:
            conn = await asyncpg.connect(
                settings.postgres.get_secret_value(),
                timeout=5,
                command_timeout=5,
                server_settings={"application_name": "member-name"},
            )
            try:
                await take(conn)
                while not done.is_set():
                    await pause(BEAT, done)
                    await conn.fetchval("SELECT 1")
            finally:
                with suppress(*AWAY):
                    await conn.close(timeout=2)
        except AWAY as error:
            if not held.is_set():
                health.unready("database-away", error)
            await pause(BEAT, done)


async def _take(conn: Connection, name: str, patience: float, done: asyncio.Event) -> None:
    deadline = asyncio.get_running_loop().time() + patience
    while not (await _queries.hold_name(conn, name=name) or done.is_set()):
        if asyncio.get_running_loop().time() > deadline:
            raise NameTaken(f"{name} runs already; give this one another SOIHTU_INSTANCE")
        await pause(0.1, done)
