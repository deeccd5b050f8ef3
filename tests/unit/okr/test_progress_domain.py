"""The formulas of progress: bounded, monotone, by direction, and silent when nothing is known."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.numbers import LARGEST
from contracts.okr import Definition, KeyResult, KeyResultKind, Milestone
from contracts.progress import ValueRecorded
from contracts.words import Text
from services.okr.progress import domain

DAY = date(2026, 9, 1)
numbers = st.floats(-LARGEST, LARGEST, allow_nan=False)
small = st.floats(-1000, 1000, allow_nan=False)


def goal(kind: KeyResultKind, number: int = 1, **definition: Any) -> KeyResult:
    return KeyResult(
        id=UUID(int=number),
        title=Text(source="en", en="Answered within a day"),
        kind=kind,
        definitions=(Definition(since=DAY, **definition),),
    )


def steps(*weights: float) -> KeyResult:
    return goal("milestones", milestones=milestones(*weights))


def milestones(*weights: float) -> tuple[Milestone, ...]:
    title = Text(source="en", en="A step")
    return tuple(
        Milestone(id=f"m{number}", title=title, weight=weight)
        for number, weight in enumerate(weights, 1)
    )


def row(number: int, /, **fields: object) -> ValueRecorded:
    stated: dict[str, object] = {
        "id": UUID(int=number),
        "version": 1,
        "change": "recorded",
        "key_result": UUID(int=1),
        "objective": UUID(int=2),
        "source": f"check-in/{UUID(int=number)}",
        "source_version": 1,
        "source_values": 1,
        "number": number,
        "effective_date": DAY,
        "value": 1.0,
        "counted": True,
    }
    return ValueRecorded.model_validate(stated | fields)


def share(of: KeyResult, value: float) -> float:
    found = domain.unclamped(of, of.current, value)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("of", "value", "expected"),
    [
        (goal("increase", baseline=63, target=73), 68, 0.5),
        (goal("decrease", baseline=620, target=250), 435, 0.5),
        (goal("increase", baseline=0, target=1), 1.02, 1.02),
        (goal("decrease", baseline=6.5, target=1.5), 7.5, -0.2),
        (goal("maintain", low=3, high=5, tolerance=2), 5, 1.0),
        (goal("maintain", low=3, high=5, tolerance=2), 6, 0.5),
        (goal("maintain", low=3, high=5, tolerance=2), 0, -0.5),
        (steps(20, 40, 40), 60, 0.6),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 52, 0.0),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 56, 0.15),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 60, 0.3),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 65, 0.5),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 80, 1.0),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 90, 1.3),
        (goal("zones", baseline=52, commit=60, target=70, stretch=80), 44, -0.3),
        (goal("zones", baseline=9, commit=7, target=4, stretch=3), 5.5, 0.5),
        (goal("zones", baseline=9, commit=7, target=4, stretch=3), 7, 0.3),
        (goal("binary"), 1, 1.0),
        (goal("binary"), 0, 0.0),
    ],
)
def test_progress_of_known_cases(of: KeyResult, value: float, expected: float) -> None:
    assert share(of, value) == pytest.approx(expected)


@given(baseline=small, step=st.floats(0.001, 1000), value=numbers)
def test_progress_lies_between_nought_and_one(baseline: float, step: float, value: float) -> None:
    up = goal("increase", baseline=baseline, target=baseline + step)
    corridor = goal("maintain", low=baseline, high=baseline + step, tolerance=step)
    for of in (up, corridor, goal("binary")):
        assert 0 <= domain.clamp(share(of, value)) <= 1


@given(baseline=small, step=st.floats(0.001, 1000), one=small, other=small)
def test_progress_follows_the_direction(
    baseline: float, step: float, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    up = goal("increase", baseline=baseline, target=baseline + step)
    down = goal("decrease", baseline=baseline + step, target=baseline)
    assert share(up, low) <= share(up, high)
    assert share(down, low) >= share(down, high)


@given(baseline=small, step=st.floats(0.001, 1000))
def test_progress_is_nought_at_the_baseline_and_one_at_the_target(
    baseline: float, step: float
) -> None:
    target = baseline + step
    for of in (
        goal("increase", baseline=baseline, target=target),
        goal("decrease", baseline=target, target=baseline),
    ):
        start, aim = of.current.baseline, of.current.target
        assert start is not None
        assert aim is not None
        assert share(of, start) == pytest.approx(0, abs=1e-6)
        assert share(of, aim) == pytest.approx(1, abs=1e-6)


rising = st.lists(st.floats(0.001, 1000), min_size=3, max_size=3)


def zones(baseline: float, steps: list[float], way: int) -> KeyResult:
    ends = [baseline]
    for step in steps:
        ends.append(ends[-1] + way * step)
    start, commit, target, stretch = ends
    return goal("zones", baseline=start, commit=commit, target=target, stretch=stretch)


@given(baseline=small, steps=rising, way=st.sampled_from((1, -1)))
def test_zones_pass_through_their_ends(baseline: float, steps: list[float], way: int) -> None:
    of = zones(baseline, steps, way)
    numbers = of.current.model_dump(include={"baseline", "commit", "target", "stretch"})
    reached = [share(of, numbers[name]) for name in ("baseline", "commit", "target", "stretch")]
    assert reached == pytest.approx(domain.ZONES, abs=1e-6)


@given(baseline=small, steps=rising, way=st.sampled_from((1, -1)), one=small, other=small)
def test_zones_never_fall_on_the_way(
    baseline: float, steps: list[float], way: int, one: float, other: float
) -> None:
    of = zones(baseline, steps, way)
    first, last = sorted((one, other), key=lambda value: way * value)
    assert share(of, first) <= share(of, last) + 1e-9
    assert 0 <= domain.clamp(share(of, one)) <= 1


some_weights = st.lists(st.floats(0.001, 1000), min_size=1, max_size=8)


@given(weights=some_weights, data=st.data())
def test_milestones_reach_what_is_done_of_their_weight(
    weights: list[float], data: st.DataObject
) -> None:
    of = steps(*weights)
    ids = [it.id for it in of.current.milestones or ()]
    done = data.draw(st.lists(st.sampled_from([*ids, "gone"])))
    said = domain.state_of(of, row(1, value=0.0, done=done))
    share_done = sum(weights[ids.index(one)] for one in {*done} - {"gone"}) / sum(weights)
    assert said["progress"] == pytest.approx(share_done)
    assert said["done"] == tuple(one for one in ids if one in done)
    everything = domain.state_of(of, row(1, done=ids))
    assert everything["progress"] == pytest.approx(1)


@given(weights=some_weights, data=st.data())
def test_one_more_milestone_is_never_less(weights: list[float], data: st.DataObject) -> None:
    of = steps(*weights)
    ids = [it.id for it in of.current.milestones or ()]
    done = data.draw(st.lists(st.sampled_from(ids), unique=True))
    more = data.draw(st.sampled_from(ids))
    fewer = domain.value_of(of.current, domain.Said(0.0, None, tuple(done)))
    assert domain.value_of(of.current, domain.Said(0.0, None, (*done, more))) >= fewer - 1e-9


def test_what_is_done_is_judged_by_the_milestones_that_there_are_now() -> None:
    restated = Definition(since=DAY, milestones=milestones(1, 3)[1:])
    of = steps(20, 40, 40)
    of = of.model_copy(update={"definitions": (*of.definitions, restated)})
    said = domain.state_of(of, row(1, value=60, done=["m1", "m2"]))
    assert (said["value"], said["done"], said["progress"]) == (3, ("m2",), 1.0)


def test_nothing_known_is_no_progress() -> None:
    goals = [goal("binary", 1), goal("binary", 2)]
    assert domain.totals(goals, {}) == domain.Totals(None, 0.0)


@given(
    weights=st.lists(st.floats(0.001, 1000), min_size=1, max_size=6),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=6),
)
def test_an_objective_lies_within_what_its_key_results_reached(
    weights: list[float], shares: list[float]
) -> None:
    goals = [
        goal("increase", number, baseline=0, target=1, weight=weight)
        for number, weight in enumerate(weights)
    ]
    known = {UUID(int=number): p for number, p in enumerate(shares[: len(weights)])}
    found = domain.totals(goals, known)
    assert found.progress is not None
    assert min(known.values()) - 1e-9 <= found.progress <= max(known.values()) + 1e-9
    assert 0 < found.coverage <= 1
    assert found.coverage == pytest.approx(sum(weights[: len(known)]) / sum(weights))


def test_dropped_key_results_are_in_neither_progress_nor_coverage() -> None:
    dropped = goal("binary", 1).model_copy(update={"state": "dropped"})
    found = domain.totals([dropped, goal("binary", 2)], {UUID(int=1): 1.0, UUID(int=2): 0.25})
    assert found == domain.Totals(0.25, 1.0)


def test_a_source_that_says_less_withdraws_the_rest() -> None:
    held = [row(1), row(2, key_result=UUID(int=7))]
    said = {UUID(int=1): domain.Said(3.0, 8), UUID(int=9): domain.Said(1.0, None)}
    assert domain.versions(held, said) == [
        (UUID(int=1), held[0], domain.Said(3.0, 8)),
        (UUID(int=7), held[1], None),
        (UUID(int=9), None, domain.Said(1.0, None)),
    ]
