"""Has other teams take part in objectives: each function is one command, in its transaction."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from chassis.caller import Caller
from chassis.db import Tx
from contracts.okr import ObjectiveChanged
from services.okr.access import ACCESS
from services.okr.contributing import domain
from services.okr.objectives.commands import hold
from services.okr.objectives.domain import expect_not_closed
from services.okr.objectives.store import save

Step = Callable[[ObjectiveChanged], ObjectiveChanged]


async def invite(
    tx: Tx, caller: Caller, objective_id: UUID, team: UUID, expected: int, now: datetime
) -> ObjectiveChanged:
    """The responsible team asks another to take part."""
    objective, place = await hold(tx, objective_id, expected)
    await ACCESS.require(tx, caller, "invite_contributor", teams=[objective.responsible_team])
    expect_not_closed(place)
    return await save(tx, domain.invite(objective, team, now))


async def agree(
    tx: Tx, caller: Caller, objective_id: UUID, team: UUID, expected: int
) -> ObjectiveChanged:
    """A team that was asked takes part."""

    def step(objective: ObjectiveChanged) -> ObjectiveChanged:
        return domain.agree(objective, team)

    return await _of_team(tx, caller, "agree_to_contribute", objective_id, team, expected, step)


async def decline(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    team: UUID,
    expected: int,
    reason: str,
    now: datetime,
) -> ObjectiveChanged:
    """A team that was asked does not take part."""

    def step(objective: ObjectiveChanged) -> ObjectiveChanged:
        return domain.decline(objective, team, reason, now)

    return await _of_team(tx, caller, "decline_to_contribute", objective_id, team, expected, step)


async def leave(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    team: UUID,
    expected: int,
    reason: str,
    now: datetime,
) -> ObjectiveChanged:
    """A team takes part no more."""

    def step(objective: ObjectiveChanged) -> ObjectiveChanged:
        return domain.leave(objective, team, reason, now)

    return await _of_team(tx, caller, "leave_objective", objective_id, team, expected, step)


async def _of_team(
    tx: Tx,
    caller: Caller,
    operation: str,
    objective_id: UUID,
    team: UUID,
    expected: int,
    step: Step,
) -> ObjectiveChanged:
    await ACCESS.require(tx, caller, operation, teams=[team])
    objective, place = await hold(tx, objective_id, expected)
    expect_not_closed(place)
    return await save(tx, step(objective))
