"""A baseline that is to be measured: no progress until then, and all of it afterwards."""

from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.okr import Definition, ObjectiveChanged
from contracts.progress import ValueRecorded
from services.okr.key_results import domain as key_results
from services.okr.objectives import domain
from services.okr.objectives.stated import KeyResultDraft, ObjectiveFrame
from services.okr.progress import domain as progress

NOW = datetime(2026, 9, 1, 9, tzinfo=UTC)
FIRST, SECOND, THIRD, FOURTH = (date(2026, month, 1) for month in (9, 10, 11, 12))
TEAM, GOAL = UUID(int=1), UUID(int=20)
TITLE = {"source": "fi", "fi": "Kerralla ratkenneet"}


def draft(target: float = 10, **fields: Any) -> KeyResultDraft:
    stated = {"title": TITLE, "kind": "increase", "target": target}
    return KeyResultDraft.model_validate(stated | fields)


def objective(said: KeyResultDraft) -> ObjectiveChanged:
    frame = ObjectiveFrame.model_validate(
        {"cycle": UUID(int=9), "owner_team": TEAM, "responsible_team": TEAM, "title": TITLE}
    )
    goal = domain.key_result(said, GOAL, FIRST)
    return domain.begin(frame, UUID(int=10), "agreed", [goal], NOW, None)


def told(of: ObjectiveChanged) -> list[tuple[date, float | None, float | None, date | None]]:
    return [
        (it.since, it.baseline, it.target, it.baseline_measured)
        for it in of.key_results[0].definitions
    ]


def row(value: float) -> ValueRecorded:
    return ValueRecorded(
        id=UUID(int=30), version=1, change="recorded", key_result=GOAL, objective=UUID(int=10),
        source="check-in/x", source_version=1, source_values=1, number=1, effective_date=FIRST,
        value=value, counted=True, confidence=6,
    )  # fmt: skip


def test_a_value_without_a_baseline_is_kept_and_is_no_progress() -> None:
    goal = objective(draft()).key_results[0]
    said = progress.state_of(goal, row(7))
    assert goal.to_be_measured
    assert (said["value"], said["confidence"]) == (7, 6)
    assert (said["progress"], said["unclamped"]) == (None, None)
    assert progress.totals([goal], {}) == progress.Totals(None, 0.0)


def test_setting_it_fills_the_definition_from_its_beginning() -> None:
    changed = key_results.set_baseline(objective(draft()), GOAL, 5, SECOND)
    assert told(changed) == [(FIRST, 5, 10, SECOND)]
    assert (changed.version, changed.change) == (2, "baseline-set")
    assert (changed.revision, changed.key_results[0].revision) == (1, 2)
    said = progress.state_of(changed.key_results[0], row(7))
    assert said["progress"] == pytest.approx(0.4)


def test_every_definition_that_awaited_it_is_filled_where_it_fits() -> None:
    first = key_results.redefine_key_result(objective(draft(4)), GOAL, draft(10), SECOND)
    second = key_results.redefine_key_result(first, GOAL, draft(12), THIRD)
    changed = key_results.set_baseline(second, GOAL, 5, FOURTH)
    assert told(changed) == [
        (FIRST, None, 4, None),
        (SECOND, 5, 10, FOURTH),
        (THIRD, 5, 12, FOURTH),
    ]


def test_it_may_be_measured_again() -> None:
    once = key_results.set_baseline(objective(draft()), GOAL, 5, SECOND)
    again = key_results.set_baseline(once, GOAL, 6, THIRD)
    assert told(again) == [(FIRST, 6, 10, THIRD)]


def test_what_was_agreed_on_with_the_goal_is_not_measured_anew() -> None:
    with pytest.raises(Problem, match="baseline-stands"):
        key_results.set_baseline(objective(draft(baseline=3)), GOAL, 5, SECOND)
    binary = objective(draft().model_copy(update={"kind": "binary", "target": None}))
    with pytest.raises(Problem, match="baseline-stands"):
        key_results.set_baseline(binary, GOAL, 5, SECOND)
    zones = draft(kind="zones", commit=5, stretch=20)
    with pytest.raises(Problem, match="baseline-stands"):
        key_results.set_baseline(objective(zones), GOAL, 5, SECOND)


