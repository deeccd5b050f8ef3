"""Decides how units and teams come to be and change, and keeps their past."""

from collections.abc import Collection
from datetime import date
from typing import Final
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed
from contracts.organisation import Period, TeamChanged, UnitChanged
from contracts.words import Code, Text

ROOT: Final = UUID("00000000-0000-7000-8000-000000000001")
"""The agency itself: every unit is below it."""

ALWAYS: Final = date(1970, 1, 1)
"""Since when the agency has been there: before any date that a goal could have."""


class UnitDetails(Closed):
    """What is said of a unit."""

    kind: Code = Field(description="Open code: department, customer-service, data-science …")
    name: Text
    parent: UUID | None = Field(
        default=None, description="The unit above; absent: the agency's root."
    )


class TeamDetails(Closed):
    """What is said of a team."""

    name: Text
    parent: UUID = Field(description="The unit that the team belongs to.")


def found_agency(name: str) -> UnitChanged:
    """The root unit of a new installation; `name` is Finnish."""
    called = Text.model_validate({"source": "fi", "fi": name})
    return UnitChanged(
        id=ROOT,
        version=1,
        change="created",
        unit_kind="agency",
        name=called,
        parent=None,
        periods=(Period(since=ALWAYS, name=called, parent=None),),
    )


def parent_of(unit: UUID, said: UnitDetails) -> UUID | None:
    """The unit above, as said; only the root has none."""
    return said.parent if unit == ROOT else said.parent or ROOT


def create_unit(unit: UUID, said: UnitDetails, today: date, change: str) -> UnitChanged:
    """A new unit, from `today` on."""
    parent = said.parent or ROOT
    return UnitChanged(
        id=unit,
        version=1,
        change=change,
        unit_kind=said.kind,
        name=said.name,
        parent=parent,
        periods=(Period(since=today, name=said.name, parent=parent),),
    )


def change_unit(
    unit: UnitChanged, said: UnitDetails, above: Collection[UUID], today: date, change: str
) -> UnitChanged:
    """The unit as it is from `today` on; `above` is its parent to be, and all above that.

    Raises Problem `unit-loop` when the unit would be above itself.
    """
    parent = parent_of(unit.id, said)
    if unit.id in above:
        raise Problem("unit-loop", unit=unit.id, parent=parent)
    return unit.next(
        change,
        unit_kind=said.kind,
        name=said.name,
        parent=parent,
        periods=periods_with(unit.periods, Period(since=today, name=said.name, parent=parent)),
    )


def create_team(team: UUID, said: TeamDetails, today: date, change: str) -> TeamChanged:
    """A new team, from `today` on."""
    return TeamChanged(
        id=team,
        version=1,
        change=change,
        name=said.name,
        parent=said.parent,
        periods=(Period(since=today, name=said.name, parent=said.parent),),
    )


def change_team(team: TeamChanged, said: TeamDetails, today: date, change: str) -> TeamChanged:
    """The team as it is from `today` on."""
    period = Period(since=today, name=said.name, parent=said.parent)
    return team.next(
        change,
        name=said.name,
        parent=said.parent,
        periods=periods_with(team.periods, period),
    )


def periods_with(past: tuple[Period, ...], new: Period) -> tuple[Period, ...]:
    """`past` with `new` at its end; what held for no full day is replaced, oldest first."""
    kept = tuple(period for period in past if period.since < new.since)
    since = new.since if kept else past[0].since
    if kept and (kept[-1].name, kept[-1].parent) == (new.name, new.parent):
        return kept
    return (*kept, new.model_copy(update={"since": since}))
