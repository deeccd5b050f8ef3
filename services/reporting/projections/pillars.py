"""Keeps the pillars of the strategy."""

from collections.abc import Sequence

from chassis import sql
from chassis.db import Tx
from chassis.received import Received
from services.reporting.messages import Pillar
from services.reporting.projections.rows import dumped, states

_queries = sql.load(__file__, "pillars.sql")


async def apply_pillars(tx: Tx, events: Sequence[Received[Pillar]]) -> None:
    """Keep the states of pillars."""
    rows = [
        pillar.model_dump(mode="json", exclude={"translations"}, exclude_none=True)
        | {"proof_read": pillar.proof_read}
        for pillar in states(events)
    ]
    await _queries.keep_pillars(tx.conn, rows=dumped(rows))
