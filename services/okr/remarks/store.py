"""Keeps what is said of goals, and tells others of it; hidden words stay here."""

from datetime import datetime
from uuid import UUID

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from contracts.choosing import RemarkChanged
from services.okr.remarks.domain import told

_queries = sql.load(__file__)

remarks = Store(RemarkChanged, _queries, "remark")


async def add(tx: Tx, remark: RemarkChanged) -> RemarkChanged:
    """Add a remark and publish it."""
    await remarks.insert(tx, remark)
    tx.publish(told(remark))
    return remark


async def save(tx: Tx, remark: RemarkChanged) -> RemarkChanged:
    """Put the next state of a remark in place and publish it."""
    await remarks.save(tx, remark)
    tx.publish(told(remark))
    return remark


async def listed(tx: Tx, objective: UUID, after: UUID | None, size: int) -> list[RemarkChanged]:
    """What was said of an objective, oldest first, after the remark `after`."""
    rows = _queries.list_remarks(tx.conn, objective=objective, after=after, size=size)
    return await remarks.read_all(rows)


async def authors(tx: Tx, objective: UUID, since: datetime) -> frozenset[UUID]:
    """Who has said something of an objective since an instant."""
    rows = _queries.authors(tx.conn, objective=objective, since=since)
    return frozenset([row["person"] async for row in rows])
