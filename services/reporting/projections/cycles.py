"""Keeps cycles, and each team's place in them."""

from collections.abc import Sequence

from chassis import sql
from chassis.db import Tx
from chassis.received import Received
from services.reporting.messages import Cycle, TeamCycle
from services.reporting.projections.rows import as_json

_queries = sql.load(__file__, "cycles.sql")


async def apply_cycles(tx: Tx, events: Sequence[Received[Cycle]]) -> None:
    """Keep the states of cycles."""
    await _queries.keep_cycles(tx.conn, rows=as_json(events))


async def apply_team_cycles(tx: Tx, events: Sequence[Received[TeamCycle]]) -> None:
    """Keep teams' places in cycles."""
    await _queries.keep_team_cycles(tx.conn, rows=as_json(events))
