"""Keeps the series of values, and the progress of key results and objectives."""

from collections.abc import Sequence

from chassis import sql
from chassis.consumer import Received
from chassis.db import Tx
from services.reporting.messages import Progress, Value
from services.reporting.projections.rows import as_json, states

CHECK_IN = "check-in/"

_queries = sql.load(__file__, "progress.sql")


async def apply_values(tx: Tx, events: Sequence[Received[Value]]) -> None:
    """Keep rows of series, and note which check-ins are wholly counted by now."""
    await _queries.keep_values(tx.conn, rows=as_json(events))
    said = sorted({one.source for one in states(events) if one.source.startswith(CHECK_IN)})
    await _queries.note_counted(tx.conn, sources=said, prefix=CHECK_IN)


async def apply_progress(tx: Tx, events: Sequence[Received[Progress]]) -> None:
    """Keep the progress of key results; the totals of objectives have a version of their own."""
    rows = as_json(events)
    await _queries.keep_key_results(tx.conn, rows=rows)
    await _queries.keep_totals(tx.conn, rows=rows)
