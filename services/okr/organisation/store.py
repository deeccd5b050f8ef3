"""Keeps units and teams, and tells the directory and the world of them."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from chassis import directory, sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.organisation import TeamChanged, UnitChanged
from contracts.words import Text

_queries = sql.load(__file__)

units = Store(UnitChanged, _queries, "unit")
teams = Store(TeamChanged, _queries, "team")


async def add_unit(tx: Tx, unit: UnitChanged) -> UnitChanged:
    """Add a unit and publish it."""
    await units.insert(tx, unit)
    return await _tell_unit(tx, unit)


async def save_unit(tx: Tx, unit: UnitChanged) -> UnitChanged:
    """Put the next state of a unit in place and publish it."""
    await units.save(tx, unit)
    return await _tell_unit(tx, unit)


async def _tell_unit(tx: Tx, unit: UnitChanged) -> UnitChanged:
    await directory.apply_units(tx, [unit])
    tx.publish(unit)
    return unit


async def add_team(tx: Tx, team: TeamChanged) -> TeamChanged:
    """Add a team and publish it."""
    await teams.insert(tx, team)
    return await _tell_team(tx, team)


async def save_team(tx: Tx, team: TeamChanged) -> TeamChanged:
    """Put the next state of a team in place and publish it."""
    await teams.save(tx, team)
    return await _tell_team(tx, team)


async def _tell_team(tx: Tx, team: TeamChanged) -> TeamChanged:
    await directory.apply_teams(tx, [team])
    tx.publish(team)
    return team


async def hold_tree(tx: Tx) -> None:
    """Let no other transaction move units until this one ends."""
    await _queries.hold_tree(tx.conn)


async def unit_and_above(tx: Tx, unit: UUID) -> set[UUID]:
    """A unit and every unit above it. Raises Problem `unknown-unit`."""
    found = {row["id"] async for row in _queries.unit_and_above(tx.conn, unit=unit)}
    if not found:
        raise Problem("unknown-unit", unit=unit)
    return found


async def names_of(
    tx: Tx, teams_named: Collection[UUID] = (), units_named: Collection[UUID] = ()
) -> dict[UUID, Text]:
    """What these teams and units are called; those that there are not are left out."""
    rows = _queries.names_of(tx.conn, teams=list(teams_named), units=list(units_named))
    return {row["id"]: Text.stored(row["name"]) async for row in rows}


async def share_teams(tx: Tx, ids: Collection[UUID]) -> None:
    """Hold those of these teams that there are, together with others who do."""
    async for _ in _queries.share_teams(tx.conn, ids=list(ids)):
        pass


async def check_known(
    tx: Tx, teams_named: Collection[UUID] = (), units_named: Collection[UUID] = ()
) -> None:
    """Refuse what there is not. Raises Problem `unknown-team`, `unknown-unit`."""
    known = await names_of(tx, teams_named, units_named)
    for team in teams_named:
        if team not in known:
            raise Problem("unknown-team", team=team)
    for unit in units_named:
        if unit not in known:
            raise Problem("unknown-unit", unit=unit)


async def list_units(tx: Tx, after: UUID | None, size: int) -> Sequence[UnitChanged]:
    """Units by id, after the one with the id `after`."""
    return await units.read_all(_queries.list_units(tx.conn, after=after, size=size))


async def list_teams(
    tx: Tx, without: str | None, today: date, after: UUID | None, size: int
) -> Sequence[TeamChanged]:
    """Teams by id, after the one with the id `after`; those alone that lack a role today if any."""
    rows = _queries.list_teams(tx.conn, without=without, today=today, after=after, size=size)
    return await teams.read_all(rows)
