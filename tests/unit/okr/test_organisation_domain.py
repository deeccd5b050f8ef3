"""How units and teams keep their past."""

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.problem import Problem
from contracts.open import to_open
from contracts.organisation import Period
from contracts.words import Text
from services.okr.organisation import domain
from services.okr.organisation.domain import ROOT, TeamDetails, UnitDetails

MONDAY = date(2026, 9, 7)
TUESDAY = MONDAY + timedelta(days=1)
UNIT, TEAM = uuid4(), uuid4()


def text(words: str) -> Text:
    return Text(source="fi", fi=words)


def unit_said(name: str, parent: UUID | None = None) -> UnitDetails:
    return UnitDetails(kind="department", name=text(name), parent=parent)


def team_said(name: str, parent: UUID = UNIT) -> TeamDetails:
    return TeamDetails(name=text(name), parent=parent)


def test_a_unit_without_a_parent_is_below_the_root() -> None:
    unit = domain.create_unit(UNIT, unit_said("Tieto"), MONDAY, "created")
    assert (unit.parent, unit.version) == (ROOT, 1)
    assert unit.periods == (Period(since=MONDAY, name=text("Tieto"), parent=ROOT),)


def test_another_name_begins_a_period() -> None:
    unit = domain.create_unit(UNIT, unit_said("Tieto"), MONDAY, "created")
    after = domain.change_unit(unit, unit_said("Data"), {ROOT}, TUESDAY, "changed")
    assert [period.since for period in after.periods] == [MONDAY, TUESDAY]
    assert [period.name.fi for period in after.periods] == ["Tieto", "Data"]
    assert (after.version, after.name.fi) == (2, "Data")


def test_another_kind_begins_no_period() -> None:
    unit = domain.create_unit(UNIT, unit_said("Tieto"), MONDAY, "created")
    said = UnitDetails(kind="data-science", name=text("Tieto"))
    after = domain.change_unit(unit, said, {ROOT}, TUESDAY, "changed")
    assert after.periods == unit.periods
    assert after.unit_kind == "data-science"


def test_the_same_day_replaces_the_period() -> None:
    team = domain.create_team(TEAM, team_said("Lummme"), MONDAY, "created")
    after = domain.change_team(team, team_said("Lumme"), MONDAY, "changed")
    assert after.periods == (Period(since=MONDAY, name=text("Lumme"), parent=UNIT),)


def test_what_is_taken_back_on_the_same_day_leaves_no_trace() -> None:
    team = domain.create_team(TEAM, team_said("Lumme"), MONDAY, "created")
    moved = domain.change_team(team, team_said("Lumme", ROOT), TUESDAY, "changed")
    back = domain.change_team(moved, team_said("Lumme"), TUESDAY, "changed")
    assert back.periods == team.periods
    assert back.parent == UNIT


def test_a_unit_cannot_be_above_itself() -> None:
    unit = domain.create_unit(UNIT, unit_said("Tieto"), MONDAY, "created")
    below = uuid4()
    with pytest.raises(Problem) as refused:
        domain.change_unit(unit, unit_said("Tieto", below), {below, UNIT, ROOT}, MONDAY, "changed")
    assert refused.value.code == "unit-loop"


def test_the_root_stays_on_top() -> None:
    root = domain.found_agency("Elantovirasto")
    named = domain.change_unit(root, unit_said("Virasto"), set(), MONDAY, "changed")
    assert named.parent is None
    with pytest.raises(Problem):
        domain.change_unit(root, unit_said("Virasto", UNIT), {UNIT, ROOT}, MONDAY, "changed")


def test_the_public_twin_has_no_past() -> None:
    public = to_open(domain.found_agency("Elantovirasto"))
    assert public is not None
    assert "periods" not in public.model_dump()


changes = st.lists(
    st.tuples(st.integers(-2, 3), st.sampled_from(["a", "b", "c"]), st.sampled_from([UNIT, ROOT]))
)


@given(changes)
def test_periods_tell_what_was_said_last_on_each_day(
    said: list[tuple[int, str, UUID]],
) -> None:
    team = domain.create_team(TEAM, team_said("a"), MONDAY, "created")
    today = MONDAY
    for days, name, parent in said:
        today += timedelta(days=days)
        team = domain.change_team(team, team_said(name, parent), today, "changed")
        last = team.periods[-1]
        assert (last.name, last.parent) == (team.name, team.parent) == (text(name), parent)
    days_of = [period.since for period in team.periods]
    assert days_of == sorted(set(days_of))
    assert days_of[0] == MONDAY
    facts = [(period.name, period.parent) for period in team.periods]
    assert all(one != other for one, other in pairwise(facts))
