"""Events of okr: pillars, cycles and places in them, objectives."""

from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.choosing import Agreement, Invitation
from contracts.envelope import Closed, Event
from contracts.numbers import Number, Weight
from contracts.retro import Recommendation
from contracts.scores import Ambition, Score
from contracts.words import Code, Language, Line, Text, Translation, Words, proof_read

PillarState = Literal["current", "retired"]
CycleState = Literal["planned", "open", "closed"]
Place = Literal["setting", "running", "retro", "closed"]
ObjectiveState = Literal["proposed", "agreed", "closed"]
KeyResultKind = Literal["increase", "decrease", "maintain", "milestones", "binary", "zones"]
Rhythm = Literal["weekly", "monthly"]

DIRECTED: tuple[KeyResultKind, ...] = ("increase", "decrease")
"""Kinds that go from a baseline to a target; their baseline may be still to be measured."""


class PillarChanged(Event):
    """A pillar of the strategy, with what it promises to the customer."""

    topic: ClassVar = "soihtu.okr.v1"
    kind: ClassVar = "pillars"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The pillar; never changes.")
    name: Text = Field(description="What it is called.")
    promise: Text = Field(description="What the customer is promised, in the customer's words.")
    order: int = Field(ge=1, le=1000, description="Its place among the pillars, the lowest first.")
    state: PillarState = Field(description="No goal begins to serve a retired one.")
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language is that its texts are translated into; empty when "
        "there is none, or nobody has said.",
    )


class CycleChanged(Event):
    """A frame of time for goals; it moves by command, never by the clock."""

    topic: ClassVar = "soihtu.okr.v1"
    kind: ClassVar = "cycles"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The cycle; never changes.")
    name: Text = Field(description="What it is called.")
    cycle_kind: Code = Field(description="Open code: year, tertial, quarter …")
    start: date = Field(description="First day.")
    end: date = Field(description="Last day.")
    year: UUID | None = Field(
        None, description="The cycle of the year that it lies in; absent when none is named."
    )
    state: CycleState = Field(description="Where it stands; people move it.")


class TeamCycleChanged(Event):
    """A team's place in a cycle."""

    topic: ClassVar = "soihtu.okr.v1"
    kind: ClassVar = "team-cycles"

    team: UUID = Field(description="The team.")
    cycle: UUID = Field(description="The cycle.")
    place: Place = Field(description="How far the team is in the cycle.")

    @property
    def subject_id(self) -> str:
        return f"{self.team}/{self.cycle}"


class Milestone(Closed):
    """A step that is done or not done."""

    id: Code = Field(description="Its own within the key result; stays when it is reworded.")
    title: Text = Field(description="What is to be done.")
    weight: Weight = Field(1.0, description="Share in the key result's progress, above 0.")


Done = tuple[Code, ...]
"""Ids of milestones, of all that are done: what is left out is not done, or not done any more."""


class Phase(Closed):
    """How much of the way is to be behind on a day."""

    day: date = Field(description="A day of the cycle after its first one.")
    share: float = Field(ge=0, le=1, description="Progress that is expected on that day, 0–1.")


class Definition(Closed):
    """What a key result measures, from a day until the next definition."""

    since: date = Field(description="First day on which it holds.")
    baseline: Number | None = Field(
        None,
        description="Where it began, in the key result's unit. Absent where the kind has none; of "
        "increase and decrease also while it is to be measured: there is no progress until then.",
    )
    baseline_measured: date | None = Field(
        None,
        description="The day on which a baseline that was to be measured was set; it fills the "
        "definition from its beginning. Absent where it was not to be measured, or still is.",
    )
    target: Number | None = Field(
        None,
        description="Where it is to get, in the key result's unit; absent where the kind has none.",
    )
    low: Number | None = Field(
        None, description="Maintain: lower edge of the corridor, in its unit; else absent."
    )
    high: Number | None = Field(
        None, description="Maintain: upper edge of the corridor, in its unit; else absent."
    )
    tolerance: Number | None = Field(
        None,
        description="Maintain: distance outside at which progress is 0; else absent.",
    )
    commit: Number | None = Field(
        None,
        description="Zones: what is promised, progress 0.3; else absent.",
    )
    stretch: Number | None = Field(
        None,
        description="Zones: what would be excellent, progress 1; the target is 0.7. Else absent.",
    )
    milestones: tuple[Milestone, ...] | None = Field(
        None, description="Milestones: all of them; absent for other kinds."
    )
    phases: tuple[Phase, ...] | None = Field(
        None,
        description="What is expected by when, rising, with straight lines between, from 0 at the "
        "cycle's start and to 1 at its end. Absent: one straight line.",
    )
    weight: Weight = Field(1.0, description="Share in the objective's progress, above 0.")


