"""Reads what waits for an answer of a person; owns no table."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from chassis import sql
from chassis.db import Tx

_queries = sql.load(__file__)

MOST = 200
"""Of each kind, the newest."""


async def proposals(tx: Tx, teams: Collection[UUID]) -> list[Any]:
    """Goals that are proposed to one of the teams, in cycles that are not closed."""
    return [row async for row in _queries.proposals(tx.conn, teams=list(teams), size=MOST)]


async def candidacies(tx: Tx, person: UUID, teams: Collection[UUID]) -> list[Any]:
    """Open candidacies that wait for the person's answer, or for their yes."""
    rows = _queries.candidacies(tx.conn, person=person, teams=list(teams), size=MOST)
    return [row async for row in rows]
