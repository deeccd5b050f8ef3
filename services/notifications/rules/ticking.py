"""The tick: settles what was noted, again and again; any number of workers may run it at once."""

import asyncio
from datetime import datetime
from zoneinfo import ZoneInfo

from chassis import clock, telemetry
from chassis.db import AWAY, Database, reading, transaction
from chassis.positions import confirmed_at
from chassis.settings import Settings
from chassis.topics import prefixed
from chassis.waiting import pause
from services.notifications.rules import commands, store

EVERY = 1.0
GROUP = "notifications"


async def tick_for_ever(db: Database, settings: Settings, stop: asyncio.Event) -> None:
    """Tick each second, until `stop`; what fails is tried again at the next one."""
    while not stop.is_set():
        try:
            await tick(db, settings)
        except AWAY as error:
            telemetry.log().warning("tick-failed", error=type(error).__name__)
        await pause(EVERY, stop)


async def tick(db: Database, settings: Settings) -> None:
    """Tell all that can be told now. Raises what the database says."""
    async with transaction(db) as tx:
        await store.begin_telling(tx)
    now, zone = clock.now(), ZoneInfo(settings.timezone)
    group = prefixed(settings.topic_prefix, GROUP)
    async with reading(db) as tx:
        known = await confirmed_at(tx, group)
    if known is not None:
        await _settle(db, known, now, zone)


async def _settle(db: Database, known: datetime, now: datetime, zone: ZoneInfo) -> None:
    while True:
        async with transaction(db) as tx:
            taken = await commands.settle(tx, known, now, zone)
        if taken < commands.AT_ONCE:
            return
