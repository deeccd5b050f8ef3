"""Looks after what is set aside: tries again what waits for something unknown, forgets the old."""

import asyncio

from chassis import sql, telemetry
from chassis.consumer import Projector
from chassis.db import AWAY, Database, reading, transaction
from chassis.retrying import retry

EVERY = 10.0
AT_ONCE = 100
"""So many of those that wait are tried each time, whichever; there should be few."""
KEPT_DAYS = 90
"""Dead letters hold words of people, and nobody has looked at them for so long."""

_queries = sql.load(__file__, "kept.sql")


async def keep_for_ever(db: Database, projector: Projector, every: float = EVERY) -> None:
    """Look after the dead letters of the projector's group, each `every` seconds."""
    while True:
        try:
            await keep(db, projector)
        except AWAY as error:
            telemetry.log().warning("dead-letters-not-kept", error=type(error).__name__)
        await asyncio.sleep(every)


async def keep(db: Database, projector: Projector) -> None:
    """Once. Raises what the database says."""
    async with reading(db) as tx:
        rows = _queries.unknown_as_yet(tx.conn, group_name=projector.group, most=AT_ONCE)
        waiting = [row["id"] async for row in rows]
    for id_ in waiting:
        await retry(db, projector, id_)
    async with transaction(db) as tx:
        forgotten = await _queries.forget_old(tx.conn, group_name=projector.group, days=KEPT_DAYS)
        row = await _queries.waiting(tx.conn, group_name=projector.group)
    if forgotten:
        telemetry.log().warning("dead-letters-forgotten", records=forgotten)
    telemetry.DEAD_LETTERS_WAITING.set(row["records"])
    telemetry.DEAD_LETTERS_AGE.set(row["age"])
    telemetry.CONSUMER_STOPPED.set(row["stopped"])
