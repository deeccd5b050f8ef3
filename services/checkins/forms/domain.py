"""Fills the check-in form: okr's state, with our own check-ins that okr has not yet taken in."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.checkins import CheckInRecorded
from contracts.envelope import Closed
from contracts.words import Code, Line, Text
from services.checkins.messages import Definition, KeyResult, Value
from services.checkins.recording.domain import reports
from services.checkins.replica.domain import Goal


@dataclass(frozen=True)
class Point:
    """A value of a key result, with what decides which one is current."""

    source: str
    effective_date: date
    number: int
    value: float
    confidence: int | None
    counted: bool
    done: tuple[str, ...] | None = None

    @property
    def rank(self) -> tuple[date, bool, int, str]:
        """The current value is the one of the highest rank.

        By effective date, person over machine, check-in number, source (design, section 2).
        """
        by_person = not self.source.startswith("machine/")
        return (self.effective_date, by_person, self.number, self.source)


Waiting: TypeAlias = Mapping[UUID, Mapping[str, Point | None]]
"""By key result and source: what okr has not yet taken in; None withdraws."""


def source_of(check_in: CheckInRecorded) -> str:
    """How okr names a check-in as a source of values."""
    return f"check-in/{check_in.id}"


def waiting(rows: Iterable[Value], check_ins: Iterable[CheckInRecorded]) -> Waiting:
    """What of `check_ins` okr has not yet decided on, given its `rows`."""
    decided = {(row.source, row.key_result): row.source_version for row in rows}
    touched = defaultdict(set)
    for source, key_result in decided:
        touched[source].add(key_result)
    found: dict[UUID, dict[str, Point | None]] = defaultdict(dict)
    for check_in in check_ins:
        source = source_of(check_in)
        said = _points(check_in)
        for key_result in said.keys() | touched[source]:
            if decided.get((source, key_result), 0) < check_in.version:
                found[key_result][source] = said.get(key_result)
    return found


def _points(check_in: CheckInRecorded) -> dict[UUID, Point]:
    return {
        entry.key_result: Point(
            source_of(check_in),
            check_in.effective_date,
            check_in.number,
            entry.value,
            entry.confidence,
            counted=False,
            done=entry.done,
        )
        for entry in check_in.entries
    }


def latest(rows: Iterable[Value], waits: Mapping[str, Point | None]) -> Point | None:
    """The value that a key result has, or will have once okr has counted what waits.

    `rows` are okr's rows of the key result; what waits stands in for the row that it corrects.
    """
    counted = [
        Point(
            row.source, it.effective_date, row.number, it.value, it.confidence,
            counted=True, done=it.done,
        )
        for row in rows
        if row.source not in waits and (it := row.counts) is not None
    ]  # fmt: skip
    own = [point for point in waits.values() if point is not None]
    return max((*counted, *own), key=lambda point: point.rank, default=None)


class Row(Closed):
    """A key result to report on, with its last known value."""

    key_result: UUID
    title: Text
    kind: Code = Field(description="Open code: increase, decrease, maintain, milestones …")
    unit: Line | None = Field(None, description="Null when its values have none.")
    definition: Definition
    value: float | None = Field(
        None, description="In its unit; milestones: the weight done. Null before the first value."
    )
    done: tuple[str, ...] | None = Field(
        None, description="Milestones: those that are done, to be ticked already; else null."
    )
    confidence: int | None = Field(None, description="0–10; null when not said.")
    effective_date: date | None = Field(None, description="The day that the value is of.")
    source: Line | None = Field(
        None, description="`check-in/<id>`, `machine/<client>/<date>` or `carried/<key result>`."
    )
    origin: Literal["okr", "not-yet-counted"] | None = Field(
        None, description="`okr`: counted there; `not-yet-counted`: said here, on its way to okr."
    )


class Outcome(Closed):
    """What became of one value of a check-in."""

    key_result: UUID
    outcome: Literal["waiting", "counted", "not-counted", "withdrawn"]
    reason: Code | None = Field(None, description="Why okr does not count it; null when it does.")


class LastCheckIn(Closed):
    """The team's last check-in on the objective."""

    id: UUID
    version: int
    number: int
    effective_date: date
    counted: bool | None = Field(
        description="Whether okr counts each of its values; null while it has not decided on all."
    )
    values: tuple[Outcome, ...]


