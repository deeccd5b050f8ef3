"""Key results as the API tells them: what they are, and how far they are."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.db import Tx
from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import KeyResult, KeyResultUpdated, ObjectiveChanged
from contracts.words import Code
from services.okr.objectives.store import objectives, of_key_result
from services.okr.progress import domain, store


class KeyResultView(Closed):
    """A key result; `version` is its objective's, of which it is a part."""

    id: UUID
    objective: UUID
    version: int
    key_result: KeyResult
    value: float | None = Field(description="In its unit; null when none counts.")
    progress: float | None = Field(description="0–1; null when no value counts.")
    unclamped: float | None = Field(description="Progress before it is held to 0–1.")
    confidence: int | None = Field(description="0–10, of the current value.")
    effective_date: date | None = Field(description="The day that the value is of.")

    @property
    def subject_id(self) -> str:
        return str(self.id)

    @property
    def subject(self) -> str:
        """What `version` is of."""
        return f"objectives/{self.objective}"


class ValueView(Closed):
    """One row of a series; it tells the sort of source, not whose words it was."""

    id: UUID
    source: Code = Field(description="check-in or machine")
    effective_date: date
    value: float | None = Field(description="In the key result's unit; null when withdrawn.")
    withdrawn: bool
    confidence: int | None = Field(description="0–10; null when not said.")
    counted: bool
    reason: Code | None = Field(description="Why it does not count; null when it does.")
    current: bool


class Series(Closed):
    """The values of a key result, the current one first."""

    items: tuple[ValueView, ...]


async def view(tx: Tx, key_result: UUID) -> KeyResultView:
    """A key result with its progress. Raises Problem `not-found`."""
    objective = await objectives.get(tx, await of_key_result(tx, key_result))
    return view_of(objective, key_result, await store.progress.find(tx, key_result))


def view_of(
    objective: ObjectiveChanged, key_result: UUID, held: KeyResultUpdated | None
) -> KeyResultView:
    """A key result of `objective` with what it has reached. Raises Problem `not-found`."""
    for goal in objective.key_results:
        if goal.id == key_result:
            break
    else:
        raise Problem("not-found", kind="key-results", id=str(key_result))
    return KeyResultView(
        id=goal.id,
        objective=objective.id,
        version=objective.version,
        key_result=goal,
        value=held.value if held else None,
        progress=held.progress if held else None,
        unclamped=held.unclamped if held else None,
        confidence=held.confidence if held else None,
        effective_date=held.effective_date if held else None,
    )


async def series(tx: Tx, key_result: UUID) -> Series:
    """The whole series of a key result, latest first. Raises Problem `not-found`."""
    await of_key_result(tx, key_result)
    rows = await store.series(tx, key_result)
    newest = domain.current(rows)
    ordered = sorted(rows, key=lambda row: (row is newest, domain.rank(row)), reverse=True)
    return Series(
        items=tuple(
            ValueView(
                id=row.id,
                source=row.source.partition("/")[0],
                effective_date=row.effective_date,
                value=row.value,
                withdrawn=row.withdrawn,
                confidence=row.confidence,
                counted=row.counted,
                reason=row.reason,
                current=row is newest,
            )
            for row in ordered
        )
    )
