"""The public contract: what other agencies may read, and the one place where it is made.

Nothing here names a person, by id either, or holds words that were not published on purpose.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts import okr, organisation, retro
from contracts.envelope import Closed, Event
from contracts.words import Code, Line, Text

STATES = "soihtu.open.v1"
NUMBERS = "soihtu.open-progress.v1"


class UnitChanged(Event):
    """A unit of the agency."""

    topic: ClassVar = STATES
    kind: ClassVar = "units"
    public: ClassVar = True

    id: UUID
    unit_kind: Code
    name: Text
    parent: UUID | None = Field(None, description="The unit above; absent for the root.")


class TeamChanged(Event):
    """A team and the unit that it belongs to."""

    topic: ClassVar = STATES
    kind: ClassVar = "teams"
    public: ClassVar = True

    id: UUID
    name: Text
    parent: UUID


class PillarChanged(Event):
    """A pillar of the strategy, with what it promises to the customer."""

    topic: ClassVar = STATES
    kind: ClassVar = "pillars"
    public: ClassVar = True

    id: UUID
    name: Text
    promise: Text = Field(description="What the customer is promised, in the customer's words.")
    order: int = Field(description="Its place among the pillars, the lowest first.")
    state: Code = Field(description="Open code: current, retired.")


class CycleChanged(Event):
    """A frame of time for goals."""

    topic: ClassVar = STATES
    kind: ClassVar = "cycles"
    public: ClassVar = True

    id: UUID
    name: Text
    cycle_kind: Code
    start: date
    end: date
    state: Code


class Milestone(Closed):
    """A step that is done or not done."""

    id: Code = Field(description="Its own within the key result; stays when it is reworded.")
    title: Text
    weight: float = Field(description="Share in the key result's progress, above 0.")


class KeyResult(Closed):
    """A key result as it is defined now."""

    id: UUID
    title: Text
    kind: Code
    unit: Line | None = Field(None, description="Absent when its values have none.")
    state: Code
    baseline: float | None = Field(None, description="In its unit.")
    target: float | None = Field(None, description="In its unit.")
    low: float | None = Field(None, description="Maintain: lower edge, in its unit.")
    high: float | None = Field(None, description="Maintain: upper edge, in its unit.")
    tolerance: float | None = Field(None, description="Maintain: distance at which progress is 0.")
    commit: float | None = Field(None, description="Zones: what is promised, in its unit.")
    stretch: float | None = Field(None, description="Zones: what would be excellent, in its unit.")
    milestones: tuple[Milestone, ...] | None = Field(
        None, description="Milestones: all of them; absent for other kinds."
    )
    weight: float


class ObjectiveChanged(Event):
    """A goal that a team has agreed on."""

    topic: ClassVar = STATES
    kind: ClassVar = "objectives"
    public: ClassVar = True

    id: UUID
    cycle: UUID
    owner_unit: UUID | None = Field(None, description="Absent when a team owns it.")
    owner_team: UUID | None = Field(None, description="Absent when a unit owns it.")
    responsible_team: UUID
    contributing_teams: tuple[UUID, ...] = ()
    title: Text
    benefit: Text | None = Field(None, description="The benefit to the customer.")
    state: Code
    contributes_to: tuple[UUID, ...] = ()
    serves: tuple[UUID, ...] = Field((), description="Ids of the pillars that it serves.")
    key_results: tuple[KeyResult, ...] = ()


class Learning(Closed):
    """A learning that its team chose to share."""

    id: UUID
    text: Text


class Finding(Closed):
    """How one objective went."""

    objective: UUID
    result: Code
    reasons: tuple[Code, ...] = ()
    recommendation: Code
    learnings: tuple[Learning, ...] = ()


class RetroCompleted(Event):
    """A team's look back on a cycle, with the learnings that it shares."""

    topic: ClassVar = STATES
    kind: ClassVar = "retros"
    public: ClassVar = True

    id: UUID
    team: UUID
    cycle: UUID
    findings: tuple[Finding, ...]


class KeyResultUpdated(Event):
    """The progress of one key result, and its objective's totals as they were then."""

    topic: ClassVar = NUMBERS
    kind: ClassVar = "key-results"
    public: ClassVar = True

    id: UUID
    objective: UUID
    value: float | None = Field(
        None, description="In its unit; milestones: the weight done. Absent when none counts."
    )
    done: tuple[Code, ...] | None = Field(
        None, description="Milestones: those that are done, of those there are now; else absent."
    )
    effective_date: date | None = Field(None, description="The day that the value is of.")
    source: Literal["check-in", "machine"] | None = Field(None, description="Open code.")
    progress: float | None = Field(None, description="0–1; absent when no value counts.")
    unclamped: float | None = Field(None, description="Progress before it is held to 0–1.")
    confidence: int | None = Field(None, description="0–10, of the current value.")
    objective_progress: float | None = Field(None, description="Weighted mean, 0–1.")
    objective_coverage: float = Field(description="Share of weight that has a value, 0–1.")
    objective_progress_version: int = Field(description="Counts the objective's totals alone.")

    @property
    def key(self) -> str:
        return str(self.objective)


def _same_named(public: type[Event], event: Event) -> dict[str, Any]:
    names = public.model_fields.keys()
    return {name: getattr(event, name) for name in names if hasattr(event, name)}


def _key_result(goal: okr.KeyResult) -> KeyResult:
    numbers = goal.current.model_dump(exclude={"since"})
    return KeyResult(
        id=goal.id, title=goal.title, kind=goal.kind, unit=goal.unit, state=goal.state, **numbers
    )


def _objective(event: okr.ObjectiveChanged) -> Event | None:
    if not event.was_agreed:
        return None
    fields = _same_named(ObjectiveChanged, event)
    fields["key_results"] = tuple(_key_result(goal) for goal in event.key_results)
    return ObjectiveChanged(**fields)


def _finding(found: retro.Finding) -> Finding:
    return Finding(
        objective=found.objective,
        result=found.result,
        reasons=found.reasons,
        recommendation=found.recommendation,
        learnings=tuple(Learning(id=it.id, text=it.text) for it in found.learnings if it.shareable),
    )


def _retro(event: retro.RetroCompleted) -> Event | None:
    fields = _same_named(RetroCompleted, event)
    fields["findings"] = tuple(_finding(found) for found in event.findings)
    return RetroCompleted(**fields)


def _progress(event: okr.KeyResultUpdated) -> Event | None:
    fields = _same_named(KeyResultUpdated, event)
    fields["source"] = event.source.partition("/")[0] if event.source else None
    return KeyResultUpdated(**fields)


_MAKERS: dict[type[Event], Callable[[Any], Event | None]] = {
    organisation.UnitChanged: lambda event: UnitChanged(**_same_named(UnitChanged, event)),
    organisation.TeamChanged: lambda event: TeamChanged(**_same_named(TeamChanged, event)),
    okr.PillarChanged: lambda event: PillarChanged(**_same_named(PillarChanged, event)),
    okr.CycleChanged: lambda event: CycleChanged(**_same_named(CycleChanged, event)),
    okr.ObjectiveChanged: _objective,
    retro.RetroCompleted: _retro,
    okr.KeyResultUpdated: _progress,
}


def to_open(event: Event) -> Event | None:
    """The public event that goes out with `event`, or None where there is none."""
    maker = _MAKERS.get(type(event))
    return maker(event) if maker else None
