"""Decides what a person's record may say, and which events tell it."""

from collections.abc import Sequence
from datetime import date
from itertools import combinations
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import Field

from chassis.problem import Problem
from contracts.envelope import Closed, Event
from contracts.people import Login, Membership, MembershipsChanged, PersonChanged
from contracts.words import Language, Line

UNCOUNTED = 2
"""A team of so many has no share to reach, whatever it chooses."""


class PersonDetails(Closed):
    """What is said of a person; lists are whole: what they leave out is no more."""

    name: Line
    mail: Line | None = Field(
        default=None, description="Absent when the person has no mail address."
    )
    language: Language = Field(default="fi", description="The language to address the person in.")
    site: Line | None = Field(default=None, description="The assigned site; absent when not known.")
    home_team: UUID | None = Field(
        default=None, description="Absent when the person belongs to no team."
    )
    logins: Annotated[tuple[Login, ...], Field(max_length=20)] = ()
    memberships: Annotated[tuple[Membership, ...], Field(max_length=500)] = ()


class Person(Event):
    """The whole record of a person; it is told as two events that share its version."""

    kind: ClassVar = "people"

    id: UUID
    name: Line
    mail: Line | None = Field(
        default=None, description="Absent when the person has no mail address."
    )
    language: Language
    site: Line | None = Field(default=None, description="Absent when not known.")
    home_team: UUID | None = Field(
        default=None, description="Absent when the person belongs to no team."
    )
    logins: tuple[Login, ...]
    memberships: tuple[Membership, ...]

    def contact(self) -> PersonChanged:
        """The part that is for those who write to the person."""
        return PersonChanged(
            id=self.id,
            version=self.version,
            change=self.change,
            name=self.name,
            mail=self.mail,
            language=self.language,
        )

    def roles(self) -> MembershipsChanged:
        """The part that others are authorised by; it says no name."""
        return MembershipsChanged(
            id=self.id,
            version=self.version,
            change=self.change,
            logins=self.logins,
            site=self.site,
            home_team=self.home_team,
            memberships=self.memberships,
        )


def create(person: UUID, said: PersonDetails, change: str) -> Person:
    """A new person. Raises Problem as `check_memberships` does."""
    return Person(id=person, version=1, change=change, **_said(said))


def change(person: Person, said: PersonDetails, change: str) -> Person:
    """The person as said. Raises Problem as `check_memberships` does."""
    return person.next(change, **_said(said))


def _said(said: PersonDetails) -> dict[str, Any]:
    check_memberships(said.memberships)
    return {
        "name": said.name,
        "mail": said.mail,
        "language": said.language,
        "site": said.site,
        "home_team": said.home_team,
        "logins": tuple(dict.fromkeys(said.logins)),
        "memberships": said.memberships,
    }


def check_memberships(memberships: Sequence[Membership]) -> None:
    """Refuse roles that can't be; positions count from 1.

    Raises Problem `role-without-place` (a head has a unit and no team, all others a team and no
    unit), `span-backwards` (a last day before the first), `memberships-overlap` (the same role
    twice in the same place on one day).
    """
    for position, one in enumerate(memberships, 1):
        head = one.role == "head"
        if (one.unit is None) == head or (one.team is None) != head:
            raise Problem("role-without-place", position=position, role=one.role)
        if one.until is not None and one.until < one.since:
            raise Problem("span-backwards", position=position)
    for (first, one), (second, other) in combinations(enumerate(memberships, 1), 2):
        if _same_role(one, other) and _share_a_day(one, other):
            raise Problem("memberships-overlap", positions=[first, second], role=one.role)


def _same_role(one: Membership, other: Membership) -> bool:
    return (one.role, one.team, one.unit) == (other.role, other.team, other.unit)


def _share_a_day(one: Membership, other: Membership) -> bool:
    return one.since <= (other.until or date.max) and other.since <= (one.until or date.max)
