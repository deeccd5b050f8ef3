"""Keeps check-ins, and gives them their numbers."""

from uuid import UUID

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from contracts.checkins import CheckInRecorded

_queries = sql.load(__file__)

check_ins = Store(CheckInRecorded, _queries, "check_in")


async def next_number(tx: Tx, objective: UUID) -> int:
    """The next number of the objective's check-ins, from 1; its lock is held by `tx`."""
    number: int = await _queries.next_number(tx.conn, objective=objective)
    return number


async def insert(tx: Tx, state: CheckInRecorded) -> CheckInRecorded:
    """Add a check-in and publish it."""
    await check_ins.insert(tx, state)
    return _published(tx, state)


async def save(tx: Tx, state: CheckInRecorded) -> CheckInRecorded:
    """Put the next version in place and publish it."""
    await check_ins.save(tx, state)
    return _published(tx, state)


def _published(tx: Tx, state: CheckInRecorded) -> CheckInRecorded:
    tx.publish(state)
    tx.reached.append(f"counted/{state.id}@{state.version}")
    return state


async def of_objective(
    tx: Tx, objective: UUID, before: int | None, size: int
) -> list[CheckInRecorded]:
    """The objective's check-ins, the newest first, before number `before`."""
    rows = _queries.list_check_ins(tx.conn, objective=objective, before=before, size=size)
    return await check_ins.read_all(rows)
