"""Keeps mails: queued, being sent, sent or dropped."""

from collections.abc import Sequence
from datetime import datetime

from chassis import sql
from chassis.db import Tx
from services.notifications.inbox.domain import Kind
from services.notifications.inbox.store import Added

_queries = sql.load(__file__)


async def queue(tx: Tx, kind: Kind, entries: Sequence[Added], now: datetime) -> None:
    """A mail for each of the entries that are new, where mails of the kind are wanted."""
    if entries:
        await _queries.queue(
            tx.conn, notifications=[entry.id for entry in entries], kind=kind, at=now
        )
