"""A large demo: as many teams and people as asked for, the same for a seed, and as it is told."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cli.demo.agency import Agency
from cli.demo.dates import Calendar
from cli.demo.large.agency import large_agency
from cli.demo.large.learned import LEARNED
from cli.demo.large.places import TWELVE, placed_teams
from cli.demo.organisation import TEAMS
from cli.demo.retros import FINDINGS
from cli.demo.tables import Goal
from contracts.words import Text
from local.problems import LocalProblem
from services.okr.objectives.stated import KeyResultDraft


@pytest.fixture(scope="module")
def whole() -> Agency:
    return large_agency(130, 1300, 12, 1)


def goals(agency: Agency) -> list[Goal]:
    return [goal for this in agency.rounds for goal in this.goals]


def test_it_is_as_large_as_asked_for(whole: Agency) -> None:
    assert len(whole.teams) == len({team.key for team in whole.teams}) == 130
    members = [one for one in whole.people if one.team and one.at_home]
    assert len(members) == 1300
    sizes = Counter(one.team for one in members)
    assert (min(sizes.values()), max(sizes.values()) <= 60, sizes["kide"]) == (4, True, 6)
    assert len({one.name for one in whole.people}) == len(whole.people)
    assert len({one.subject for one in whole.people}) == len(whole.people)
    assert {one.key for one in TEAMS} == TWELVE <= sizes.keys()


def test_533_of_1300_work_elsewhere_than_their_supervisor(whole: Agency) -> None:
    supervisors = {one.team: one.site for one in whole.people if "supervisor" in one.roles}
    members = [one for one in whole.people if one.team and one.at_home]
    assert sum(one.site != supervisors[one.team] for one in members) == 533


@settings(max_examples=15, deadline=None)
@given(st.integers(13, 312), st.integers(0, 9), st.integers(0, 99))
def test_any_size_has_its_people(teams: int, more: int, seed: int) -> None:
    people = 4 * teams + 2 + more * teams
    placed = placed_teams(teams, people, seed)
    assert (len(placed), sum(len(one.sites) for one in placed)) == (teams, people)
    assert Counter(len(one.sites) for one in placed)[4] >= 1
    assert all(4 <= len(one.sites) <= 60 for one in placed)
    told = {team.key: team for team in TEAMS}
    for one in placed:
        assert set(one.sites) <= set(one.team.sites)
        assert one.team.key not in told or one.team == told[one.team.key]


def test_the_same_seed_gives_the_same_texts_and_numbers(whole: Agency) -> None:
    again, other = large_agency(130, 1300, 12, 1), large_agency(130, 1300, 12, 2)
    assert (again.teams, again.people, goals(again)) == (whole.teams, whole.people, goals(whole))
    assert [this.findings for this in again.rounds] == [this.findings for this in whole.rounds]
    assert goals(other) != goals(whole)


def test_every_team_has_a_goal_in_each_cycle_and_looked_back_on_two(whole: Agency) -> None:
    when = Calendar.of(date(2026, 11, 30), 12)
    held: dict[str, list[str]] = {}
    for this in whole.rounds:
        if not this.of_the_agency:
            held.setdefault(this.frame(when).key, []).extend(goal.team for goal in this.goals)
    everyone = sorted(team.key for team in whole.teams)
    assert {key: sorted(teams) for key, teams in held.items()} == dict.fromkeys(
        ("tertial-1", "tertial-2", "tertial-3"), everyone
    )
    found = [this.findings for this in whole.rounds if this.findings]
    assert [sorted(one.team for one in some) for some in found] == [everyone, everyone]
    assert found[1][: len(FINDINGS)] == FINDINGS


def test_goals_name_what_is_there_and_are_as_okr_takes_them(whole: Agency) -> None:
    known = {goal.key for goal in goals(whole)}
    teams = {team.key for team in whole.teams}
    assert len(known) == len(goals(whole))
    for goal in goals(whole):
        assert {goal.team, *goal.contributing} <= teams
        assert goal.team not in goal.contributing
        assert set(goal.contributes_to) <= known
        assert set(goal.serves) <= {pillar.key for pillar in whole.pillars}
        Text.model_validate(goal.title)
        for one in goal.measures:
            KeyResultDraft.model_validate(one.stated())
            assert len(one.values) == len(one.confidence or one.values)
            assert all(it is None or 0 <= it <= 10 for it in one.confidence)
    kinds = {one.kind for goal in goals(whole) for one in goal.measures}
    assert kinds == {"increase", "decrease", "maintain", "milestones", "binary", "zones"}


@settings(max_examples=15, deadline=None)
@given(st.dates(date(2024, 1, 1), date(2040, 12, 31)), st.integers(1, 16))
def test_its_past_lies_in_the_past(today: date, weeks: int) -> None:
    agency = large_agency(13, 60, weeks, 1)
    when = Calendar.of(today, weeks)
    assert (when.monday - when.running.start).days == 7 * weeks
    for this in agency.rounds:
        frame, dates = this.frame(when), this.dates(when)
        assert frame.start <= dates[0] <= dates[-1] <= min(frame.end, today)
        assert dates == sorted(set(dates))


def test_what_was_learned_is_in_three_languages() -> None:
    assert len(LEARNED) == len({one.text["fi"] for one in LEARNED}) == 48
    for one in LEARNED:
        assert set(one.text) == {"source", "fi", "sv", "en"}


@pytest.mark.parametrize(
    ("teams", "people", "weeks"),
    [(12, 100, 12), (313, 3000, 12), (130, 521, 12), (130, 9000, 12), (130, 1300, 17)],
)
def test_what_can_not_be_is_said(teams: int, people: int, weeks: int) -> None:
    with pytest.raises(LocalProblem):
        large_agency(teams, people, weeks, 1)
