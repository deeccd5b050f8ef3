"""The tick: notes what has become due, and tells what was noted; any number of workers run it."""

import asyncio
from datetime import timedelta
from zoneinfo import ZoneInfo

from chassis import clock, telemetry
from chassis.db import AWAY, Database, reading, transaction
from chassis.positions import confirmed_at
from chassis.settings import Settings
from chassis.topics import prefixed
from chassis.waiting import pause
from services.notifications.inbox import store as inbox
from services.notifications.mail import store as mail
from services.notifications.rules import commands, store

EVERY = 1.0
FORGET_EVERY = 3600.0
FORGOTTEN_AT_ONCE = 1000
GROUP = "notifications"
FRESH = timedelta(minutes=1)
"""How lately the copy was confirmed to be whole where it is to say that something is missing."""


async def tick_for_ever(db: Database, settings: Settings, stop: asyncio.Event) -> None:
    """Tick each second, until `stop`; what fails is tried again at the next one."""
    while not stop.is_set():
        try:
            await tick(db, settings)
        except AWAY as error:
            telemetry.log().warning("tick-failed", error=type(error).__name__)
        await pause(EVERY, stop)


async def forget_for_ever(db: Database, stop: asyncio.Event) -> None:
    """Forget, each hour, what is kept no longer; what fails is tried again at the next one."""
    while not stop.is_set():
        try:
            await forget(db)
        except AWAY as error:
            telemetry.log().warning("tick-failed", error=type(error).__name__)
        await pause(FORGET_EVERY, stop)


async def forget(db: Database) -> None:
    """Forget what became of old occasions and mails, and old entries of inboxes, bite by bite.

    Any number of workers may. Raises what the database says.
    """
    async with transaction(db) as tx:
        await store.forget(tx)
        await mail.forget(tx)
    forgotten = FORGOTTEN_AT_ONCE
    while forgotten == FORGOTTEN_AT_ONCE:
        async with transaction(db) as tx:
            forgotten = await inbox.forget(tx, clock.now(), FORGOTTEN_AT_ONCE)


async def tick(db: Database, settings: Settings) -> None:
    """Tell all that can be told now. Raises what the database says."""
    zone, now = ZoneInfo(settings.timezone), clock.now()
    async with reading(db) as tx:
        known = await confirmed_at(tx, prefixed(settings.topic_prefix, GROUP))
    async with transaction(db) as tx:
        if await store.begin_telling(tx, now):
            await mail.drop_all_that_wait(tx)
        if known is not None and clock.true_now() - known < FRESH:
            await commands.note_rhythm(tx, now, zone)
    taken = commands.AT_ONCE
    while known is not None and taken == commands.AT_ONCE:
        async with transaction(db) as tx:
            taken = await commands.settle(tx, known, now, zone)
