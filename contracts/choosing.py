"""How a team chooses a goal together, as events tell it: in counts, never by who supported."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.words import Code, Line, Remark

What = Literal["goal", "revise", "drop"]
How = Literal["by-support", "in-meeting", "imported"]
Side = Literal["torchbearer", "supervisor"]
InvitationState = Literal["invited", "declined", "left"]
RemarkKind = Literal["comment", "question", "request"]
RemarkState = Literal["said", "removed", "hidden"]
Outcome = Literal["accepted", "declined"]


class Agreement(Closed):
    """How a team chose: one of torchbearer and supervisor records it, the other confirms it."""

    what: What = Field(description="The goal itself, another wording of it, or to drop it.")
    how: How = Field(description="Open code: by support, in a meeting, or imported as agreed.")
    state: Literal["recorded", "agreed"] = Field(
        description="Recorded: it waits for the other of the two; only the last one can."
    )
    recorded_at: datetime = Field(description="When the first of the two recorded it, UTC.")
    recorded_by: UUID | None = Field(
        None, description="Opaque id of a person; absent for an import."
    )
    sides: tuple[Side, ...] = Field(
        (), description="As which of the two they did; a deputy is as the torchbearer."
    )
    confirmed_at: datetime | None = Field(
        None, description="When the other confirmed it, UTC; absent while nobody has."
    )
    confirmed_by: UUID | None = Field(
        None, description="Opaque id of a person; absent while nobody has confirmed it."
    )
    alone: Code | None = Field(
        None,
        description="Why one was enough: no-torchbearer, no-supervisor, both-in-one, or the "
        "strategy-office, of what the agency itself owns; else absent.",
    )
    support: int | None = Field(
        None,
        description="Members of the team who supported it; absent for an import. The API answers "
        "it to the team alone until it is agreed, and of a team of fewer than 8: a count of so few "
        "tells of persons.",
    )
    hint: Code | None = Field(
        None,
        description="below-share: fewer than the team's share took part so; else absent. The API "
        "answers it to whom it answers `support`.",
    )
    took_part: Code | None = Field(
        None,
        description="How large a share of the team took part, as a band: under-25, 25-49, 50-74, "
        "75-100; absent until agreed, and of a team of fewer than 8.",
    )


class Invitation(Closed):
    """Another team that is asked to contribute, or that has said no; those that do are apart."""

    team: UUID = Field(description="The team.")
    state: InvitationState = Field(description="Invited, declined, or left after it had agreed.")
    at: datetime = Field(description="When that was, UTC.")
    reason: Line | None = Field(
        None, description="Why it declined or left, in its words; absent while invited."
    )


class Hidden(Closed):
    """That a leader of the goal's team hid a remark, and why."""

    at: datetime = Field(description="When, UTC.")
    reason: Line = Field(description="Why, for all to read.")


class Answer(Closed):
    """What a team answers to a request of another."""

    outcome: Outcome = Field(description="Whether the team will do it.")
    words: Remark | None = Field(None, description="What it says of that; absent when nothing.")
    at: datetime = Field(description="When, UTC; other words for the same outcome don't move it.")


class RemarkChanged(Event):
    """A comment, question or request about a goal; all staff may read it, and nobody outside."""

    topic: ClassVar = "soihtu.okr.v1"
    kind: ClassVar = "remarks"
    schema_version: ClassVar = "1.1"

    id: UUID = Field(description="The remark; never changes.")
    objective: UUID = Field(description="The goal that it is about.")
    remark_kind: RemarkKind = Field(description="Open code: comment, question, request.")
    parent: UUID | None = Field(
        None, description="The remark that begins the thread; absent for that one itself."
    )
    author: UUID = Field(description="Opaque id of the person who wrote it.")
    team: UUID | None = Field(
        None, description="The team that asks, of a request; absent for others."
    )
    asked: UUID | None = Field(
        None,
        description="The team that is asked, of a request; absent: the one responsible for the "
        "goal. One of the two teams was responsible for it when it was made.",
    )
    text: Remark | None = Field(
        None, description="What was said; absent once it is removed or hidden."
    )
    state: RemarkState = Field(
        description="Removed by who wrote it, or hidden by a leader of the goal's team."
    )
    at: datetime = Field(description="When it was said, UTC.")
    edited_at: datetime | None = Field(
        None, description="When it was worded anew last, UTC; absent when it never was."
    )
    hidden: Hidden | None = Field(None, description="Absent unless it is hidden.")
    answer: Answer | None = Field(
        None, description="What the asked team answered to a request; else absent."
    )
