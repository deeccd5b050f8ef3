"""Scores as the API tells them."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed
from contracts.okr import KeyResult, ObjectiveChanged
from contracts.scores import EXPECTED, Ambition, ScoreBand, score_band
from contracts.words import Text, Words
from services.okr.scores import domain

BANDS = "low: below 0.4; middle: below 0.7; high: from there on. Null without a score."


class KeyResultScore(Closed):
    """The final score of an open key result."""

    key_result: UUID
    title: Text
    weight: float
    ambition: Ambition = Field(description="Its own, else that of its objective.")
    expected: float = Field(description="Of what is committed 1, of what is aspirational 0.7.")
    computed: float | None = Field(
        description="Its progress when the team closed its cycle, before that when it was scored, "
        "0–1; null when it had none, or neither has been."
    )
    agreed: float | None = Field(description="0–1; null before it is scored.")
    band: ScoreBand | None = Field(description=BANDS)
    reason: Words | None = Field(description="Why it is so; null when not said.")
    at: datetime | None = Field(description="When it was scored, UTC; null before.")


class ObjectiveScores(Closed):
    """The final scores of an objective: the weighted means of those of its key results."""

    objective: UUID
    ambition: Ambition = Field(description="That of its key results which have none of their own.")
    expected: float = Field(description="Of what is committed 1, of what is aspirational 0.7.")
    computed: float | None = Field(
        description="Mean of what was computed, 0–1; null when nothing was."
    )
    agreed: float | None = Field(description="Mean of what was agreed, 0–1; null before any is.")
    band: ScoreBand | None = Field(description=BANDS)
    coverage: float = Field(description="Share of weight that has an agreed score, 0–1.")
    key_results: tuple[KeyResultScore, ...]


def scores_of(objective: ObjectiveChanged) -> ObjectiveScores:
    """The scores of an objective and its open key results."""
    found = domain.objective_score(objective)
    return ObjectiveScores(
        objective=objective.id,
        ambition=objective.ambition,
        expected=EXPECTED[objective.ambition],
        computed=found.computed,
        agreed=found.agreed.progress,
        band=_band(found.agreed.progress),
        coverage=found.agreed.coverage,
        key_results=tuple(
            _score(objective, goal) for goal in objective.key_results if goal.state == "open"
        ),
    )


def _score(objective: ObjectiveChanged, goal: KeyResult) -> KeyResultScore:
    score, ambition = goal.score, domain.ambition_of(objective, goal)
    agreed = score.agreed if score else None
    return KeyResultScore(
        key_result=goal.id,
        title=goal.title,
        weight=goal.current.weight,
        ambition=ambition,
        expected=EXPECTED[ambition],
        computed=domain.computed_of(goal),
        agreed=agreed,
        band=_band(agreed),
        reason=score.reason if score else None,
        at=score.at if score else None,
    )


def _band(score: float | None) -> ScoreBand | None:
    return None if score is None else score_band(score)
