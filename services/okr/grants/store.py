"""Keeps grants to other agencies, and tells no topic of them: nobody else needs them."""

from uuid import UUID

import asyncpg

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from services.okr.grants.domain import Grant

_queries = sql.load(__file__)

grants = Store(Grant, _queries, "grant")


async def add(tx: Tx, grant: Grant) -> Grant:
    """Add a grant. Raises Problem `grant-stands` while another one of the agency has not ended."""
    try:
        await grants.insert(tx, grant)
    except asyncpg.UniqueViolationError:
        raise Problem("grant-stands", agency=grant.agency) from None
    return grant


async def save(tx: Tx, grant: Grant) -> Grant:
    """Put the next state of a grant in place of the one before it."""
    await grants.save(tx, grant)
    return grant


async def list_grants(tx: Tx, after: UUID | None, size: int) -> list[Grant]:
    """Grants, the newest first, after the grant `after`."""
    return await grants.read_all(_queries.list_grants(tx.conn, after=after, size=size))