class CutOver(Closed):
    """What a team decided at the end of a cycle: how a key result goes on in another one."""

    decision: Recommendation = Field(description="Open code; what the retro recommends is another.")
    successor: UUID | None = Field(
        None, description="The key result that goes on from it; absent where it is dropped."
    )
    at: datetime = Field(description="When it was decided, UTC.")


class KeyResult(Closed):
    """One measurable result of an objective."""

    id: UUID = Field(description="The key result; never changes.")
    title: Text = Field(description="What is measured, in the team's words.")
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language is that its title, and those of its milestones as they "
        "are now, are translated into; empty when there is none, or nobody has said.",
    )
    note: Words | None = Field(None, description="Words about it; absent when there are none.")
    kind: KeyResultKind = Field(description="Open code; new kinds may come.")
    unit: Line | None = Field(None, description="Unit of its values; absent when it has none.")
    direction: Line | None = Field(
        None, description="Which way is better, in the team's words; absent when not said."
    )
    ambition: Ambition | None = Field(None, description="Absent: that of its objective.")
    team: UUID | None = Field(
        None, description="The one team that checks in; absent: every team of the objective."
    )
    machines: tuple[Line, ...] = Field(
        (),
        description="Clients of the identity provider whose values it takes of those that may "
        "write named key results; absent or empty when there are none.",
    )
    state: Literal["open", "dropped"] = Field("open", description="Whether it is still followed.")
    revision: int = Field(1, description="Counts the changes of this key result.")
    definitions: tuple[Definition, ...] = Field(description="Oldest first; the last one holds.")
    score: Score | None = Field(None, description="Its final score; absent before there is one.")
    reached: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Its progress when its goal ended with its team's cycle: the computed score "
        "that stays. Absent before, and when it had none.",
    )
    ancestor: UUID | None = Field(
        None, description="The key result of an earlier cycle that it goes on from; else absent."
    )
    cut_over: CutOver | None = Field(
        None, description="How it goes on in another cycle; absent while that is not decided."
    )

    @property
    def current(self) -> Definition:
        return self.definitions[-1]

    @property
    def proof_read(self) -> tuple[Language, ...]:
        """The languages of its translations that somebody has proof-read."""
        return proof_read(self.translations)

    @property
    def to_be_measured(self) -> bool:
        """Whether its baseline is still to be measured, so that its values are no progress yet."""
        return self.kind in DIRECTED and self.current.baseline is None


class Moment(Closed):
    """A state that an objective reached, when, and by whom."""

    state: ObjectiveState = Field(description="The state that it reached.")
    at: datetime = Field(description="When, UTC.")
    by: UUID | None = Field(None, description="Opaque id of a person; absent for an import.")


Fact = int | Line | tuple[Line, ...]
"""What advice rests on: a number, a word of the goal, an id, or several."""


class DismissedHint(Closed):
    """A hint that the team does not follow, for these facts; other facts bring it back."""

    code: Code = Field(description="Which hint, an open code; new ones may come.")
    facts: dict[Code, Fact] = Field(description="What it rested on, by name; may be empty.")
    reason: Annotated[Line, Field(max_length=200)] = Field(
        description="Why the team does otherwise; words, inside the agency only."
    )
    at: datetime = Field(description="When, UTC.")
    by: UUID | None = Field(None, description="Opaque id of a person; absent when not known.")


