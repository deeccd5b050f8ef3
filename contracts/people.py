"""Events about people: their contact data, and their logins and dated roles, kept apart."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.envelope import Closed, Event
from contracts.words import Language, Line

Role = Literal["member", "torchbearer", "deputy", "supervisor", "project-lead", "head"]


class Login(Closed):
    """How a token names the person: by issuer and the value of the agreed claim."""

    issuer: Line = Field(description="Who says who it is: the issuer of the token.")
    subject: Line = Field(description="The value of the agreed claim.")


class Membership(Closed):
    """A role in a team (or, for heads, in a unit) over a span of days."""

    role: Role = Field(description="What the person is there.")
    team: UUID | None = Field(None, description="Absent for the head of a unit.")
    unit: UUID | None = Field(
        None, description="Only for a head, who reaches all below; else absent."
    )
    since: date = Field(description="First day.")
    until: date | None = Field(None, description="Last day; absent while it goes on.")


class PersonChanged(Event):
    """A person's contact data; read by notifications alone."""

    topic: ClassVar = "soihtu.people.v1"
    kind: ClassVar = "people"

    id: UUID = Field(description="The person's opaque id; never changes.")
    name: Line = Field(description="What the person is called.")
    mail: Line | None = Field(None, description="Absent when the person has no mail address.")
    language: Language = Field(description="The language that the person wants to be addressed in.")


class MembershipsChanged(Event):
    """A person, by an opaque id, with logins and dated roles."""

    topic: ClassVar = "soihtu.memberships.v1"
    kind: ClassVar = "memberships"

    id: UUID = Field(description="The person's opaque id.")
    logins: tuple[Login, ...] = Field(
        description="How tokens name the person; empty after erasure."
    )
    site: Line | None = Field(None, description="The assigned site; absent when not known.")
    home_team: UUID | None = Field(None, description="Absent when the person belongs to no team.")
    memberships: tuple[Membership, ...] = Field(
        description="Roles in teams and units, past ones too."
    )
