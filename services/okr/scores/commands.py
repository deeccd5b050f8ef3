"""Scores key results: each function is one command, in the transaction that it is given."""

from datetime import datetime
from uuid import UUID

from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import ObjectiveChanged
from contracts.progress import KeyResultUpdated
from services.okr.access import ACCESS
from services.okr.key_results.domain import known
from services.okr.objectives.commands import hold
from services.okr.objectives.store import of_key_result, save
from services.okr.progress import store
from services.okr.progress.recording import Held
from services.okr.progress.views import KeyResultView, view_of
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
    held = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await ACCESS.require(tx, caller, "put_score", teams=[held[0].responsible_team])
    return (await _put(tx, held, key_result_id, said, now))[0]


async def put_new(tx: Tx, said: NamedScore, now: datetime) -> KeyResultView:
    """A score that another system holds. Raises Problem `score-exists` where there is one."""
    held = await hold(tx, await of_key_result(tx, said.key_result))
    if known(held[0], said.key_result).score is not None:
        raise Problem("score-exists", key_result=str(said.key_result))
    return await _import(tx, held, said, now)


async def put_changed(
    tx: Tx, key_result_id: UUID, expected: int, said: NamedScore, now: datetime
) -> KeyResultView:
    """What another system now says of a score."""
    if said.key_result != key_result_id:
        raise Problem("score-stays", key_result=str(key_result_id))
    held = await hold(tx, await of_key_result(tx, key_result_id), expected)
    return await _import(tx, held, said, now)


async def _import(tx: Tx, held: Held, said: NamedScore, now: datetime) -> KeyResultView:
    changed, progress = await _put(tx, held, said.key_result, said, now, imported=True)
    return view_of(changed, said.key_result, progress)


async def _put(
    tx: Tx,
    held: Held,
    key_result_id: UUID,
    said: AgreedScore,
    now: datetime,
    *,
    imported: bool = False,
) -> tuple[ObjectiveChanged, KeyResultUpdated | None]:
    objective, place = held
    domain.expect_scoring(objective, place)
    progress = await store.progress.find(tx, key_result_id)
    computed = progress.progress if progress else None
    scored = domain.scored(objective, key_result_id, said, computed, now, imported=imported)
    return await save(tx, scored), progress
