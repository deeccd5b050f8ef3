"""Events of checkins about retros: what a team made of a cycle, and what it learned."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.words import Text, Words

Result = Literal["reached", "partly", "not"]
Recommendation = Literal["keep", "modify", "drop"]
Reason = Literal[
    "worked-together",
    "clear-goal",
    "clear-roles",
    "enough-time",
    "enough-people",
    "customer-feedback",
    "new-way-of-working",
    "tried-small",
    "regular-rhythm",
    "goal-too-big",
    "goal-unclear",
    "too-many-goals",
    "other-work-came-first",
    "waited-for-others",
    "lack-of-people",
    "absences",
    "tools-or-systems",
    "change-in-law-or-need",
    "other",
]
"""Why an objective went as it went. Other agencies read it, so nobody puts words of their own here;
the list may grow, and readers take what they don't know for `other`. What they mean is in
`codes.yaml`."""

WORDS_READERS = "Read by the team, its supervisor and the heads of the units above."
LEARNING_READERS = (
    "Read by the team, its supervisor and the heads of the units above; where it is shareable, by "
    "all staff and by other agencies too."
)


class Learning(Closed):
    """One thing that the team learned."""

    id: UUID = Field(description="The learning; never changes.")
    text: Text = Field(description=f"What the team learned. {LEARNING_READERS}")
    shareable: bool = Field(description="Whether it may be read beyond the team, and outside.")


class Finding(Closed):
    """What the team found about one objective."""

    objective: UUID = Field(description="The objective that was looked back on.")
    result: Result = Field(description="How it went.")
    reasons: tuple[Reason, ...] = Field(
        (), description="Open codes, new ones may come: why it went as it went."
    )
    words: Words | None = Field(
        None, description=f"Why it went so; absent when not said. {WORDS_READERS}"
    )
    recommendation: Recommendation = Field(description="What the team would do with it next.")
    learnings: tuple[Learning, ...] = Field(
        (), description="What the team learned from it; empty when nothing."
    )


class RetroCompleted(Event):
    """A team's look back on a cycle; a correction is a new version."""

    topic: ClassVar = "soihtu.retro.v1"
    kind: ClassVar = "retros"

    id: UUID = Field(description="The retro; never changes.")
    team: UUID = Field(description="The team that looked back.")
    cycle: UUID = Field(description="The cycle that it looked back on.")
    author: UUID | None = Field(
        None,
        description="Opaque id of who completed it; absent for an import. Read by whoever reads "
        "the words.",
    )
    findings: tuple[Finding, ...] = Field(
        description="One for each objective; empty when withdrawn."
    )
