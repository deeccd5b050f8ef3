"""Decides how a team's key results go on in another cycle; pure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.problem import Problem, expect_version
from contracts.envelope import Closed
from contracts.okr import CutOver, KeyResult, ObjectiveChanged, TeamCycleChanged
from contracts.retro import Recommendation
from services.okr.objectives.domain import (
    begin,
    close,
    key_result,
    marked_beside,
    with_key_results,
)
from services.okr.objectives.stated import KeyResultDraft, framed
from services.okr.scores.domain import ended

ENDING = ("running", "retro")
MOST_DECISIONS = 100
STEP = "cut-over"
ANEW: Mapping[str, object] = {"cut_over": None, "score": None, "reached": None, "revision": 1}
"""What a key result that is kept does not take over: it is about the cycle that was."""


class Decided(Closed):
    """What a team decides of one key result."""

    key_result: UUID = Field(description="An open one of a goal that the team has agreed on.")
    decision: Recommendation = Field(
        description="keep: as it is, from its last value on; modify: as `stated`; drop: no more."
    )
    stated: KeyResultDraft | None = Field(
        default=None, description="Modify: how it is stated from now on; else absent."
    )

    @model_validator(mode="after")
    def _is_stated_to_be_modified(self) -> Self:
        if (self.decision == "modify") != (self.stated is not None):
            raise ValueError("`stated` is for modify, which needs it")
        return self


class Decisions(Closed):
    """What a team decides of key results; those that are not named stay as they were decided."""

    to: UUID | None = Field(
        default=None, description="The cycle in which they go on; not needed to drop."
    )
    decisions: tuple[Decided, ...] = Field(
        min_length=1, max_length=MOST_DECISIONS, description="One for each key result."
    )

    @model_validator(mode="after")
    def _says_where_once(self) -> Self:
        if self.to is None and any(it.decision != "drop" for it in self.decisions):
            raise ValueError("`to` is needed to keep and to modify")
        if len({it.key_result for it in self.decisions}) < len(self.decisions):
            raise ValueError("decide once on each key result")
        return self


@dataclass(frozen=True)
class Made:
    """Who decides and when, and where new ids come from."""

    by: UUID | None
    now: datetime
    today: date
    new_id: Callable[[], UUID]


@dataclass(frozen=True)
class Going:
    """An objective of the cycle that ends, and the one that goes on from it, if there is one.

    `agreed` are the key results that go on from it and that the team has agreed on.
    """

    ancestor: ObjectiveChanged
    successor: ObjectiveChanged | None
    agreed: Mapping[UUID, KeyResult]

    @classmethod
    def of(cls, ancestor: ObjectiveChanged, successors: Iterable[ObjectiveChanged]) -> Self:
        """From all that ever went on from `ancestor`; what was closed goes on no more."""
        mine = [it for it in successors if it.ancestor == ancestor.id]
        agreed = {goal.id: goal for it in mine if it.was_agreed for goal in it.key_results}
        return cls(ancestor, next((it for it in mine if it.state != "closed"), None), agreed)

    def is_of(self, team: UUID, cycle: UUID) -> bool:
        """Whether it is the team's goal, and of the cycle."""
        return (self.ancestor.responsible_team, self.ancestor.cycle) == (team, cycle)


def expect_ending(
    team: UUID, cycle: UUID, place: TeamCycleChanged | None, expected: int | None = None
) -> None:
    """It is decided while the team runs the cycle, or looks back; its place is as `expected`.

    Raises Problem.
    """
    if place is None or place.place not in ENDING:
        raise Problem(
            "cut-over-not-now",
            team=str(team),
            cycle=str(cycle),
            place=place.place if place else "unset",
        )
    expect_version(place, expected)


def is_to_decide(objective: ObjectiveChanged, goal: KeyResult) -> bool:
    """Whether a team has to say how `goal` goes on."""
    return objective.state == "agreed" and goal.state == "open"


def undecided(objectives: Iterable[ObjectiveChanged]) -> list[UUID]:
    """The key results of which a team has yet to say how they go on."""
    return [
        goal.id
        for objective in objectives
        for goal in objective.key_results
        if is_to_decide(objective, goal) and goal.cut_over is None
    ]


def end(
    objectives: Iterable[ObjectiveChanged],
    progress: Mapping[UUID, float],
    now: datetime,
    by: UUID | None,
    *,
    free: bool,
) -> list[ObjectiveChanged]:
    """The agreed goals that end with their cycle, closed: nothing of them is left to decide.

    The `progress` of their key results by then is their computed score, whoever has scored them.
    Proposals stay as they are, to be moved to another cycle or taken back. Raises Problem
    `cut-over-undecided` where something is, unless the team is moved `free`ly; such goals then
    stay as they are.
    """
    agreed = [it for it in objectives if it.state == "agreed"]
    left = undecided(agreed)
    if left and not free:
        raise Problem("cut-over-undecided", key_results=[str(it) for it in left])
    return [
        close(it, now, by).model_copy(update={"key_results": ended(it, progress)})
        for it in agreed
        if not undecided([it])
    ]


