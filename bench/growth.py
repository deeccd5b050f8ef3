"""Whether an event, and a command, costs more when there is much already."""

import itertools
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from shutil import disk_usage

import asyncpg

from bench import records, world
from bench.commands import UNBOUNDED, served
from bench.parts import BenchFailed, Run
from bench.records import KEY_RESULTS, Record, numbered, record_of
from bench.table import Row, at_most
from bench.wire import Asked, Wire
from local.postgres import Database

FEW_EVENTS, MANY_EVENTS, VERY_MANY_EVENTS = 10_000, 1_000_000, 10_000_000
BYTES_OF_AN_EVENT = 2_500
"""On disk: its rows, their indexes, and the log of writing them."""
FEW_GOALS, MANY_GOALS = 1_000, 1_000_000
EVENTS_EACH_TIME = 5_000
"""Among few they are a half more; then few are as few as before."""
BATCH = 500
SPELLS = 10
"""Few and many take turns at each batch, and each half second: what else the machine does then
falls on both, and what falls on a batch alone is not in the median."""
OBJECTIVES = 2_000
"""Of few events and of many: as many of them are in a batch, then, and their rows are as wide."""
UNHURRIED = 3_600.0
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

    costs = []
    with run.database("reporting") as small, run.database("reporting") as large:
        await _fill(large, many // 2)
        folds = [await world.Fold.of(database, READS) for database in (small, large)]
        for turn in range(run.repeats + 1):
            await _fill(small, FEW_EVENTS // 2)
            batches = [_batches(FEW_EVENTS, 0), _batches(many, turn)]
            costs += [await _folded(folds, batches)]
        for fold in folds:
            await fold.end()
    return Row(
        f"growth: an event among {many:,}", "µs", [cost[1] for cost in costs[1:]],
        f"among {FEW_EVENTS:,}", [cost[0] for cost in costs[1:]], at_most(1.2),
    )  # fmt: skip


async def _fill(database: Database, check_ins: int) -> None:
    """Have in the tables what so many check-ins leave, and no more."""
    conn = await asyncpg.connect(database.owner)
    for name, statement in _statements().items():
        if name == "events none":
            await conn.execute(statement)
        elif name.startswith("events"):
            await conn.execute(statement, check_ins, OBJECTIVES, timeout=UNHURRIED)
    await conn.execute("VACUUM ANALYZE", timeout=UNHURRIED)
    await conn.close()


async def _folded(
    folds: Sequence[world.Fold], batches: Sequence[Iterator[list[Record]]]
) -> list[float]:
    """Microseconds of an event that is new to the tables of each, by the median batch."""
    times: list[list[float]] = [[] for _ in folds]
    for some in zip(*batches, strict=True):
        for fold, given, taken in zip(folds, some, times, strict=True):
            began = time.perf_counter()
            await fold.apply(given)
            taken.append((time.perf_counter() - began) / len(given) * 1e6)
    return [statistics.median(taken) for taken in times]


def _batches(events: int, turn: int) -> Iterator[list[Record]]:
    """Records of as many events as a turn has, which come after these and earlier turns."""
    each = EVENTS_EACH_TIME // 2
    new = records.counted(events // 2 + turn * each, each, OBJECTIVES)
    while given := [record_of(event) for event in itertools.islice(new, BATCH)]:
        yield given


async def _of_commands(run: Run, many: int) -> Row:
    costs = []
    seconds = SECONDS * run.scale
    async with AsyncExitStack() as stack:
        apis: list[tuple[Wire, Iterator[bytes]]] = []
        with run.parts.postgres.superuser() as connection:
            connection.execute("GRANT SET ON PARAMETER session_replication_role TO okr_owner")
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
            costs += [await _asked(apis, seconds)]
    return Row(
        f"growth: a command among {many:,} key results", "µs", [cost[1] for cost in costs[1:]],
        f"among {FEW_GOALS:,}", [cost[0] for cost in costs[1:]], at_most(1.2),
    )  # fmt: skip


async def _asked(apis: Sequence[tuple[Wire, Iterator[bytes]]], seconds: float) -> list[float]:
    """Microseconds of a command of each, by the median of short spells."""
    times: list[list[float]] = [[] for _ in apis]
    for _ in range(SPELLS):
        for (wire, requests), taken in zip(apis, times, strict=True):
            taken.append(1e6 / await served(wire, requests, seconds / SPELLS))
    return [statistics.median(taken) for taken in times]


async def _goals(database: Database, goals: int, issuer: str) -> None:
    """Objectives with so many key results, each with a value and its progress."""
    await world.keep_in_okr(database, list(world.agency(issuer, 0)))
    conn = await asyncpg.connect(database.owner)
    objective = json.loads(world.objective(0).data())
    progress, value = (json.loads(event.data()) for event in records.counted(0, 1, 1))
    given = {"goals objectives": objective, "goals progress": progress, "goals values": value}
    objectives = -(-goals // KEY_RESULTS)
    async with conn.transaction():
        # Foreign keys hold as the rows are made; to look up each would be most of the time.
        await conn.execute("SET LOCAL session_replication_role = replica")
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
