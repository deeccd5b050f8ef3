"""Events about the organisation: units and teams, with their past."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.words import Code, Text


class Period(Closed):
    """What a unit or team was called and where it belonged, from a day until the next period."""

    since: date = Field(description="First day of the period, in the agency's zone.")
    name: Text = Field(description="What it was called then.")
    parent: UUID | None = Field(None, description="The unit above; absent for the agency's root.")


class UnitChanged(Event):
    """A unit of the agency: the root, a department, a unit."""

    topic: ClassVar = "soihtu.organisation.v1"
    kind: ClassVar = "units"

    id: UUID = Field(description="The unit; never changes.")
    unit_kind: Code = Field(description="Open code: agency, department, customer-service …")
    name: Text = Field(description="What it is called today.")
    parent: UUID | None = Field(None, description="The unit above; absent for the agency's root.")
    periods: tuple[Period, ...] = Field(description="Names and parents, oldest first.")


class TeamChanged(Event):
    """A team: those who choose, follow and look back on goals together."""

    topic: ClassVar = "soihtu.organisation.v1"
    kind: ClassVar = "teams"

    id: UUID = Field(description="The team; never changes.")
    name: Text = Field(description="What it is called today.")
    parent: UUID = Field(description="The unit that the team belongs to.")
    periods: tuple[Period, ...] = Field(description="Names and units, oldest first.")