def decide(going: Going, decided: Sequence[Decided], to: UUID | None, made: Made) -> Going:
    """The objective with what was decided on it, and what goes on from it. Raises Problem.

    What was decided in the same way before stays as it is.
    """
    results = {it.id: it for it in going.ancestor.key_results}
    onward = {it.id: it for it in going.successor.key_results} if going.successor else {}
    for one in decided:
        goal = results.get(one.key_result)
        if goal is None or not is_to_decide(going.ancestor, goal):
            raise Problem("not-in-cut-over", key_result=str(one.key_result))
        held = goal.cut_over
        before = onward.get(held.successor) if held and held.successor else None
        # What was done since to one that is kept again stays.
        again = before is not None and held is not None and held.decision == one.decision == "keep"
        after = before if again else _successor(goal, one, before, made)
        if held and held.decision == one.decision and before == after:
            continue
        _expect_not_agreed(going, goal)
        if one.stated:
            _expect_not_revised(going, goal)
        if after:
            _expect_there(going, to)
            onward[after.id] = after
        elif before:
            del onward[before.id]
        said = CutOver(decision=one.decision, successor=after.id if after else None, at=made.now)
        results[goal.id] = goal.model_copy(update={"cut_over": said, "revision": goal.revision + 1})
    if list(results.values()) == list(going.ancestor.key_results):
        return going
    ancestor = with_key_results(going.ancestor, results.values(), STEP)
    return Going(ancestor, _onward(going, list(onward.values()), to, made), going.agreed)


def _expect_not_agreed(going: Going, goal: KeyResult) -> None:
    """What the team has agreed on by now is changed there. Raises Problem."""
    if goal.cut_over and goal.cut_over.successor in going.agreed:
        raise Problem(
            "cut-over-settled",
            key_result=str(goal.id),
            successor=str(goal.cut_over.successor),
        )


def _expect_not_revised(going: Going, goal: KeyResult) -> None:
    """What the team has agreed on gets another wording by the team's choice alone.

    Nothing is stated anew where it is kept. Raises Problem.
    """
    held = going.successor
    if held is not None and held.state == "agreed":
        raise Problem("cut-over-revises", key_result=str(goal.id), objective=str(held.id))


def _expect_there(going: Going, to: UUID | None) -> None:
    """One objective goes on from each, in one cycle. Raises Problem."""
    held = going.successor
    if held is not None and held.cycle != to:
        raise Problem("cut-over-elsewhere", objective=str(held.id), cycle=str(held.cycle))


def _successor(
    goal: KeyResult, one: Decided, before: KeyResult | None, made: Made
) -> KeyResult | None:
    """The key result that goes on from `goal`: `before`, where that is the same."""
    if one.decision == "drop":
        return None
    new_id, since = (before.id, before.current.since) if before else (made.new_id(), made.today)
    if one.stated:
        stated = marked_beside(before or goal, key_result(one.stated, new_id, since))
    else:
        # What is expected by when was said of days of the cycle that ends.
        current = goal.current.model_copy(update={"since": since, "phases": None})
        stated = goal.model_copy(update={"id": new_id, "definitions": (current,), **ANEW})
    after = stated.model_copy(update={"ancestor": goal.id, "machines": goal.machines})
    if before is None:
        return after
    same = after.model_copy(update={"revision": before.revision})
    return same if same == before else same.model_copy(update={"revision": before.revision + 1})


def _onward(
    going: Going, key_results: Collection[KeyResult], to: UUID | None, made: Made
) -> ObjectiveChanged | None:
    """The objective that goes on; a proposal that nothing is left of is closed."""
    held = going.successor
    if held is None:
        return _proposal(going.ancestor, to, key_results, made) if to and key_results else None
    if tuple(key_results) == held.key_results:
        return held
    if not key_results:
        return close(held.model_copy(update={"key_results": ()}), made.now, made.by)
    return with_key_results(held, key_results, STEP)


def _proposal(
    ancestor: ObjectiveChanged, to: UUID, key_results: Collection[KeyResult], made: Made
) -> ObjectiveChanged:
    frame = framed(ancestor).model_copy(update={"cycle": to})
    proposed = begin(frame, made.new_id(), "proposed", key_results, made.now, made.by)
    return proposed.model_copy(update={"ancestor": ancestor.id})
