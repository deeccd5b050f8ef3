"""Waits that end early: for some work or some time, unless an event comes first."""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def before(work: Coroutine[Any, Any, object], *ends: asyncio.Event) -> bool:
    """Whether `work` is done before any of `ends`, which cancels it. Raises what it raises."""
    working = asyncio.create_task(work)
    waiting = [asyncio.create_task(event.wait()) for event in ends]
    try:
        await asyncio.wait([working, *waiting], return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            return False
        working.result()
        return True
    finally:
        for task in (working, *waiting):
            task.cancel()
        await asyncio.gather(working, *waiting, return_exceptions=True)


async def pause(seconds: float, *ends: asyncio.Event) -> None:
    """Let `seconds` pass, unless one of `ends` comes first."""
    await before(asyncio.sleep(seconds), *ends)
