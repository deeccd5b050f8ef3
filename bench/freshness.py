"""How long after its 2xx a check-in is visible: its words one hop on, its progress two.

Visible is the commit of the reader's transaction, by PostgreSQL's own commit timestamps, so that
looking costs the system nothing.
"""

import asyncio
import math
import statistics
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg

from bench import records, world
from bench.commands import OBJECTIVES, UNBOUNDED, CheckIns
from bench.parts import BenchFailed, Role, Run, bare, until
from bench.table import Row, at_most
from bench.wire import Wire
from local.graph import SERVICES
from local.postgres import Database

RATE = 200
SECONDS = 15.0
AT_ONCE = 64
"""Commands under way at most, below what the API takes on: refused ones that come again and again
would take the processor from those that are served. Where it is reached, the rate is not."""
ONE_HOP = """
SELECT (regexp_match(entries -> 0 ->> 'words', '[0-9]+'))[1]::int AS number,
    extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8 AS at
FROM check_ins
"""
TWO_HOPS = """
SELECT (regexp_match(said.entries -> 0 ->> 'words', '[0-9]+'))[1]::int AS number,
    extract(epoch FROM pg_xact_commit_timestamp(counted.xmin))::float8 AS at
FROM recorded_values AS counted JOIN check_ins AS said ON counted.source = 'check-in/' || said.id
"""
Times = Mapping[Any, float]


@dataclass
class Line:
    """A whole system that runs, on databases with an agency in them."""

    databases: Mapping[str, Database]
    prefix: str
    roles: Mapping[str, Role]


async def measure(run: Run) -> list[Row]:
    """Milliseconds of one and two hops, and of the bare hop, in turns."""
    amount = run.sized(int(RATE * SECONDS))
    found: dict[str, list[list[float]]] = {"one hop": [], "two hops": [], "bare": []}
    rates = []
    await asyncio.to_thread(run.parts.note_commits)
    async with _line(run) as line:
        checked = CheckIns(run)
        wire = Wire(line.roles["checkins-api"].instance.api_port or 0)
        await _said(line, checked, wire, 0, amount // 4)
        before, done = _cpu(line), amount // 4
        for _ in range(run.repeats):
            rate, one, two = await _said(line, checked, wire, done, amount)
            rates.append(rate)
            found["one hop"].append(one)
            found["two hops"].append(two)
            done += amount
            found["bare"].append(await _bare_hop(run, amount, rate))
        wire.close()
        spent = {name: cpu - before[name] for name, cpu in _cpu(line).items()}
        per = [f"{name} {cpu / (done - amount // 4) * 1e6:.0f}" for name, cpu in spent.items()]
        run.notes.append(f"freshness, check-ins/s of each repeat: {', '.join(map(_told, rates))}")
        run.notes.append(f"freshness, µs of processor time for each check-in: {', '.join(per)}")
    return [
        Row(
            f"freshness at {_told(statistics.median(rates))}/s, {hops}, p{share:g}", "ms",
            [_percentile(times, share) for times in found[hops]],
            "bare hop", [_percentile(times, share) for times in found["bare"]], at_most(bound),
        )
        for hops, bound in (("one hop", 1.5), ("two hops", 3))
        for share in (50, 99)
    ]  # fmt: skip


@asynccontextmanager
async def _line(run: Run) -> AsyncIterator[Line]:
    from services.checkins import app as checkins
    from services.reporting import app as reporting

    events = list(world.agency(run.parts.identity.issuer, OBJECTIVES))
    prefix = run.topics()
    async with AsyncExitStack() as stack:
        databases = {it.name: stack.enter_context(run.database(it.name)) for it in SERVICES}
        await world.keep_in_okr(databases["okr"], events)
        await world.keep_in_reader(databases["checkins"], checkins.READS, events)
        await world.keep_in_reader(databases["reporting"], reporting.READS, events)
        roles = {}
        for service in SERVICES:
            for role in service.roles:
                roles[f"{service.name}-{role}"] = await stack.enter_async_context(
                    run.role(service.name, role, databases[service.name], prefix, **UNBOUNDED)
                )
        yield Line(databases, prefix, roles)


def _told(rate: float) -> str:
    return f"{rate:.0f}"


def _cpu(line: Line) -> dict[str, float]:
    return {name: role.cpu for name, role in line.roles.items()}


async def _said(
    line: Line, checked: CheckIns, wire: Wire, first: int, amount: int
) -> tuple[float, list[float], list[float]]:
    """The rate of check-ins that was kept; milliseconds from 2xx to words, and to progress."""
    answered: dict[int, float] = {}
    places = asyncio.Semaphore(AT_ONCE)

    async def say(number: int) -> None:
        async with places:
            status, _ = await wire.ask(checked.request(number))
        if status != 201:
            raise BenchFailed(f"the API answers {status}")
        answered[number] = time.time()

    began, sent, tasks = time.perf_counter(), 0, set[asyncio.Task[None]]()
    while sent < amount:
        while sent < min((time.perf_counter() - began) * RATE, amount):
            task = asyncio.create_task(say(first + sent))
            tasks.add(task)
            task.add_done_callback(tasks.discard)
            sent += 1
        await asyncio.sleep(0.001)
    await asyncio.gather(*tasks)
    rate = min(amount / (time.perf_counter() - began), RATE)
    conn = await asyncpg.connect(line.databases["reporting"].owner)
    await until(conn, "SELECT count(*) >= $1 FROM recorded_values", first + amount)
    words = {row["number"]: row["at"] for row in await conn.fetch(ONE_HOP)}
    progress = {row["number"]: row["at"] for row in await conn.fetch(TWO_HOPS)}
    await conn.close()
    return rate, _waits(answered, words), _waits(answered, progress)


def _waits(left: Times, arrived: Times) -> list[float]:
    return [1000 * (arrived[number] - at) for number, at in left.items()]


async def _bare_hop(run: Run, amount: int, rate: float) -> list[float]:
    record = next(records.with_public_twins(records.counted(0, 1, 1)))
    database = run.parts.database("okr", migrated=False)
    told: dict[str, Any] = {
        "postgres": database.owner, "kafka": run.parts.kafka.address, "group": database.name,
        "topic": run.topics() + record.topic, "amount": amount, "rate": rate,
        "value": record.value.decode(), "headers": records.as_json(record.headers),
        "keys": [str(records.numbered(1, number)) for number in range(OBJECTIVES)],
        "ready": str(run.parts.folder / database.name),
    }  # fmt: skip
    try:
        readers = [
            asyncio.create_task(bare("hop", role=role, **told)) for role in ("subscribe", "relay")
        ]
        await asyncio.to_thread(_wait_for_both, Path(told["ready"]))
        left = await bare("hop", role="insert", **told)
        arrived, _ = await asyncio.gather(*readers)
    finally:
        run.parts.postgres.drop_database(database.name)
    return _waits(left, arrived)


def _wait_for_both(mark: Path) -> None:
    """Until the bare relay and the bare subscriber have begun."""
    while not all(mark.with_suffix(f".{role}").exists() for role in ("subscribe", "relay")):
        time.sleep(0.1)


def _percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(math.ceil(share / 100 * len(ordered)), len(ordered)) - 1]
