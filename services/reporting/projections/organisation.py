"""Keeps units, teams, where people work, and the directory that access is judged by."""

from collections.abc import Sequence

from chassis import directory, sql
from chassis.db import Tx
from chassis.received import Received
from services.reporting.messages import Person, Team, Unit
from services.reporting.projections.rows import as_json, states

_queries = sql.load(__file__, "organisation.sql")


async def apply_units(tx: Tx, events: Sequence[Received[Unit]]) -> None:
    """Keep the states of units."""
    await directory.apply_units(tx, states(events))
    await _queries.keep_units(tx.conn, rows=as_json(events))


async def apply_teams(tx: Tx, events: Sequence[Received[Team]]) -> None:
    """Keep the states of teams."""
    await directory.apply_teams(tx, states(events))
    await _queries.keep_teams(tx.conn, rows=as_json(events))


async def apply_people(tx: Tx, events: Sequence[Received[Person]]) -> None:
    """Keep the logins and roles of people, and where they work."""
    await directory.apply_people(tx, states(events))
    await _queries.keep_people(tx.conn, rows=as_json(events))
