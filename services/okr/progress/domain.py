"""Computes progress, and decides which values count; pure."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from chassis.problem import Problem
from contracts.okr import Definition, Done, KeyResult, ObjectiveChanged, TeamCycleChanged
from contracts.progress import KeyResultUpdated, Standing, ValueRecorded
from services.okr.objectives.domain import find

ZONES = (0.0, 0.3, 0.7, 1.0)
"""Progress at baseline, commit, target and stretch."""


def unclamped(goal: KeyResult, definition: Definition, value: float) -> float | None:
    """Progress before it is held to 0–1; 1 is the target, in zones the stretch.

    Increase and decrease: (value − baseline) / (target − baseline); None while the baseline is to
    be measured. Maintain: 1 within the
    corridor, outside of it 1 − distance / tolerance. Milestones: weight done / weight. Binary:
    the value itself. Zones: straight lines through baseline, commit, target and stretch at
    `ZONES`, the first and the last going on. After section 6 of the design.
    """
    if goal.kind == "binary":
        return value
    if goal.kind == "maintain":
        low, high = _known(definition.low), _known(definition.high)
        distance = max(low - value, value - high, 0.0)
        return 1.0 - distance / _known(definition.tolerance) if distance else 1.0
    if goal.kind == "milestones":
        return value / sum(it.weight for it in _known(definition.milestones))
    baseline, target = definition.baseline, _known(definition.target)
    if goal.kind == "zones":
        ends = (_known(baseline), _known(definition.commit), target, _known(definition.stretch))
        return _in_zones(ends, value)
    return None if baseline is None else (value - baseline) / (target - baseline)


def _in_zones(ends: tuple[float, float, float, float], value: float) -> float:
    """The line between the two `ends` around `value`; beyond them all, the outermost one."""
    up = ends[0] < ends[-1]
    passed = sum((end <= value) if up else (end >= value) for end in ends[1:-1])
    start, aim = ends[passed], ends[passed + 1]
    share = (value - start) / (aim - start)
    return ZONES[passed] + share * (ZONES[passed + 1] - ZONES[passed])


K = TypeVar("K")


def _known(it: K | None) -> K:
    if it is None:
        raise ValueError("the definition lacks what its kind needs")
    return it


def done_of(definition: Definition, done: Done | None) -> Done | None:
    """Of the milestones that are done those that there are, in their order; None: not said."""
    if done is None or definition.milestones is None:
        return None
    return tuple(it.id for it in definition.milestones if it.id in done)


def value_of(definition: Definition, said: "Said | Standing") -> float:
    """The value that was said; of milestones the weight done, as they are defined now."""
    done = done_of(definition, said.done)
    return said.value if done is None else weight_done(definition, done)


def weight_done(definition: Definition, done: Done) -> float:
    """The weight of the milestones that are done."""
    return sum(it.weight for it in definition.milestones or () if it.id in done)


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
    if place is not None and place.place == "closed":
        return "team-cycle-closed"
    if objective.state == "proposed":
        return "objective-not-agreed"
    if objective.state == "closed":
        return "objective-closed"
    if goal.state == "dropped":
        return "key-result-dropped"
    if place is None or place.place == "setting":
        return "team-cycle-not-running"
    return None


def state_of(goal: KeyResult, row: ValueRecorded | None) -> dict[str, object]:
    """What `KeyResultUpdated` says of a key result whose current row is `row`."""
    said = row.counts if row else None
    if row is None or said is None:
        return dict.fromkeys(
            ("value", "done", "effective_date", "source", "progress", "unclamped", "confidence")
        )
    value = value_of(goal.current, said)
    share = unclamped(goal, goal.current, value)
    return {
        "value": value,
        "done": done_of(goal.current, said.done),
        "effective_date": said.effective_date,
        "source": row.source,
        "progress": None if share is None else clamp(share),
        "unclamped": share,
        "confidence": said.confidence,
    }


def differs(held: KeyResultUpdated | None, said: dict[str, object]) -> bool:
    """Whether `said` is news compared with what was published."""
    if held is None:
        return True
    return any(getattr(held, name) != value for name, value in said.items())


def news(
    objective: ObjectiveChanged,
    goals: Iterable[UUID],
    held: Mapping[UUID, KeyResultUpdated],
    current: Mapping[UUID, ValueRecorded],
    change: str,
) -> Iterator[KeyResultUpdated]:
    """What is news of an objective's key results, in the order of their ids.

    `held` is what was published of the objective, and `current` are the rows that hold now.
    """
    said: dict[UUID, dict[str, Any]] = {
        goal: state_of(find(objective, goal), current.get(goal)) for goal in goals
    }
    known = {goal: before.progress for goal, before in held.items()}
    known |= {goal: state["progress"] for goal, state in said.items()}
    reached = totals(objective.key_results, {goal: p for goal, p in known.items() if p is not None})
    number = _totals_version(held.values(), reached)
    for goal in sorted(said):
        state = said[goal] | {
            "objective_progress": reached.progress,
            "objective_coverage": reached.coverage,
            "objective_progress_version": number,
        }
        before = held.get(goal)
        if before and differs(before, state):
            yield before.next(change, **state)
        elif not before:
            yield KeyResultUpdated(
                id=goal, version=1, change=change, objective=objective.id, **state
            )


def _totals_version(held: Collection[KeyResultUpdated], reached: Totals) -> int:
    """The totals' own count: as it was while they are as they were."""
    if not held:
        return 1
    newest = max(it.objective_progress_version for it in held)
    return newest + (0 if says(held, reached) else 1)


