"""Reads what waits for an answer of a person; owns no table."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from chassis import sql
from chassis.db import Tx

_queries = sql.load(__file__)

MOST = 200
"""Of each kind, the newest."""


async def choices(tx: Tx, person: UUID, teams: Collection[UUID]) -> list[Any]:
    """Goals, and changes of goals, that the teams choose and the person does not support yet."""
    rows = _queries.choices(tx.conn, person=person, teams=list(teams), size=MOST)
    return [row async for row in rows]


async def confirmations(
    tx: Tx, person: UUID, torchbearer_of: Collection[UUID], supervisor_of: Collection[UUID]
) -> list[Any]:
    """Goals of which somebody else recorded how they were chosen, which the person can confirm."""
    rows = _queries.confirmations(
        tx.conn,
        person=person,
        torchbearer_of=list(torchbearer_of),
        supervisor_of=list(supervisor_of),
        size=MOST,
    )
    return [row async for row in rows]


async def invitations(tx: Tx, leads: Collection[UUID]) -> list[Any]:
    """Goals that the teams are invited to contribute to, and have not answered."""
    return [row async for row in _queries.invitations(tx.conn, teams=list(leads), size=MOST)]


async def requests(tx: Tx, person: UUID, leads: Collection[UUID]) -> list[Any]:
    """What others ask of the teams on any goal, without an answer."""
    rows = _queries.requests(tx.conn, person=person, leads=list(leads), size=MOST)
    return [row async for row in rows]


async def questions(tx: Tx, person: UUID, teams: Collection[UUID]) -> list[Any]:
    """Questions of others about goals of the teams, without a reply."""
    rows = _queries.questions(tx.conn, person=person, teams=list(teams), size=MOST)
    return [row async for row in rows]


async def candidacies(tx: Tx, person: UUID, teams: Collection[UUID]) -> list[Any]:
    """Open candidacies that wait for the person's answer, or for their yes."""
    rows = _queries.candidacies(tx.conn, person=person, teams=list(teams), size=MOST)
    return [row async for row in rows]
