"""Keeps cycles, and the teams' places in them."""

from collections.abc import AsyncIterable, Iterable, Sequence
from typing import Any, TypeAlias
from uuid import UUID

import asyncpg

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import CycleChanged, TeamCycleChanged
from services.okr.cycles.domain import YEAR, CycleDetails

Places: TypeAlias = dict[tuple[UUID, UUID], TeamCycleChanged]
"""By team and cycle."""

_queries = sql.load(__file__)

cycles = Store(CycleChanged, _queries, "cycle")
team_cycles = Store(TeamCycleChanged, _queries, "team_cycle", key=("team", "cycle"))


async def add(tx: Tx, cycle: CycleChanged) -> CycleChanged:
    """Add a cycle and publish it."""
    await cycles.insert(tx, cycle)
    tx.publish(cycle)
    return cycle


async def save(tx: Tx, cycle: CycleChanged) -> CycleChanged:
    """Put the next state of a cycle in place and publish it."""
    await cycles.save(tx, cycle)
    tx.publish(cycle)
    return cycle


async def share_cycle(tx: Tx, cycle: UUID) -> CycleChanged:
    """A cycle, which can't move until the transaction ends. Raises Problem `not-found`."""
    found = await share_if_there(tx, cycle)
    if found is None:
        raise Problem("not-found", kind=CycleChanged.kind, id=cycle)
    return found


async def share_if_there(tx: Tx, cycle: UUID) -> CycleChanged | None:
    """A cycle, which can't move until the transaction ends; None when there is none."""
    row = await _queries.share_cycle(tx.conn, id=cycle)
    return cycles.read(row) if row else None


async def refuse_second_year(tx: Tx, year: CycleChanged) -> None:
    """Let one transaction at a time plan years. Raises Problem `year-planned` for a second one."""
    await _queries.lock_years(tx.conn)
    row = await _queries.year_planned(tx.conn, start=str(year.start), end=str(year.end))
    if row is not None:
        raise Problem("year-planned", year=year.start.year, cycle=row["id"])


async def expect_none_left_outside(tx: Tx, cycle: CycleChanged, said: CycleDetails) -> None:
    """No cycle that lies in this one may be left out of it. Raises Problem `year-in-use`."""
    row = await _queries.left_outside(
        tx.conn, year=cycle.id, stays=said.kind == YEAR, start=str(said.start), end=str(said.end)
    )
    if row is not None:
        left = cycles.read(row)
        raise Problem("year-in-use", cycle=left.id, start=left.start, end=left.end)


async def share_place(tx: Tx, team: UUID, cycle: UUID) -> TeamCycleChanged | None:
    """A team's place in a cycle, which can't move until the transaction ends.

    None when the team has not entered the cycle.
    """
    row = await _queries.share_team_cycle(tx.conn, team=team, cycle=cycle)
    return team_cycles.read(row) if row else None


async def share_places_of(tx: Tx, objectives: Iterable[UUID]) -> Places:
    """The responsible teams' places in the cycles of objectives; they can't move."""
    return await _by_pair(
        _queries.share_team_cycles_of_objectives(tx.conn, objectives=list(objectives))
    )


async def share_places(tx: Tx, asked: Iterable[tuple[UUID, UUID]]) -> Places:
    """Teams' places in cycles, which can't move until the transaction ends."""
    return await _by_pair(_queries.share_team_cycles(tx.conn, **_pairs(asked)))


async def share_places_at_once(tx: Tx, asked: Iterable[tuple[UUID, UUID]]) -> Places:
    """As `share_places`, for who holds what others lock after places: without waiting.

    Raises asyncpg.LockNotAvailableError where one is being moved.
    """
    return await _by_pair(_queries.share_team_cycles_at_once(tx.conn, **_pairs(asked)))


def _pairs(asked: Iterable[tuple[UUID, UUID]]) -> dict[str, list[UUID]]:
    pairs = list(asked)
    return {"teams": [team for team, _ in pairs], "cycles": [cycle for _, cycle in pairs]}


async def _by_pair(rows: AsyncIterable[Any]) -> Places:
    return {(place.team, place.cycle): place for place in await team_cycles.read_all(rows)}


async def enter(tx: Tx, place: TeamCycleChanged) -> TeamCycleChanged:
    """Add a team's first place and publish it.

    Raises Problem `busy` when another call does so at once.
    """
    try:
        await team_cycles.insert(tx, place)
    except asyncpg.UniqueViolationError:
        raise Problem("busy", retry_after=1) from None
    tx.publish(place)
    return place


async def move(tx: Tx, place: TeamCycleChanged) -> TeamCycleChanged:
    """Put a team's next place in place of the one before it and publish it."""
    await team_cycles.save(tx, place)
    tx.publish(place)
    return place


async def list_cycles(tx: Tx, after: Sequence[str] | None, size: int) -> Sequence[CycleChanged]:
    """Cycles, the last to start first, after the one with the start and id `after`."""
    start, cycle = after or (None, None)
    return await cycles.read_all(_queries.list_cycles(tx.conn, start=start, id=cycle, size=size))


async def list_places(
    tx: Tx, team: UUID, after: UUID | None, size: int
) -> Sequence[TeamCycleChanged]:
    """A team's places by the ids of their cycles, after the cycle `after`."""
    rows = _queries.list_team_cycles(tx.conn, team=team, after=after, size=size)
    return await team_cycles.read_all(rows)