def says(held: Collection[KeyResultUpdated], reached: Totals) -> bool:
    """Whether the newest says these totals."""
    newest = max(held, key=lambda it: it.objective_progress_version)
    return Totals(newest.objective_progress, newest.objective_coverage) == reached


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
    done: Done | None = None


def said_by(row: ValueRecorded) -> Said | None:
    """What a row's source says, counted or not; None when it was withdrawn."""
    return None if row.value is None else Said(row.value, row.confidence, row.done)


def said_of(
    goal: KeyResult, value: float | None, done: Done | None, confidence: int | None
) -> Said:
    """What is said of `goal`: which milestones are done, else a value of its kind.

    Raises Problem `done-missing`, `milestone-unknown`, `value-missing`, `value-not-binary`.
    """
    key_result = str(goal.id)
    if goal.kind == "milestones":
        if done is None:
            raise Problem("done-missing", key_result=key_result)
        known = done_of(goal.current, done) or ()
        if unknown := sorted(set(done).difference(known)):
            raise Problem("milestone-unknown", milestone=unknown[0], key_result=key_result)
        return Said(weight_done(goal.current, known), confidence, known)
    if value is None or done is not None:
        raise Problem("value-missing", key_result=key_result)
    if goal.kind == "binary" and value not in (0, 1):
        raise Problem("value-not-binary", key_result=key_result)
    return Said(value, confidence)


def carried(
    ancestor: ObjectiveChanged, objective: ObjectiveChanged, last: Mapping[UUID, ValueRecorded]
) -> list[tuple[KeyResult, Said]]:
    """The first values of what `objective` keeps of `ancestor`, from the `last` rows there.

    Confidence is about the cycle that was; it is not carried.
    """
    kept = {
        goal.cut_over.successor: goal
        for goal in ancestor.key_results
        if goal.cut_over and goal.cut_over.decision == "keep"
    }
    found = []
    for goal in objective.key_results:
        before = kept.get(goal.id)
        said = last[before.id].counts if before and before.id in last else None
        if before and said and goal.state == "open":
            value = value_of(before.current, said)
            found.append((goal, Said(value, None, done_of(before.current, said.done))))
    return found


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


@dataclass(frozen=True)
class Source:
    """Where values come from, at a version: `check-in/<id>`, `machine/<client>/<date>`, or
    `carried/<key result>`.

    `speaks_for` are the key results of which the version says all that the source has to say.
    What is `given` counts whatever the team's place in the cycle is.
    """

    name: str
    version: int
    number: int
    effective_date: date
    speaks_for: frozenset[UUID]
    given: bool = False

    def says(self, held: ValueRecorded, value: Said | None) -> bool:
        """Whether `value` is what is held already: whether it counts is then decided."""
        return (said_by(held), held.number, held.effective_date) == (
            value, self.number, self.effective_date,
        )  # fmt: skip


def rows(
    objective: ObjectiveChanged,
    place: TeamCycleChanged | None,
    source: Source,
    said: Mapping[UUID, Said],
    held: Sequence[ValueRecorded],
    new_id: Callable[[], UUID],
    *,
    again: bool = False,
) -> list[ValueRecorded] | None:
    """The rows that a source's version touches; None where it was recorded before.

    `held` is what the source has said before. What is told `again` counts as it did.
    """
    touched = versions(held, said)
    if touched and all(row and row.source_version >= source.version for _, row, _ in touched):
        return None
    made = []
    for goal, before, value in touched:
        reason = reason_not_counted(objective, find(objective, goal), place)
        decision = Decision(None if source.given else reason, before.counts if before else None)
        if before and again and source.says(before, value):
            decision = Decision(before.reason, before.standing)
        facts: dict[str, Any] = {
            "source_version": source.version,
            "source_values": len(touched),
            "number": source.number,
            "effective_date": source.effective_date,
            "value": value.value if value else None,
            "done": value.done if value else None,
            "withdrawn": value is None,
            "confidence": value.confidence if value else None,
            "counted": decision.reason is None,
            "reason": decision.reason,
            "standing": decision.standing if decision.reason else None,
        }
        change = "withdrawn" if value is None else "recorded"
        if before:
            made.append(before.next(change, **facts))
            continue
        facts |= {"key_result": goal, "objective": objective.id, "source": source.name}
        made.append(ValueRecorded(id=new_id(), version=1, change=change, **facts))
    return made
