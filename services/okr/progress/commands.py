"""Changes key results; progress follows in the same transaction."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.numbers import Number
from contracts.okr import KeyResult, ObjectiveChanged
from contracts.words import Language
from services.okr.access import ACCESS
from services.okr.key_results import domain
from services.okr.objectives.commands import check_phases, expect_time, hold, require_part
from services.okr.objectives.domain import expect_not_closed, expect_proposed, key_result
from services.okr.objectives.stated import KeyResultDraft, KeyResultTranslation
from services.okr.objectives.store import of_key_result, save
from services.okr.progress.recording import Refreshed, refresh


class MeasuredBaseline(Closed):
    """Where a key result began, as it was measured."""

    baseline: Number = Field(description="In the key result's unit.")


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
    """One more key result of a proposal."""
    objective, place = await hold(tx, objective_id, expected)
    await ACCESS.require(tx, caller, "add_key_result", teams=[objective.responsible_team])
    await expect_time(tx, objective.cycle, place)
    expect_proposed(objective)
    await check_phases(tx, objective.cycle, [draft])
    return (await _add(tx, objective, key_result(draft, ids.new(), today)))[0]


async def _add(
    tx: Tx, objective: ObjectiveChanged, goal: KeyResult
) -> tuple[ObjectiveChanged, KeyResult]:
    changed = await save(tx, domain.add_key_result(objective, goal))
    await refresh(tx, [Refreshed(changed, [goal.id])], "key-result-added")
    return changed, goal


async def drop(
    tx: Tx, caller: Caller, key_result_id: UUID, expected: int | None
) -> ObjectiveChanged:
    """A key result of a proposal is aimed at no more."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await ACCESS.require(tx, caller, "drop_key_result", teams=[objective.responsible_team])
    await expect_time(tx, objective.cycle, place)
    expect_proposed(objective)
    changed = await save(tx, domain.drop_key_result(objective, key_result_id))
    await refresh(tx, [Refreshed(changed, [key_result_id])], "key-result-dropped")
    return changed


async def set_baseline(
    tx: Tx,
    caller: Caller,
    key_result_id: UUID,
    expected: int | None,
    baseline: float,
    today: date,
) -> ObjectiveChanged:
    """The baseline of a key result, measured; its values become progress."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await ACCESS.require(tx, caller, "set_baseline", teams=[objective.responsible_team])
    expect_not_closed(place)
    changed = await save(tx, domain.set_baseline(objective, key_result_id, baseline, today))
    await refresh(tx, [Refreshed(changed, [key_result_id])], "baseline-set")
    return changed


async def translate(
    tx: Tx,
    caller: Caller,
    key_result_id: UUID,
    expected: int | None,
    language: Language,
    said: KeyResultTranslation,
) -> ObjectiveChanged:
    """The key result's texts in another language; it stays the same goal."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await require_part(tx, caller, "translate_key_result", objective)
    expect_not_closed(place)
    return await save(tx, domain.translate_key_result(objective, key_result_id, language, said))


async def untranslate(
    tx: Tx, caller: Caller, key_result_id: UUID, expected: int | None, language: Language
) -> ObjectiveChanged:
    """The key result without a language that it is translated into."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    await require_part(tx, caller, "untranslate_key_result", objective)
    expect_not_closed(place)
    return await save(tx, domain.untranslate_key_result(objective, key_result_id, language))


async def put_new(tx: Tx, named: NamedKeyResult, today: date) -> tuple[ObjectiveChanged, KeyResult]:
    """A key result that another system holds."""
    objective, place = await hold(tx, named.objective)
    expect_not_closed(place)
    await check_phases(tx, objective.cycle, [named])
    return await _add(tx, objective, key_result(named, ids.new(), today))


async def put_changed(
    tx: Tx, key_result_id: UUID, expected: int | None, named: NamedKeyResult, today: date
) -> tuple[ObjectiveChanged, KeyResult]:
    """What another system now says of a key result."""
    objective, place = await hold(tx, await of_key_result(tx, key_result_id), expected)
    expect_not_closed(place)
    if objective.id != named.objective:
        raise Problem("key-result-stays", objective=str(objective.id))
    await check_phases(tx, objective.cycle, [named])
    changed = await save(tx, domain.redefine_key_result(objective, key_result_id, named, today))
    await refresh(tx, [Refreshed(changed, [key_result_id])], "key-result-changed")
    return changed, domain.known(changed, key_result_id)
