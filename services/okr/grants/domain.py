"""Decides how a grant to another agency is asked for, given and ended; pure."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.problem import Problem
from contracts.envelope import Closed, Event
from contracts.words import Line

GrantState = Literal["asked", "granted", "ended"]
CODE = r"[a-z0-9][a-z0-9-]{0,31}"
"""No dot: the agency's consumer groups begin with the code and a dot."""
AgencyCode = Annotated[str, StringConstraints(pattern=f"^{CODE}$")]


class GrantDetails(Closed):
    """What is asked for in another agency's name."""

    agency: AgencyCode = Field(description="The agency's code; its groups begin with it.")
    contact: Line = Field(description="Whom there to reach; administrators alone read it.")
    purpose: Line = Field(description="What the agency needs it for; all staff read it.")
    basis: Line = Field(description="The legal basis of the disclosure; all staff read it.")
    until: date = Field(description="The last day of the grant.")


class GrantEnding(Closed):
    """Why a grant ends."""

    reason: Line = Field(description="Why it ends; all staff read it.")


class Step(Closed):
    """Who took a step of a grant, and when."""

    at: datetime
    by: Line = Field(description="Id of the person, or the login of a caller that is none.")


class Grant(Event):
    """The whole record of a grant. It is told to no topic: it names a contact."""

    kind: ClassVar = "grants"

    id: UUID
    agency: AgencyCode = Field(description="The agency's code.")
    contact: Line = Field(description="Whom there to reach.")
    purpose: Line = Field(description="What the agency needs it for.")
    basis: Line = Field(description="The legal basis of the disclosure.")
    until: date = Field(description="The last day of the grant.")
    topics: tuple[str, ...] = Field(description="What the agency receives.")
    state: GrantState
    asked: Step = Field(description="Who wrote down what was asked.")
    granted: Step | None = Field(None, description="Absent when it was never granted.")
    ended: Step | None = Field(None, description="Absent while it has not ended.")
    reason: Line | None = Field(None, description="Why it ended; absent while it has not.")

    def stands(self, today: date) -> bool:
        """Whether the agency may read on that day."""
        return self.state == "granted" and today <= self.until


class Disclosure(Closed):
    """What staff are told of a grant: all but persons."""

    id: UUID
    version: int
    agency: AgencyCode = Field(description="The agency's code.")
    purpose: Line = Field(description="What the agency needs it for.")
    basis: Line = Field(description="The legal basis of the disclosure.")
    until: date = Field(description="The last day of the grant.")
    topics: tuple[str, ...] = Field(description="What the agency receives.")
    state: GrantState
    stands: bool = Field(description="Whether the agency may read today.")
    asked_at: datetime = Field(description="When it was written down.")
    granted_at: datetime | None = Field(None, description="Absent when it was never granted.")
    ended_at: datetime | None = Field(None, description="Absent while it has not ended.")
    reason: Line | None = Field(None, description="Why it ended; absent while it has not.")


def ask(grant: UUID, said: GrantDetails, topics: Collection[str], step: Step, today: date) -> Grant:
    """A grant that is asked for. Raises Problem `grant-over`."""
    _expect_ahead(said.until, today)
    begun: GrantState = "asked"
    return Grant(
        id=grant,
        version=1,
        change=begun,
        agency=said.agency,
        contact=said.contact,
        purpose=said.purpose,
        basis=said.basis,
        until=said.until,
        topics=tuple(sorted(topics)),
        state=begun,
        asked=step,
    )


def give(grant: Grant, step: Step, today: date) -> Grant:
    """The grant, given. Raises Problem `grant-not-asked`, `grant-over`."""
    if grant.state != "asked":
        raise Problem("grant-not-asked", grant=str(grant.id), grant_state=grant.state)
    _expect_ahead(grant.until, today)
    return _moved(grant, "granted", granted=step)


def end(grant: Grant, reason: str, step: Step) -> Grant:
    """The grant at its end, also where it was only asked for. Raises Problem `grant-ended`."""
    if grant.state == "ended":
        raise Problem("grant-ended", grant=str(grant.id))
    return _moved(grant, "ended", ended=step, reason=reason)


def disclosure(grant: Grant, today: date) -> Disclosure:
    """What staff are told of a grant."""
    return Disclosure(
        id=grant.id,
        version=grant.version,
        agency=grant.agency,
        purpose=grant.purpose,
        basis=grant.basis,
        until=grant.until,
        topics=grant.topics,
        state=grant.state,
        stands=grant.stands(today),
        asked_at=grant.asked.at,
        granted_at=grant.granted.at if grant.granted else None,
        ended_at=grant.ended.at if grant.ended else None,
        reason=grant.reason,
    )


def _moved(grant: Grant, state: GrantState, **facts: object) -> Grant:
    moved = {"version": grant.version + 1, "change": state, "state": state, **facts}
    return grant.model_copy(update=moved)


def _expect_ahead(until: date, today: date) -> None:
    if until < today:
        raise Problem("grant-over", until=until)
