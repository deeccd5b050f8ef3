"""Does many things at once, but not too many."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

AT_ONCE = 8
"""An API's pool has ten connections; two stay free for others."""


async def each(
    items: Iterable[T], work: Callable[[T], Awaitable[object]], at_once: int = AT_ONCE
) -> None:
    """Do `work` for each of `items`; the first failure ends it, and is raised."""
    waiting = iter(items)

    async def take() -> None:
        for item in waiting:
            await work(item)

    takers = [asyncio.ensure_future(take()) for _ in range(at_once)]
    try:
        await asyncio.gather(*takers)
    finally:
        for taker in takers:
            taker.cancel()
        await asyncio.gather(*takers, return_exceptions=True)
