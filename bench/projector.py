"""How fast reporting's worker folds a topic, against loops that consume it into bare tables."""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import asyncpg
from confluent_kafka import Producer

from bench import records
from bench.parts import BenchFailed, Run, bare
from bench.records import Record
from bench.table import Row, at_least
from chassis.consumer import MAX_BATCH
from local.postgres import Database
from local.processes import Child, tail

AMOUNT = 200_000
TOPIC = "soihtu.progress.v1"
PLAIN = "bare unnest, plain tables"
REACHED = """
SELECT coalesce(sum(next_offset), 0)::bigint FROM consumer_offsets WHERE topic = $1
"""


async def measure(run: Run) -> list[Row]:
    """Events/s of the worker and of the bare loop, in turns; all read the same topic."""
    amount = run.sized(AMOUNT // 2) * 2
    prefix = run.topics()
    events = records.counted(0, amount // 2, max(amount // 100, 1))
    await asyncio.to_thread(fill, run, prefix, (records.record_of(event) for event in events))
    ours, rebuilt, plain, same = [], [], [], []
    for _ in range(run.repeats):
        ours.append(await folded(run, prefix, amount))
        rebuilt.append(await _rebuilt(run, prefix, amount))
        plain.append(await _consumed(run, prefix, amount, migrated=False))
        same.append(await _consumed(run, prefix, amount, migrated=True))
    name = "projector: topic to tables"
    return [
        Row(name, "events/s", ours, PLAIN, plain, at_least(0.6)),
        Row(name, "events/s", ours, "bare unnest, reporting's tables", same),
        Row("rebuild: topic to tables", "events/s", rebuilt, PLAIN, plain, at_least(0.5)),
    ]


def fill(run: Run, prefix: str, given: Iterable[Record]) -> None:
    """Bring records to their topics."""
    producer = Producer(
        {
            "bootstrap.servers": run.parts.kafka.address,
            "linger.ms": 50,
            "partitioner": "murmur2_random",
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    for it in given:
        headers: Any = [(name, text.encode()) for name, text in it.headers.items()]
        producer.produce(prefix + it.topic, it.value, it.key.encode(), headers=headers)
        producer.poll(0)
    if producer.flush(120):
        raise BenchFailed("the topic was not filled")


async def folded(run: Run, prefix: str, amount: int) -> float:
    """Events/s of a new worker on a new database, once it has begun."""
    with run.database("reporting") as database:
        async with run.role("reporting", "worker", database, prefix) as worker:
            rate = await _rate(worker.child, database, prefix + TOPIC, amount)
            run.notes.append(
                f"projector: {worker.cpu / amount * 1e6:.0f} µs of processor time each"
            )
            return rate


async def _rate(
    child: Child, database: Database, topic: str, amount: int, schema: str = "public"
) -> float:
    """Offsets/s of what `child` folds, by the offset rows of `schema`, from its first batch on."""
    conn = await asyncpg.connect(database.owner, server_settings={"search_path": schema})
    done, first, began = 0, 0, 0.0
    while done < amount:
        if child.exit_code() is not None:
            raise BenchFailed(tail(child.log))
        with suppress(asyncpg.UndefinedTableError):  # a rebuild makes its own
            done = await conn.fetchval(REACHED, topic)
        if done and not began:
            began, first = time.perf_counter(), done
        await asyncio.sleep(0.01)
    rate = (done - first) / (time.perf_counter() - began)
    await conn.close()
    return rate


async def _rebuilt(run: Run, prefix: str, amount: int) -> float:
    """Events/s of a rebuild on a new database, once it has begun."""
    with (
        run.database("reporting") as database,
        run.operation("reporting", "rebuild", database, prefix, "--reason", "bench") as child,
    ):
        rate = await _rate(child, database, prefix + TOPIC, amount, "rebuilding")
        if await asyncio.to_thread(child.wait):
            raise BenchFailed(tail(child.log))
        return rate


async def _consumed(run: Run, prefix: str, amount: int, *, migrated: bool) -> float:
    database = run.parts.database("reporting", migrated=migrated)
    try:
        said = await bare(
            "consume", kafka=run.parts.kafka.address, postgres=database.owner,
            topic=prefix + TOPIC, group=database.name, amount=amount, batch=MAX_BATCH,
        )  # fmt: skip
    finally:
        run.parts.postgres.drop_database(database.name)
    return float(said["rate"])
