"""One API with two connections, under four times what it can serve, for a minute."""

import asyncio
import itertools
import json
import math
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.parts import BenchFailed, Role, Run
from bench.table import Row
from bench.wire import Asked, Wire
from local.postgres import Database

ROOT_UNIT = "00000000-0000-7000-8000-000000000001"
READERS = ("strategy", "auditor", "operator")
WINDOWS = 5
MINUTE = 60.0
TIMES = 4
AT_ONCE = 16
UNLIMITED = 1e6
NORMAL = 20
"""Answers in a row, as quick as when idle, that say that all is as before."""


@dataclass
class Window:
    """What became of the requests that were sent in a part of the minute."""

    seconds: float
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    times: dict[int, list[float]] = field(default_factory=dict)

    def note(self, who: str, status: int, seconds: float) -> None:
        self.statuses.setdefault(who, Counter())[status] += 1
        self.times.setdefault(status // 100 if status < 400 else status, []).append(seconds)

    def share(self, status: int) -> float:
        """Percent of all answers."""
        return 100 * self.count(status) / sum(map(len, self.times.values()))

    def count(self, status: int) -> int:
        return len(self.times.get(status, ()))

    def served_share(self, *who: str) -> float:
        """Percent of what these asked for that was served."""
        of = sum((self.statuses[name] for name in who), Counter[int]())
        return 100 * sum(count for status, count in of.items() if status in (200, 201)) / of.total()

    def slowest(self, *statuses: int) -> float:
        """p99 of what had one of these, in milliseconds."""
        found = sorted(one for status in statuses for one in self.times.get(status, ())) or [0.0]
        return 1000 * found[math.ceil(0.99 * len(found)) - 1]


class Load:
    """Who asks for what: three of four requests are commands of one caller, the rest reads."""

    def __init__(self, run: Run, port: int) -> None:
        self._numbers = itertools.count()
        tokens = {who: run.parts.identity.token(who) for who in ("admin", *READERS)}
        headers = {who: {"authorization": f"Bearer {token}"} for who, token in tokens.items()}
        team = json.dumps({"name": {"source": "en", "en": "Team"}, "parent": ROOT_UNIT}).encode()
        said = headers["admin"] | {"content-type": "application/json"}
        self.command = Asked.of("POST", "/teams", said, team)
        self.reads = {
            who: Asked.of("GET", f"/units/{ROOT_UNIT}", headers[who]).line() for who in READERS
        }
        self.wire = Wire(port)

    def turns(self) -> Iterator[tuple[str, bytes]]:
        """Requests, for ever."""
        for who in itertools.cycle(READERS):
            for _ in range(3):
                key = f"idempotency-key: bench-{next(self._numbers)}\r\n"
                yield "admin", self.command.line(key)
            yield who, self.reads[who]

    async def read(self) -> tuple[int, float]:
        return await self.wire.ask(self.reads[READERS[0]])


async def measure(run: Run) -> list[Row]:
    """Rows of two minutes; their spread is over the fifths of each.

    In the first nobody is over their rate. In the second one caller is, whose commands are
    three quarters of the load, and who may do half of what the API can.
    """
    minute = MINUTE * run.scale
    with run.database("okr") as database:
        capacity = await _capacity(run, database, minute / 4)
        rows = await _minute(run, database, capacity, UNLIMITED, minute, "all within their rates")
        rows += await _minute(run, database, capacity, capacity / 2, minute, "one over its rate")
    return rows


async def _minute(
    run: Run, database: Database, capacity: float, rate: float, minute: float, name: str
) -> list[Row]:
    async with _api(run, database, SOIHTU_RATE_MACHINES=str(rate)) as role:
        load = Load(run, role.instance.api_port or 0)
        usual, before = await _usual(load), _memory(role, "VmRSS")
        windows = [Window(minute / WINDOWS) for _ in range(WINDOWS)]
        answering = await _flood(load, TIMES * capacity, windows)
        ended = time.perf_counter()
        back = await _until_normal(load, usual) - ended
        await asyncio.gather(*answering)
        load.wire.close()
        peak = _memory(role, "VmHWM")
    return _rows(f"4x capacity, {name}:", windows, capacity, (before, peak), back)


@asynccontextmanager
async def _api(run: Run, database: Database, **settings: str) -> AsyncIterator[Role]:
    async with run.role("okr", "api", database, "", SOIHTU_POSTGRES_POOL="2", **settings) as role:
        yield role


async def _capacity(run: Run, database: Database, seconds: float) -> float:
    """Requests per second that are served when a few callers wait for each answer."""
    async with _api(run, database, SOIHTU_RATE_MACHINES=str(UNLIMITED)) as role:
        load = Load(run, role.instance.api_port or 0)
        turns, served = load.turns(), 0
        until = time.perf_counter() + seconds

        async def ask_on() -> None:
            nonlocal served
            while time.perf_counter() < until:
                status, _ = await load.wire.ask(next(turns)[1])
                if status not in (200, 201):
                    raise BenchFailed(f"the API answers {status} without a load")
                served += 1

        await asyncio.gather(*(ask_on() for _ in range(AT_ONCE)))
        load.wire.close()
        return served / seconds


async def _flood(load: Load, rate: float, windows: Sequence[Window]) -> "set[asyncio.Task[None]]":
    """Send at `rate`, whatever comes of it: an open loop. Gives what is not answered yet."""
    turns = load.turns()
    flying: set[asyncio.Task[None]] = set()

    async def send(window: Window, who: str, request: bytes) -> None:
        status, taken = await load.wire.ask(request)
        window.note(who, status, taken)

    for window in windows:
        began, sent = time.perf_counter(), 0
        while (passed := time.perf_counter() - began) < window.seconds:
            while sent < passed * rate:
                task = asyncio.create_task(send(window, *next(turns)))
                flying.add(task)
                task.add_done_callback(flying.discard)
                sent += 1
            await asyncio.sleep(0.001)
    return set(flying)


async def _usual(load: Load) -> float:
    """Seconds within which a read is answered while nothing else is asked."""
    times = sorted([(await load.read())[1] for _ in range(200)])
    return 2 * times[math.ceil(0.95 * len(times)) - 1]


async def _until_normal(load: Load, usual: float) -> float:
    """When a row of answers began that were all as quick as when idle."""
    row, began = 0, time.perf_counter()
    while row < NORMAL:
        asked = time.perf_counter()
        status, taken = await load.read()
        if status != 200 or taken > usual:
            row = 0
        elif not (row := row + 1) > 1:
            began = asked
    return began


def _memory(role: Role, name: str) -> float:
    """Megabytes of the process, by a line of its status."""
    status = Path(f"/proc/{role.child.pid}/status").read_text()
    return int(status.partition(f"{name}:")[2].split()[0]) / 1024


def _rows(
    name: str,
    windows: Sequence[Window],
    capacity: float,
    memory: tuple[float, float],
    back: float,
) -> list[Row]:
    served = [(one.count(2) / one.seconds) for one in windows]
    return [
        Row(f"{name} served", "/s", served, "capacity", [capacity] * len(windows)),
        Row(f"{name} 429", "%", [one.share(429) for one in windows]),
        Row(f"{name} 503", "%", [one.share(503) for one in windows]),
        Row(f"{name} anything else", "%", [_other(one) for one in windows]),
        Row(f"{name} served, of commands", "%", [one.served_share("admin") for one in windows]),
        Row(f"{name} served, of reads", "%", [one.served_share(*READERS) for one in windows]),
        Row(f"{name} refused in, p99", "ms", [one.slowest(503, 429) for one in windows]),
        Row(f"{name} served in, p99", "ms", [one.slowest(2) for one in windows]),
        Row(f"{name} peak memory", "MB", [memory[1]], "before", [memory[0]]),
        Row(f"{name} back to normal after", "ms", [1000 * back]),
    ]


def _other(window: Window) -> float:
    return 100.0 - sum(window.share(status) for status in (2, 429, 503))
