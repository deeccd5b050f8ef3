"""Changes key results and takes values from machines; progress follows in the same transaction."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem, expect_version
from contracts.envelope import Closed
from contracts.numbers import Number
from contracts.okr import Done, KeyResult, ObjectiveChanged, ValueRecorded
from services.okr.access import ACCESS
from services.okr.cycles.store import cycles
from services.okr.objectives import domain
from services.okr.objectives.commands import hold
from services.okr.objectives.stated import MOST_MILESTONES, KeyResultDraft
from services.okr.objectives.store import of_key_result, save
from services.okr.progress import store
from services.okr.progress.domain import said_by, said_of
from services.okr.progress.recording import Refreshed, Source, Told, record, refresh


class MachineValue(Closed):
    """A value as a machine puts it for a day."""

    value: Number | None = Field(
        default=None, description="In the key result's unit; not needed for milestones."
    )
    done: Done | None = Field(
        default=None, max_length=MOST_MILESTONES, description="Milestones: all that are done."
    )
    confidence: int | None = Field(default=None, ge=0, le=10, description="0–10.")


class NamedKeyResult(KeyResultDraft):
    """A key result as another system holds it."""

    objective: UUID


async def add(
    tx: Tx,
    caller: Caller,
    objective_id: UUID,
    expected: int | None,
    draft: KeyResultDraft,
    today: date,
) -> ObjectiveChanged:
    """One more key result of an objective."""
    objective, place = await hold(tx, objective_id, expected)
    await ACCESS.require(tx, caller, "add_key_result", teams=[objective.responsible_team])
    domain.open_for_choosing(place)
    return (await _add(tx, objective, domain.key_result(draft, ids.new(), today)))[0]


async def _add(
    tx: Tx, objective: ObjectiveChanged, goal: KeyResult
) -> tuple[ObjectiveChanged, KeyResult]:
    changed = await save(tx, domain.add_key_result(objective, goal))
    await refresh(tx, [Refreshed(changed, [goal.id])], "key-result-added")
    return changed, goal


async def drop(
    tx: Tx, caller: Caller, key_result_id: UUID, expected: int | None
) -> ObjectiveChanged:
    """A key result is aimed at no more; its series stays."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await ACCESS.require(tx, caller, "drop_key_result", teams=[objective.responsible_team])
    domain.open_for_choosing(place)
    changed = await save(tx, domain.drop_key_result(objective, _known(objective, key_result_id)))
    await refresh(tx, [Refreshed(changed, [key_result_id])], "key-result-dropped")
    return changed


def _known(objective: ObjectiveChanged, key_result_id: UUID) -> UUID:
    """Proposals are worded anew with new key results, so an old id may have gone."""
    if all(goal.id != key_result_id for goal in objective.key_results):
        raise Problem("not-found", kind="key-results", id=str(key_result_id))
    return key_result_id


async def put_new(tx: Tx, named: NamedKeyResult, today: date) -> tuple[ObjectiveChanged, KeyResult]:
    """A key result that another system holds."""
    objective, place = await hold(tx, named.objective)
    domain.expect_not_closed(place)
    return await _add(tx, objective, domain.key_result(named, ids.new(), today))


async def put_changed(
    tx: Tx, key_result_id: UUID, expected: int | None, named: NamedKeyResult, today: date
) -> tuple[ObjectiveChanged, KeyResult]:
    """What another system now says of a key result."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    domain.expect_not_closed(place)
    if objective.id != named.objective:
        raise Problem("key-result-stays", objective=str(objective.id))
    known = _known(objective, key_result_id)
    changed = await save(tx, domain.redefine_key_result(objective, known, named, today))
    await refresh(tx, [Refreshed(changed, [key_result_id])], "key-result-changed")
    return changed, domain.find(changed, key_result_id)


async def put_machine_value(
    tx: Tx,
    caller: Caller,
    key_result_id: UUID,
    day: date,
    said: MachineValue,
    expected: int | None,
    today: date,
) -> ValueRecorded:
    """What a machine says of a day; the same again changes nothing that counts.

    Raises Problem `not-found` and `changed-since` where a version is `expected`.
    """
    if day > today:
        raise Problem("date-in-future", date=day.isoformat())
    objective, place = await hold(tx, await of_key_result(tx, key_result_id))
    frame = await cycles.get(tx, objective.cycle)
    if not frame.start <= day <= frame.end:
        raise Problem("date-outside-cycle", date=day, start=frame.start, end=frame.end)
    goal = domain.find(objective, _known(objective, key_result_id))
    value = said_of(goal, said.value, said.done, said.confidence)
    name = f"machine/{caller.client}/{day.isoformat()}"
    rows = await store.rows_of_sources(tx, [key_result_id], [name])
    before = rows[0] if rows else None
    if before is None and expected is not None:
        raise Problem("not-found", kind=ValueRecorded.kind, id=f"{key_result_id}/{day}")
    if before is not None:
        expect_version(before, expected)
        if before.counted and said_by(before) == value:
            return before
    version = before.source_version + 1 if before else 1
    source = Source(name, version, 0, day, frozenset({key_result_id}))
    return (await record(tx, [Told(objective, place, source, {key_result_id: value})]))[0]
