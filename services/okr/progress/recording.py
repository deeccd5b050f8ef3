"""Takes in what a source says of an objective's key results, and brings progress up to date."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chassis import ids
from chassis.db import Tx
from contracts.envelope import Envelope
from contracts.okr import KeyResultUpdated, ObjectiveChanged, TeamCycleChanged, ValueRecorded
from services.okr.objectives.domain import find
from services.okr.progress import domain, store


@dataclass(frozen=True)
class Source:
    """Where values come from: `check-in/<id>` or `machine/<client>/<date>`, at a version.

    `speaks_for` are the key results of which the version says all that the source has to say.
    """

    name: str
    version: int
    number: int
    effective_date: date
    speaks_for: frozenset[UUID]

    def says(self, held: ValueRecorded, value: domain.Said | None) -> bool:
        """Whether `value` is what is held already: whether it counts is then decided."""
        known = domain.Said(held.value, held.confidence) if held.value is not None else None
        return (known, held.number, held.effective_date) == (
            value, self.number, self.effective_date,
        )  # fmt: skip


async def record(
    tx: Tx,
    objective: ObjectiveChanged,
    place: TeamCycleChanged | None,
    source: Source,
    said: dict[UUID, domain.Said],
    cause: Envelope | None = None,
) -> list[ValueRecorded]:
    """The rows of `source` as they stand now, each published; progress follows.

    The objective and its team's place in the cycle are held by the caller. What was recorded
    of this version before stays as it is.
    """
    held = await store.rows_of_source(tx, source.speaks_for, source.name)
    touched = domain.versions(held, said)
    if touched and all(row and row.source_version >= source.version for _, row, _ in touched):
        return held
    rows = []
    for goal, before, value in touched:
        decision = domain.Decision(
            domain.reason_not_counted(objective, find(objective, goal), place),
            before.counts if before else None,
        )
        if before and cause and cause.origin == "republish" and source.says(before, value):
            decision = domain.Decision(before.reason, before.standing)
        row = _row(objective, goal, before, value, source, decision, len(touched))
        await store.put_value(tx, row)
        rows.append(row)
    # Progress leaves before the rows: who has all rows of a check-in then has what they led to.
    await refresh(tx, objective, {row.key_result for row in rows}, "value-recorded", cause)
    for row in rows:
        tx.publish(row, cause)
    return rows


def _row(
    objective: ObjectiveChanged,
    goal: UUID,
    before: ValueRecorded | None,
    value: domain.Said | None,
    source: Source,
    decision: domain.Decision,
    of: int,
) -> ValueRecorded:
    return ValueRecorded(
        id=before.id if before else ids.new(),
        version=before.version + 1 if before else 1,
        change="withdrawn" if value is None else "recorded",
        key_result=goal,
        objective=objective.id,
        source=source.name,
        source_version=source.version,
        source_values=of,
        number=source.number,
        effective_date=source.effective_date,
        value=value.value if value else None,
        withdrawn=value is None,
        confidence=value.confidence if value else None,
        counted=decision.reason is None,
        reason=decision.reason,
        standing=decision.standing if decision.reason else None,
    )


async def refresh(
    tx: Tx,
    objective: ObjectiveChanged,
    goals: Collection[UUID],
    change: str,
    cause: Envelope | None = None,
) -> None:
    """Compute the progress of `goals` and the objective's totals; publish what is news.

    What the team has not agreed on has no progress.
    """
    if not objective.was_agreed:
        return
    held = await store.of_objective(tx, objective.id)
    said: dict[UUID, dict[str, Any]] = {}
    for goal in goals:
        said[goal] = domain.state_of(find(objective, goal), await store.current(tx, goal))
    known = {goal: before.progress for goal, before in held.items()}
    known |= {goal: state["progress"] for goal, state in said.items()}
    totals = domain.totals(
        objective.key_results, {goal: p for goal, p in known.items() if p is not None}
    )
    number = _totals_version(held.values(), totals)
    for goal in sorted(said):
        state = said[goal] | {
            "objective_progress": totals.progress,
            "objective_coverage": totals.coverage,
            "objective_progress_version": number,
        }
        before = held.get(goal)
        if domain.differs(before, state):
            updated = KeyResultUpdated(
                id=goal,
                version=before.version + 1 if before else 1,
                change=change,
                objective=objective.id,
                **state,
            )
            await store.put_progress(tx, updated, cause)


def _totals_version(held: Collection[KeyResultUpdated], totals: domain.Totals) -> int:
    """The totals' own count: as it was while they are as they were."""
    if not held:
        return 1
    newest = max(held, key=lambda it: it.objective_progress_version)
    same = (newest.objective_progress, newest.objective_coverage) == (
        totals.progress,
        totals.coverage,
    )
    return newest.objective_progress_version + (0 if same else 1)
