"""What notifications reads of the other services' events: the fields that it uses, and no more."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field, computed_field

from chassis import messages
from chassis.messages import Reader, Text
from contracts import pace


class Team(messages.Team):
    """`TeamChanged`, with what a notice names it by."""

    name: Text


class Contact(Reader):
    """`PersonChanged`: contact data, which nobody else reads."""

    id: UUID
    name: str
    mail: str | None = None
    language: str


class Cycle(Reader):
    """`CycleChanged`."""

    id: UUID
    start: date
    end: date
    state: str


class TeamCycle(Reader):
    """`TeamCycleChanged`."""

    team: UUID
    cycle: UUID
    place: str

    @property
    def subject_id(self) -> str:
        return f"{self.team}/{self.cycle}"


class Moment(Reader):
    """A state that an objective reached; without a person it was imported."""

    state: str
    at: datetime
    by: UUID | None = None


class Objective(Reader):
    """`ObjectiveChanged`."""

    id: UUID
    cycle: UUID
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = ()
    title: Text
    rhythm: str
    state: str
    states: tuple[Moment, ...] = ()
    contributes_to: tuple[UUID, ...] = ()
    serves: tuple[UUID, ...] = ()

    @computed_field
    def agreed_at(self) -> datetime | None:
        """When people agreed on it; None for an import."""
        return pace.agreed_at(self.states)


class Answer(Reader):
    at: datetime


class Remark(Reader):
    """`RemarkChanged`, without its words."""

    id: UUID
    objective: UUID
    remark_kind: str
    parent: UUID | None = None
    author: UUID
    team: UUID | None = None
    asked: UUID | None = None
    state: str
    at: datetime
    answer: Answer | None = None


class Value(Reader):
    """`ValueRecorded`, as far as whether it counts."""

    id: UUID
    objective: UUID
    source: str
    source_version: int
    counted: bool


class Entry(Reader):
    confidence: int | None = None


class CheckIn(Reader):
    """`CheckInRecorded`; of its words only whether there are any is kept."""

    id: UUID
    objective: UUID
    team: UUID
    author: UUID | None = None
    effective_date: date
    entries: tuple[Entry, ...]
    help_wanted: str | None = Field(None, repr=False)

    @property
    def lowest_confidence(self) -> int | None:
        """0–10; None when none was said."""
        said = [one.confidence for one in self.entries if one.confidence is not None]
        return min(said, default=None)


class Learning(Reader):
    id: UUID
    shareable: bool


class Finding(Reader):
    objective: UUID
    learnings: tuple[Learning, ...] = ()


class Retro(Reader):
    """`RetroCompleted`, without its words."""

    id: UUID
    team: UUID
    author: UUID | None = None
    findings: tuple[Finding, ...]
