"""Keeps retros: one for each team and cycle."""

from uuid import UUID

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.retro import RetroCompleted

_queries = sql.load(__file__)

retros = Store(RetroCompleted, _queries, "retro")


async def insert(tx: Tx, state: RetroCompleted) -> RetroCompleted:
    """Add a retro and publish it. Raises Problem `retro-exists`, which names the one there is."""
    added = await _queries.insert_retro(
        tx.conn, id=state.id, version=state.version, state=state.data().decode()
    )
    if added == "INSERT 0 0":
        there = await _queries.retro_of(tx.conn, team=state.team, cycle=state.cycle)
        raise Problem("retro-exists", retro=str(there))
    tx.publish(state)
    return state


async def save(tx: Tx, state: RetroCompleted) -> RetroCompleted:
    """Put the next version in place and publish it."""
    await retros.save(tx, state)
    tx.publish(state)
    return state


async def of_team(
    tx: Tx, team: UUID, cycle: UUID | None, before: UUID | None, size: int
) -> list[RetroCompleted]:
    """A team's retros, the newest first, before the one with the id `before`."""
    rows = _queries.list_retros(tx.conn, team=team, cycle=cycle, before=before, size=size)
    return await retros.read_all(rows)
