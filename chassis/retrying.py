"""Applies records again that were set aside, in the way in which they came the first time."""

from uuid import UUID

from chassis import dead_letters
from chassis.consumer import Projector
from chassis.db import Database, transaction
from chassis.poison import is_fault, may_pass, reason_of

APPLIED = "applied"
SUPERSEDED = "superseded"
GONE = "gone"
TRIES = 5
"""How often a dead letter is retried that stands in the way of others, or they in its way."""


async def retry(db: Database, projector: Projector, id: UUID) -> str:
    """Apply a dead letter in one transaction, in which its row goes.

    Answers `applied`; `superseded`, where a newer version was applied meanwhile, and the row goes
    too; `gone`, where there is no such row; else the reason for which it stays, by now.
    """
    tries = 0
    while True:
        tries += 1
        try:
            return await _retry_once(db, projector, id)
        except Exception as error:
            if not may_pass(error) or tries == TRIES:
                raise


async def _retry_once(db: Database, projector: Projector, id: UUID) -> str:
    async with transaction(db) as tx:
        record = await dead_letters.take(tx.conn, projector.group, id)
        if record is None:
            return GONE
        try:
            async with tx.conn.transaction():
                newer = await projector.apply_again(tx, record)
                await tx.flush()
        except Exception as error:
            if reason_of(error) is None and not is_fault(error):
                raise
            tx.forget()
            return await dead_letters.keep(tx.conn, id, record, error)
        await dead_letters.remove(tx.conn, id)
    return APPLIED if newer else SUPERSEDED