class PendingChange(Closed):
    """A change of an agreed goal that is put to its team, and does not hold before it agrees."""

    kind: Literal["revise", "drop"] = Field(description="Another wording, or to drop the goal.")
    at: datetime = Field(description="When it was put, UTC.")
    by: UUID | None = Field(None, description="Opaque id of a person; absent when none.")
    title: Text | None = Field(None, description="The goal as it would be; absent to drop it.")
    benefit: Text | None = Field(
        None, description="The benefit to the customer as it would be; absent when not said."
    )
    from_what: Text | None = Field(
        None, description="How it is when the goal is set, as it would be; absent when not said."
    )
    to_what: Text | None = Field(
        None, description="How it is to be, as it would be; absent when not said."
    )
    note: Words | None = Field(None, description="Words about it as they would be; absent if none.")
    rhythm: Rhythm | None = Field(
        None, description="How often a check-in would be due; absent to drop the goal."
    )
    ambition: Ambition | None = Field(
        None, description="Whether all of it would be promised; absent to drop the goal."
    )
    key_results: tuple[KeyResult, ...] = Field(
        (),
        description="Those that would be followed; one of a known id is worded anew, and one that "
        "is left out is dropped. Empty to drop the goal.",
    )


class ObjectiveChanged(Event):
    """An objective with its key results. Teams agree on it; a unit or a team owns it."""

    topic: ClassVar = "soihtu.okr.v1"
    kind: ClassVar = "objectives"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The objective; never changes.")
    cycle: UUID = Field(description="The cycle that it is a goal of.")
    owner_unit: UUID | None = Field(None, description="Absent when a team owns it.")
    owner_team: UUID | None = Field(None, description="Absent when a unit owns it.")
    responsible_team: UUID = Field(description="The team that answers for it.")
    contributing_teams: tuple[UUID, ...] = Field(
        (), description="Other teams that agreed to take part, and check in; empty when none did."
    )
    invitations: tuple[Invitation, ...] = Field(
        (),
        description="Other teams that were asked and have not agreed; empty when there are none.",
    )
    title: Text = Field(description="The goal, in the team's words.")
    benefit: Text | None = Field(
        None, description="The benefit to the customer; absent when not said."
    )
    from_what: Text | None = Field(
        None, description="How it is when the goal is set, in words; absent when not said."
    )
    to_what: Text | None = Field(
        None, description="How it is to be, in words; absent when not said."
    )
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language is that its texts are translated into; empty when "
        "there is none, or nobody has said.",
    )
    note: Words | None = Field(
        None, description="Words about it, inside the agency only; absent when none."
    )
    rhythm: Rhythm = Field(description="How often a check-in is due.")
    ambition: Ambition = Field(
        "aspirational", description="Whether all of it is promised, or more than can be."
    )
    state: ObjectiveState = Field(description="Where it stands.")
    revision: int = Field(1, description="Counts its changes, those of key results apart.")
    states: tuple[Moment, ...] = Field(description="Every state it has been in, oldest first.")
    wording: int = Field(
        1,
        description="The version in which what is to be chosen got its present wording: support of "
        "an earlier one does not count.",
    )
    agreements: tuple[Agreement, ...] = Field(
        (), description="How the team chose it and each change of it, oldest first."
    )
    pending: PendingChange | None = Field(
        None, description="A change that the team is choosing; absent when there is none."
    )
    contributes_to: tuple[UUID, ...] = Field(
        (),
        description="Ids of objectives, those of `contributes_to_key_results` among them; empty "
        "when there are none.",
    )
    contributes_to_key_results: tuple[UUID, ...] = Field(
        (),
        description="Ids of the key results that it helps above all, of objectives that "
        "`contributes_to` names; empty when none is named.",
    )
    serves: tuple[UUID, ...] = Field(
        (), description="Ids of the pillars that it serves; empty when there are none."
    )
    key_results: tuple[KeyResult, ...] = Field(
        (), description="How it is measured, dropped ones too; empty when not yet said."
    )
    ancestor: UUID | None = Field(
        None, description="The objective of an earlier cycle that it goes on from; else absent."
    )
    dismissed_hints: tuple[DismissedHint, ...] = Field(
        (), description="Hints that the team does not follow; empty when there are none."
    )

    @property
    def proof_read(self) -> tuple[Language, ...]:
        """The languages of its translations that somebody has proof-read."""
        return proof_read(self.translations)

    @property
    def was_agreed(self) -> bool:
        """Whether the team ever agreed on it; a proposal may be closed without that."""
        return any(moment.state == "agreed" for moment in self.states)
