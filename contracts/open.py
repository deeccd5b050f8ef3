"""The public contract: what other agencies may read, and the one place where it is made.

Nothing here names a person, by id either, or holds words that were not published on purpose.
"""

from collections.abc import Callable
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from pydantic import Field

from contracts import okr, organisation, progress, retro, strategy
from contracts.codes import listed
from contracts.envelope import Closed, Event
from contracts.open_strategy import (
    Amendment,
    LeftOut,
    Measure,
    PillarChanged,
    StrategyPillar,
    StrategyPublished,
    Translation,
    YearlyGoal,
)
from contracts.words import Code, Line, Text

STATES = "soihtu.open.v1"
NUMBERS = "soihtu.open-progress.v1"


class UnitChanged(Event):
    """A unit of the agency: the root, a department, a unit."""

    topic: ClassVar = STATES
    kind: ClassVar = "units"
    public: ClassVar = True

    id: UUID = Field(description="The unit; never changes.")
    unit_kind: Code = Field(
        description="What the unit does, in the agency's own codes.",
        json_schema_extra=listed("unit-kind"),
    )
    name: Text = Field(description="What it is called today.")
    parent: UUID | None = Field(None, description="The unit above; absent for the root.")


class TeamChanged(Event):
    """A team and the unit that it belongs to."""

    topic: ClassVar = STATES
    kind: ClassVar = "teams"
    public: ClassVar = True

    id: UUID = Field(description="The team; never changes.")
    name: Text = Field(description="What it is called today.")
    parent: UUID = Field(description="The unit that it belongs to today.")


class CycleChanged(Event):
    """A frame of time for goals."""

    topic: ClassVar = STATES
    kind: ClassVar = "cycles"
    public: ClassVar = True

    id: UUID = Field(description="The cycle; never changes.")
    name: Text = Field(description="What it is called.")
    cycle_kind: Code = Field(
        description="How long it is, in the agency's own codes.",
        json_schema_extra=listed("cycle-kind"),
    )
    start: date = Field(description="First day, in the agency's time zone.")
    end: date = Field(description="Last day, in the agency's time zone.")
    state: Code = Field(
        description="Where it stands; not told by its days, people move it.",
        json_schema_extra=listed("cycle-state"),
    )


class Milestone(Closed):
    """A step that is done or not done."""

    id: Code = Field(
        description="Its own within the key result; stays when it is reworded.",
        json_schema_extra=listed("milestone"),
    )
    title: Text = Field(description="What is to be done.")
    weight: float = Field(description="Share in the key result's progress, above 0, no unit.")


class Phase(Closed):
    """How much of the way is to be behind on a day."""

    day: date = Field(description="A day of the cycle after its first one.")
    share: float = Field(description="Progress that is expected on that day, 0 to 1.")


class KeyResult(Closed):
    """A key result as it is defined now."""

    id: UUID = Field(description="The key result; never changes.")
    title: Text = Field(description="What is measured, in the team's words.")
    translations: tuple[Translation, ...] = Field(
        (), description="How far each language of its titles is; absent or empty when not said."
    )
    kind: Code = Field(
        description="How progress follows from the value.",
        json_schema_extra=listed("key-result-kind"),
    )
    unit: Line | None = Field(
        None, description="The unit of its values, as % or days; absent when they have none."
    )
    direction: Line | None = Field(
        None, description="Which way is better, in the team's words; absent when not said."
    )
    ambition: Code | None = Field(
        None,
        description="How much of it is promised; absent: as its objective.",
        json_schema_extra=listed("ambition"),
    )
    state: Code = Field(
        description="Whether it is still followed.", json_schema_extra=listed("key-result-state")
    )
    baseline: float | None = Field(
        None,
        description="Where it began, in its unit; absent where the kind has none, and of increase "
        "and decrease also while it is to be measured: values are then no progress yet.",
    )
    target: float | None = Field(
        None, description="Where it is to get, in its unit; absent where the kind has none."
    )
    low: float | None = Field(
        None, description="Lower edge of the corridor, in its unit; absent but for maintain."
    )
    high: float | None = Field(
        None, description="Upper edge of the corridor, in its unit; absent but for maintain."
    )
    tolerance: float | None = Field(
        None,
        description="Distance outside of the corridor at which progress is 0, in its unit; "
        "absent but for maintain.",
    )
    commit: float | None = Field(
        None, description="What is promised, progress 0.3, in its unit; absent but for zones."
    )
    stretch: float | None = Field(
        None,
        description="What would be excellent, progress 1, in its unit; absent but for zones.",
    )
    milestones: tuple[Milestone, ...] | None = Field(
        None, description="All of its steps; absent but for milestones."
    )
    phases: tuple[Phase, ...] | None = Field(
        None,
        description="Progress that is expected by when, rising, with straight lines between, from "
        "0 at the cycle's start and to 1 at its end; absent: one straight line.",
    )
    weight: float = Field(description="Share in the objective's progress, above 0, no unit.")


