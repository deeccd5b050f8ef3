"""Reads the copy of goals, of teams' places, and of what okr counted."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from chassis import sql
from chassis.db import Tx
from chassis.problem import Problem
from services.checkins.messages import Cycle, Objective, Value
from services.checkins.replica.domain import Goal

_queries = sql.load(__file__)


async def goal(tx: Tx, objective: UUID) -> Goal:
    """The objective with what surrounds it.

    Raises Problem `objective-unknown` (404), or `not-here-yet` when its cycle has not come.
    """
    row = await _queries.goal(tx.conn, objective=objective)
    if row is None:
        raise Problem("objective-unknown", objective=str(objective))
    known = Objective.model_validate_json(row["objective"])
    if row["cycle"] is None:
        raise Problem("not-here-yet", missing=[f"cycles/{known.cycle}@1"], retry_after=1)
    return Goal(known, Cycle.model_validate_json(row["cycle"]), row["place"])


async def place(tx: Tx, team: UUID, cycle: UUID) -> str | None:
    """The place of a team in a cycle; None when none is known."""
    found: str | None = await _queries.place(tx.conn, team=team, cycle=cycle)
    return found


async def objectives(tx: Tx, wanted: Iterable[UUID]) -> dict[UUID, Objective]:
    """Those of the objectives that are known, by their ids."""
    rows = _queries.some_objectives(tx.conn, objectives=list(wanted))
    known = [Objective.model_validate_json(row["state"]) async for row in rows]
    return {one.id: one for one in known}


async def of_team(tx: Tx, team: UUID, cycle: UUID) -> list[Objective]:
    """The objectives of a cycle that a team is responsible for, as far as they are known."""
    rows = _queries.objectives_of_team(tx.conn, team=team, cycle=cycle)
    return [Objective.model_validate_json(row["state"]) async for row in rows]


async def values(
    tx: Tx, key_results: Sequence[UUID], whole: Sequence[str], aside: Sequence[str]
) -> list[Value]:
    """The rows of series that are of the sources `whole`; and of each key result the current one.

    Which one is current is judged with the sources `aside` left out.
    """
    rows = _queries.values(tx.conn, key_results=key_results, whole=whole, aside=aside)
    return [Value.model_validate_json(row["state"]) async for row in rows]
