"""Keeps what other services say; each kind in a table of its own, in whatever order it comes."""

from collections.abc import Sequence
from typing import TypeVar

from chassis import directory, sql
from chassis.db import Tx
from chassis.messages import Person, Reader, Team, Unit
from chassis.received import Received
from services.checkins import messages

_queries = sql.load(__file__)

M = TypeVar("M", bound=Reader)

OF_CHECK_IN = "check-in/"


async def keep_units(tx: Tx, events: Sequence[Received[Unit]]) -> None:
    """Keep units."""
    await directory.apply_units(tx, [event.data for event in events])


async def keep_teams(tx: Tx, events: Sequence[Received[Team]]) -> None:
    """Keep teams."""
    await directory.apply_teams(tx, [event.data for event in events])


async def keep_people(tx: Tx, events: Sequence[Received[Person]]) -> None:
    """Keep people's logins and memberships."""
    await directory.apply_people(tx, [event.data for event in events])


async def keep_cycles(tx: Tx, events: Sequence[Received[messages.Cycle]]) -> None:
    """Keep the days of cycles."""
    await _queries.put_cycles(tx.conn, states=_states(events))


async def keep_team_cycles(tx: Tx, events: Sequence[Received[messages.TeamCycle]]) -> None:
    """Keep teams' places in cycles."""
    await _queries.put_team_cycles(
        tx.conn,
        teams=[event.data.team for event in events],
        cycles=[event.data.cycle for event in events],
        places=[event.data.place for event in events],
    )


async def keep_objectives(tx: Tx, events: Sequence[Received[messages.Objective]]) -> None:
    """Keep objectives with their key results."""
    await _queries.put_objectives(tx.conn, states=_states(events))


async def keep_values(tx: Tx, events: Sequence[Received[messages.Value]]) -> None:
    """Keep rows of series, and note which check-ins okr has taken in whole."""
    await _queries.put_values(tx.conn, states=_array(events))
    sources = {event.data.source for event in events}
    ours = sorted(source for source in sources if source.startswith(OF_CHECK_IN))
    await _queries.mark_counted(tx.conn, sources=ours)


def _states(events: Sequence[Received[M]]) -> list[str]:
    return [event.data.model_dump_json(exclude_none=True) for event in events]


def _array(events: Sequence[Received[M]]) -> str:
    return f"[{','.join(_states(events))}]"
