"""What reporting reads of the other services' events: the fields that it uses, and no more."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from chassis import messages
from chassis.messages import Reader, Text
from contracts.numbers import Number


class Unit(messages.Unit):
    """`UnitChanged`, with what a report names it by."""

    unit_kind: str
    name: Text


class Team(messages.Team):
    """`TeamChanged`, with what a report names it by."""

    name: Text


class Translation(Reader):
    """How far texts are in a language that they were not written in."""

    language: str
    state: str


class Translated(Reader):
    """What has texts in several languages."""

    translations: tuple[Translation, ...] = ()

    @property
    def proof_read(self) -> list[str]:
        """The languages of its translations that somebody has read."""
        return [it.language for it in self.translations if it.state == "proof-read"]


class Pillar(Translated):
    """`PillarChanged`."""

    id: UUID
    version: int
    name: Text
    promise: Text
    order: int
    state: str


class Person(messages.Person):
    """`MembershipsChanged`, with where the person works."""

    version: int
    site: str | None = None
    home_team: UUID | None = None


class Cycle(Reader):
    """`CycleChanged`."""

    id: UUID
    version: int
    name: Text
    cycle_kind: str
    start: date
    end: date
    state: str


class TeamCycle(Reader):
    """`TeamCycleChanged`."""

    team: UUID
    cycle: UUID
    version: int
    place: str

    @property
    def subject_id(self) -> str:
        return f"{self.team}/{self.cycle}"


class Milestone(Reader):
    """A step that is done or not done."""

    id: str
    title: Text
    weight: float = 1.0


class Phase(Reader):
    """The progress (0–1) that is expected on a day."""

    day: date
    share: float


class Definition(Reader):
    """What a key result measures from the day `since`; numbers in its unit."""

    since: date
    baseline: Number | None = None
    target: Number | None = None
    low: Number | None = None
    high: Number | None = None
    tolerance: Number | None = None
    commit: Number | None = None
    stretch: Number | None = None
    milestones: tuple[Milestone, ...] | None = None
    phases: tuple[Phase, ...] | None = None


class KeyResult(Reader):
    id: UUID
    title: Text
    kind: str
    unit: str | None = None
    team: UUID | None = None
    state: str = "open"
    definitions: tuple[Definition, ...] = Field(min_length=1)


class Moment(Reader):
    """A state that an objective reached; without a person it was imported."""

    state: str
    at: datetime
    by: UUID | None = None


class Agreement(Reader):
    """How a team chose; `recorded`: it waits for the other of torchbearer and supervisor."""

    state: str
    recorded_at: datetime


class Objective(Translated):
    """`ObjectiveChanged`."""

    id: UUID
    version: int
    cycle: UUID
    owner_unit: UUID | None = None
    owner_team: UUID | None = None
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = ()
    title: Text
    benefit: Text | None = None
    from_what: Text | None = None
    to_what: Text | None = None
    rhythm: str
    state: str
    states: tuple[Moment, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    contributes_to: tuple[UUID, ...] = ()
    contributes_to_key_results: tuple[UUID, ...] = ()
    serves: tuple[UUID, ...] = ()
    ancestor: UUID | None = None
    key_results: tuple[KeyResult, ...] = ()

    @property
    def was_agreed(self) -> bool:
        """Whether its team agreed on it, be it closed by now; a proposal can be closed too."""
        been = {self.state, *(moment.state for moment in self.states)}
        # Without its states, a closed one is taken for what most are.
        return "agreed" in been or (self.state == "closed" and not self.states)


class Standing(Reader):
    """What a source said before and still counts, where what it says now does not."""

    effective_date: date
    value: Number
    done: tuple[str, ...] | None = None
    confidence: int | None = None


class Value(Reader):
    """`ValueRecorded`."""

    id: UUID
    version: int
    key_result: UUID
    objective: UUID
    source: str
    source_version: int
    source_values: int
    number: int
    effective_date: date
    value: Number | None = None
    done: tuple[str, ...] | None = None
    withdrawn: bool = False
    confidence: int | None = None
    counted: bool
    reason: str | None = None
    standing: Standing | None = None


class Progress(Reader):
    """`KeyResultUpdated`."""

    id: UUID
    version: int
    objective: UUID
    value: Number | None = None
    done: tuple[str, ...] | None = None
    effective_date: date | None = None
    progress: float | None = None
    unclamped: float | None = None
    objective_progress: float | None = None
    objective_coverage: float
    objective_progress_version: int


class Entry(Reader):
    key_result: UUID
    value: Number
    done: tuple[str, ...] | None = None
    confidence: int | None = None
    words: str | None = None


class CheckIn(Reader):
    """`CheckInRecorded`."""

    id: UUID
    version: int
    objective: UUID
    team: UUID
    number: int
    effective_date: date
    entries: tuple[Entry, ...]
    help_wanted: str | None = None


class Learning(Reader):
    id: UUID
    text: Text
    shareable: bool


class Finding(Reader):
    objective: UUID
    result: str
    learnings: tuple[Learning, ...] = ()


class Retro(Reader):
    """`RetroCompleted`."""

    id: UUID
    version: int
    team: UUID
    cycle: UUID
    findings: tuple[Finding, ...]
