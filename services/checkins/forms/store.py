"""Gathers what a check-in form is filled with."""

from uuid import UUID

from chassis import sql
from chassis.db import Tx
from services.checkins.forms.domain import Known, source_of
from services.checkins.messages import Objective
from services.checkins.recording.store import check_ins
from services.checkins.replica import store as replica

_queries = sql.load(__file__)


async def known(tx: Tx, objective: Objective, team: UUID) -> Known:
    """What is known of the objective's values, and the team's last check-in on it.

    Of series, which may be long, only the rows that the form is made of.
    """
    row = await _queries.last_of_team(tx.conn, objective=objective.id, team=team)
    last = check_ins.read(row) if row else None
    found = _queries.not_taken_in(tx.conn, objective=objective.id)
    not_taken_in = await check_ins.read_all(found)
    waiting = [source_of(one) for one in not_taken_in]
    rows = await replica.values(
        tx,
        [one.id for one in objective.key_results if one.state == "open"],
        whole=[*waiting, *([source_of(last)] if last else [])],
        aside=waiting,
    )
    return Known(rows=rows, not_taken_in=not_taken_in, last=last)
