"""What checkins reads of okr's events: the fields that it uses, and no more."""

from collections.abc import Collection, Iterable
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

    @property
    def subject_id(self) -> str:
        return f"{self.team}/{self.cycle}"


class Milestone(Reader):
    """A step that is done or not done."""

    id: str = Field(description="Its own within the key result.")
    title: Text
    weight: float = 1.0


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
    commit: float | None = Field(None, description="Zones: what is promised.")
    stretch: float | None = Field(None, description="Zones: what would be excellent.")
    milestones: tuple[Milestone, ...] | None = Field(None, description="Milestones: all of them.")

    def done_of(self, done: Iterable[str]) -> tuple[str, ...]:
        """Those of `done` that are among the milestones, in their order."""
        wanted = set(done)
        return tuple(it.id for it in self.milestones or () if it.id in wanted)

    def weight_done(self, done: Collection[str]) -> float:
        """The weight of the milestones that are done."""
        return sum(it.weight for it in self.milestones or () if it.id in done)


class KeyResult(Reader):
    id: UUID
    title: Text
    kind: str
    unit: str | None = None
    team: UUID | None = None
    state: str = "open"
    definitions: tuple[Definition, ...] = Field(min_length=1)

    @property
    def current(self) -> Definition:
        return self.definitions[-1]


class Moment(Reader):
    state: str


class Objective(Reader):
    """`ObjectiveChanged`."""

    id: UUID
    cycle: UUID
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = ()
    title: Text
    state: str
    states: tuple[Moment, ...] = ()
    key_results: tuple[KeyResult, ...] = ()

    @property
    def teams(self) -> frozenset[UUID]:
        """The teams that check in."""
        return frozenset((self.responsible_team, *self.contributing_teams))

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

    @property
    def counts(self) -> Standing | None:
        """What of this source counts; None when nothing does."""
        if not self.counted:
            return self.standing
        if self.withdrawn or self.value is None:
            return None
        return Standing(
            effective_date=self.effective_date,
            value=self.value,
            done=self.done,
            confidence=self.confidence,
        )
