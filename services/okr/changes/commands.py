"""Has changes of agreed goals be put to their teams: each function is one command."""

from datetime import date, datetime
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import KeyResult, ObjectiveChanged
from services.okr.changes import domain
from services.okr.changes.domain import ChangeDraft
from services.okr.objectives.commands import (
    check_phases,
    expect_time,
    hold,
    require_own,
    require_part,
)
from services.okr.objectives.domain import key_result
from services.okr.objectives.store import save


async def put(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    expected: int,
    draft: ChangeDraft,
    now: datetime,
    today: date,
) -> ObjectiveChanged:
    """A change of an agreed goal, for the team to agree on; one's own before it is replaced."""
    objective, place = await hold(tx, objective_id, expected)
    await require_part(tx, caller, "put_change", objective)
    if objective.pending is not None:
        await require_own(tx, caller, "put_change", objective, objective.pending.by)
    await expect_time(tx, objective.cycle, place, draft.kind)
    await check_phases(tx, objective.cycle, draft.key_results)
    goals = _goals(objective, draft, today)
    pending = domain.pending_of(objective, draft, goals, now, caller.person)
    return await save(tx, domain.put(objective, pending, today))


def _goals(objective: ObjectiveChanged, draft: ChangeDraft, today: date) -> list[KeyResult]:
    known = {it.id for it in objective.key_results}
    for stated in draft.key_results:
        if stated.id is not None and stated.id not in known:
            raise Problem("not-found", kind="key-results", id=str(stated.id))
    return [key_result(it, it.id or ids.new(), today) for it in draft.key_results]


async def withdraw(tx: Tx, caller: Caller, objective_id: UUID, expected: int) -> ObjectiveChanged:
    """The team need not choose any more, wherever it is; by who put it, or leads."""
    objective, _ = await hold(tx, objective_id, expected)
    by = objective.pending.by if objective.pending else None
    await require_own(tx, caller, "withdraw_change", objective, by)
    return await save(tx, domain.withdraw(objective))
