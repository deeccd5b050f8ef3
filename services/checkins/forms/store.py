"""Gathers what a check-in form is filled with."""

from uuid import UUID

from chassis import sql
from chassis.db import Tx
from services.checkins.forms.domain import Known
from services.checkins.recording.store import check_ins
from services.checkins.replica import store as replica

_queries = sql.load(__file__)


async def known(tx: Tx, objective: UUID, team: UUID) -> Known:
    """What is known of the objective's values, and the team's last check-in on it."""
    last = await _queries.last_of_team(tx.conn, objective=objective, team=team)
    return Known(
        rows=await replica.values(tx, objective),
        not_taken_in=await check_ins.read_all(_queries.not_taken_in(tx.conn, objective=objective)),
        last=check_ins.read(last) if last else None,
    )
