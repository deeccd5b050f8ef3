"""Forgets, by the clock, who supported goals that are long past; any number of workers do it."""

import asyncio
from datetime import datetime, timedelta

from chassis import clock, telemetry
from chassis.db import AWAY, Database, transaction
from chassis.waiting import pause
from services.okr.choosing import store

KEPT = timedelta(days=365)
"""How long after its cycle was closed the team is still told who supported a goal."""
OPEN_AT_MOST = timedelta(days=365)
"""How long after its end a cycle counts as closed, whether or not anybody closed it."""
EVERY = 3600.0


async def forget_for_ever(db: Database, stop: asyncio.Event) -> None:
    """Forget each hour, until `stop`; what fails is tried again at the next one."""
    while not stop.is_set():
        try:
            await forget(db, clock.now())
        except AWAY as error:
            telemetry.log().warning("tick-failed", error=type(error).__name__)
        await pause(EVERY, stop)


async def forget(db: Database, now: datetime) -> int:
    """Forget who supported goals of cycles that were closed `KEPT` before `now`; counts stay.

    Returns how many supporters that were. Raises what the database says.
    """
    async with transaction(db) as tx:
        return await store.forget_supporters(tx, now - KEPT, now - KEPT - OPEN_AT_MOST)
