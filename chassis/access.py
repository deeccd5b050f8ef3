"""Who may what: a service's table of operations and rules, default no, and its one question."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args
from uuid import UUID

from chassis import directory
from chassis.caller import CLAIMS, Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.people import Role


@dataclass(frozen=True, slots=True)
class Target:
    """What an operation is done to: its teams, and every unit at or above its teams and units.

    `units` are those that it belongs to itself.
    """

    teams: frozenset[UUID] = frozenset()
    above: frozenset[UUID] = frozenset()
    units: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Rule:
    """Permits callers with a claim, a scope, or a role; `owned` rules look at the target too.

    Claims open, where `of` is a unit, what belongs to that unit itself alone.
    """

    claims: frozenset[str] = frozenset()
    of: UUID | None = None
    scopes: frozenset[str] = frozenset()
    team_roles: frozenset[str] = frozenset()
    heads: bool = False
    everyone: bool = False

    @property
    def owned(self) -> bool:
        """Whether what it permits depends on the target."""
        return bool(self.team_roles) or self.heads or self.of is not None

    @property
    def names(self) -> tuple[str, ...]:
        """Whom it permits, as codes that a problem can tell."""
        named = [*sorted(self.claims), *sorted(self.scopes), *sorted(self.team_roles)]
        return (*named, *(["head"] if self.heads else []), *(["staff"] if self.everyone else []))

    def permits(self, caller: Caller, target: Target) -> bool:
        """Whether `caller` may do it to `target`."""
        if self.claims & caller.claims and (self.of is None or self.of in target.units):
            return True
        if self.scopes & caller.scopes:
            return True
        if self.everyone and (caller.person is not None or caller.claims):
            return True
        if self.heads and caller.headed() & target.above:
            return True
        return bool(self.team_roles and caller.teams(*self.team_roles) & target.teams)

    def may_permit(self, caller: Caller) -> bool:
        """Whether there could be a target that `caller` may do it to."""
        units = frozenset([self.of] if self.of else [])
        return self.permits(caller, Target(caller.teams(), caller.headed(), units))


def claim(*names: str, of: UUID | None = None) -> Rule:
    """An agency role, which comes from the token: admin, strategy, auditor, operator.

    With `of` it opens only what belongs to that unit itself.
    """
    if unknown := set(names) - CLAIMS:
        raise ValueError(f"not an agency role: {unknown}")
    return Rule(claims=frozenset(names), of=of)


def scope(*names: str) -> Rule:
    """A machine with one of these scopes."""
    return Rule(scopes=frozenset(names))


def staff() -> Rule:
    """Every known person, and whoever has an agency role."""
    return Rule(everyone=True)


def in_team(*roles: str) -> Rule:
    """Whoever has one of these roles in a team of the target."""
    if not roles or (unknown := set(roles) - set(get_args(Role))):
        raise ValueError(f"not roles in a team: {unknown if roles else 'none named'}")
    return Rule(team_roles=frozenset(roles))


def head() -> Rule:
    """The head of a unit of the target, or of any unit above it."""
    return Rule(heads=True)


@dataclass(frozen=True)
class AccessTable:
    """The rules of each operation of a service; what has no row, or no rule, is refused."""

    rows: Mapping[str, Sequence[Rule]]

    def permits(self, operation: str, caller: Caller, target: Target) -> bool:
        """Whether any rule of `operation` permits it. Pure."""
        return any(rule.permits(caller, target) for rule in self.rows.get(operation, ()))

    def owned(self, operation: str) -> bool:
        """Whether the answer depends on the target, so that a command must ask for its own."""
        return any(rule.owned for rule in self.rows.get(operation, ()))

    def admit(self, caller: Caller, operation: str) -> None:
        """Refuse callers whom no target could be open to, before anything is looked up.

        Raises Problem `not-allowed`.
        """
        if not any(rule.may_permit(caller) for rule in self.rows.get(operation, ())):
            raise self._refusal(operation)
        if not self.owned(operation):
            caller.asked.add(operation)

    async def may(
        self,
        tx: Tx,
        caller: Caller,
        operation: str,
        *,
        teams: Iterable[UUID] = (),
        units: Iterable[UUID] = (),
    ) -> bool:
        """Whether `caller` may do `operation` to what belongs to these teams and units."""
        caller.asked.add(operation)
        teams, units = frozenset(teams), frozenset(units)
        needs_tree = any(rule.heads for rule in self.rows.get(operation, ())) and caller.headed()
        above = await directory.units_above(tx, teams, units) if needs_tree else frozenset()
        return self.permits(operation, caller, Target(teams, above, units))

    async def require(
        self,
        tx: Tx,
        caller: Caller,
        operation: str,
        *,
        teams: Iterable[UUID] = (),
        units: Iterable[UUID] = (),
    ) -> None:
        """Go on only if `caller` may do `operation` to what belongs to these teams and units.

        Raises Problem `not-allowed`, which says which roles may.
        """
        if not await self.may(tx, caller, operation, teams=teams, units=units):
            raise self._refusal(operation)

    def differences(self, operations: Collection[str]) -> list[str]:
        """Operations without a row and rows without an operation; a service's test expects none."""
        missing = [f"no row: {one}" for one in sorted(set(operations) - self.rows.keys())]
        idle = [f"no operation: {one}" for one in sorted(self.rows.keys() - set(operations))]
        return missing + idle

    def _refusal(self, operation: str) -> Problem:
        names = [name for rule in self.rows.get(operation, ()) for name in rule.names]
        return Problem("not-allowed", operation=operation, roles=list(dict.fromkeys(names)))
