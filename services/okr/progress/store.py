"""Keeps the series of values, and the progress that follows from them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from contracts.envelope import Envelope
from contracts.okr import KeyResultUpdated, ValueRecorded

_queries = sql.load(__file__)

values = Store(ValueRecorded, _queries, "value")
progress = Store(KeyResultUpdated, _queries, "progress")


async def rows_of_source(tx: Tx, goals: Iterable[UUID], source: str) -> list[ValueRecorded]:
    """What `source` has said before of these key results."""
    rows = _queries.lock_rows_of_source(tx.conn, objective_key_results=list(goals), source=source)
    return await values.read_all(rows)


async def current(tx: Tx, key_result: UUID) -> ValueRecorded | None:
    """The row that a key result's value is taken from."""
    row = await _queries.current_row(tx.conn, key_result=key_result)
    return values.read(row) if row else None


async def series(
    tx: Tx, key_result: UUID, after: Sequence[Any] | None, size: int
) -> list[ValueRecorded]:
    """Rows of a key result, the latest first, after the day, sort, number and source `after`."""
    day, by_person, number, source = after or (None, None, None, None)
    rows = _queries.rows_of_key_result(
        tx.conn,
        key_result=key_result,
        day=day,
        by_person=by_person,
        number=number,
        source=source,
        size=size,
    )
    return await values.read_all(rows)


async def last_check_in(tx: Tx, objective: UUID) -> date | None:
    """The last day that a check-in on the objective is of."""
    day: str | None = await _queries.last_check_in(tx.conn, objective=objective)
    return date.fromisoformat(day) if day else None


async def of_objective(tx: Tx, objective: UUID) -> dict[UUID, KeyResultUpdated]:
    """The progress of an objective's key results, by their ids, held."""
    rows = _queries.lock_progress_of_objective(tx.conn, objective=objective)
    return {held.id: held for held in await progress.read_all(rows)}


async def newest_of_objective(tx: Tx, objective: UUID) -> KeyResultUpdated | None:
    """The progress that holds an objective's newest totals; None when no value counts."""
    row = await _queries.newest_progress(tx.conn, objective=objective)
    return progress.read(row) if row else None


async def put_value(tx: Tx, row: ValueRecorded) -> None:
    """Add or replace a row of a series."""
    await (values.insert(tx, row) if row.version == 1 else values.save(tx, row))


async def put_progress(tx: Tx, state: KeyResultUpdated, cause: Envelope | None) -> None:
    """Add or replace a key result's progress, and publish it."""
    await (progress.insert(tx, state) if state.version == 1 else progress.save(tx, state))
    tx.publish(state, cause)
