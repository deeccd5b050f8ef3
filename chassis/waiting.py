"""Waits that end early: for some work or some time, unless an event comes first."""

import asyncio
from collections.abc import Awaitable
from typing import Any, TypeVar

T = TypeVar("T")


async def before(work: Awaitable[object], *ends: asyncio.Event) -> bool:
    """Whether `work` is done before any of `ends`, which cancels it. Raises what it raises."""
    return await given_before(_done(work), *ends) is not None


async def _done(work: Awaitable[object]) -> bool:
    await work
    return True


async def given_before(work: Awaitable[T], *ends: asyncio.Event) -> T | None:
    """What `work` gives; None where one of `ends` comes first, which cancels it."""
    working = asyncio.ensure_future(work)
    waiting = [asyncio.create_task(event.wait()) for event in ends]
    try:
        await asyncio.wait([working, *waiting], return_when=asyncio.FIRST_COMPLETED)
        return working.result() if working.done() else None
    finally:
        for task in (working, *waiting):
            task.cancel()
        await asyncio.gather(working, *waiting, return_exceptions=True)


async def pause(seconds: float, *ends: asyncio.Event) -> None:
    """Let `seconds` pass, unless one of `ends` comes first."""
    await before(asyncio.sleep(seconds), *ends)


async def all_of(*under_way: Awaitable[Any]) -> list[Any]:
    """What each gives, once all have ended. Raises what the first of them raised that did."""
    ended = await asyncio.gather(*under_way, return_exceptions=True)
    for one in ended:
        if isinstance(one, BaseException):
            raise one
    return ended
