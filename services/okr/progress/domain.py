"""Computes progress, and decides which values count; pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from contracts.okr import (
    Definition,
    KeyResult,
    KeyResultUpdated,
    ObjectiveChanged,
    Standing,
    TeamCycleChanged,
    ValueRecorded,
)


def unclamped(goal: KeyResult, definition: Definition, value: float) -> float:
    """Progress before it is held to 0–1; 1 is the target.

    Increase and decrease: (value − baseline) / (target − baseline). Maintain: 1 within the
    corridor, outside of it 1 − distance / tolerance. Binary: the value itself. After section 6
    of the design.
    """
    if goal.kind == "binary":
        return value
    if goal.kind == "maintain":
        low, high = _known(definition.low), _known(definition.high)
        distance = max(low - value, value - high, 0.0)
        return 1.0 - distance / _known(definition.tolerance) if distance else 1.0
    baseline = _known(definition.baseline)
    return (value - baseline) / (_known(definition.target) - baseline)


def _known(number: float | None) -> float:
    if number is None:
        raise ValueError("the definition lacks a number that its kind needs")
    return number


def clamp(share: float) -> float:
    """`share` held to 0–1."""
    return min(max(share, 0.0), 1.0)


@dataclass(frozen=True)
class Totals:
    """An objective's progress (0–1; None when nothing is known) and coverage (0–1, by weight)."""

    progress: float | None
    coverage: float


def totals(goals: Iterable[KeyResult], progress: dict[UUID, float]) -> Totals:
    """The weighted mean over the open key results that have progress, and their share of weight."""
    weights = {goal.id: goal.current.weight for goal in goals if goal.state == "open"}
    known = {goal: weight for goal, weight in weights.items() if goal in progress}
    if not known:
        return Totals(None, 0.0)
    weight = sum(known.values())
    mean = sum(progress[goal] * share for goal, share in known.items()) / weight
    return Totals(clamp(mean), clamp(weight / sum(weights.values())))


def reason_not_counted(
    objective: ObjectiveChanged, goal: KeyResult, place: TeamCycleChanged | None
) -> str | None:
    """Why a value of `goal` that arrives now does not count; None when it does."""
    if objective.state == "proposed":
        return "objective-not-agreed"
    if objective.state == "closed":
        return "objective-closed"
    if goal.state == "dropped":
        return "key-result-dropped"
    if place is not None and place.place == "closed":
        return "team-cycle-closed"
    if place is None or place.place == "setting":
        return "team-cycle-not-running"
    return None


def state_of(goal: KeyResult, row: ValueRecorded | None) -> dict[str, object]:
    """What `KeyResultUpdated` says of a key result whose current row is `row`."""
    said = row.counts if row else None
    if row is None or said is None:
        return dict.fromkeys(
            ("value", "effective_date", "source", "progress", "unclamped", "confidence")
        )
    share = unclamped(goal, goal.current, said.value)
    return {
        "value": said.value,
        "effective_date": said.effective_date,
        "source": row.source,
        "progress": clamp(share),
        "unclamped": share,
        "confidence": said.confidence,
    }


def differs(held: KeyResultUpdated | None, said: dict[str, object]) -> bool:
    """Whether `said` is news compared with what was published."""
    if held is None:
        return True
    return any(getattr(held, name) != value for name, value in said.items())


@dataclass(frozen=True)
class Decision:
    """Why a row does not count (None when it does), and what then counts in its place."""

    reason: str | None
    standing: Standing | None


@dataclass(frozen=True)
class Said:
    """One value as its source gives it."""

    value: float
    confidence: int | None


def versions(
    held: Sequence[ValueRecorded], said: Mapping[UUID, Said]
) -> list[tuple[UUID, ValueRecorded | None, Said | None]]:
    """Key result, row held, value said: for all that a source's new version touches.

    What the source said before and does not say now is withdrawn; its row stays.
    """
    by_goal = {row.key_result: row for row in held}
    return [
        (goal, by_goal.get(goal), said.get(goal)) for goal in sorted(by_goal.keys() | said.keys())
    ]
