"""Decides what a team may say about an objective on a day; pure."""

import datetime
from collections.abc import Collection
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.checkins import READERS, CheckInRecorded, Entry
from contracts.envelope import Closed
from contracts.numbers import Number
from contracts.okr import Done
from contracts.words import Words
from services.checkins.messages import KeyResult
from services.checkins.replica.domain import Goal

MOST_ENTRIES = 100


class Statement(Closed):
    """What is said about one key result."""

    key_result: UUID
    value: Number | None = Field(
        None, description="In the key result's unit; of milestones it follows from `done`."
    )
    done: Done | None = Field(
        None,
        max_length=MOST_ENTRIES,
        description="Milestones: ids of all that are done; one that is left out is not.",
    )
    confidence: int | None = Field(None, ge=0, le=10, description="0–10; absent when not said.")
    words: Words | None = Field(None, description=f"What changed. {READERS}")


LOOKS_BACK = "retro"
COUNTED = ("running", LOOKS_BACK)
"""Places of the responsible team in which what is said counts."""


class Said(Closed):
    """What is said about an objective on a day."""

    date: datetime.date | None = Field(
        None, description="The day it is about; absent: today, or as it was in a correction."
    )
    entries: tuple[Statement, ...] = Field(min_length=1, max_length=MOST_ENTRIES)
    help_wanted: Words | None = Field(None, description=f"What help the team asks for. {READERS}")


class Correction(Said):
    """A check-in as it is to stand; an entry that is left out is withdrawn."""

    reason: Words | None = Field(
        None, description=f"Why it is corrected; needed while the team is in retro. {READERS}"
    )


class NewCheckIn(Said):
    """What a team says about an objective."""

    objective: UUID
    team: UUID = Field(description="The team that says it: the caller's, and the objective's.")


class ImportedCheckIn(NewCheckIn):
    """A check-in that another system holds."""

    date: datetime.date = Field(description="The day it is about.")


def check(
    goal: Goal,
    team: UUID,
    said: Said,
    day: datetime.date,
    today: datetime.date,
    before: CheckInRecorded | None = None,
) -> tuple[Entry, ...]:
    """The entries as they are recorded; what `team` can't say about `goal` on `day` is refused.

    A correction of what it said `before` may go on to speak of a key result that was dropped
    since, and of a day that its goal was moved away from. Raises Problem.
    """
    objective = goal.objective
    if team not in objective.teams:
        raise Problem("not-the-teams", objective=str(objective.id), team=str(team))
    if objective.state == "proposed":
        raise Problem("objective-not-agreed", objective=str(objective.id), state=objective.state)
    _check_place(goal)
    if objective.state != "agreed":
        raise Problem("objective-not-agreed", objective=str(objective.id), state=objective.state)
    if before is None or day != before.effective_date:
        _check_day(goal, day, today)
    stands = {entry.key_result for entry in before.entries} if before else set()
    return _entries(goal, team, said.entries, stands)


def _check_place(goal: Goal) -> None:
    if goal.place in COUNTED:
        return
    place = goal.place or "unset"
    team, cycle = str(goal.objective.responsible_team), str(goal.objective.cycle)
    if place == "closed":
        raise Problem("team-cycle-closed", team=team, cycle=cycle, place=place)
    raise Problem("team-cycle-not-running", team=team, cycle=cycle, place=place)


def check_reason(goal: Goal, said: Said) -> None:
    """While its team looks back, what is corrected by people has a reason. Raises Problem."""
    if goal.place == LOOKS_BACK and isinstance(said, Correction) and said.reason is None:
        raise Problem("correction-without-reason", team=str(goal.objective.responsible_team))


def _check_day(goal: Goal, day: datetime.date, today: datetime.date) -> None:
    if day > today:
        raise Problem("date-in-future", date=day.isoformat(), today=today.isoformat())
    if not goal.cycle.start <= day <= goal.cycle.end:
        raise Problem(
            "date-outside-cycle",
            date=day.isoformat(),
            start=goal.cycle.start.isoformat(),
            end=goal.cycle.end.isoformat(),
        )


def _entries(
    goal: Goal, team: UUID, entries: Collection[Statement], stands: Collection[UUID]
) -> tuple[Entry, ...]:
    known = {one.id: one for one in goal.objective.key_results}
    said: dict[UUID, Entry] = {}
    for entry in entries:
        if entry.key_result in said:
            raise Problem("key-result-twice", key_result=str(entry.key_result))
        if entry.key_result not in known:
            raise Problem(
                "key-result-unknown",
                key_result=str(entry.key_result),
                objective=str(goal.objective.id),
            )
        if entry.key_result not in stands:
            _check_reportable(known[entry.key_result], team)
        said[entry.key_result] = _entry(known[entry.key_result], entry)
    return tuple(said.values())


def _entry(key_result: KeyResult, said: Statement) -> Entry:
    """What is recorded: of milestones those that are done, and the weight done beside them."""
    if key_result.kind == "milestones":
        done = _done(key_result, said)
        given = {"value": key_result.current.weight_done(done), "done": done}
        return Entry.model_validate(said.model_dump() | given)
    if said.value is None or said.done is not None:
        raise Problem("value-missing", key_result=str(key_result.id))
    if key_result.kind == "binary" and said.value not in (0, 1):
        raise Problem("value-not-binary", key_result=str(key_result.id))
    return Entry.model_validate(said.model_dump())


def _done(key_result: KeyResult, said: Statement) -> tuple[str, ...]:
    if said.done is None:
        raise Problem("done-missing", key_result=str(key_result.id))
    done = key_result.current.done_of(said.done)
    if unknown := sorted(set(said.done).difference(done)):
        raise Problem("milestone-unknown", milestone=unknown[0], key_result=str(key_result.id))
    return done


def _check_reportable(key_result: KeyResult, team: UUID) -> None:
    if key_result.state != "open":
        raise Problem("key-result-dropped", key_result=str(key_result.id))
    if not reports(team, key_result):
        raise Problem(
            "key-result-of-another-team",
            key_result=str(key_result.id),
            team=str(key_result.team),
        )


def reports(team: UUID, key_result: KeyResult) -> bool:
    """Whether `team`, one of the objective's, checks in this key result."""
    return key_result.team in (None, team)


def check_corrector(state: CheckInRecorded, person: UUID | None, leads: Collection[UUID]) -> None:
    """Refuse whoever neither wrote it nor leads its team. Raises Problem `not-the-author`."""
    if state.team not in leads and (person is None or person != state.author):
        raise Problem("not-the-author", check_in=str(state.id))


def check_stays(state: CheckInRecorded, said: NewCheckIn) -> None:
    """Refuse to move a check-in elsewhere. Raises Problem `check-in-moved`."""
    if (said.objective, said.team) != (state.objective, state.team):
        raise Problem(
            "check-in-moved",
            check_in=str(state.id),
            objective=str(state.objective),
            team=str(state.team),
        )


def corrected(
    state: CheckInRecorded, said: Said, entries: tuple[Entry, ...], change: str
) -> CheckInRecorded:
    """The next version; its author, team and number stay."""
    return state.next(
        change,
        effective_date=said.date or state.effective_date,
        entries=entries,
        help_wanted=said.help_wanted,
        reason=said.reason if isinstance(said, Correction) else None,
    )


def without_words(state: CheckInRecorded) -> CheckInRecorded:
    """What all staff may see of a check-in: the numbers."""
    entries = tuple(entry.model_copy(update={"words": None}) for entry in state.entries)
    hidden = dict.fromkeys(("author", "help_wanted", "reason"))
    return state.model_copy(update={"entries": entries, **hidden})
