"""Consumes batches with aiokafka and puts them into tables by unnest, and nothing else.

A batch, its rows, and how far it goes are one transaction; the highest version of a row wins.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import date
from typing import Any

import asyncpg
import orjson
from aiokafka import AIOKafkaConsumer, ConsumerRecord

TABLES = """
CREATE TABLE IF NOT EXISTS recorded_values (
    id uuid PRIMARY KEY, version integer, key_result uuid, source text, source_version integer,
    source_values integer, number integer, effective_date date, value double precision,
    withdrawn boolean, confidence smallint, counted boolean
);
CREATE TABLE IF NOT EXISTS key_result_progress (
    key_result uuid PRIMARY KEY, version integer, value double precision, effective_date date,
    progress double precision, unclamped double precision
);
CREATE TABLE IF NOT EXISTS bare_offsets (
    topic text, partition integer, next_offset bigint, PRIMARY KEY (topic, partition)
);
"""
PUT_VALUES = """
INSERT INTO recorded_values (
    id, version, key_result, source, source_version, source_values, number, effective_date, value,
    withdrawn, confidence, counted
)
SELECT * FROM unnest(
    $1::uuid[], $2::int[], $3::uuid[], $4::text[], $5::int[], $6::int[], $7::int[], $8::date[],
    $9::float8[], $10::boolean[], $11::smallint[], $12::boolean[]
)
ON CONFLICT (id) DO UPDATE SET version = excluded.version, value = excluded.value,
    effective_date = excluded.effective_date, withdrawn = excluded.withdrawn,
    confidence = excluded.confidence, counted = excluded.counted
WHERE recorded_values.version < excluded.version
"""
PUT_PROGRESS = """
INSERT INTO key_result_progress (key_result, version, value, effective_date, progress, unclamped)
SELECT * FROM unnest(
    $1::uuid[], $2::int[], $3::float8[], $4::date[], $5::float8[], $6::float8[]
)
ON CONFLICT (key_result) DO UPDATE SET version = excluded.version, value = excluded.value,
    effective_date = excluded.effective_date, progress = excluded.progress,
    unclamped = excluded.unclamped
WHERE key_result_progress.version < excluded.version
"""
PUT_OFFSETS = """
INSERT INTO bare_offsets SELECT * FROM unnest($1::text[], $2::int[], $3::bigint[])
ON CONFLICT (topic, partition) DO UPDATE SET next_offset = excluded.next_offset
"""
VALUE = (
    "id", "version", "key_result", "source", "source_version", "source_values", "number",
    "effective_date", "value", "withdrawn", "confidence", "counted",
)  # fmt: skip
PROGRESS = ("id", "version", "value", "effective_date", "progress", "unclamped")
DAYS = "effective_date"


def _columns(states: Sequence[dict[str, Any]], names: Sequence[str]) -> list[list[Any]]:
    newest: dict[str, dict[str, Any]] = {}
    for state in states:
        held = newest.get(state["id"])
        if held is None or held["version"] < state["version"]:
            newest[state["id"]] = state
    columns = []
    for name in names:
        column = [state.get(name) for state in newest.values()]
        if name == DAYS:
            column = [date.fromisoformat(day) if day else None for day in column]
        columns.append(column)
    return columns


def _type(record: ConsumerRecord) -> bytes:
    found: bytes = next(value for name, value in record.headers if name == "ce_type")
    return found


async def _put(conn: "asyncpg.Connection[Any]", batch: dict[Any, list[ConsumerRecord]]) -> None:
    values: list[dict[str, Any]] = []
    progress: list[dict[str, Any]] = []
    for records in batch.values():
        for record in records:
            into = values if _type(record).endswith(b"value-recorded.v1") else progress
            into.append(orjson.loads(record.value))
    async with conn.transaction():
        await conn.execute(PUT_VALUES, *_columns(values, VALUE))
        await conn.execute(PUT_PROGRESS, *_columns(progress, PROGRESS))
        await conn.execute(
            PUT_OFFSETS,
            [it.topic for it in batch],
            [it.partition for it in batch],
            [records[-1].offset + 1 for records in batch.values()],
        )


async def main(told: dict[str, Any]) -> None:
    """Answers records/s on standard output."""
    conn = await asyncpg.connect(told["postgres"])
    await conn.execute(TABLES)
    consumer = AIOKafkaConsumer(
        told["topic"], bootstrap_servers=told["kafka"], group_id=told["group"],
        isolation_level="read_committed", auto_offset_reset="earliest", enable_auto_commit=False,
    )  # fmt: skip
    await consumer.start()
    done, first, began = 0, 0, 0.0
    while done < told["amount"]:
        batch = await consumer.getmany(timeout_ms=20, max_records=told["batch"])
        if not batch:
            continue
        await _put(conn, batch)
        await consumer.commit()
        done += sum(len(records) for records in batch.values())
        if not began:
            began, first = time.perf_counter(), done
    rate = (done - first) / (time.perf_counter() - began)
    await consumer.stop()
    await conn.close()
    sys.stdout.write(json.dumps({"rate": rate}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
