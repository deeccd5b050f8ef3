"""The event of okr about the strategy of a year: what was chosen for it, and what was left out."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.numbers import Number
from contracts.okr import KeyResultKind
from contracts.words import Line, Text, Translation

StrategyState = Literal["draft", "published"]


class StrategyPillar(Closed):
    """A pillar as it stood when the strategy was last said."""

    id: UUID = Field(description="The pillar.")
    name: Text = Field(description="What it was called.")
    promise: Text = Field(description="What the customer was promised, in the customer's words.")
    translations: tuple[Translation, ...] = Field(
        (), description="How far each language of it was; empty when there was none."
    )


class Measure(Closed):
    """How a goal of the year was measured when the strategy was last said."""

    key_result: UUID = Field(description="The key result; how far it is, its objective tells.")
    title: Text = Field(description="What was measured, in the team's words.")
    kind: KeyResultKind = Field(description="Open code; new kinds may come.")
    unit: Line | None = Field(None, description="Unit of its values; absent when it had none.")
    direction: Line | None = Field(
        None, description="Which way was better, in the team's words; absent when not said."
    )
    baseline: Number | None = Field(
        None,
        description="Where it began, in its unit; absent where the kind has none, and of increase "
        "and decrease also while it was to be measured.",
    )
    target: Number | None = Field(
        None, description="Where it was to get, in its unit; absent where the kind has none."
    )
    low: Number | None = Field(
        None, description="Lower edge of the corridor, in its unit; absent but for maintain."
    )
    high: Number | None = Field(
        None, description="Upper edge of the corridor, in its unit; absent but for maintain."
    )
    commit: Number | None = Field(
        None, description="What was promised, in its unit; absent but for zones."
    )
    stretch: Number | None = Field(
        None, description="What would be excellent, in its unit; absent but for zones."
    )
    milestones: tuple[Text, ...] = Field(
        (), description="What was to be done, in its order; empty but for milestones."
    )
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language of its title and milestones was; empty when there was "
        "none, or nobody had said.",
    )


class YearlyGoal(Closed):
    """A goal of the agency for the year, as it stood when the strategy was last said."""

    objective: UUID = Field(
        description="The objective; its key results are how it is measured now."
    )
    title: Text = Field(description="The goal.")
    benefit: Text | None = Field(
        None, description="The benefit to the customer; absent when not said."
    )
    from_what: Text | None = Field(
        None, description="How it was when the goal was set, in words; absent when not said."
    )
    to_what: Text | None = Field(
        None, description="How it is to be, in words; absent when not said."
    )
    serves: tuple[UUID, ...] = Field(
        (), description="Ids of the pillars that it serves; empty when there are none."
    )
    translations: tuple[Translation, ...] = Field(
        (), description="How far each language of it was; empty when there was none."
    )
    measures: tuple[Measure, ...] = Field(
        (),
        description="How it was measured, without what was dropped; empty when that was "
        "not said, and in records from before it was kept.",
    )


class LeftOut(Closed):
    """What was thought of for the year and not chosen."""

    what: Text = Field(description="What was left out.")
    why: Text = Field(description="Why it was not chosen.")
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language of it is; empty when there is none, or nobody has said.",
    )


class Amendment(Closed):
    """A change of a strategy after it was published."""

    at: datetime = Field(description="When, UTC.")
    what: Text = Field(description="What was changed.")
    why: Text = Field(description="Why it was changed.")
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language of it is; empty when there is none, or nobody has said.",
    )


class StrategyChanged(Event):
    """The strategy of a year. It stays as it was said whatever comes of its pillars and goals."""

    topic: ClassVar = "soihtu.okr.v1"
    kind: ClassVar = "strategies"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The strategy; never changes.")
    cycle: UUID = Field(description="The cycle of the year that it is for.")
    state: StrategyState = Field(description="A draft is for those who write it.")
    published_at: datetime | None = Field(
        None, description="When it was published, UTC; absent when it never was."
    )
    pillars: tuple[StrategyPillar, ...] = Field(description="By their place; may be empty.")
    goals: tuple[YearlyGoal, ...] = Field(
        description="The agency's goals of the year, in their order; may be empty."
    )
    left_out: tuple[LeftOut, ...] = Field(
        (), description="What was not chosen, and why; empty when nothing is said."
    )
    amendments: tuple[Amendment, ...] = Field(
        (), description="What was changed since it was published, oldest first."
    )
