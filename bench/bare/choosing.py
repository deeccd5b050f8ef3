"""Writes what proposing goals and agreeing on them writes, with asyncpg over a pool."""

import asyncio
import json
import os
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import Any

import asyncpg


class Goal:
    """A goal like the one that is told, with ids of its own."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.id = str(uuid.uuid4())
        state = json.loads(told["proposed"])
        self.key_results = [str(uuid.uuid4()) for _ in state["key_results"]]
        self.links = state["contributes_to"]

    def said(self, state: str) -> str:
        """A state of the one that is told, as one of this goal."""
        said = json.loads(state) | {"id": self.id}
        for one, id_ in zip(said["key_results"], self.key_results, strict=True):
            one["id"] = id_
        return json.dumps(said)


class Choosing:
    """Each call of `propose` or `agree` is one command."""

    def __init__(self, told: dict[str, Any], pool: "asyncpg.Pool[Any]") -> None:
        self._told = told
        self._statements = told["statements"]
        self._pool = pool
        self._answer = told["answer"].encode()

    def _ask(self, name: str, **given: Any) -> tuple[Any, ...]:
        text, parameters = self._statements[name]
        return (text, *(given[one] for one in parameters))

    async def propose(self, goal: Goal) -> None:
        told, ask, digest = self._told, self._ask, os.urandom(32)
        async with self._pool.acquire() as conn, conn.transaction():
            key = {"digest": digest, "principal": told["principal"], "body_hash": digest}
            await conn.fetchval(*ask("take_key", **key))
            state = goal.said(told["proposed"])
            await conn.execute(*ask("insert_objective", id=goal.id, version=1, state=state))
            await self._index(conn, goal)
            await self._tell(conn, goal, "proposed")
            answer = {"headers": told["answered"], "body": self._answer, "digest": digest}
            await conn.execute(*ask("keep_answer", status=201, **answer))

    async def agree(self, goal: Goal) -> None:
        told, ask = self._told, self._ask
        async with self._pool.acquire() as conn, conn.transaction():
            figures = told["participation"]
            await conn.execute(*ask("keep_participation", objective=goal.id, **figures))
            state = goal.said(told["agreed"])
            saved = await conn.execute(
                *ask("save_objective", id=goal.id, version=2, state=state, expected=1)
            )
            assert saved == "UPDATE 1"
            await self._index(conn, goal)
            await self._tell(conn, goal, "agreed")

    async def _index(self, conn: Any, goal: Goal) -> None:
        key_results = {"objective": goal.id, "key_results": goal.key_results}
        await conn.execute(*self._ask("add_key_results", **key_results))
        await conn.execute(*self._ask("set_links", objective=goal.id, targets=goal.links))

    async def _tell(self, conn: Any, goal: Goal, state: str) -> None:
        topics, headers, values = zip(*self._told["events"][state], strict=True)
        payloads = [value.encode() for value in values]
        events = {"topics": topics, "headers": headers, "payloads": payloads}
        keys = [goal.id] * len(topics)
        await conn.execute(*self._ask("insert_outbox", keys=keys, **events))


async def rate(
    work: Callable[[Goal], Awaitable[None]], goals: Iterable[Goal], at_once: int
) -> float:
    """Goals per second when some are under way at once."""
    waiting: Iterator[Goal] = iter(goals)
    count, began = 0, time.perf_counter()

    async def go_on() -> None:
        nonlocal count
        for goal in waiting:
            await work(goal)
            count += 1

    await asyncio.gather(*(go_on() for _ in range(at_once)))
    return count / (time.perf_counter() - began)


async def main(told: dict[str, Any]) -> None:
    """Answers commands/s of both on standard output."""
    async with asyncpg.create_pool(
        told["postgres"], min_size=told["pool"], max_size=told["pool"]
    ) as pool:
        choosing, at_once = Choosing(told, pool), told["at_once"]
        for amount in (5 * at_once, told["amount"]):  # the first to warm
            goals = [Goal(told) for _ in range(amount)]
            proposed = await rate(choosing.propose, goals, at_once)
            agreed = await rate(choosing.agree, goals, at_once)
    sys.stdout.write(json.dumps({"proposed": proposed, "agreed": agreed}))


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
