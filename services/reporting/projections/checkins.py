"""Keeps check-ins with their words; who may read those is judged when they are asked for."""

from collections.abc import Sequence

from chassis import sql
from chassis.db import Tx
from chassis.received import Received
from services.reporting.messages import CheckIn
from services.reporting.projections.rows import as_json

_queries = sql.load(__file__, "checkins.sql")


async def apply_check_ins(tx: Tx, events: Sequence[Received[CheckIn]]) -> None:
    """Keep the states of check-ins."""
    await _queries.keep_check_ins(tx.conn, rows=as_json(events))