@pytest.mark.parametrize("baseline", [10, 10.0000001, 11])
def test_one_that_leaves_nothing_to_reach_is_refused(baseline: float) -> None:
    with pytest.raises(Problem, match="baseline-unfit"):
        key_results.set_baseline(objective(draft()), GOAL, baseline, SECOND)
    down = draft(kind="decrease", target=20)
    with pytest.raises(Problem, match="baseline-unfit"):
        key_results.set_baseline(objective(down), GOAL, baseline, SECOND)


def test_nothing_is_set_of_what_is_over() -> None:
    dropped = key_results.drop_key_result(objective(draft()), GOAL)
    with pytest.raises(Problem, match="key-result-dropped"):
        key_results.set_baseline(dropped, GOAL, 5, SECOND)
    closed = domain.close(objective(draft()), NOW, None)
    with pytest.raises(Problem, match="objective-closed"):
        key_results.set_baseline(closed, GOAL, 5, SECOND)
    with pytest.raises(Problem, match="not-found"):
        key_results.set_baseline(objective(draft()), UUID(int=99), 5, SECOND)


def test_another_system_s_word_that_has_it_fills_the_hole_too() -> None:
    changed = key_results.redefine_key_result(objective(draft()), GOAL, draft(baseline=5), SECOND)
    assert told(changed) == [(FIRST, 5, 10, SECOND)]
    other = key_results.redefine_key_result(changed, GOAL, draft(12, baseline=5), THIRD)
    assert told(other) == [(FIRST, 5, 10, SECOND), (THIRD, 5, 12, SECOND)]
    anew = key_results.redefine_key_result(other, GOAL, draft(12, baseline=6), FOURTH)
    assert told(anew) == [(FIRST, 6, 10, FOURTH), (THIRD, 6, 12, FOURTH)]


def test_a_baseline_that_was_agreed_on_stays_in_the_past() -> None:
    changed = key_results.redefine_key_result(objective(draft(baseline=3)), GOAL, draft(), SECOND)
    assert told(changed) == [(FIRST, 3, 10, None), (SECOND, None, 10, None)]
    again = key_results.set_baseline(changed, GOAL, 5, THIRD)
    assert told(again) == [(FIRST, 3, 10, None), (SECOND, 5, 10, THIRD)]


numbers = st.integers(-1000, 1000).map(float)


@given(
    baseline=numbers,
    targets=st.lists(numbers, min_size=1, max_size=4),
    kind=st.sampled_from(("increase", "decrease")),
)
def test_the_past_gains_progress_and_never_loses_what_it_said(
    baseline: float, targets: list[float], kind: str
) -> None:
    days = (FIRST, SECOND, THIRD, FOURTH)
    held = objective(draft(targets[0], kind=kind))
    for day, target in zip(days[1:], targets[1:], strict=False):
        held = key_results.redefine_key_result(held, GOAL, draft(target, kind=kind), day)
    try:
        changed = key_results.set_baseline(held, GOAL, baseline, FOURTH)
    except Problem:
        assert baseline == targets[-1] or (baseline < targets[-1]) != (kind == "increase")
        return
    goal = changed.key_results[0]
    assert not goal.to_be_measured
    for before, after in zip(held.key_results[0].definitions, goal.definitions, strict=True):
        assert _without_baseline(after) == before
        share = progress.unclamped(goal, after, baseline)
        assert share is None or share == 0
        fits = baseline != after.target and (baseline < (after.target or 0)) == (kind == "increase")
        assert (after.baseline is not None) == fits
    assert all(one.since < other.since for one, other in pairwise(goal.definitions))


def _without_baseline(of: Definition) -> Definition:
    return of.model_copy(update={"baseline": None, "baseline_measured": None})
