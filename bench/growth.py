"""Whether an event, and a command, costs more when there is much already."""

import itertools
import json
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from shutil import disk_usage

import asyncpg

from bench import records, world
from bench.commands import UNBOUNDED, served
from bench.parts import BenchFailed, Run
from bench.records import KEY_RESULTS, numbered, record_of
from bench.table import Row, at_most
from bench.wire import Asked, Wire
from local.postgres import Database

FEW_EVENTS, MANY_EVENTS, VERY_MANY_EVENTS = 10_000, 1_000_000, 10_000_000
BYTES_OF_AN_EVENT = 2_500
"""On disk: its rows, their indexes, and the log of writing them."""
FEW_GOALS, MANY_GOALS = 1_000, 1_000_000
EVENTS_EACH_TIME = 5_000
OBJECTIVES = 2_000
"""Of few events and of many: as many of them are in a batch, then, and their rows are as wide."""
SECONDS = 5.0
SCATTER = 7_919
"""A prime, so that requests go all over the key results."""
SEED = Path(__file__).with_name("growth.sql")


async def measure(run: Run) -> list[Row]:
    """Microseconds of an event and of a command, among few and among many, in turns."""
    return [
        await _of_events(run, run.sized(MANY_EVENTS)),
        await _of_commands(run, run.sized(MANY_GOALS)),
    ]


async def measure_long(run: Run) -> list[Row]:
    """The same of an event among ten million. Raises BenchFailed where the disk is too small."""
    amount = run.sized(VERY_MANY_EVENTS)
    needed, free = amount * BYTES_OF_AN_EVENT, disk_usage(run.parts.folder).free
    if free < needed:
        raise BenchFailed(f"{needed / 1e9:.0f} GB of disk are needed, {free / 1e9:.0f} are free")
    return [await _of_events(run, amount)]


def _statements() -> dict[str, str]:
    parts = SEED.read_text("utf-8").split("-- name: ")[1:]
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in parts}


async def _of_events(run: Run, many: int) -> Row:
    from services.reporting.app import READS

    with run.database("reporting") as small, run.database("reporting") as large:
        folds, costs = [], []
        for database, amount in ((small, FEW_EVENTS), (large, many)):
            await _fill(database, "events", amount // 2, OBJECTIVES)
            folds.append((await world.Fold.of(database, READS), amount))
        for turn in range(run.repeats + 1):
            costs += [[await _folded(fold, amount, turn) for fold, amount in folds]]
        for fold, _ in folds:
            await fold.end()
    return Row(
        f"growth: an event among {many:,}", "µs", [cost[1] for cost in costs[1:]],
        f"among {FEW_EVENTS:,}", [cost[0] for cost in costs[1:]], at_most(1.2),
    )  # fmt: skip


async def _fill(database: Database, what: str, amount: int, objectives: int) -> None:
    conn = await asyncpg.connect(database.owner)
    for name, statement in _statements().items():
        if name.startswith(what):
            await conn.execute("SET statement_timeout = 0")
            await conn.fetch(statement, amount, objectives)
    await conn.execute("VACUUM ANALYZE")
    await conn.close()


async def _folded(fold: world.Fold, amount: int, turn: int) -> float:
    """Microseconds of an event that is new to the tables."""
    each = EVENTS_EACH_TIME // 2
    events = records.counted(amount // 2 + turn * each, each, OBJECTIVES)
    given = [record_of(event) for event in events]
    began = time.perf_counter()
    await fold.apply(given)
    return (time.perf_counter() - began) / len(given) * 1e6


async def _of_commands(run: Run, many: int) -> Row:
    costs: list[list[float]] = []
    seconds = SECONDS * run.scale
    async with AsyncExitStack() as stack:
        apis = []
        for goals in (FEW_GOALS, many):
            database = stack.enter_context(run.database("okr"))
            await _goals(database, goals, run.parts.identity.issuer)
            role = await stack.enter_async_context(
                run.role("okr", "api", database, "", **UNBOUNDED)
            )
            wire = Wire(role.instance.api_port or 0)
            stack.callback(wire.close)
            apis.append((wire, _values(run, goals)))
        for _ in range(run.repeats + 1):
            costs += [[1e6 / await served(wire, requests, seconds) for wire, requests in apis]]
    return Row(
        f"growth: a command among {many:,} key results", "µs", [cost[1] for cost in costs[1:]],
        f"among {FEW_GOALS:,}", [cost[0] for cost in costs[1:]], at_most(1.2),
    )  # fmt: skip


async def _goals(database: Database, goals: int, issuer: str) -> None:
    """Objectives with so many key results, each with a value and its progress."""
    await world.keep_in_okr(database, list(world.agency(issuer, 0)))
    conn = await asyncpg.connect(database.owner)
    objective = json.loads(world.objective(0).data())
    progress, value = (json.loads(event.data()) for event in records.counted(0, 1, 1))
    given = {"goals objectives": objective, "goals progress": progress, "goals values": value}
    objectives = -(-goals // KEY_RESULTS)
    async with conn.transaction():
        for name, statement in _statements().items():
            if name == "goals key results":
                await conn.execute(statement, objectives, KEY_RESULTS)
            elif name in given:
                await conn.execute(statement, objectives, KEY_RESULTS, json.dumps(given[name]))
    await conn.execute("VACUUM ANALYZE")
    await conn.close()


def _values(run: Run, goals: int) -> Iterator[bytes]:
    """Requests by which a machine puts values, all over the key results."""
    headers = {
        "authorization": f"Bearer {run.parts.identity.token(world.MACHINE)}",
        "content-type": "application/json",
    }
    day = world.today()
    for number in itertools.count():
        goal = numbered(2, number * SCATTER % goals)
        body = json.dumps({"value": 620 - number % 370}).encode()
        yield Asked.of("PUT", f"/key-results/{goal}/values/{day}", headers, body).line()
