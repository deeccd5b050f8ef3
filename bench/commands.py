"""Commands per second of one API process, against the same SQL without HTTP."""

import asyncio
import itertools
import json
import math
import time
import uuid
from collections.abc import Iterator
from typing import Any

import asyncpg

from bench import world
from bench.parts import BenchFailed, Run, bare
from bench.records import numbered
from bench.table import Row
from bench.wire import Asked, Wire
from local.postgres import Database

OBJECTIVES = 600
SECONDS = 8.0
AT_ONCE = 16
POOL = 10
UNBOUNDED = {"SOIHTU_RATE": "1000000", "SOIHTU_RATE_MACHINES": "1000000"}


async def measure(run: Run) -> list[Row]:
    """Check-ins/s over HTTP and of their statements alone, in turns."""
    from services.checkins.app import READS

    seconds = SECONDS * run.scale
    ours, theirs = [], []
    events = list(world.agency(run.parts.identity.issuer, OBJECTIVES))
    with run.database("checkins") as database:
        await world.keep_in_reader(database, READS, events)
        async with run.role("checkins", "api", database, "", **UNBOUNDED) as role:
            wire = Wire(role.instance.api_port or 0)
            asked = CheckIns(run)
            await served(wire, asked.requests(), seconds / 4)
            spent, done = role.cpu, 0.0
            for _ in range(run.repeats):
                rate = await served(wire, asked.requests(), seconds)
                done += rate * seconds
                ours.append(rate)
                theirs.append(await _without_http(run, database, seconds))
            wire.close()
            run.notes.append(
                f"commands: {(role.cpu - spent) / done * 1e6:.0f} µs of processor time each"
            )
    return [Row("commands: check-ins of one API", "/s", ours, "the same SQL, no HTTP", theirs)]


class CheckIns:
    """Requests that record check-ins, each on the next objective."""

    def __init__(self, run: Run) -> None:
        token = run.parts.identity.token(world.PERSON)
        self._headers = {
            "authorization": f"Bearer {token}", "content-type": "application/json",
        }  # fmt: skip
        self._numbers = itertools.count()

    def request(self, number: int) -> bytes:
        body = {
            "objective": str(numbered(1, number % OBJECTIVES)),
            "team": str(world.TEAM),
            "entries": [
                {
                    "key_result": str(world.goal_id(number % OBJECTIVES)),
                    "value": 620 - number % 370,
                    "confidence": 7,
                    "words": f"Jono lyhenee, {number}.",
                }
            ],
        }
        said = json.dumps(body).encode()
        asked = Asked.of("POST", "/check-ins", self._headers, said)
        return asked.line(f"idempotency-key: {uuid.uuid4()}\r\n")

    def requests(self) -> Iterator[bytes]:
        while True:
            yield self.request(next(self._numbers))


async def served(wire: Wire, requests: Iterator[bytes], seconds: float = math.inf) -> float:
    """Requests per second that are served when some callers each wait for their answers.

    It ends with the requests, or when so many seconds have passed.
    """
    count, began = 0, time.perf_counter()

    async def ask_on() -> None:
        nonlocal count
        while time.perf_counter() - began < seconds and (request := next(requests, None)):
            status, _ = await wire.ask(request)
            if status not in (200, 201):
                raise BenchFailed(f"the API answers {status}")
            count += 1

    await asyncio.gather(*(ask_on() for _ in range(AT_ONCE)))
    return count / (time.perf_counter() - began)


def statements() -> dict[str, tuple[str, list[str]]]:
    """What recording a check-in asks of the database: each text, with its parameters' names."""
    from chassis import directory, idempotency, outbox
    from services.checkins.recording import store as recording
    from services.checkins.replica import store as replica

    asked = {
        "roles_of_login": directory,
        "take_key": idempotency,
        "goal": replica,
        "next_number": recording,
        "insert_check_in": recording,
        "insert_outbox": outbox,
        "keep_answer": idempotency,
    }
    return {name: told(module, name) for name, module in asked.items()}


def told(module: Any, name: str) -> tuple[str, list[str]]:
    """The text of a query of a module, with its parameters' names."""
    queries = module._queries
    return getattr(queries, name).sql, queries.driver_adapter.var_sorted[name]


async def _without_http(run: Run, database: Database, seconds: float) -> float:
    conn = await asyncpg.connect(database.owner)
    row = await conn.fetchrow("SELECT topic, key, headers, value FROM outbox LIMIT 1")
    answer = await conn.fetchrow(
        "SELECT headers, body FROM idempotency_keys WHERE body IS NOT NULL LIMIT 1"
    )
    state = await conn.fetchval("SELECT state FROM check_ins LIMIT 1")
    await conn.close()
    if row is None or answer is None:
        raise BenchFailed("no command was served before")
    said = await bare(
        "commands", postgres=database.app, seconds=seconds, at_once=AT_ONCE, pool=POOL,
        statements=statements(), objectives=[str(numbered(1, it)) for it in range(OBJECTIVES)],
        login=[run.parts.identity.issuer, world.PERSON], day=world.today().isoformat(),
        state=json.loads(state), topic=row["topic"], headers=row["headers"],
        value=row["value"].decode(), answer=answer["body"].decode(), answered=answer["headers"],
    )  # fmt: skip
    return float(said["rate"])