class ObjectiveChanged(Event):
    """A goal that a team has agreed on."""

    topic: ClassVar = STATES
    kind: ClassVar = "objectives"
    public: ClassVar = True
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The objective; never changes. The key of its progress too.")
    cycle: UUID = Field(description="The cycle that it is a goal of.")
    owner_unit: UUID | None = Field(
        None, description="The unit that owns it; absent when a team does."
    )
    owner_team: UUID | None = Field(
        None, description="The team that owns it; absent when a unit does."
    )
    responsible_team: UUID = Field(description="The team that answers for it.")
    contributing_teams: tuple[UUID, ...] = Field(
        (), description="Other teams that work for it; absent or empty when there are none."
    )
    title: Text = Field(description="The goal, in the team's words.")
    benefit: Text | None = Field(
        None, description="What the customer has of it; absent when the team has not said."
    )
    from_what: Text | None = Field(
        None, description="How it is when the goal is set, in words; absent when not said."
    )
    to_what: Text | None = Field(
        None, description="How it is to be, in words; absent when not said."
    )
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language is that its texts are translated into; absent or empty "
        "when there is none, or nobody has said.",
    )
    state: Code = Field(description="Where it stands.", json_schema_extra=listed("objective-state"))
    ambition: Code | None = Field(
        None,
        description="How much of it is promised; absent in records from before it was said.",
        json_schema_extra=listed("ambition"),
    )
    contributes_to: tuple[UUID, ...] = Field(
        (),
        description="Objectives that it helps, those of `contributes_to_key_results` among them; "
        "absent or empty when there are none.",
    )
    contributes_to_key_results: tuple[UUID, ...] = Field(
        (),
        description="Key results that it helps above all, of objectives that `contributes_to` "
        "names; absent or empty when none is named.",
    )
    serves: tuple[UUID, ...] = Field(
        (), description="Pillars that it serves; absent or empty when there are none."
    )
    key_results: tuple[KeyResult, ...] = Field(
        (), description="How it is measured, dropped ones too; absent or empty when not yet said."
    )


class Learning(Closed):
    """A learning that its team chose to share."""

    id: UUID = Field(description="The learning; never changes.")
    text: Text = Field(description="What the team learned.")


class Finding(Closed):
    """How one objective went."""

    objective: UUID = Field(description="The objective that was looked back on.")
    result: Code = Field(description="How it went.", json_schema_extra=listed("result"))
    reasons: tuple[Code, ...] = Field(
        (),
        description="Why it went so; absent or empty when the team has not said.",
        json_schema_extra=listed("reason"),
    )
    recommendation: Code = Field(
        description="What the team would do with it next.",
        json_schema_extra=listed("recommendation"),
    )
    learnings: tuple[Learning, ...] = Field(
        (), description="Those that the team shares; absent or empty when there are none."
    )


class RetroCompleted(Event):
    """A team's look back on a cycle, with the learnings that it shares."""

    topic: ClassVar = STATES
    kind: ClassVar = "retros"
    public: ClassVar = True

    id: UUID = Field(description="The retro; never changes.")
    team: UUID = Field(description="The team that looked back.")
    cycle: UUID = Field(description="The cycle that it looked back on.")
    findings: tuple[Finding, ...] = Field(
        description="One for each objective; empty when the retro was withdrawn."
    )


