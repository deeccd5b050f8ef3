"""Who calls an API: a person with the roles of the day, an agency role by claim, or a machine."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from uuid import UUID

CLAIMS = frozenset({"admin", "strategy", "auditor", "operator"})
"""The agency's roles, which come from the token alone."""


@dataclass(frozen=True, slots=True)
class Held:
    """A role held today in a team, or by a head in a unit."""

    role: str
    team: UUID | None = None
    unit: UUID | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Whoever calls. `client` names a caller that is no known person; only those have scopes."""

    person: UUID | None = None
    claims: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    client: str | None = None
    memberships: tuple[Held, ...] = ()
    asked: set[str] = field(default_factory=set, compare=False, repr=False)
    """The operations that this caller was checked for: a door refuses to end without."""

    def teams(self, *roles: str) -> frozenset[UUID]:
        """The teams in which the caller holds one of `roles` (any role when none is named)."""
        held_in = [held for held in self.memberships if not roles or held.role in roles]
        return frozenset(held.team for held in held_in if held.team)

    def as_in(self, team: UUID, roles: Iterable[str]) -> "Caller":
        """The same caller, whose roles in a team are these by now.

        A call begins with the roles of its caller: what goes by them later reads them again.
        """
        others = (held for held in self.memberships if held.team != team)
        return replace(self, memberships=(*others, *(Held(role, team) for role in roles)))

    def headed(self) -> frozenset[UUID]:
        """The units that the caller is head of, without those below."""
        return frozenset(
            held.unit for held in self.memberships if held.unit and held.role == "head"
        )
