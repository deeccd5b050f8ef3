"""Final scores: what is kept, when a reason is needed, and what an objective's amount to."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.okr import (
    Definition,
    KeyResult,
    Moment,
    ObjectiveChanged,
    ObjectiveState,
    Place,
    TeamCycleChanged,
)
from contracts.scores import Score
from contracts.words import Text
from services.okr.scores import domain
from services.okr.scores.domain import AgreedScore
from services.okr.scores.views import scores_of

NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)
TEAM, CYCLE = UUID(int=1), UUID(int=9)
TITLE = Text(source="fi", fi="Yksi puhelu riittää")
shares = st.floats(0, 1)
weights = st.floats(0.001, 1000)


def goal(number: int, weight: float = 1.0, **fields: Any) -> KeyResult:
    held = (Definition(since=date(2026, 9, 1), weight=weight),)
    return KeyResult(id=UUID(int=number), title=TITLE, kind="binary", definitions=held, **fields)


def score(agreed: float, computed: float | None = None) -> Score:
    return Score(computed=computed, agreed=agreed, at=NOW)


def objective(
    *goals: KeyResult, states: tuple[ObjectiveState, ...] = ("proposed", "agreed"), **fields: Any
) -> ObjectiveChanged:
    return ObjectiveChanged(
        id=UUID(int=10), version=2, change="agreed", cycle=CYCLE, owner_team=TEAM,
        responsible_team=TEAM, title=TITLE, rhythm="weekly", state=states[-1],
        states=tuple(Moment(state=it, at=NOW) for it in states), key_results=goals, **fields,
    )  # fmt: skip


def at(place: Place) -> TeamCycleChanged:
    return TeamCycleChanged(team=TEAM, cycle=CYCLE, version=1, change="moved", place=place)


def scored(of: ObjectiveChanged, said: dict[str, Any], computed: float | None) -> Score:
    changed = domain.scored(of, UUID(int=1), AgreedScore.model_validate(said), computed, NOW)
    held = changed.key_results[0].score
    assert held is not None
    return held


def test_a_score_as_computed_needs_no_reason() -> None:
    held = scored(objective(goal(1)), {"agreed": 0.67}, 2 / 3)
    assert (held.computed, held.agreed, held.reason, held.at) == (2 / 3, 0.67, None, NOW)


@pytest.mark.parametrize("computed", [None, 0.5, 0.674])
def test_another_than_computed_needs_a_reason(computed: float | None) -> None:
    with pytest.raises(Problem, match="reason-missing"):
        scored(objective(goal(1)), {"agreed": 0.7}, computed)
    held = scored(objective(goal(1)), {"agreed": 0.7, "reason": "Mittari tuli myöhään."}, computed)
    assert (held.computed, held.agreed) == (computed, 0.7)


def test_what_is_finer_than_a_hundredth_is_rounded() -> None:
    assert scored(objective(goal(1)), {"agreed": 0.3349, "reason": "x"}, None).agreed == 0.33
    for wrong in (-0.01, 1.01, float("nan")):
        with pytest.raises(ValueError, match="agreed"):
            AgreedScore.model_validate({"agreed": wrong})


def test_scores_count_their_changes_and_no_statement_of_the_goal() -> None:
    first = domain.scored(objective(goal(1)), UUID(int=1), AgreedScore(agreed=1), 1.0, NOW)
    again = domain.scored(first, UUID(int=1), AgreedScore(agreed=0.5), 0.5, NOW)
    held = again.key_results[0]
    assert held.score is not None
    assert (held.score.revision, held.revision, again.revision) == (2, 1, 1)
    assert (again.version, again.change) == (4, "scored")


def test_an_import_gives_no_reason() -> None:
    changed = domain.scored(
        objective(goal(1)), UUID(int=1), AgreedScore(agreed=0.9), None, NOW, imported=True
    )
    assert changed.key_results[0].score == score(0.9)


def test_what_was_dropped_or_never_there_is_not_scored() -> None:
    with pytest.raises(Problem, match="key-result-dropped"):
        scored(objective(goal(1, state="dropped")), {"agreed": 1}, 1.0)
    with pytest.raises(Problem, match="not-found"):
        scored(objective(goal(2)), {"agreed": 1}, 1.0)


def test_a_team_scores_what_it_agreed_on_until_it_closes_the_cycle() -> None:
    for place in ("running", "retro"):
        domain.expect_scoring(objective(goal(1)), at(place))
        domain.expect_scoring(objective(goal(1), states=("agreed", "closed")), at(place))
    with pytest.raises(Problem, match="team-cycle-past"):
        domain.expect_scoring(objective(goal(1)), at("closed"))
    for early in (None, at("setting")):
        with pytest.raises(Problem, match="too-early-to-score"):
            domain.expect_scoring(objective(goal(1)), early)
    for states in (("proposed",), ("proposed", "closed")):
        with pytest.raises(Problem, match="objective-not-agreed"):
            domain.expect_scoring(objective(goal(1), states=states), at("retro"))


@given(st.lists(st.tuples(weights, st.none() | st.tuples(shares, st.none() | shares)), max_size=6))
def test_an_objective_s_score_is_the_weighted_mean_of_those_there_are(
    given_goals: list[tuple[float, tuple[float, float | None] | None]],
) -> None:
    goals = [
        goal(number, weight, score=score(*said) if said else None)
        for number, (weight, said) in enumerate(given_goals)
    ]
    found = domain.objective_score(objective(*goals))
    known = [(weight, said) for weight, said in given_goals if said]
    if not known:
        assert (found.agreed.progress, found.agreed.coverage, found.computed) == (None, 0.0, None)
        return
    total = sum(weight for weight, _ in known)
    mean = sum(weight * agreed for weight, (agreed, _) in known) / total
    assert found.agreed.progress == pytest.approx(mean)
    assert found.agreed.coverage == pytest.approx(total / sum(weight for weight, _ in given_goals))
    computed = [(weight, it) for weight, (_, it) in known if it is not None]
    expected = (
        sum(weight * it for weight, it in computed) / sum(weight for weight, _ in computed)
        if computed
        else None
    )
    assert found.computed == (None if expected is None else pytest.approx(expected))


def test_scores_are_told_beside_what_is_expected() -> None:
    told = scores_of(
        objective(
            goal(1, ambition="committed", score=score(0.8, 0.75)),
            goal(2, 3, score=score(0.6)),
            goal(3),
            goal(4, state="dropped", score=score(0.0)),
        )
    )
    assert [(it.ambition, it.expected, it.band) for it in told.key_results] == [
        ("committed", 1.0, "high"), ("aspirational", 0.7, "middle"), ("aspirational", 0.7, None),
    ]  # fmt: skip
    assert (told.ambition, told.expected, told.band) == ("aspirational", 0.7, "middle")
    assert told.agreed == pytest.approx(0.65)
    assert (told.computed, told.coverage) == (0.75, 0.8)
    committed = scores_of(objective(goal(1), ambition="committed"))
    assert [(it.ambition, it.expected) for it in committed.key_results] == [("committed", 1.0)]
