"""Keeps who stands for torchbearer or deputy, and hand-over notes; no topic is told of these."""

from datetime import date
from uuid import UUID

import asyncpg

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from services.okr.torchbearers.domain import Candidacy, HandOver

_queries = sql.load(__file__)

candidacies = Store(Candidacy, _queries, "candidacy")
hand_overs = Store(HandOver, _queries, "hand_over")


async def add(tx: Tx, candidacy: Candidacy) -> Candidacy:
    """Add a candidacy. Raises Problem `candidacy-stands` while the person has another open one."""
    try:
        await candidacies.insert(tx, candidacy)
    except asyncpg.UniqueViolationError:
        raise Problem("candidacy-stands", person=str(candidacy.person)) from None
    return candidacy


async def save(tx: Tx, candidacy: Candidacy) -> Candidacy:
    """Put the next state of a candidacy in place of the one before it."""
    await candidacies.save(tx, candidacy)
    return candidacy


async def listed(tx: Tx, team: UUID, after: UUID | None, size: int) -> list[Candidacy]:
    """Candidacies of a team, the newest first, after the one with the id `after`."""
    rows = _queries.list_candidacies(tx.conn, team=team, after=after, size=size)
    return await candidacies.read_all(rows)


async def others(tx: Tx, candidacy: Candidacy) -> list[Candidacy]:
    """Open candidacies of others for the same role in the same team, held."""
    rows = _queries.lock_others(tx.conn, id=candidacy.id, team=candidacy.team, role=candidacy.role)
    return await candidacies.read_all(rows)


async def roles_on(tx: Tx, team: UUID, today: date) -> dict[UUID, set[str]]:
    """The roles in a team on a day, of each who has any."""
    held: dict[UUID, set[str]] = {}
    async for row in _queries.roles_on(tx.conn, team=team, today=today):
        held.setdefault(row["person"], set()).add(row["role"])
    return held


async def predecessors(tx: Tx, chosen: Candidacy) -> frozenset[UUID]:
    """Who else holds the role in the team on a day of the term."""
    rows = _queries.predecessors(
        tx.conn, team=chosen.team, role=chosen.role, person=chosen.person, since=chosen.since,
        until=chosen.until,
    )  # fmt: skip
    return frozenset([row["person"] async for row in rows])


async def keep_hand_over(tx: Tx, note: HandOver) -> HandOver:
    """Keep a hand-over note, whose candidacy is held."""
    if note.version == 1:
        await hand_overs.insert(tx, note)
    else:
        await hand_overs.save(tx, note)
    return note
