"""How fast the relay empties an outbox, against loops that only send."""

import json
import time
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import asyncpg

from bench import records
from bench.parts import Run, bare, until
from bench.records import Record
from bench.table import Row, at_least

AMOUNT = 30_000
BATCH = 500
COLUMNS = ("topic", "key", "headers", "value")


async def measure(run: Run) -> list[Row]:
    """Events/s of the relay, a transactional and an idempotent loop, in turns."""
    amount = run.sized(AMOUNT)
    events = records.counted(0, amount, max(amount // 50, 1))
    given = list(islice(records.with_public_twins(events), amount))
    file = run.parts.folder / "relayed.jsonl"
    records.write(given, file)
    ours, transactional, idempotent = [], [], []
    with run.database("okr") as database:
        prefix = run.topics()
        async with run.role("okr", "relay", database, prefix) as relay:
            conn = await asyncpg.connect(database.owner)
            await conn.execute("DELETE FROM outbox")
            await _relayed(conn, given[: len(given) // 10 + 1])
            for _ in range(run.repeats):
                ours.append(await _relayed(conn, given))
                transactional.append(await _sent(run, file, prefix, "transactional"))
                idempotent.append(await _sent(run, file, prefix, "idempotent"))
            await conn.close()
            relayed = len(given) // 10 + 1 + run.repeats * len(given)
            run.notes.append(f"relay: {relay.cpu / relayed * 1e6:.0f} µs of processor time each")
    name = "relay: outbox to Kafka"
    return [
        Row(name, "events/s", ours, "bare transactional loop", transactional, at_least(0.8)),
        Row(name, "events/s", ours, "bare idempotent loop", idempotent),
    ]


async def _relayed(conn: "asyncpg.Connection[asyncpg.Record]", given: Sequence[Record]) -> float:
    rows = [(it.topic, it.key, json.dumps(it.headers), it.value) for it in given]
    async with conn.transaction():
        await conn.copy_records_to_table("outbox", records=rows, columns=COLUMNS)
        last = await conn.fetchval("SELECT max(seq) FROM outbox")
    return await _emptied(conn, last, len(given))


async def _emptied(conn: "asyncpg.Connection[asyncpg.Record]", last: int, amount: int) -> float:
    began = time.perf_counter()
    ended = await until(conn, "SELECT NOT EXISTS (SELECT FROM outbox WHERE seq <= $1)", last)
    return amount / (ended - began)


async def _sent(run: Run, file: Path, prefix: str, kind: str) -> float:
    said = await bare(
        "produce", kafka=run.parts.kafka.address, prefix=prefix, file=str(file),
        batch=BATCH, transactional=kind == "transactional",
    )  # fmt: skip
    return float(said["rate"])
