"""Key results as the API tells them: what they are, and how far they are."""

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import Field

from chassis.db import Tx
from chassis.paging import Page, Paging
from contracts import pace
from contracts.envelope import Closed
from contracts.okr import CycleChanged, KeyResult, ObjectiveChanged
from contracts.progress import KeyResultUpdated, Standing, ValueRecorded
from contracts.words import Code
from services.okr.cycles.store import cycles
from services.okr.key_results.domain import known
from services.okr.objectives.store import objectives, of_key_result
from services.okr.progress import store


class KeyResultView(Closed):
    """A key result; `version` is its objective's, of which it is a part."""

    id: UUID
    objective: UUID
    version: int
    key_result: KeyResult
    value: float | None = Field(
        description="In its unit; milestones: the weight done. Null when none counts."
    )
    done: tuple[Code, ...] | None = Field(description="Milestones: those that are done; else null.")
    progress: float | None = Field(
        description="0–1; null when no value counts, and while the baseline is to be measured."
    )
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
    source: Code = Field(description="check-in, machine, or carried from an earlier cycle")
    effective_date: date
    value: float | None = Field(
        description="In the key result's unit; milestones: the weight done. Null when withdrawn."
    )
    done: tuple[Code, ...] | None = Field(description="Milestones: all that were done; else null.")
    withdrawn: bool
    confidence: int | None = Field(description="0–10; null when not said.")
    counted: bool
    reason: Code | None = Field(description="Why it does not count; null when it does.")
    standing: Standing | None = Field(
        description="What the source said before and still counts, where a correction does not."
    )
    current: bool


class PaceOfKeyResult(Closed):
    """How an open key result keeps pace today."""

    key_result: UUID
    expected: float = Field(
        description="Progress that is expected today, 0–1: by its phases, else the share of the "
        "cycle that has passed; of a closed goal, on the day when it was closed."
    )
    progress: float | None = Field(description="0–1; null when it has none.")
    status: pace.Status


class PaceView(Closed):
    """How an objective keeps pace with its cycle today."""

    objective: UUID
    elapsed: float = Field(description="Share of the cycle that has passed, 0–1.")
    progress: float | None = Field(description="0–1; null when no key result has progress.")
    key_results: tuple[PaceOfKeyResult, ...]
    last_check_in: date | None = Field(description="The last day that a check-in is of.")
    due_next: datetime | None = Field(
        description="Null when none is due in the cycle any more, and of a goal that is not agreed."
    )
    stale: bool = Field(
        description="Due for three days, and nothing said; a closed goal is as when it was closed, "
        "and nothing is due of one that was never agreed on."
    )


async def view(tx: Tx, key_result: UUID) -> KeyResultView:
    """A key result with its progress. Raises Problem `not-found`."""
    objective = await objectives.get(tx, await of_key_result(tx, key_result))
    return view_of(objective, key_result, await store.progress.find(tx, key_result))


def view_of(
    objective: ObjectiveChanged, key_result: UUID, held: KeyResultUpdated | None
) -> KeyResultView:
    """A key result of `objective` with what it has reached. Raises Problem `not-found`."""
    goal = known(objective, key_result)
    return KeyResultView(
        id=goal.id,
        objective=objective.id,
        version=objective.version,
        key_result=goal,
        value=held.value if held else None,
        done=held.done if held else None,
        progress=held.progress if held else None,
        unclamped=held.unclamped if held else None,
        confidence=held.confidence if held else None,
        effective_date=held.effective_date if held else None,
    )


async def pace_of(tx: Tx, objective_id: UUID, now: datetime, zone: str) -> PaceView:
    """How an objective keeps pace at `now`, in the agency's `zone`. Raises Problem `not-found`."""
    objective = await objectives.get(tx, objective_id)
    frame = await cycles.get(tx, objective.cycle)
    last, place = await store.last_check_in(tx, objective_id), ZoneInfo(zone)
    held = await store.of_objective(tx, objective_id)
    agreed = pace.agreed_at(objective.states)
    then = min(now, pace.closed_at(objective.state, objective.states) or now)
    turn = pace.turn(objective.rhythm, last, frame.start, frame.end, then, place, agreed)
    stale = objective.was_agreed and turn.stale
    today, day = (it.astimezone(place).date() for it in (now, then))
    known = {it.id: it.progress for it in held}
    return PaceView(
        objective=objective.id,
        elapsed=pace.elapsed(frame.start, frame.end, today),
        progress=held[0].objective_progress if held else None,
        key_results=tuple(
            _pace(goal, frame, day, known.get(goal.id), stale)
            for goal in objective.key_results
            if goal.state == "open"
        ),
        last_check_in=last,
        due_next=turn.next_due if objective.state == "agreed" else None,
        stale=stale,
    )


def _pace(
    goal: KeyResult, cycle: CycleChanged, day: date, progress: float | None, stale: bool
) -> PaceOfKeyResult:
    expected = pace.expected(cycle.start, cycle.end, day, goal.current.phases or ())
    return PaceOfKeyResult(
        key_result=goal.id,
        expected=expected,
        progress=progress,
        status=pace.status(progress, expected, stale),
    )


async def series(tx: Tx, key_result: UUID, pages: Paging) -> Page[ValueView]:
    """The series of a key result, latest first. Raises Problem `not-found`."""
    await of_key_result(tx, key_result)
    newest = (await store.current(tx, [key_result])).get(key_result)
    after = pages.key(_day, _true, int, str)
    rows = await store.series(tx, key_result, after, pages.limit + 1)
    return pages.page(
        rows,
        item=lambda row: _row(row, newest),
        key=lambda row: [
            row.effective_date, not row.source.startswith("machine/"), row.number, row.source,
        ],
    )  # fmt: skip


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


def _true(text: str) -> bool:
    return text == "True"


def _row(row: ValueRecorded, newest: ValueRecorded | None) -> ValueView:
    return ValueView(
        id=row.id,
        source=row.source.partition("/")[0],
        effective_date=row.effective_date,
        value=row.value,
        done=row.done,
        withdrawn=row.withdrawn,
        confidence=row.confidence,
        counted=row.counted,
        reason=row.reason,
        standing=row.standing,
        current=newest is not None and row.id == newest.id,
    )
