"""Has calls take their statements in turns, so that a test says how their transactions interleave.

Each has a connection of its own, and PostgreSQL is as it is: which call waits for a lock of another
is asked of it. A call takes a step when its next statement is let go, from BEGIN to COMMIT.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import ContextVar
from random import Random
from typing import Any, Generic, TypeVar

import asyncpg

T = TypeVar("T")
S = TypeVar("S")

WAITING = "SELECT DISTINCT pid FROM pg_locks WHERE NOT granted AND pid = ANY($1)"

_taking: ContextVar["Call[Any] | None"] = ContextVar("taking", default=None)


class Stepped(asyncpg.Connection):
    """A connection whose statements wait for their turn."""

    def worded(self, query: str) -> str:
        """The statement as it is said to PostgreSQL."""
        return query

    async def execute(self, *said: Any, **more: Any) -> Any:
        return await self._in_turn(super().execute, *said, **more)

    async def fetch(self, *said: Any, **more: Any) -> Any:
        return await self._in_turn(super().fetch, *said, **more)

    async def fetchrow(self, *said: Any, **more: Any) -> Any:
        return await self._in_turn(super().fetchrow, *said, **more)

    async def fetchval(self, *said: Any, **more: Any) -> Any:
        return await self._in_turn(super().fetchval, *said, **more)

    async def _in_turn(
        self, act: Callable[..., Awaitable[T]], query: str, *said: Any, **more: Any
    ) -> T:
        call, query = _taking.get(), self.worded(query)
        if call is None:
            return await act(query, *said, **more)
        return await call.step(self.get_server_pid(), lambda: act(query, *said, **more))


class Call(Generic[T]):
    """A call, and where it is: at its gate, in a statement, between two, or done."""

    def __init__(self, work: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self.taken = 0
        self.waited = False
        self.free = False
        self.at_gate = False
        self.pid: int | None = None
        self._open = asyncio.Event()
        self._work = work
        self._task = asyncio.create_task(self._run())

    async def _run(self) -> T:
        _taking.set(self)
        return await self._work()

    @property
    def done(self) -> bool:
        return self._task.done()

    @property
    def under_way(self) -> bool:
        return not self.done and not self.at_gate

    def result(self) -> T:
        return self._task.result()

    def go(self) -> None:
        """Let its next statement go."""
        self.taken += 1
        self.at_gate = False
        self._open.set()

    async def step(self, pid: int, statement: Callable[[], Awaitable[S]]) -> S:
        """Wait for the turn, then do a statement on the session of `pid`."""
        if not self.free:
            self.at_gate = True
            await self._open.wait()
            self._open.clear()
        self.pid = pid
        try:
            return await statement()
        finally:
            self.pid = None


Choose = Callable[[Sequence[Call[Any]], Sequence[Call[Any]]], Call[Any]]
"""`(all calls, those at their gates)` → whose statement goes next."""


def after_steps(first: int, steps: int) -> Choose:
    """Begin with call `first`, and have the others run, as far as they can, after so many steps."""

    def choose(calls: Sequence[Call[Any]], ready: Sequence[Call[Any]]) -> Call[Any]:
        one = calls[first]
        others = [it for it in ready if it is not one]
        return one if one in ready and (one.taken < steps or not others) else others[0]

    return choose


def at_random(rnd: Random) -> Choose:
    """Any of those that are ready."""
    return lambda _, ready: rnd.choice(ready)


async def in_turns(
    watch: Any,
    choose: Choose | None,
    *works: Callable[[], Coroutine[Any, Any, T]],
) -> list[Call[T]]:
    """All calls, done; `watch` is a session beside theirs. Without `choose` none waits for a turn
    once all have come to their first statement.
    """
    calls = [Call(work) for work in works]
    while live := [it for it in calls if not it.done]:
        await _come_to_rest(watch, live)
        ready = [it for it in live if it.at_gate]
        if choose is None:
            for it in ready:
                it.free = True
                it.go()
        elif ready:
            choose(calls, ready).go()
    return calls


async def _come_to_rest(watch: Any, live: Sequence[Call[Any]]) -> None:
    """Until each is at its gate, done, or waits for a lock."""
    while moving := [it for it in live if it.under_way]:
        asked = [it.pid for it in moving if it.pid is not None]
        waiting = {row["pid"] for row in await watch.fetch(WAITING, asked)}
        held = [it for it in moving if it.pid in waiting]
        for it in held:
            it.waited = True
        if len(held) == len(moving):
            return
