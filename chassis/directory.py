"""Every service's copy of who is who, who has which role where, and how the units lie.

Its tables are `chassis/schema/0001/03_directory.sql`. What is applied may come in any order and
more than once; okr applies its own states in the transaction that makes them.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Protocol
from uuid import UUID

from chassis import sql
from chassis.caller import Caller, Held
from chassis.db import Tx
from chassis.problem import Problem

_queries = sql.load(__file__, "directory.sql")


class UnitState(Protocol):
    """What is read of `UnitChanged`."""

    @property
    def id(self) -> UUID: ...
    @property
    def parent(self) -> UUID | None: ...
    @property
    def version(self) -> int: ...


class TeamState(Protocol):
    """What is read of `TeamChanged`."""

    @property
    def id(self) -> UUID: ...
    @property
    def parent(self) -> UUID: ...
    @property
    def version(self) -> int: ...


class LoginState(Protocol):
    """A login of a person."""

    @property
    def issuer(self) -> str: ...
    @property
    def subject(self) -> str: ...


class MembershipState(Protocol):
    """A dated role of a person; `role` may be one that we don't know."""

    @property
    def role(self) -> str: ...
    @property
    def team(self) -> UUID | None: ...
    @property
    def unit(self) -> UUID | None: ...
    @property
    def since(self) -> date: ...
    @property
    def until(self) -> date | None: ...


class PersonState(Protocol):
    """What is read of `MembershipsChanged`."""

    @property
    def id(self) -> UUID: ...
    @property
    def logins(self) -> Sequence[LoginState]: ...
    @property
    def memberships(self) -> Sequence[MembershipState]: ...


async def apply_units(tx: Tx, units: Sequence[UnitState]) -> None:
    """Keep the states of units, each at most once in `units`."""
    await _queries.upsert_units(tx.conn, **_nodes(units))


async def apply_teams(tx: Tx, teams: Sequence[TeamState]) -> None:
    """Keep the states of teams, each at most once in `teams`."""
    await _queries.upsert_teams(tx.conn, **_nodes(teams))


def _nodes(states: Sequence[UnitState]) -> dict[str, list[Any]]:
    return {
        "ids": [state.id for state in states],
        "parents": [state.parent for state in states],
        "versions": [state.version for state in states],
    }


async def apply_people(tx: Tx, people: Sequence[PersonState]) -> None:
    """Keep the logins and roles of people, each at most once in `people`."""
    persons = sorted(person.id for person in people)
    await _queries.forget_logins(tx.conn, persons=persons)
    await _queries.forget_memberships(tx.conn, persons=persons)
    logins = [(person.id, login) for person in people for login in person.logins]
    await _queries.add_logins(
        tx.conn,
        persons=[person for person, _ in logins],
        issuers=[login.issuer for _, login in logins],
        subjects=[login.subject for _, login in logins],
    )
    held = [(person.id, one) for person in people for one in person.memberships]
    await _queries.add_memberships(
        tx.conn,
        persons=[person for person, _ in held],
        roles=[one.role for _, one in held],
        teams=[one.team for _, one in held],
        units=[one.unit for _, one in held],
        sinces=[one.since for _, one in held],
        untils=[one.until for _, one in held],
    )


async def caller(
    tx: Tx,
    issuer: str,
    subject: str,
    today: date,
    claims: frozenset[str] = frozenset(),
    scopes: frozenset[str] = frozenset(),
) -> Caller:
    """Who calls, with the roles that they hold on the day `today`.

    A login that nobody has is a machine when it has scopes, or an agency role by its claim.
    Raises Problem `unknown-person` for anyone else, and while a login names two people.
    """
    found = _queries.roles_of_login(tx.conn, issuer=issuer, subject=subject, today=today)
    rows = [row async for row in found]
    persons = {row["person"] for row in rows}
    if len(persons) == 1:
        held = tuple(Held(row["role"], row["team"], row["unit"]) for row in rows if row["role"])
        return Caller(persons.pop(), claims, memberships=held)
    if not persons and (claims or scopes):
        return Caller(None, claims, scopes, client=subject)
    raise Problem("unknown-person")


async def units_above(
    tx: Tx, teams: Iterable[UUID] = (), units: Iterable[UUID] = ()
) -> frozenset[UUID]:
    """`units`, the units of `teams`, and every unit above them."""
    found = _queries.units_above(tx.conn, teams=list(teams), units=list(units))
    return frozenset([row["id"] async for row in found])
