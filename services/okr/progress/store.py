"""Keeps the series of values, and the progress that follows from them."""

from collections.abc import Iterable
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


async def series(tx: Tx, key_result: UUID) -> list[ValueRecorded]:
    """Every row of a key result, in no order."""
    return await values.read_all(_queries.rows_of_key_result(tx.conn, key_result=key_result))


async def of_objective(tx: Tx, objective: UUID) -> dict[UUID, KeyResultUpdated]:
    """The progress of an objective's key results, by their ids, held."""
    rows = _queries.lock_progress_of_objective(tx.conn, objective=objective)
    return {held.id: held for held in await progress.read_all(rows)}


async def put_value(tx: Tx, row: ValueRecorded) -> None:
    """Add or replace a row of a series."""
    await (values.insert(tx, row) if row.version == 1 else values.save(tx, row))


async def put_progress(tx: Tx, state: KeyResultUpdated, cause: Envelope | None) -> None:
    """Add or replace a key result's progress, and publish it."""
    await (progress.insert(tx, state) if state.version == 1 else progress.save(tx, state))
    tx.publish(state, cause)