class KeyResultUpdated(Event):
    """The progress of one key result, and its objective's totals as they were then."""

    topic: ClassVar = NUMBERS
    kind: ClassVar = "key-results"
    public: ClassVar = True
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The key result; never changes.")
    objective: UUID = Field(description="The objective that it belongs to; the record's key.")
    value: float | None = Field(
        None,
        description="What counts now, in the key result's unit; milestones: the weight done. "
        "Absent when nothing counts.",
    )
    done: tuple[Code, ...] | None = Field(
        None,
        description="Milestones that are done, of those there are now; absent for other kinds.",
        json_schema_extra=listed("milestone"),
    )
    effective_date: date | None = Field(
        None, description="The day that the value is of; absent when nothing counts."
    )
    source: Code | None = Field(
        None,
        description="Who gave the value; absent when nothing counts.",
        json_schema_extra=listed("value-source"),
    )
    progress: float | None = Field(
        None,
        description="Share of the way, 0 to 1; absent when nothing counts, and while the baseline "
        "is to be measured: that is not 0.",
    )
    unclamped: float | None = Field(
        None, description="The same before it is held to 0 to 1; absent when that is."
    )
    confidence: int | None = Field(
        None,
        description="How likely the team finds reaching it, 0 to 10; absent when not said.",
    )
    objective_progress: float | None = Field(
        None,
        description="The objective's progress, 0 to 1: the weighted mean of its key results that "
        "have progress; absent when none has.",
    )
    objective_coverage: float = Field(
        description="Share, by weight, of the objective's key results that have progress, 0 to 1: "
        "one whose baseline is to be measured has none, whatever its value."
    )
    objective_progress_version: int = Field(
        description="Counts the objective's totals: of several key results' events, the totals "
        "with the highest count hold."
    )

    @property
    def key(self) -> str:
        return str(self.objective)


def _same_named(public: type[Closed], event: Closed) -> dict[str, Any]:
    names = public.model_fields.keys()
    said = {name: getattr(event, name) for name in names if hasattr(event, name)}
    if "translations" in said:
        said["translations"] = tuple(
            Translation(language=it.language, state=it.state) for it in said["translations"]
        )
    if "measures" in said:
        said["measures"] = tuple(Measure(**_same_named(Measure, it)) for it in said["measures"])
    return said


def _key_result(goal: okr.KeyResult) -> KeyResult:
    numbers = goal.current.model_dump(exclude={"since", "baseline_measured"})
    return KeyResult(**_same_named(KeyResult, goal), **numbers)


def _objective(event: okr.ObjectiveChanged) -> Event | None:
    if not event.was_agreed:
        return None
    fields = _same_named(ObjectiveChanged, event)
    fields["key_results"] = tuple(_key_result(goal) for goal in event.key_results)
    return ObjectiveChanged(**fields)


def _strategy(event: strategy.StrategyChanged) -> Event | None:
    if event.state == "draft":
        return None
    fields = _same_named(StrategyPublished, event)
    parts: dict[str, type[Closed]] = {
        "pillars": StrategyPillar,
        "goals": YearlyGoal,
        "left_out": LeftOut,
        "amendments": Amendment,
    }
    for name, part in parts.items():
        fields[name] = tuple(part(**_same_named(part, it)) for it in fields[name])
    return StrategyPublished(**fields)


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


def _progress(event: progress.KeyResultUpdated) -> Event | None:
    fields = _same_named(KeyResultUpdated, event)
    fields["source"] = event.source.partition("/")[0] if event.source else None
    return KeyResultUpdated(**fields)


_MAKERS: dict[type[Event], Callable[[Any], Event | None]] = {
    organisation.UnitChanged: lambda event: UnitChanged(**_same_named(UnitChanged, event)),
    organisation.TeamChanged: lambda event: TeamChanged(**_same_named(TeamChanged, event)),
    okr.PillarChanged: lambda event: PillarChanged(**_same_named(PillarChanged, event)),
    okr.CycleChanged: lambda event: CycleChanged(**_same_named(CycleChanged, event)),
    okr.ObjectiveChanged: _objective,
    strategy.StrategyChanged: _strategy,
    retro.RetroCompleted: _retro,
    progress.KeyResultUpdated: _progress,
}


def to_open(event: Event) -> Event | None:
    """The public event that goes out with `event`, or None where there is none."""
    maker = _MAKERS.get(type(event))
    return maker(event) if maker else None
