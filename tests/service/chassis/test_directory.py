"""Who is who on a real database: dated roles, heads over the tree, in any order."""

from dataclasses import dataclass, replace
from datetime import date
from itertools import permutations
from uuid import UUID, uuid4

import pytest

from chassis import directory
from chassis.access import AccessTable, head, in_team
from chassis.caller import Held
from chassis.db import Database, reading, transaction
from chassis.problem import Problem
from contracts.people import Login, Membership, MembershipsChanged

TODAY = date(2026, 3, 2)
ISSUER = "https://identity.test"


@dataclass(frozen=True)
class Node:
    id: UUID
    parent: UUID | None
    version: int = 1


@dataclass(frozen=True)
class TeamNode:
    id: UUID
    parent: UUID
    version: int = 1


def person(
    *memberships: Membership, login: str = "maija", id: UUID | None = None
) -> MembershipsChanged:
    return MembershipsChanged(
        id=id or uuid4(), version=1, change="changed", memberships=memberships,
        logins=(Login(issuer=ISSUER, subject=login),),
    )  # fmt: skip


async def test_roles_hold_from_their_first_to_their_last_day(database: Database) -> None:
    team = uuid4()
    spans = [
        ("2026-03-02", "2026-03-02", True), ("2026-03-03", None, False),
        ("2020-01-01", "2026-03-01", False), ("2020-01-01", None, True),
    ]  # fmt: skip
    for since, until, holds in spans:
        until_day = date.fromisoformat(until) if until else None
        one = Membership(role="member", team=team, since=date.fromisoformat(since), until=until_day)
        who = person(one, login=f"{since}-{until}")
        async with transaction(database) as tx:
            await directory.apply_people(tx, [who])
        async with reading(database) as tx:
            caller = await directory.caller(tx, ISSUER, f"{since}-{until}", TODAY)
        assert caller.person == who.id
        assert caller.memberships == ((Held("member", team),) if holds else ())


async def test_a_person_is_what_was_said_last(database: Database) -> None:
    team = uuid4()
    who = person(Membership(role="member", team=team, since=TODAY))
    for _ in range(2):
        async with transaction(database) as tx:
            await directory.apply_people(tx, [who])
    erased = who.model_copy(update={"logins": (), "memberships": ()})
    async with transaction(database) as tx:
        assert len((await directory.caller(tx, ISSUER, "maija", TODAY)).memberships) == 1
        await directory.apply_people(tx, [erased])
        with pytest.raises(Problem, match="unknown-person"):
            await directory.caller(tx, ISSUER, "maija", TODAY)


async def test_a_login_that_two_have_names_nobody(database: Database) -> None:
    first, second = person(), person()
    async with transaction(database) as tx:
        await directory.apply_people(tx, [first, second])
        rows = await tx.conn.fetch("SELECT person FROM directory_logins WHERE subject = 'maija'")
        assert {row["person"] for row in rows} == {first.id, second.id}
        with pytest.raises(Problem, match="unknown-person"):
            await directory.caller(tx, ISSUER, "maija", TODAY, frozenset({"admin"}))


async def test_claims_and_scopes_let_in_who_has_no_login(database: Database) -> None:
    async with reading(database) as tx:
        admin = await directory.caller(tx, ISSUER, "admin", TODAY, frozenset({"admin"}))
        machine = await directory.caller(
            tx, ISSUER, "machine.x", TODAY, scopes=frozenset({"values:write"})
        )
    assert (admin.person, admin.client, admin.claims) == (None, "admin", frozenset({"admin"}))
    assert (machine.client, machine.scopes) == ("machine.x", frozenset({"values:write"}))


async def test_a_head_reaches_all_below_in_whatever_order_the_tree_came(
    database: Database,
) -> None:
    root, unit, other, team = (uuid4() for _ in range(4))
    units = [Node(root, None), Node(unit, root), Node(other, root)]
    table = AccessTable({"act": [head(), in_team("torchbearer")]})
    boss = person(Membership(role="head", unit=unit, since=TODAY))
    for order in permutations(units):
        async with transaction(database) as tx:
            await tx.conn.execute("TRUNCATE directory_units, directory_teams")
            await directory.apply_teams(tx, [TeamNode(team, unit)])
            for one in order:
                await directory.apply_units(tx, [one])
            await directory.apply_units(tx, [])
            assert await directory.units_above(tx, teams=[team]) == {root, unit}
            await directory.apply_people(tx, [boss])
            caller = await directory.caller(tx, ISSUER, "maija", TODAY)
            assert await table.may(tx, caller, "act", teams=[team])
            assert await table.may(tx, caller, "act", units=[unit])
            assert not await table.may(tx, caller, "act", units=[other])
            assert not await table.may(tx, caller, "act", units=[root])
            assert not await table.may(tx, caller, "act")
            with pytest.raises(Problem) as refused:
                await table.require(tx, caller, "act", units=[root])
            assert refused.value.facts["roles"] == ["head", "torchbearer"]


async def test_an_older_state_of_the_tree_changes_nothing(database: Database) -> None:
    unit, old, new = uuid4(), uuid4(), uuid4()
    async with transaction(database) as tx:
        moved = Node(unit, new, 2)
        await directory.apply_units(tx, [moved])
        await directory.apply_units(tx, [replace(moved, parent=old, version=1)])
        assert await directory.units_above(tx, units=[unit]) == {unit, new}


async def test_a_tree_that_bites_its_tail_ends(database: Database) -> None:
    one, two = uuid4(), uuid4()
    async with transaction(database) as tx:
        await directory.apply_units(tx, [Node(one, two), Node(two, one)])
        assert await directory.units_above(tx, units=[one]) == {one, two}
