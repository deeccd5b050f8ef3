"""Decides which final score a key result gets, and what an objective's amount to; pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import KeyResult, ObjectiveChanged, TeamCycleChanged
from contracts.scores import Ambition, Score
from contracts.words import Words
from services.okr.key_results.domain import known, with_key_result
from services.okr.objectives.domain import expect_not_closed
from services.okr.progress.domain import Totals, totals

DIGITS = 2


class AgreedScore(Closed):
    """The final score of a key result, as its team agreed on it."""

    agreed: float = Field(ge=0, le=1, description="0–1; what is finer than 0.01 is rounded.")
    reason: Words | None = Field(
        default=None,
        description="Why it is so: needed where it is not as computed. All staff read it; it is "
        "about the goal, never about a person.",
    )


class NamedScore(AgreedScore):
    """The final score of a key result, as another system holds it."""

    key_result: UUID


def rounded(share: float) -> float:
    """A share in steps of 0.01."""
    return round(share, DIGITS) + 0.0


def expect_scoring(objective: ObjectiveChanged, place: TeamCycleChanged | None) -> None:
    """A team scores what it agreed on while it runs or looks back. Raises Problem."""
    if not objective.was_agreed:
        raise Problem("objective-not-agreed", objective=str(objective.id))
    expect_not_closed(place)
    if place is None or place.place == "setting":
        raise Problem("too-early-to-score", objective=str(objective.id))


def scored(
    objective: ObjectiveChanged,
    key_result_id: UUID,
    said: AgreedScore,
    computed: float | None,
    now: datetime,
    *,
    imported: bool = False,
) -> ObjectiveChanged:
    """The objective with the score of a key result whose progress is `computed` now.

    It stays as it is, whatever is said of the key result later, until it is scored again. An
    import need not say why it differs. Raises Problem.
    """
    goal = known(objective, key_result_id)
    if goal.state == "dropped":
        raise Problem("key-result-dropped")
    agreed = rounded(said.agreed)
    as_computed = computed is not None and rounded(computed) == agreed
    if said.reason is None and not as_computed and not imported:
        raise Problem(
            "reason-missing",
            key_result=str(goal.id),
            agreed=agreed,
            computed="–" if computed is None else rounded(computed),
        )
    score = Score(
        computed=computed,
        agreed=agreed,
        reason=said.reason,
        at=now,
        revision=goal.score.revision + 1 if goal.score else 1,
    )
    return with_key_result(objective, goal.model_copy(update={"score": score}), "scored")


def ended(objective: ObjectiveChanged, progress: Mapping[UUID, float]) -> tuple[KeyResult, ...]:
    """Its key results with the computed score that stays: their `progress` when the cycle ends.

    Nothing is agreed by that.
    """
    return tuple(
        it.model_copy(update={"reached": progress.get(it.id)}) if it.state == "open" else it
        for it in objective.key_results
    )


def computed_of(goal: KeyResult) -> float | None:
    """The computed score: its progress when the cycle ended, else when it was scored."""
    if goal.reached is not None:
        return goal.reached
    return goal.score.computed if goal.score else None


def ambition_of(objective: ObjectiveChanged, goal: KeyResult) -> Ambition:
    """That of the key result, else of its objective."""
    return goal.ambition or objective.ambition


@dataclass(frozen=True)
class ObjectiveScore:
    """What an objective's key results amount to: computed, and agreed with its coverage."""

    computed: float | None
    agreed: Totals


def objective_score(objective: ObjectiveChanged) -> ObjectiveScore:
    """The weighted means of the scores of its open key results, of those that have one.

    Coverage is the share of weight that has an agreed score.
    """
    scores: Mapping[UUID, Score] = {it.id: it.score for it in objective.key_results if it.score}
    computed = {
        it.id: said for it in objective.key_results if (said := computed_of(it)) is not None
    }
    return ObjectiveScore(
        totals(objective.key_results, computed).progress,
        totals(objective.key_results, {own: it.agreed for own, it in scores.items()}),
    )
