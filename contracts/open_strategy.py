"""The public events about the strategy, its pillars and each year's, made in `open.py`."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.codes import listed
from contracts.envelope import Closed, Event
from contracts.words import Code, Text


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


class YearlyGoal(Closed):
    """A goal of the agency for the year, as it stood when the strategy was last said."""

    objective: UUID = Field(description="The objective; its key results are how it is measured.")
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


class LeftOut(Closed):
    """What was thought of for the year and not chosen."""

    what: Text = Field(description="What was left out.")
    why: Text = Field(description="Why it was not chosen.")


class Amendment(Closed):
    """A change of a strategy after it was published."""

    at: datetime = Field(description="When, UTC.")
    what: Text = Field(description="What was changed.")
    why: Text = Field(description="Why it was changed.")


class StrategyPublished(Event):
    """The strategy of a year, published or amended since."""

    topic: ClassVar = "soihtu.open.v1"
    kind: ClassVar = "strategies"
    public: ClassVar = True

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
