"""Runs the statements of a command with asyncpg over a pool, and nothing else."""

import asyncio
import itertools
import json
import os
import sys
import time
import uuid
from datetime import date
from typing import Any

import asyncpg


class Commands:
    """Each call of `run` is one command, with ids of its own."""

    def __init__(self, told: dict[str, Any], pool: "asyncpg.Pool[Any]") -> None:
        self._told = told
        self._statements = told["statements"]
        self._pool = pool
        self._objectives = itertools.cycle(told["objectives"])
        self._day = date.fromisoformat(told["day"])
        self._value = told["value"].encode()
        self._answer = told["answer"].encode()

    def _ask(self, name: str, **given: Any) -> tuple[Any, ...]:
        text, parameters = self._statements[name]
        return (text, *(given[one] for one in parameters))

    async def run(self) -> None:
        told, ask = self._told, self._ask
        objective, digest, made = next(self._objectives), os.urandom(32), str(uuid.uuid4())
        issuer, subject = told["login"]
        async with self._pool.acquire() as conn, conn.transaction():
            await conn.fetch(
                *ask("roles_of_login", issuer=issuer, subject=subject, today=self._day)
            )
            await conn.fetchval(
                *ask("take_key", digest=digest, principal=subject, body_hash=digest)
            )
            await conn.fetchrow(*ask("goal", objective=objective))
            number = await conn.fetchval(*ask("next_number", objective=objective))
            state = told["state"] | {"id": made, "objective": objective, "number": number}
            await conn.execute(*ask("insert_check_in", id=made, version=1, state=json.dumps(state)))
            await conn.execute(
                *ask(
                    "insert_outbox", topics=[told["topic"]], keys=[made],
                    headers=[told["headers"]], payloads=[self._value],
                )
            )  # fmt: skip
            await conn.execute(
                *ask(
                    "keep_answer", status=201, headers=told["answered"], body=self._answer,
                    digest=digest,
                )
            )  # fmt: skip


async def main(told: dict[str, Any]) -> None:
    """Answers commands/s on standard output."""
    async with asyncpg.create_pool(
        told["postgres"], min_size=told["pool"], max_size=told["pool"]
    ) as pool:
        commands, count = Commands(told, pool), 0
        for _ in range(50):
            await commands.run()
        began = time.perf_counter()

        async def go_on() -> None:
            nonlocal count
            while time.perf_counter() - began < told["seconds"]:
                await commands.run()
                count += 1

        await asyncio.gather(*(go_on() for _ in range(told["at_once"])))
        rate = count / (time.perf_counter() - began)
    sys.stdout.write(json.dumps({"rate": rate}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
