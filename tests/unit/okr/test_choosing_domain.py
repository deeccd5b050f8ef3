"""How a team chooses together: how many it needs, who confirms, and what is told of it."""

import math
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.problem import Problem
from contracts.choosing import Agreement
from contracts.okr import ObjectiveChanged
from services.okr.choosing import domain
from services.okr.choosing.domain import Choice, Figures, Part, Team
from services.okr.objectives import domain as objectives
from services.okr.objectives.stated import KeyResultDraft, ObjectiveFrame

NOW, LATER = datetime(2026, 9, 1, 9, tzinfo=UTC), datetime(2026, 9, 3, 9, tzinfo=UTC)
TODAY = date(2026, 9, 1)
TORCH, DEPUTY, BOSS = UUID(int=1), UUID(int=2), UUID(int=3)
MEMBERS = [UUID(int=number) for number in range(11, 31)]
TITLE = {"source": "fi", "fi": "Asumisen hakemus ei jää odottamaan"}
MEETING = Choice(how="in-meeting", present=5)
SUPPORT = Choice(how="by-support")
PAIR = {TORCH: {"torchbearer"}, BOSS: {"supervisor"}}


def team(*, members: int = 8, share: float = 0.5, **roles: Any) -> Team:
    """A team of so many members beside those who hold the roles named."""
    held = {person: {"member"} for person in MEMBERS[:members]}
    return Team(held | (roles.get("acting") or PAIR), share)


def proposed(**more: Any) -> ObjectiveChanged:
    stated = {"title": TITLE, "kind": "increase", "baseline": 0, "target": 10}
    goal = objectives.key_result(KeyResultDraft.model_validate(stated), UUID(int=20), TODAY)
    said = {"cycle": UUID(int=9), "owner_team": UUID(int=8), "responsible_team": UUID(int=8)}
    frame = ObjectiveFrame.model_validate(said | {"title": TITLE} | more)
    return objectives.begin(frame, UUID(int=10), "proposed", [goal], NOW, MEMBERS[0])


def figures(of: Team, *, supporters: int = 0, present: int | None = None) -> Figures:
    some = frozenset(sorted(of.roles, reverse=True)[:supporters])
    return Figures.of(of, Part(some, frozenset(), present))


def record(
    objective: ObjectiveChanged, by: UUID, of: Team, choice: Choice = MEETING, **counts: Any
) -> Agreement:
    counted = figures(of, present=choice.present, **counts)
    return domain.record(objective, choice, by, of, counted, NOW)


@pytest.mark.parametrize(("members", "told"), [(5, False), (6, True)])
def test_others_are_told_of_a_choice_of_eight_once_it_is_agreed(
    *, members: int, told: bool
) -> None:
    of = team(members=members)
    recorded = record(proposed(), TORCH, of, SUPPORT, supporters=2)
    assert (recorded.support, recorded.hint) == (2, "below-share")
    seen = domain.outside(recorded)
    assert (seen.support, seen.hint) == (None, None)
    waiting = domain.waiting(proposed(), recorded)
    agreed = domain.confirm(waiting, BOSS, of, figures(of, supporters=2), NOW)
    seen = domain.outside(agreed)
    assert seen == (agreed if told else agreed.model_copy(update={"support": None, "hint": None}))


@given(st.integers(3, 500), st.floats(0, 1, exclude_min=True))
def test_so_many_choose_as_the_team_has_said_and_never_nobody_or_more_than_all(
    members: int, share: float
) -> None:
    needed = domain.needed(members, share)
    assert needed is not None
    assert 1 <= needed <= members
    assert share * members - 1e-6 <= needed <= share * members + 1


@given(st.integers(3, 500))
def test_where_a_team_has_said_nothing_more_than_half_of_it_choose(members: int) -> None:
    needed = domain.needed(members, domain.SHARE)
    assert needed is not None
    assert needed - 1 <= members / 2 < needed


@given(st.integers(3, 500), st.floats(0, 1, exclude_min=True), st.floats(0, 1, exclude_min=True))
def test_of_a_larger_share_no_fewer_choose(members: int, one: float, other: float) -> None:
    less, more = (domain.needed(members, share) for share in sorted((one, other)))
    assert less is not None
    assert more is not None
    assert less <= more


@pytest.mark.parametrize(
    ("members", "share", "needed"),
    [(1, 0.5, None), (2, 1, None), (3, 0.5, 2), (4, 0.5, 3), (5, 0.6, 3), (20, 0.55, 11),
     (10, 0.7, 7), (7, 1, 7), (10, 0.3, 3), (20, 0.35, 7), (10, 0.01, 1),
     (500, math.nextafter(0.5, 1), 251), (500, math.nextafter(0.5, 0), 250)],
)  # fmt: skip
def test_a_team_of_one_or_two_needs_no_count(
    members: int, share: float, needed: int | None
) -> None:
    assert domain.needed(members, share) == needed


