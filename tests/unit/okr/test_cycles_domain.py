"""How cycles, and the teams' places in them, move."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from chassis.problem import Problem
from contracts.okr import CycleChanged, CycleState, Place, TeamCycleChanged
from contracts.words import Text
from services.okr.cycles import domain
from services.okr.cycles.domain import PLACES, CycleDetails

SAID = CycleDetails(
    name=Text(source="fi", fi="Kolmas tertiaali"),
    kind="tertial",
    start=date(2026, 9, 1),
    end=date(2026, 12, 31),
)
TEAM = uuid4()


def cycle(state: CycleState = "open") -> CycleChanged:
    return domain.plan(uuid4(), SAID, "planned").model_copy(update={"state": state})


def at(place: Place) -> TeamCycleChanged:
    return TeamCycleChanged(team=TEAM, cycle=uuid4(), version=3, change="moved", place=place)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(Problem) as refused:
        act()
    return refused.value.code


def test_a_cycle_may_last_a_day_and_does_not_end_before_it_starts() -> None:
    assert SAID.model_copy(update={"end": SAID.start})
    with pytest.raises(ValidationError):
        CycleDetails(name=SAID.name, kind="year", start=SAID.end, end=SAID.start)


def test_a_cycle_is_planned_then_open_then_closed() -> None:
    planned = domain.plan(uuid4(), SAID, "planned")
    opened = domain.open_cycle(planned)
    closed = domain.close_cycle(opened)
    states = [(one.state, one.version) for one in (planned, opened, closed)]
    assert states == [("planned", 1), ("open", 2), ("closed", 3)]


@given(st.integers(1900, 2999))
def test_a_year_is_its_tertials(year: int) -> None:
    whole, *tertials = domain.plan_year(year, uuid4)
    assert [it.name.fi for it in (whole, *tertials)] == [
        f"{year}", f"1/{year}", f"2/{year}", f"3/{year}",
    ]  # fmt: skip
    assert [it.cycle_kind for it in (whole, *tertials)] == ["year", *["tertial"] * 3]
    assert [it.year for it in (whole, *tertials)] == [None, *[whole.id] * 3]
    assert (whole.start, whole.end) == (date(year, 1, 1), date(year, 12, 31))
    assert (tertials[0].start, tertials[-1].end) == (whole.start, whole.end)
    for before, after in pairwise(tertials):
        assert after.start - before.end == timedelta(days=1)
    assert [it.start.month for it in tertials] == [1, 5, 9]


def test_a_cycle_lies_in_the_year_that_it_names() -> None:
    whole, first, *_ = domain.plan_year(2026, uuid4)
    said = SAID.model_copy(update={"year": whole.id})
    domain.check_within(SAID, None)
    domain.check_within(said, whole)
    for year in (None, first):
        assert refusal(lambda year=year: domain.check_within(said, year)) == "unknown-year"  # type: ignore[misc]
    for days in ({"start": date(2025, 12, 31)}, {"end": date(2027, 1, 1)}):
        odd = said.model_copy(update=days)
        assert refusal(lambda odd=odd: domain.check_within(odd, whole)) == "cycle-outside-year"  # type: ignore[misc]
    with pytest.raises(ValidationError):
        CycleDetails.model_validate(said.model_dump() | {"kind": "year"})


def test_a_cycle_takes_no_other_step() -> None:
    assert refusal(lambda: domain.open_cycle(cycle("open"))) == "cycle-not-planned"
    assert refusal(lambda: domain.open_cycle(cycle("closed"))) == "cycle-not-planned"
    assert refusal(lambda: domain.close_cycle(cycle("planned"))) == "cycle-not-open"
    assert refusal(lambda: domain.close_cycle(cycle("closed"))) == "cycle-not-open"


def test_a_closed_cycle_stays_as_it_is() -> None:
    assert domain.redefine(cycle("open"), SAID, "imported").state == "open"
    assert refusal(lambda: domain.redefine(cycle("closed"), SAID, "imported")) == "cycle-closed"


def test_a_team_enters_at_setting() -> None:
    entered = domain.enter(cycle(), TEAM, "setting", free=False)
    assert (entered.place, entered.version, entered.change) == ("setting", 1, "entered")
    assert refusal(lambda: domain.enter(cycle(), TEAM, "running", free=False)) == "place-not-next"
    assert domain.enter(cycle(), TEAM, "retro", free=True).place == "retro"


ALLOWED = {
    ("setting", "running"), ("running", "retro"), ("retro", "running"), ("retro", "closed"),
}  # fmt: skip
LEAPS = {("setting", "retro"), ("setting", "closed"), ("running", "closed")}


@pytest.mark.parametrize("free", [False, True])
@pytest.mark.parametrize("wanted", PLACES)
@pytest.mark.parametrize("place", PLACES)
def test_a_place_moves_by_steps(place: Place, wanted: Place, free: bool) -> None:
    if (place, wanted) in ALLOWED | (LEAPS if free else set()):
        moved = domain.move(at(place), wanted, free=free)
        assert (moved.place, moved.version, moved.change) == (wanted, 4, "moved")
    else:
        code = refusal(lambda: domain.move(at(place), wanted, free=free))
        assert code == "place-not-next"


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_teams_enter_open_cycles_only_unless_freely(state: CycleState) -> None:
    frame = cycle(state)
    assert refusal(lambda: domain.enter(frame, TEAM, "setting", free=False)) == "cycle-not-open"
    assert domain.enter(frame, TEAM, "running", free=True).place == "running"
