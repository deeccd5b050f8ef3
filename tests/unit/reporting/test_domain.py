"""How goals stand, and what they add up to along the tree: examples, and what always holds."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import okr
from contracts.words import Text
from services.okr.progress import domain as of_okr
from services.reporting import domain
from services.reporting.domain import Followed, Frame, Sums
from services.reporting.messages import Definition, Phase

ZONE = ZoneInfo("Europe/Helsinki")
START, END = date(2026, 9, 1), date(2026, 12, 31)


def at(day: date) -> Frame:
    """The cycle looked at from noon of `day`."""
    return Frame(START, END, datetime.combine(day, datetime.min.time(), UTC), ZONE)


def an_id(number: int) -> UUID:
    return UUID(int=number + 1)


def followed(*progress: float | None) -> list[Followed]:
    return [Followed(one) for one in progress]


def test_an_objective_stands_as_its_weakest_key_result() -> None:
    day = date(2026, 11, 1)
    found = domain.standing(
        at(day), "weekly", "agreed", True, None, None, day, followed(0.9, 0.2, None)
    )
    assert found.of_key_results == ("on-track", "behind", "no-value")
    assert (found.status, found.stale) == ("behind", False)


def test_what_is_expected_by_when_decides_how_a_key_result_keeps_pace() -> None:
    day = date(2026, 11, 1)
    late = Followed(0.2, (Phase(day=date(2026, 11, 30), share=0.2),))
    found = domain.standing(
        at(day), "weekly", "agreed", True, None, None, day, [late, Followed(0.2)]
    )
    assert found.expected == pytest.approx((61 / 90 * 0.2, 61 / 121))
    assert found.of_key_results == ("on-track", "behind")


def test_staleness_comes_before_all_even_without_key_results() -> None:
    day = date(2026, 11, 1)
    assert (
        domain.standing(at(day), "weekly", "agreed", True, None, None, None, []).status == "stale"
    )
    assert (
        domain.standing(at(day), "weekly", "agreed", True, None, None, None, followed(1.0)).status
        == "stale"
    )


def test_what_was_agreed_since_the_last_due_is_not_stale() -> None:
    agreed = datetime(2026, 10, 30, 13, tzinfo=UTC)
    found = domain.standing(
        at(date(2026, 11, 3)), "weekly", "agreed", True, agreed, None, None, followed(0.9)
    )
    assert (found.stale, found.status) == (False, "on-track")


def test_nothing_is_due_of_what_was_only_proposed() -> None:
    found = domain.standing(
        at(date(2026, 11, 1)), "weekly", "proposed", False, None, None, None, []
    )
    assert (found.stale, found.due_next, found.status) == (False, None, "no-value")


def test_nothing_was_due_of_a_proposal_that_was_taken_back() -> None:
    closed = datetime(2026, 10, 20, tzinfo=UTC)
    for was_agreed in (False, True):
        found = domain.standing(
            at(date(2026, 11, 1)), "weekly", "closed", was_agreed, None, closed, None, []
        )
        assert (found.stale, found.due_next) == (was_agreed, None)


def test_a_closed_objective_stands_as_when_it_was_closed() -> None:
    closed = datetime(2026, 9, 3, tzinfo=UTC)
    found = domain.standing(
        at(date(2026, 12, 1)), "weekly", "closed", True, None, closed, None, followed(0.0)
    )
    assert (found.stale, found.due_next, found.status) == (False, None, "on-track")


parents = st.dictionaries(
    st.integers(0, 30).map(an_id), st.none() | st.integers(0, 40).map(an_id), max_size=30
)


@given(parents)
def test_everything_is_in_the_tree_once_and_after_its_parent(
    above: dict[UUID, UUID | None],
) -> None:
    nodes = domain.in_tree_order(above)
    assert sorted(node.id for node in nodes) == sorted(above)
    depth: dict[UUID, int] = {}
    for node in nodes:
        assert node.depth == (0 if node.parent is None else depth[node.parent] + 1)
        assert node.parent in (None, above[node.id])
        depth[node.id] = node.depth


def test_a_circle_of_units_still_ends() -> None:
    nodes = domain.in_tree_order({an_id(0): an_id(1), an_id(1): an_id(0)})
    assert [(node.id, node.depth) for node in nodes] == [(an_id(0), 0), (an_id(1), 1)]


goals = st.builds(
    domain.sums_of,
    st.none() | st.floats(0, 1),
    st.booleans(),
    st.lists(st.booleans(), max_size=4),
    st.lists(st.none() | st.integers(0, 10), max_size=4),
)


@settings(max_examples=40)
@given(parents, st.lists(st.tuples(st.integers(0, 30).map(an_id), goals), max_size=20))
def test_sums_are_those_of_all_that_is_owned_below(
    above: dict[UUID, UUID | None], owned: list[tuple[UUID, Sums]]
) -> None:
    nodes = domain.in_tree_order(above)
    found = domain.sum_up(nodes, owned, Sums)
    up = {node.id: node.parent for node in nodes}
    for node in nodes:
        expected = Sums()
        for owner, sums in owned:
            step: UUID | None = owner if owner in up else None
            while step is not None and step != node.id:
                step = up[step]
            if step == node.id:
                expected.add(sums)
        assert found[node.id].progress == pytest.approx(expected.progress)
        counts = ("objectives", "stale", "with_progress", "key_results", "with_value")
        for name in (*counts, "lowest_confidence", "low_confidence"):
            assert getattr(found[node.id], name) == getattr(expected, name)


@given(goals)
def test_shares_are_shares(sums: Sums) -> None:
    assert sums.mean_progress is None or 0 <= sums.mean_progress <= 1
    assert sums.coverage is None or 0 <= sums.coverage <= 1


numbers = st.integers(-1000, 1000).map(lambda number: number / 8)


@given(
    st.sampled_from(["increase", "decrease", "maintain", "binary", "zones", "milestones"]),
    numbers,
    numbers,
    numbers,
    st.integers(1, 100),
    st.booleans(),
)
def test_progress_of_a_day_is_by_the_formula_of_okr(
    kind: okr.KeyResultKind,
    first: float,
    second: float,
    value: float,
    tolerance: int,
    measured: bool,
) -> None:
    """The formula stands in both services, which are strangers to each other."""
    if first == second:
        return
    given_numbers = {
        "baseline": first if measured or kind not in okr.DIRECTED else None,
        "target": second,
        "low": min(first, second),
        "high": max(first, second),
        "tolerance": tolerance,
        "commit": first + (second - first) / 4,
        "stretch": second + (second - first) * tolerance,
    }
    steps = tuple(
        okr.Milestone(id=f"m{number}", title=Text(source="fi", fi="x"), weight=weight)
        for number, weight in enumerate((tolerance, 1, 20))
    )
    theirs = okr.Definition(since=START, milestones=steps, **given_numbers)
    goal = okr.KeyResult(
        id=an_id(0), title=Text(source="fi", fi="x"), kind=kind, definitions=(theirs,)
    )
    ours = Definition.model_validate(theirs.model_dump())
    assert domain.unclamped(kind, ours, value) == of_okr.unclamped(goal, theirs, value)


@given(st.lists(st.sampled_from(["m0", "m1", "m2", "gone"])))
def test_what_is_done_tells_the_progress_of_milestones(done: list[str]) -> None:
    title = {"source": "fi", "fi": "x"}
    steps = [{"id": f"m{n}", "title": title, "weight": n + 1} for n in (0, 1, 2)]
    definition = Definition.model_validate({"since": START, "milestones": steps})
    share = sum(n + 1 for n in (0, 1, 2) if f"m{n}" in done) / 6
    assert domain.unclamped("milestones", definition, 99, done) == pytest.approx(share)


@given(st.lists(st.tuples(st.integers(0, 3).map(an_id), st.booleans())))
def test_a_team_is_in_rhythm_while_none_of_its_goals_is_stale(
    goals: list[tuple[UUID, bool]],
) -> None:
    told = dict(domain.habits_of_teams(goals))
    assert told.keys() == {team for team, _ in goals}
    for team, habits in told.items():
        late = any(stale for owner, stale in goals if owner == team)
        assert (habits.teams, habits.in_rhythm) == (1, 0 if late else 1)


@given(st.integers(0, 9), st.integers(0, 9))
def test_site_distance_is_told_of_five_or_more(people: int, elsewhere: int) -> None:
    told = domain.Habits(people=people, elsewhere=min(elsewhere, people)).site_distance
    assert (told is None) == (people < 5)
    assert told is None or 0 <= told <= 1


@settings(max_examples=300)
@given(parents, st.lists(st.integers(0, 12), min_size=31, max_size=31))
def test_no_figure_of_people_tells_of_a_few(
    above: dict[UUID, UUID | None], of_their_own: list[int]
) -> None:
    nodes = domain.in_tree_order(above)
    up = {node.id: node.parent for node in nodes}
    people: dict[UUID, set[tuple[UUID, int]]] = {node.id: set() for node in nodes}
    for node, count in zip(nodes, of_their_own, strict=False):
        step: UUID | None = node.id
        while step is not None:
            people[step] |= {(node.id, number) for number in range(count)}
            step = up[step]
    told = domain.told_apart(nodes, {node: len(some) for node, some in people.items()})
    for one in told:
        # All that can be made of these figures by adding and taking away is made of such rests.
        others = [people[other] for other in told if people[other] < people[one]]
        assert not 0 < len(people[one].difference(*others)) < 5
        assert not any(0 < len(people[one] - other) < 5 for other in others)
    for node in nodes:
        if node.parent is None:
            assert (node.id in told) == (len(people[node.id]) >= 5)
    if not any(0 < count < 5 for count in of_their_own):
        assert told == {node for node, some in people.items() if some}


def test_a_small_unit_keeps_back_its_smallest_sibling() -> None:
    root, small, middle, large = map(an_id, range(4))
    nodes = domain.in_tree_order({root: None, small: root, middle: root, large: root})
    people = {root: 4 + 5 + 9, small: 4, middle: 5, large: 9}
    assert domain.told_apart(nodes, people) == {root, large}
    # Together the small ones are enough.
    people = {root: 4 + 4 + 9, small: 4, middle: 4, large: 9}
    assert domain.told_apart(nodes, people) == {root, large}
    # What is below the smallest is kept back with it, where it is the same people.
    below = an_id(4)
    nodes = domain.in_tree_order(
        {root: None, small: root, middle: root, large: root, below: middle}
    )
    people = {root: 4 + 5 + 9, small: 4, middle: 5, below: 5, large: 9}
    assert domain.told_apart(nodes, people) == {root, large}


def test_progress_that_can_not_be_told() -> None:
    empty = Definition(since=START)
    for kind in ("increase", "decrease", "maintain", "zones"):
        assert domain.unclamped(kind, empty, 5) is None
    flat = Definition(since=START, baseline=5, target=5, low=3, high=3)
    assert domain.unclamped("increase", flat, 5) is None
    assert domain.unclamped("maintain", flat, 5) is None


def test_the_tolerance_is_the_corridor_s_width_by_default() -> None:
    corridor = Definition(since=START, low=3, high=5)
    assert [domain.unclamped("maintain", corridor, at) for at in (4, 6, 7, 9)] == [1, 0.5, 0, -1]


def test_the_definition_of_a_day() -> None:
    definitions = [Definition(since=START + timedelta(days=n), target=n) for n in (0, 10)]
    days = [START - timedelta(days=1), START, START + timedelta(days=9), START + timedelta(days=10)]
    assert [domain.definition_of(definitions, day).target for day in days] == [0, 0, 0, 10]
