"""Decides how a change of an agreed goal is put to its team, and what it makes of it; pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import KeyResult, ObjectiveChanged, PendingChange, Rhythm
from contracts.scores import Ambition
from contracts.words import Text, Words
from services.okr.key_results.domain import restate
from services.okr.objectives.domain import check_team, next_state, reworded
from services.okr.objectives.stated import TEXTS, KeyResultDraft
from services.okr.strategy.stated import marks, texts_of


class KeyResultRevision(KeyResultDraft):
    """A key result as it would be stated."""

    id: UUID | None = Field(
        default=None, description="Of one that there is: it keeps its values. Absent: a new one."
    )


class ChangeDraft(Closed):
    """A change of an agreed goal as people put it to the team."""

    kind: Literal["revise", "drop"] = Field(description="Another wording, or to drop the goal.")
    title: Text | None = Field(default=None, description="Needed for another wording.")
    benefit: Text | None = Field(default=None, description="The benefit to the customer.")
    from_what: Text | None = Field(
        default=None, description="How it is when the goal is set, in words."
    )
    to_what: Text | None = Field(default=None, description="How it is to be, in words.")
    note: Words | None = Field(default=None, description="Words about it, inside the agency.")
    rhythm: Rhythm | None = Field(default=None, description="Absent: as it is.")
    ambition: Ambition | None = Field(default=None, description="Absent: as it is.")
    key_results: tuple[KeyResultRevision, ...] = Field(
        default=(), max_length=50, description="All that would be followed; others are dropped."
    )

    @model_validator(mode="after")
    def _says_what_its_kind_needs(self) -> Self:
        said = self.model_fields_set - {"kind"}
        if self.kind == "drop" and any(getattr(self, name) for name in said):
            raise ValueError("to drop a goal needs nothing else")
        if self.kind == "revise" and (self.title is None or not self.key_results):
            raise ValueError("another wording needs a title and key results")
        ids = [it.id for it in self.key_results if it.id]
        if len(set(ids)) < len(ids):
            raise ValueError("a key result is named once")
        return self


def put(objective: ObjectiveChanged, pending: PendingChange, today: date) -> ObjectiveChanged:
    """The objective with a change that its team is to choose, in place of the one before.

    Raises Problem, as agreeing on it today would.
    """
    if objective.state == "closed":
        raise Problem("objective-closed")
    if objective.state == "proposed":
        raise Problem("objective-still-proposed", objective=str(objective.id))
    if pending.kind == "revise":
        revised(objective, pending, today)
    return next_state(objective, "change-proposed", pending=pending, **reworded(objective))


def withdraw(objective: ObjectiveChanged) -> ObjectiveChanged:
    """The objective without the change of it, and without what people said of that.

    Raises Problem `nothing-to-choose`.
    """
    if objective.pending is None:
        raise Problem("nothing-to-choose", objective=str(objective.id))
    return next_state(objective, "change-withdrawn", pending=None, **reworded(objective))


def pending_of(
    objective: ObjectiveChanged,
    draft: ChangeDraft,
    goals: Iterable[KeyResult],
    now: datetime,
    by: UUID | None,
) -> PendingChange:
    """A change as it is kept until the team agrees."""
    if draft.kind == "drop":
        return PendingChange(kind=draft.kind, at=now, by=by)
    return PendingChange(
        kind=draft.kind,
        at=now,
        by=by,
        title=draft.title,
        benefit=draft.benefit,
        from_what=draft.from_what,
        to_what=draft.to_what,
        note=draft.note,
        rhythm=draft.rhythm or objective.rhythm,
        ambition=draft.ambition or objective.ambition,
        key_results=tuple(goals),
    )


def revised(objective: ObjectiveChanged, pending: PendingChange, today: date) -> dict[str, object]:
    """What a change makes of an objective, where it holds from a day on. Raises Problem.

    A key result that it names keeps its id and series, and one that it leaves out is dropped.
    """
    stated = {it.id: it for it in pending.key_results}
    known = {it.id for it in objective.key_results}
    goals = [_revised(goal, stated.get(goal.id), today) for goal in objective.key_results]
    goals += [_from(goal, today) for goal in pending.key_results if goal.id not in known]
    for goal in goals:
        if goal.state == "open":
            check_team(objective, goal)
    if all(goal.state != "open" for goal in goals):
        raise Problem("objective-without-key-results")
    texts = {name: getattr(pending, name) for name in TEXTS}
    return {
        **texts,
        "note": pending.note,
        "rhythm": pending.rhythm,
        "ambition": pending.ambition or objective.ambition,
        "key_results": tuple(goals),
        "translations": marks(
            texts_of(objective, TEXTS), objective.translations, texts_of(pending, TEXTS), ()
        ),
    }


def _revised(goal: KeyResult, stated: KeyResult | None, today: date) -> KeyResult:
    if goal.state == "dropped":
        if stated:
            raise Problem("key-result-dropped")
        return goal
    if stated is None:
        return goal.model_copy(update={"state": "dropped", "revision": goal.revision + 1})
    restated = restate(goal, stated, today)
    same = restated.model_copy(update={"revision": goal.revision}) == goal
    return goal if same else restated


def _from(goal: KeyResult, today: date) -> KeyResult:
    since = goal.current.model_copy(update={"since": today})
    return goal.model_copy(update={"definitions": (since,)})