def test_one_records_and_the_other_confirms() -> None:
    of = team()
    for first, second in ((TORCH, BOSS), (BOSS, TORCH)):
        said = record(proposed(), first, of)
        assert (said.state, said.recorded_by, said.alone) == ("recorded", first, None)
        waiting = domain.waiting(proposed(), said)
        assert (waiting.state, waiting.agreements) == ("proposed", (said,))
        for other in (first, MEMBERS[0]):
            with pytest.raises(Problem, match="other-confirms"):
                domain.confirm(waiting, other, of, figures(of, present=5), LATER)
        agreed = domain.confirm(waiting, second, of, figures(of, present=5), LATER)
        assert (agreed.state, agreed.confirmed_by) == ("agreed", second)
        settled = domain.settled(waiting, agreed, second, LATER, TODAY)
        assert (settled.state, settled.change) == ("agreed", "agreed")
        assert [(it.state, it.at) for it in settled.states] == [
            ("proposed", NOW),
            ("agreed", LATER),
        ]
        assert settled.agreements == (agreed,)
        assert settled.revision == 2


def test_a_deputy_acts_as_the_torchbearer() -> None:
    of = team(acting={DEPUTY: {"deputy"}, **PAIR})
    waiting = domain.waiting(proposed(), record(proposed(), DEPUTY, of))
    with pytest.raises(Problem, match="other-confirms"):
        domain.confirm(waiting, TORCH, of, figures(of), LATER)
    assert domain.confirm(waiting, BOSS, of, figures(of), LATER).state == "agreed"


@pytest.mark.parametrize(
    ("acting", "by", "alone"),
    [
        ({TORCH: {"torchbearer"}}, TORCH, "no-supervisor"),
        ({TORCH: {"torchbearer"}, DEPUTY: {"deputy"}}, DEPUTY, "no-supervisor"),
        ({BOSS: {"supervisor"}}, BOSS, "no-torchbearer"),
        ({BOSS: {"supervisor", "torchbearer"}}, BOSS, "both-in-one"),
        ({BOSS: {"supervisor", "torchbearer"}, DEPUTY: {"deputy"}}, BOSS, None),
        ({BOSS: {"supervisor", "deputy"}, TORCH: {"torchbearer"}}, BOSS, None),
        (PAIR, TORCH, None),
    ],
)
def test_one_is_enough_where_nobody_else_can_confirm(
    acting: dict[UUID, set[str]], by: UUID, alone: str | None
) -> None:
    said = record(proposed(), by, team(acting=acting))
    assert (said.alone, said.state) == (alone, "agreed" if alone else "recorded")


def test_the_strategy_office_agrees_alone() -> None:
    of, nobody = team(), None
    said = domain.record(proposed(), MEETING, nobody, of, figures(of, present=5), NOW)
    assert (said.state, said.alone, said.sides) == ("agreed", "strategy-office", ())
    settled = domain.settled(proposed(), said, nobody, NOW, TODAY)
    assert (settled.state, settled.states[-1].by) == ("agreed", None)


def test_what_was_recorded_is_replaced_by_what_is_recorded_next() -> None:
    of = team()
    waiting = domain.waiting(proposed(), record(proposed(), TORCH, of))
    again = domain.waiting(waiting, record(waiting, BOSS, of, SUPPORT))
    assert [(it.how, it.recorded_by) for it in again.agreements] == [("by-support", BOSS)]


def test_there_is_nothing_to_confirm_before_it_is_recorded() -> None:
    with pytest.raises(Problem, match="nothing-to-confirm"):
        domain.confirm(proposed(), BOSS, team(), figures(team()), LATER)


def test_there_is_nothing_to_choose_without_key_results_or_a_change() -> None:
    empty = proposed().model_copy(update={"key_results": ()})
    with pytest.raises(Problem, match="objective-without-key-results"):
        record(empty, TORCH, team())
    agreed = proposed().model_copy(update={"state": "agreed"})
    with pytest.raises(Problem, match="nothing-to-choose"):
        record(agreed, TORCH, team())
    with pytest.raises(Problem, match="objective-closed"):
        record(objectives.close(agreed, NOW, TORCH), TORCH, team())


