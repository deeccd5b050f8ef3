"""What checkins reads of okr's events: the fields that it uses, and no more."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.messages import Reader, Text
from contracts.numbers import Number


class Cycle(Reader):
    """`CycleChanged`."""

    id: UUID
    start: date
    end: date


class TeamCycle(Reader):
    """`TeamCycleChanged`."""

    team: UUID
    cycle: UUID
    place: str


class Definition(Reader):
    """What a key result measures, in its unit."""

    since: date = Field(description="First day on which it holds.")
    baseline: float | None = Field(None, description="Where it began.")
    target: float | None = Field(None, description="Where it is to get.")
    low: float | None = Field(None, description="Maintain: lower edge of the corridor.")
    high: float | None = Field(None, description="Maintain: upper edge of the corridor.")
    tolerance: float | None = Field(
        None, description="Maintain: distance outside of the corridor at which progress is 0."
    )


class KeyResult(Reader):
    id: UUID
    title: Text
    kind: str
    unit: str | None = None
    team: UUID | None = None
    state: str = "open"
    definitions: tuple[Definition, ...] = Field(min_length=1)


class Objective(Reader):
    """`ObjectiveChanged`."""

    id: UUID
    cycle: UUID
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = ()
    title: Text
    state: str
    key_results: tuple[KeyResult, ...] = ()

    @property
    def teams(self) -> frozenset[UUID]:
        """The teams that check in."""
        return frozenset((self.responsible_team, *self.contributing_teams))


class Value(Reader):
    """`ValueRecorded`."""

    id: UUID
    key_result: UUID
    objective: UUID
    source: str
    source_version: int
    source_values: int
    number: int
    effective_date: date
    value: Number | None = None
    withdrawn: bool = False
    confidence: int | None = None
    counted: bool
    reason: str | None = None