class Form(Closed):
    """A check-in form, filled in."""

    objective: UUID
    title: Text
    team: UUID
    state: Code = Field(description="Check-ins need `agreed`.")
    place: Code | None = Field(
        description="The responsible team's; check-ins need `running` or `retro`."
    )
    earliest: date = Field(description="First day that a check-in may be about.")
    latest: date = Field(description="Last day that a check-in may be about.")
    key_results: tuple[Row, ...]
    last_check_in: LastCheckIn | None = Field(None, description="Null before the first one.")


@dataclass(frozen=True)
class Known:
    """What is known of an objective's values: okr's rows, and our own check-ins."""

    rows: Sequence[Value]
    not_taken_in: Sequence[CheckInRecorded]
    last: CheckInRecorded | None


def form(goal: Goal, team: UUID, today: date, known: Known) -> Form:
    """The form of `team`. Raises Problem `not-the-teams`."""
    objective = goal.objective
    if team not in objective.teams:
        raise Problem("not-the-teams", objective=str(objective.id), team=str(team))
    waits = waiting(known.rows, known.not_taken_in)
    asked = [one for one in objective.key_results if one.state == "open" and reports(team, one)]
    return Form(
        objective=objective.id,
        title=Text(**objective.title.model_dump()),
        team=team,
        state=objective.state,
        place=goal.place,
        earliest=goal.cycle.start,
        latest=min(goal.cycle.end, today),
        key_results=tuple(_row(one, known, waits.get(one.id, {})) for one in asked),
        last_check_in=_last_check_in(known.last, known.rows) if known.last else None,
    )


def _row(key_result: KeyResult, known: Known, waits: Mapping[str, Point | None]) -> Row:
    rows = [row for row in known.rows if row.key_result == key_result.id]
    point = latest(rows, waits)
    return Row(
        key_result=key_result.id,
        title=Text(**key_result.title.model_dump()),
        kind=key_result.kind,
        unit=key_result.unit,
        definition=key_result.current,
        **(_prefilled(key_result, point) if point else {}),
    )


def _prefilled(key_result: KeyResult, point: Point) -> dict[str, Any]:
    value, done = point.value, point.done
    if key_result.kind == "milestones" and done is not None:
        done = key_result.current.done_of(done)
        value = key_result.current.weight_done(done)
    return {
        "value": value,
        "done": done,
        "confidence": point.confidence,
        "effective_date": point.effective_date,
        "source": point.source,
        "origin": "okr" if point.counted else "not-yet-counted",
    }


def _last_check_in(check_in: CheckInRecorded, rows: Iterable[Value]) -> LastCheckIn:
    source = source_of(check_in)
    decided = {row.key_result: row for row in rows if row.source == source}
    said = [entry.key_result for entry in check_in.entries]
    touched = (*said, *sorted(decided.keys() - set(said)))
    values = tuple(_outcome(one, decided.get(one), check_in.version) for one in touched)
    outcomes = {one.outcome for one in values}
    return LastCheckIn(
        id=check_in.id,
        version=check_in.version,
        number=check_in.number,
        effective_date=check_in.effective_date,
        counted=None if "waiting" in outcomes else "not-counted" not in outcomes,
        values=values,
    )


def _outcome(key_result: UUID, row: Value | None, version: int) -> Outcome:
    if row is None or row.source_version < version:
        return Outcome(key_result=key_result, outcome="waiting")
    if not row.counted:
        return Outcome(key_result=key_result, outcome="not-counted", reason=row.reason)
    return Outcome(key_result=key_result, outcome="withdrawn" if row.withdrawn else "counted")
