"""Keeps the series of values, and the progress that follows from them."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.progress import KeyResultUpdated, ValueRecorded

_queries = sql.load(__file__)

values = Store(ValueRecorded, _queries, "value")
progress = Store(KeyResultUpdated, _queries, "progress")


async def rows_of_sources(
    tx: Tx, goals: Iterable[UUID], sources: Iterable[str]
) -> list[ValueRecorded]:
    """What sources have said before of these key results."""
    rows = _queries.lock_rows_of_sources(tx.conn, key_results=list(goals), sources=list(sources))
    return await values.read_all(rows)


async def current(tx: Tx, key_results: Iterable[UUID]) -> dict[UUID, ValueRecorded]:
    """The rows that key results' values are taken from, by the key result."""
    rows = _queries.current_rows(tx.conn, key_results=list(key_results))
    return {row.key_result: row for row in await values.read_all(rows)}


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


async def of_objectives(tx: Tx, objectives: Iterable[UUID]) -> list[KeyResultUpdated]:
    """The progress of objectives' key results, held."""
    rows = _queries.lock_progress_of_objectives(tx.conn, objectives=list(objectives))
    return await progress.read_all(rows)


async def of_objective(tx: Tx, objective: UUID) -> list[KeyResultUpdated]:
    """The progress of an objective's key results, that with its newest totals first."""
    return await progress.read_all(_queries.progress_of_objective(tx.conn, objective=objective))


async def put_values(tx: Tx, rows: Sequence[ValueRecorded]) -> None:
    """Add or replace rows of series. Raises Problem `busy` where one was not held."""
    await _put(tx, _queries.put_values, rows)


async def put_progress(tx: Tx, states: Sequence[KeyResultUpdated]) -> None:
    """Add or replace key results' progress. Raises Problem `busy` where one was not held."""
    await _put(tx, _queries.put_progress, states)


async def _put(tx: Tx, query: Any, states: Sequence[ValueRecorded | KeyResultUpdated]) -> None:
    if not states:
        return
    put = await query(
        tx.conn,
        ids=[state.id for state in states],
        versions=[state.version for state in states],
        states=[state.data().decode() for state in states],
    )
    if put != f"INSERT 0 {len(states)}":
        raise Problem("busy", retry_after=1)
