"""Keeps what retros recommend, as checkins says it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson

from chassis import sql
from chassis.db import Tx
from services.okr.messages import Retro

_queries = sql.load(__file__)


async def keep(tx: Tx, retros: Sequence[Retro]) -> None:
    """Keep what retros recommend in place of what they did before."""
    states = [
        {
            "id": one.id,
            "team": one.team,
            "cycle": one.cycle,
            "recommendations": {str(it.objective): it.recommendation for it in one.findings},
        }
        for one in retros
    ]
    await _queries.keep_retros(tx.conn, states=orjson.dumps(states).decode())


async def recommended(tx: Tx, team: UUID, cycle: UUID) -> Mapping[str, str]:
    """What a team's retro of a cycle recommends, by the objective's id."""
    found: dict[str, str] = {}
    async for row in _queries.recommendations(tx.conn, team=team, cycle=cycle):
        found |= orjson.loads(row["recommendations"])
    return found
