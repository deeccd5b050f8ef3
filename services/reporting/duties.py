"""Decides how the torchbearer's and supervisor's three duties stand for a team in a cycle; pure.

Goals chosen together, followed, looked back on: of goals alone, never a score of persons.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from uuid import UUID

from contracts import pace
from services.reporting.domain import Frame

Duty = Literal["chosen-together", "followed", "looked-back"]
State = Literal["done", "under-way", "due", "overdue", "not-yet"]
Lack = Literal[
    "no-goals", "not-agreed", "not-confirmed", "not-running", "check-in-due", "check-in-missed",
    "no-retro", "no-learning",
]  # fmt: skip


BEFORE_CHECK_INS = (None, "setting")
"""Places in which no check-in is taken yet."""


@dataclass(frozen=True, slots=True)
class TeamGoal:
    """A goal that the team is responsible for; `agreed_at` is None for an import.

    `was_agreed`: whether the team ever agreed on it, be it closed by now.
    `recorded_at`: since when it waits to be confirmed how the team chose it or a change of it.
    """

    id: UUID
    rhythm: str
    state: str
    was_agreed: bool
    agreed_at: datetime | None
    last_check_in: date | None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What a duty lacks; of which goal, where it is of one; since when, where that is known."""

    lack: Lack
    objective: UUID | None = None
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a duty stands, since when (None: not begun, or not known), and what it lacks."""

    duty: Duty
    state: State
    since: datetime | None = None
    missing: tuple[Missing, ...] = ()


def duties(
    frame: Frame, place: str | None, goals: Sequence[TeamGoal], learned_of: Collection[UUID]
) -> tuple[Standing, Standing, Standing]:
    """The three duties; `place` is where the team is in the cycle, None: not in it yet.

    `learned_of` are the goals of which the team's retro of the cycle found something. What was
    proposed and taken back is no goal of the team.
    """
    goals = [goal for goal in goals if goal.was_agreed or goal.state == "proposed"]
    chosen = [goal for goal in goals if goal.was_agreed]
    return (
        _chosen_together(frame, place, goals, chosen),
        _followed(frame, place, chosen),
        _looked_back(frame, place, chosen, learned_of),
    )


def _chosen_together(
    frame: Frame, place: str | None, goals: Sequence[TeamGoal], chosen: Sequence[TeamGoal]
) -> Standing:
    """Due from the cycle's first day; overdue when its first weekly check-in was missed for it."""
    waiting = [it for goal in goals if (it := _waiting(goal)) is not None]
    missing = tuple(waiting) if goals else (Missing("no-goals"),)
    duty: Duty = "chosen-together"
    if chosen and waiting:
        return Standing(duty, "under-way", None, missing)
    if chosen:
        agreed = (goal.agreed_at for goal in chosen if goal.agreed_at is not None)
        return Standing(duty, "done", max(agreed, default=None))
    began = _morning(frame, frame.start)
    if frame.now < began:
        return Standing(duty, "under-way" if waiting or place else "not-yet", None, missing)
    missed = _first_missed(frame)
    if missed is not None and missed <= frame.now:
        return Standing(duty, "overdue", missed, missing)
    return Standing(duty, "due", began, missing)


def _waiting(goal: TeamGoal) -> Missing | None:
    if goal.recorded_at is not None:
        return Missing("not-confirmed", goal.id, goal.recorded_at)
    return Missing("not-agreed", goal.id) if goal.state == "proposed" else None


def _followed(frame: Frame, place: str | None, chosen: Sequence[TeamGoal]) -> Standing:
    """As each goal's check-ins are; done where the team's place is closed, and takes no more."""
    duty: Duty = "followed"
    if place == "closed" and chosen:
        return Standing(duty, "done")
    open_ = [goal for goal in chosen if goal.state == "agreed"]
    began = _morning(frame, frame.start)
    if place in BEFORE_CHECK_INS:
        if not open_ or frame.now < began:
            return Standing(duty, "not-yet")
        late = any(_turn(frame, goal).missed for goal in open_)
        return Standing(duty, "overdue" if late else "due", began, (Missing("not-running"),))
    turns = [(goal.id, _turn(frame, goal)) for goal in open_]
    missed = [Missing("check-in-missed", goal, it.missed) for goal, it in turns if it.missed]
    due = [Missing("check-in-due", goal, it.due) for goal, it in turns if it.due and not it.missed]
    if missed or due:
        since = min(it.since for it in missed or due if it.since)
        return Standing(duty, "overdue" if missed else "due", since, (*missed, *due))
    if not chosen or frame.now < began:
        return Standing(duty, "not-yet")
    if not open_ or frame.now >= _morning(frame, frame.end + timedelta(days=1)):
        return Standing(duty, "done")
    return Standing(duty, "under-way", began)


def _looked_back(
    frame: Frame, place: str | None, chosen: Sequence[TeamGoal], learned_of: Collection[UUID]
) -> Standing:
    """Due in the place `retro`, and after the cycle; overdue from three days after its end."""
    duty: Duty = "looked-back"
    if learned_of:
        lacking = tuple(Missing("no-learning", it.id) for it in chosen if it.id not in learned_of)
        return Standing(duty, "under-way" if lacking else "done", None, lacking)
    ended = _morning(frame, frame.end + timedelta(days=1))
    missing = (Missing("no-retro"),)
    if not chosen:
        return Standing(duty, "not-yet")
    if frame.now >= ended + pace.GRACE:
        return Standing(duty, "overdue", ended, missing)
    if place in ("retro", "closed") or frame.now >= ended:
        return Standing(duty, "due", ended if frame.now >= ended else None, missing)
    return Standing(duty, "not-yet")


def _turn(frame: Frame, goal: TeamGoal) -> pace.Turn:
    return pace.turn(
        goal.rhythm, goal.last_check_in, frame.start, frame.end, frame.now, frame.zone,
        goal.agreed_at,
    )  # fmt: skip


def _first_missed(frame: Frame) -> datetime | None:
    """When the first weekly check-in of the cycle is missed; None in a cycle without a Friday."""
    due = pace.due_after("weekly", _morning(frame, frame.start), frame.zone)
    return pace.missed_at(due, frame.zone) if due.date() <= frame.end else None


def _morning(frame: Frame, day: date) -> datetime:
    return datetime.combine(day, time.min, frame.zone)
