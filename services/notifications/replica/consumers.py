"""Keeps what other services say; each kind in a table of its own, in whatever order it comes."""

from collections.abc import Sequence
from typing import Any

from chassis import directory, sql
from chassis.db import Tx
from chassis.messages import Person, Unit
from chassis.received import Received
from services.notifications import messages

_queries = sql.load(__file__)


async def keep_units(tx: Tx, events: Sequence[Received[Unit]]) -> None:
    """Keep units."""
    await directory.apply_units(tx, [event.data for event in events])


async def keep_teams(tx: Tx, events: Sequence[Received[messages.Team]]) -> None:
    """Keep teams and what they are called."""
    await directory.apply_teams(tx, [event.data for event in events])
    await _queries.put_teams(tx.conn, states=_states(events))


async def keep_people(tx: Tx, events: Sequence[Received[Person]]) -> None:
    """Keep people's logins and memberships."""
    await directory.apply_people(tx, [event.data for event in events])


async def keep_contacts(tx: Tx, events: Sequence[Received[messages.Contact]]) -> None:
    """Keep how people are reached."""
    await _queries.put_contacts(tx.conn, states=_states(events))


async def keep_cycles(tx: Tx, events: Sequence[Received[messages.Cycle]]) -> None:
    """Keep the days of cycles."""
    await _queries.put_cycles(tx.conn, states=_states(events))


async def keep_team_cycles(tx: Tx, events: Sequence[Received[messages.TeamCycle]]) -> None:
    """Keep teams' places in cycles."""
    await _queries.put_team_cycles(tx.conn, states=_states(events))


async def keep_objectives(tx: Tx, events: Sequence[Received[messages.Objective]]) -> None:
    """Keep objectives."""
    await _queries.put_objectives(tx.conn, states=_states(events))


async def keep_check_ins(tx: Tx, events: Sequence[Received[messages.CheckIn]]) -> None:
    """Keep who said something about which objective, and the day; no words."""
    await _queries.put_check_ins(tx.conn, states=_states(events, "entries", "help_wanted"))


async def keep_remarks(tx: Tx, events: Sequence[Received[messages.Remark]]) -> None:
    """Keep who asked what in which thread; no words."""
    await _queries.put_remarks(tx.conn, states=_states(events))


def _states(events: Sequence[Received[Any]], *without: str) -> str:
    states = [event.data.model_dump_json(exclude=set(without)) for event in events]
    return f"[{','.join(states)}]"
