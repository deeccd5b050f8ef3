"""Events of checkins about retros: what a team made of a cycle, and what it learned."""

from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.words import Code, Text, Words

Result = Literal["reached", "partly", "not"]
Recommendation = Literal["keep", "modify", "drop"]


class Learning(Closed):
    """One thing that the team learned."""

    id: UUID
    text: Text
    shareable: bool = Field(description="Whether it may be read beyond the team, and outside.")


class Finding(Closed):
    """What the team found about one objective."""

    objective: UUID
    result: Result
    reasons: tuple[Code, ...] = Field((), description="Open codes: why it went as it went.")
    words: Words | None = Field(None, description="Seen by the team and above.")
    recommendation: Recommendation
    learnings: tuple[Learning, ...] = ()


class RetroCompleted(Event):
    """A team's look back on a cycle; a correction is a new version."""

    topic: ClassVar = "soihtu.retro.v1"
    kind: ClassVar = "retros"

    id: UUID
    team: UUID
    cycle: UUID
    author: UUID | None = Field(None, description="Opaque id of who completed it.")
    findings: tuple[Finding, ...]
