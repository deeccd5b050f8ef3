"""The base of what services read of others' events, and the messages that several of them read."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Reader(BaseModel):
    """Open: what others add is passed over, and a code may be one that we don't know."""

    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)

    @property
    def subject_id(self) -> str | None:
        """The aggregate's identity within its kind, as its event's subject says it too.

        None for what has none: a part of an aggregate.
        """
        own = getattr(self, "id", None)
        return None if own is None else str(own)


class Text(Reader):
    """A text in the languages that we know."""

    source: str = Field(description="The language in which it was written.")
    fi: str | None = Field(None, description="In Finnish; absent where nobody has put it so.")
    sv: str | None = Field(None, description="In Swedish; absent where nobody has put it so.")
    en: str | None = Field(None, description="In English; absent where nobody has put it so.")


class Unit(Reader):
    """`UnitChanged`, as far as the tree of units goes."""

    id: UUID
    version: int
    parent: UUID | None = None


class Team(Reader):
    """`TeamChanged`, as far as the tree of units goes."""

    id: UUID
    version: int
    parent: UUID


class Login(Reader):
    issuer: str
    subject: str


class Membership(Reader):
    role: str
    team: UUID | None = None
    unit: UUID | None = None
    since: date
    until: date | None = None


class Person(Reader):
    """`MembershipsChanged`."""

    id: UUID
    logins: tuple[Login, ...] = ()
    memberships: tuple[Membership, ...] = ()
