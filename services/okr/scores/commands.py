"""Scores key results: each function is one command, in the transaction that it is given."""

from datetime import datetime
from uuid import UUID

from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import ObjectiveChanged
from services.okr.access import ACCESS
from services.okr.objectives.commands import hold
from services.okr.objectives.store import of_key_result, save
from services.okr.progress import store, views
from services.okr.progress.views import KeyResultView
from services.okr.scores import domain
from services.okr.scores.domain import AgreedScore, NamedScore


async def put(
    tx: Tx,
    caller: Caller,
    key_result_id: UUID,
    expected: int | None,
    said: AgreedScore,
    now: datetime,
) -> ObjectiveChanged:
    """The team's score of a key result, beside what its progress is now."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await ACCESS.require(tx, caller, "put_score", teams=[objective.responsible_team])
    domain.expect_scoring(objective, place)
    held = await store.progress.find(tx, key_result_id)
    goal = views.view_of(objective, key_result_id, held)
    return await save(tx, domain.scored(objective, goal.id, said, goal.progress, now))


async def put_new(tx: Tx, said: NamedScore, now: datetime) -> KeyResultView:
    """A score that another system holds. Raises Problem `score-exists` where there is one."""
    return await _put_named(tx, said, None, now, new=True)


async def put_changed(
    tx: Tx, key_result_id: UUID, expected: int, said: NamedScore, now: datetime
) -> KeyResultView:
    """What another system now says of a score."""
    if said.key_result != key_result_id:
        raise Problem("score-stays", key_result=str(key_result_id))
    return await _put_named(tx, said, expected, now, new=False)


async def _put_named(
    tx: Tx, said: NamedScore, expected: int | None, now: datetime, *, new: bool
) -> KeyResultView:
    key_result_id = said.key_result
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    domain.expect_scoring(objective, place)
    held = await store.progress.find(tx, key_result_id)
    goal = views.view_of(objective, key_result_id, held)
    if new and goal.key_result.score is not None:
        raise Problem("score-exists", key_result=str(key_result_id))
    changed = await save(
        tx, domain.scored(objective, goal.id, said, goal.progress, now, imported=True)
    )
    return views.view_of(changed, key_result_id, held)