@pytest.mark.parametrize(
    ("choice", "supporters", "share", "hint"),
    [
        (SUPPORT, 5, 0.5, "below-share"),  # of ten
        (SUPPORT, 6, 0.5, None),
        (SUPPORT, 7, 0.75, "below-share"),
        (SUPPORT, 8, 0.75, None),
        (MEETING, 0, 0.5, "below-share"),
        (Choice(how="in-meeting", present=6), 0, 0.5, None),
    ],
)
def test_below_the_share_it_is_agreed_all_the_same_with_a_hint(
    choice: Choice, supporters: int, share: float, hint: str | None
) -> None:
    of = team(share=share)
    assert len(of.roles) == 10
    said = record(proposed(), TORCH, of, choice, supporters=supporters)
    assert said.hint == hint
    waiting = domain.waiting(proposed(), said)
    counted = figures(of, supporters=supporters, present=choice.present)
    agreed = domain.confirm(waiting, BOSS, of, counted, LATER)
    assert (agreed.state, agreed.hint) == ("agreed", hint)


def test_no_more_meet_than_there_are_members() -> None:
    of = team(members=7)
    assert record(proposed(), TORCH, of, Choice(how="in-meeting", present=9)).took_part is None
    with pytest.raises(Problem, match="more-present-than-members") as refused:
        record(proposed(), TORCH, of, Choice(how="in-meeting", present=500))
    assert refused.value.facts == {"present": 500, "members": 9}


def test_who_meets_is_not_counted_where_the_office_answers_for_a_team_without_members() -> None:
    of = Team({})
    said = domain.record(proposed(), MEETING, None, of, figures(of, present=5), NOW)
    assert (said.state, said.took_part, said.hint) == ("agreed", None, None)


def test_a_team_of_two_gets_no_hint() -> None:
    of = team(members=0)
    assert record(proposed(), TORCH, of, SUPPORT).hint is None


def test_figures_are_of_the_day_of_agreeing() -> None:
    small, grown = team(members=2), team(members=18)
    waiting = domain.waiting(proposed(), record(proposed(), TORCH, small, SUPPORT, supporters=3))
    agreed = domain.confirm(waiting, BOSS, grown, figures(grown, supporters=5), LATER)
    assert (agreed.support, agreed.hint, agreed.took_part) == (5, "below-share", "25-49")


@given(
    members=st.integers(0, 15),
    supporters=st.sets(st.integers(0, 19)),
    others=st.sets(st.integers(0, 19)),
    present=st.none() | st.integers(1, 40),
)
def test_those_who_took_part_are_members_and_are_counted_once(
    members: int, supporters: set[int], others: set[int], present: int | None
) -> None:
    of = team(members=members, acting={TORCH: {"torchbearer"}})
    named = [frozenset(MEMBERS[it] for it in some) for some in (supporters, others)]
    found = Figures.of(of, Part(named[0], named[1], present))
    assert found.support == len([it for it in supporters if it < members])
    assert found.support <= found.took_part <= found.members == members + 1
    assert found.took_part >= min(present or 0, found.members)
    assert found.took_part >= len([it for it in supporters | others if it < members])
    assert (found.band is None) == (found.members < 8)


@pytest.mark.parametrize(
    ("took_part", "members", "band"),
    [
        (0, 8, "under-25"), (1, 8, "under-25"), (2, 8, "25-49"), (3, 8, "25-49"),
        (4, 8, "50-74"), (5, 8, "50-74"), (6, 8, "75-100"), (8, 8, "75-100"),
        (7, 7, None), (249, 1000, "under-25"), (499, 1000, "25-49"), (749, 1000, "50-74"),
    ],
)  # fmt: skip
def test_how_many_took_part_is_told_in_bands(
    took_part: int, members: int, band: str | None
) -> None:
    assert Figures(0, took_part, members).band == band


def test_bands_leave_no_gap() -> None:
    bands = [Figures(0, took_part, 100).band for took_part in range(101)]
    assert sum(one != other for one, other in pairwise(bands)) == len(domain.BANDS) - 1


@pytest.mark.parametrize("said", [{"how": "in-meeting"}, {"how": "by-support", "present": 3}])
def test_who_was_present_is_counted_in_a_meeting_alone(said: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Choice.model_validate(said)


def test_the_teams_of_a_goal_may_support_it_and_not_those_that_are_only_invited() -> None:
    shared = proposed(owner_team=UUID(int=5), contributing_teams=[UUID(int=6)])
    assert domain.may_support(shared) == (UUID(int=8), UUID(int=5))
    joined = shared.model_copy(update={"contributing_teams": (UUID(int=6),)})
    assert set(domain.may_support(joined)) == {UUID(int=it) for it in (5, 6, 8)}
