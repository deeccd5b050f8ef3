"""Keeps objectives with their key results as they are defined."""

from collections.abc import Sequence
from datetime import datetime

from chassis import sql
from chassis.db import Tx
from chassis.received import Received
from contracts import pace
from services.reporting.messages import Objective
from services.reporting.projections.rows import dumped, states

NOT_COLUMNS = {"states", "agreements", "key_results", "translations"}

_queries = sql.load(__file__, "objectives.sql")


async def apply_objectives(tx: Tx, events: Sequence[Received[Objective]]) -> None:
    """Keep the states of objectives; their key results are put in place of those before."""
    objectives = states(events)
    rows = [
        objective.model_dump(mode="json", exclude=NOT_COLUMNS, exclude_none=True)
        | {"closed_at": pace.closed_at(objective.state, objective.states)}
        | {"was_agreed": objective.was_agreed, "agreed_at": pace.agreed_at(objective.states)}
        | {"recorded_at": recorded_at(objective), "proof_read": objective.proof_read}
        for objective in objectives
    ]
    await _queries.keep_objectives(tx.conn, rows=dumped(rows))
    await _queries.forget_key_results(tx.conn, objectives=[one.id for one in objectives])
    goals = [
        goal.model_dump(mode="json", exclude_none=True)
        | {"objective": objective.id, "position": position}
        for objective in objectives
        for position, goal in enumerate(objective.key_results)
    ]
    await _queries.add_key_results(tx.conn, rows=dumped(goals))


def recorded_at(objective: Objective) -> datetime | None:
    """Since when it waits for a second to confirm how the team chose; None where nothing waits."""
    last = objective.agreements[-1] if objective.agreements else None
    if last is None or last.state != "recorded" or objective.state == "closed":
        return None
    return last.recorded_at
