"""The public events about the strategy, its pillars and each year's, made in `open.py`."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.codes import listed
from contracts.envelope import Closed, Event
from contracts.words import Code, Line, Text


class Translation(Closed):
    """How far the texts of something are in a language that they were not written in."""

    language: Code = Field(
        description="The language of the translation.", json_schema_extra=listed("language")
    )
    state: Code = Field(
        description="Whether it was proof-read since it or its source last changed.",
        json_schema_extra=listed("translation-state"),
    )


class PillarChanged(Event):
    """A pillar of the strategy, with what it promises to the customer."""

    topic: ClassVar = "soihtu.open.v1"
    kind: ClassVar = "pillars"
    public: ClassVar = True
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The pillar; never changes.")
    name: Text = Field(description="What it is called.")
    promise: Text = Field(description="What the customer is promised, in the customer's words.")
    order: int = Field(description="Its place among the pillars, the lowest first.")
    state: Code = Field(
        description="Whether it is in force.", json_schema_extra=listed("pillar-state")
    )
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language is that its texts are translated into; absent or empty "
        "when there is none, or nobody has said.",
    )


class StrategyPillar(Closed):
    """A pillar as it stood when the strategy was last said."""

    id: UUID = Field(description="The pillar.")
    name: Text = Field(description="What it was called.")
    promise: Text = Field(description="What the customer was promised, in the customer's words.")
    translations: tuple[Translation, ...] = Field(
        (), description="How far each language of it was; absent or empty when there was none."
    )


class Measure(Closed):
    """How a goal of the year was measured when the strategy was last said."""

    key_result: UUID = Field(description="The key result; how far it is, its objective tells.")
    title: Text = Field(description="What was measured, in the team's words.")
    kind: Code = Field(
        description="How progress follows from its value.",
        json_schema_extra=listed("key-result-kind"),
    )
    unit: Line | None = Field(None, description="Unit of its values; absent when it had none.")
    direction: Line | None = Field(
        None, description="Which way was better, in the team's words; absent when not said."
    )
    baseline: float | None = Field(
        None,
        description="Where it began, in its unit; absent where the kind has none, and of increase "
        "and decrease also while it was to be measured.",
    )
    target: float | None = Field(
        None, description="Where it was to get, in its unit; absent where the kind has none."
    )
    low: float | None = Field(
        None, description="Lower edge of the corridor, in its unit; absent but for maintain."
    )
    high: float | None = Field(
        None, description="Upper edge of the corridor, in its unit; absent but for maintain."
    )
    commit: float | None = Field(
        None, description="What was promised, in its unit; absent but for zones."
    )
    stretch: float | None = Field(
        None, description="What would be excellent, in its unit; absent but for zones."
    )
    milestones: tuple[Text, ...] = Field(
        (), description="What was to be done, in its order; absent or empty but for milestones."
    )
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language of its title and milestones was; absent or empty when "
        "there was none, or nobody had said.",
    )


class YearlyGoal(Closed):
    """A goal of the agency for the year, as it stood when the strategy was last said."""

    objective: UUID = Field(
        description="The objective; its key results are how it is measured now."
    )
    title: Text = Field(description="The goal.")
    benefit: Text | None = Field(
        None, description="What the customer has of it; absent when not said."
    )
    from_what: Text | None = Field(
        None, description="How it was when the goal was set, in words; absent when not said."
    )
    to_what: Text | None = Field(
        None, description="How it is to be, in words; absent when not said."
    )
    serves: tuple[UUID, ...] = Field(
        (), description="Pillars that it serves; absent or empty when there are none."
    )
    translations: tuple[Translation, ...] = Field(
        (), description="How far each language of it was; absent or empty when there was none."
    )
    measures: tuple[Measure, ...] = Field(
        (),
        description="How it was measured, without what was dropped; absent or empty when that was "
        "not said, and in records from before it was kept.",
    )


class LeftOut(Closed):
    """What was thought of for the year and not chosen."""

    what: Text = Field(description="What was left out.")
    why: Text = Field(description="Why it was not chosen.")
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language of it is; absent or empty when there is none, or nobody "
        "has said.",
    )


class Amendment(Closed):
    """A change of a strategy after it was published."""

    at: datetime = Field(description="When, UTC.")
    what: Text = Field(description="What was changed.")
    why: Text = Field(description="Why it was changed.")
    translations: tuple[Translation, ...] = Field(
        (),
        description="How far each language of it is; absent or empty when there is none, or nobody "
        "has said.",
    )


class StrategyPublished(Event):
    """The strategy of a year, published or amended since."""

    topic: ClassVar = "soihtu.open.v1"
    kind: ClassVar = "strategies"
    public: ClassVar = True
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The strategy; never changes.")
    cycle: UUID = Field(description="The cycle of the year that it is for; never changes.")
    published_at: datetime = Field(description="When it was first published, UTC.")
    pillars: tuple[StrategyPillar, ...] = Field(description="By their place; may be empty.")
    goals: tuple[YearlyGoal, ...] = Field(
        description="The agency's goals of the year, in their order; may be empty."
    )
    left_out: tuple[LeftOut, ...] = Field(
        (), description="What was not chosen, and why; absent or empty when nothing is said."
    )
    amendments: tuple[Amendment, ...] = Field(
        (), description="What was changed since, oldest first; absent or empty when nothing was."
    )
