"""Decides how cycles, and the teams' places in them, move."""

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Final, Self, get_args
from uuid import UUID

from pydantic import Field, model_validator

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.okr import CycleChanged, CycleState, Place, TeamCycleChanged
from contracts.words import Code, Text

PLACES: Final[tuple[Place, ...]] = get_args(Place)

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)

YEAR, TERTIAL = "year", "tertial"
MONTHS: Final = ((1, 4), (5, 8), (9, 12))
"""The first and last months of a year's tertials."""

NewId = Callable[[], UUID]


class CycleDetails(Closed):
    """What is said of a cycle."""

    name: Text
    kind: Code = Field(description="Open code: year, tertial, quarter …")
    start: date = Field(ge=EARLIEST, le=LATEST, description=f"First day; {EARLIEST} or later.")
    end: date = Field(ge=EARLIEST, le=LATEST, description=f"Last day; {LATEST} or earlier.")
    year: UUID | None = Field(
        default=None, description="The cycle of kind year that it lies in, with all of its days."
    )

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> Self:
        if self.start > self.end:
            raise ValueError("the last day is before the first")
        if self.kind == YEAR and self.year is not None:
            raise ValueError("a year lies in no other year")
        return self


class YearWanted(Closed):
    """The year that is to be planned."""

    year: int = Field(ge=EARLIEST.year, le=LATEST.year, description="Of the calendar, as 2027.")


class PlannedYear(Closed):
    """A year that was planned."""

    cycles: tuple[CycleChanged, ...] = Field(description="That of the year, then its tertials.")


class PlaceWanted(Closed):
    """Where a team is to be in a cycle."""

    place: Place


def plan(cycle: UUID, said: CycleDetails, change: str) -> CycleChanged:
    """A new cycle."""
    return CycleChanged(
        id=cycle,
        version=1,
        change=change,
        name=said.name,
        cycle_kind=said.kind,
        start=said.start,
        end=said.end,
        year=said.year,
        state="planned",
    )


def plan_year(year: int, new_id: NewId) -> list[CycleChanged]:
    """The cycle of a calendar year, and its three tertials."""
    said = _frame(str(year), YEAR, (1, 12), year)
    whole = plan(new_id(), said, "planned")
    tertials = (
        _frame(f"{number}/{year}", TERTIAL, months, year, whole.id)
        for number, months in enumerate(MONTHS, start=1)
    )
    return [whole, *(plan(new_id(), one, "planned") for one in tertials)]


def _frame(
    name: str, kind: str, months: tuple[int, int], year: int, within: UUID | None = None
) -> CycleDetails:
    first, last = months
    return CycleDetails(
        name=Text(source="fi", fi=name, sv=name, en=name),
        kind=kind,
        start=date(year, first, 1),
        end=date(year, last, monthrange(year, last)[1]),
        year=within,
    )


def check_within(said: CycleDetails, year: CycleChanged | None) -> None:
    """A cycle lies in the year that it names. Raises Problem."""
    if said.year is None:
        return
    if year is None or year.cycle_kind != YEAR:
        raise Problem("unknown-year", year=said.year)
    if said.start < year.start or said.end > year.end:
        raise Problem("cycle-outside-year", start=year.start, end=year.end)


def redefine(cycle: CycleChanged, said: CycleDetails, change: str) -> CycleChanged:
    """The cycle with another name, kind or dates. Raises Problem `cycle-closed`."""
    if cycle.state == "closed":
        raise Problem("cycle-closed", cycle=cycle.id)
    return cycle.next(
        change,
        name=said.name,
        cycle_kind=said.kind,
        start=said.start,
        end=said.end,
        year=said.year,
    )


def open_cycle(cycle: CycleChanged) -> CycleChanged:
    """The cycle, open for goals. Raises Problem `cycle-not-planned`."""
    if cycle.state != "planned":
        raise Problem("cycle-not-planned", cycle=cycle.id, cycle_state=cycle.state)
    return _moved(cycle, "open", "opened")


def close_cycle(cycle: CycleChanged) -> CycleChanged:
    """The cycle, at its end. Raises Problem `cycle-not-open`."""
    if cycle.state != "open":
        raise Problem("cycle-not-open", cycle=cycle.id, cycle_state=cycle.state)
    return _moved(cycle, "closed", "closed")


def _moved(cycle: CycleChanged, state: CycleState, change: str) -> CycleChanged:
    moved = {"version": cycle.version + 1, "state": state, "change": change}
    return cycle.model_copy(update=moved)


def enter(cycle: CycleChanged, team: UUID, wanted: Place, *, free: bool) -> TeamCycleChanged:
    """A team's first place in a cycle: `setting`; any, where the caller moves teams `free`ly.

    Raises Problem `cycle-not-open` and `place-not-next`.
    """
    if not free:
        _expect_open(cycle)
        if wanted != PLACES[0]:
            raise Problem("place-not-next", place=None, wanted=wanted, possible=[PLACES[0]])
    return TeamCycleChanged(team=team, cycle=cycle.id, version=1, change="entered", place=wanted)


def move(at: TeamCycleChanged, wanted: Place, *, free: bool) -> TeamCycleChanged:
    """A team's next place: one step on, or from `retro` back to `running`.

    A caller who moves teams `free`ly may also leap forward. `closed` is final for all. Teams go
    on also when the cycle has closed: they look back on it. Raises Problem `place-not-next`.
    """
    possible = _next_places(at.place, free=free)
    if wanted not in possible:
        raise Problem("place-not-next", place=at.place, wanted=wanted, possible=possible)
    moved = {"version": at.version + 1, "change": "moved", "place": wanted}
    return at.model_copy(update=moved)


def _next_places(place: Place, *, free: bool) -> list[Place]:
    on = PLACES.index(place) + 1
    forward = PLACES[on:] if free else PLACES[on : on + 1]
    return [*(["running"] if place == "retro" else []), *forward]  # type: ignore[list-item]


def _expect_open(cycle: CycleChanged) -> None:
    if cycle.state != "open":
        raise Problem("cycle-not-open", cycle=cycle.id, cycle_state=cycle.state)
