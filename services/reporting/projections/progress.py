"""Keeps the series of values, and the progress of key results and objectives."""

from collections.abc import Sequence

from chassis import sql
from chassis.db import Tx
from chassis.received import Received
from services.reporting.messages import Progress, Value
from services.reporting.projections.rows import columns, each_as_json, states

CHECK_IN = "check-in/"

VALUE = (
    "id", "version", "key_result", "source", "source_version", "source_values", "number",
    "effective_date", "value", "done", "withdrawn", "confidence", "counted", "reason", "standing",
)  # fmt: skip
KEY_RESULT = ("id", "version", "value", "done", "effective_date", "progress", "unclamped")
TOTALS = (
    "objective", "objective_progress_version", "objective_progress", "objective_coverage",
)  # fmt: skip

_queries = sql.load(__file__, "progress.sql")


async def apply_values(tx: Tx, events: Sequence[Received[Value]]) -> None:
    """Keep rows of series, and note which check-ins are wholly counted by now."""
    given = columns(events, *VALUE)
    for name in ("done", "standing"):
        given[name] = each_as_json(given[name])
    await _queries.keep_values(tx.conn, **given)
    here, unsure = _counted(states(events))
    await _queries.note_whole(tx.conn, ids=list(here), versions=list(here.values()))
    if unsure:
        await _queries.note_counted(tx.conn, sources=unsure, prefix=CHECK_IN)


def _counted(values: Sequence[Value]) -> tuple[dict[str, int], list[str]]:
    """Check-ins whose newest version is here whole, with it; and those the table has to tell.

    Nearly always what okr counted of a check-in comes in one batch.
    """
    rows: dict[str, list[Value]] = {}
    for one in values:
        if one.source.startswith(CHECK_IN):
            rows.setdefault(one.source, []).append(one)
    whole, unsure = {}, []
    for source, said in sorted(rows.items()):
        newest = max(said, key=lambda it: it.source_version)
        here = [it for it in said if it.source_version == newest.source_version]
        if len(here) >= newest.source_values:
            whole[source.removeprefix(CHECK_IN)] = newest.source_version
        else:
            unsure.append(source)
    return whole, unsure


async def apply_progress(tx: Tx, events: Sequence[Received[Progress]]) -> None:
    """Keep the progress of key results; the totals of objectives have a version of their own."""
    given = columns(events, *KEY_RESULT)
    await _queries.keep_key_results(tx.conn, **given | {"done": each_as_json(given["done"])})
    await _queries.keep_totals(tx.conn, **columns(events, *TOTALS))
