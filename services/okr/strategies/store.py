"""Keeps the strategies of the years."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import asyncpg

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.strategy import StrategyChanged

_queries = sql.load(__file__)

strategies = Store(StrategyChanged, _queries, "strategy")


async def add(tx: Tx, strategy: StrategyChanged) -> StrategyChanged:
    """Add a strategy and publish it. Raises Problem `strategy-stands`."""
    with _one_of_a_year(strategy):
        await strategies.insert(tx, strategy)
    tx.publish(strategy)
    return strategy


async def save(tx: Tx, strategy: StrategyChanged) -> StrategyChanged:
    """Put the next state in place and publish it. Raises Problem `strategy-stands`."""
    with _one_of_a_year(strategy):
        await strategies.save(tx, strategy)
    tx.publish(strategy)
    return strategy


@contextmanager
def _one_of_a_year(strategy: StrategyChanged) -> Iterator[None]:
    try:
        yield
    except asyncpg.UniqueViolationError:
        raise Problem("strategy-stands", cycle=str(strategy.cycle)) from None


async def get(tx: Tx, strategy: UUID, *, drafts: bool) -> StrategyChanged:
    """A strategy; a draft only where `drafts` are shown. Raises Problem `not-found`."""
    found = await strategies.get(tx, strategy)
    if found.state == "draft" and not drafts:
        raise Problem("not-found", kind=StrategyChanged.kind, id=str(strategy))
    return found


async def list_strategies(
    tx: Tx, year: int | None, after: UUID | None, size: int, *, drafts: bool
) -> list[StrategyChanged]:
    """Strategies, the newest first, after the one with id `after`; of a year where one is given."""
    rows = _queries.list_strategies(tx.conn, year=year, after=after, size=size, drafts=drafts)
    return await strategies.read_all(rows)
