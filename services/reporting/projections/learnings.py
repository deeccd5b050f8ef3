"""Keeps what teams learned, each learning as a row; it travels in the retro's event."""

from collections.abc import Sequence

from chassis import sql
from chassis.db import Tx
from chassis.received import Received
from services.reporting.messages import Retro
from services.reporting.projections.rows import dumped, states

_queries = sql.load(__file__, "learnings.sql")


async def apply_retros(tx: Tx, events: Sequence[Received[Retro]]) -> None:
    """Put the learnings of each retro's newest version in place of those before."""
    retros = states(events)
    await _queries.forget_learnings(tx.conn, retros=[retro.id for retro in retros])
    rows = [
        learning.model_dump(mode="json", exclude_none=True)
        | {"retro": retro.id, "team": retro.team, "cycle": retro.cycle}
        | {"objective": finding.objective, "result": finding.result}
        for retro in retros
        for finding in retro.findings
        for learning in finding.learnings
    ]
    await _queries.add_learnings(tx.conn, rows=dumped(rows))
