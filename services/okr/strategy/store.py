"""Keeps the pillars of the strategy."""

from collections.abc import Collection, Sequence
from uuid import UUID

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import PillarChanged

_queries = sql.load(__file__)

pillars = Store(PillarChanged, _queries, "pillar")


async def add(tx: Tx, pillar: PillarChanged) -> PillarChanged:
    """Add a pillar and publish it."""
    await pillars.insert(tx, pillar)
    tx.publish(pillar)
    return pillar


async def save(tx: Tx, pillar: PillarChanged) -> PillarChanged:
    """Put the next state of a pillar in place and publish it."""
    await pillars.save(tx, pillar)
    tx.publish(pillar)
    return pillar


async def check_served(tx: Tx, wanted: Collection[UUID], kept: Collection[UUID] = ()) -> None:
    """Refuse to serve what is no pillar, or is one no more; what was served before is `kept`.

    Raises Problem `unknown-pillar`, `pillar-retired`.
    """
    if not wanted:
        return
    known = {it.id: it for it in await _some(tx, wanted)}
    for pillar in wanted:
        if pillar not in known:
            raise Problem("unknown-pillar", pillar=str(pillar))
        if known[pillar].state == "retired" and pillar not in kept:
            raise Problem("pillar-retired", pillar=str(pillar))


async def current_of(tx: Tx, wanted: Collection[UUID]) -> tuple[UUID, ...]:
    """Those of these pillars that are not retired; they can't be until the transaction ends."""
    known = {it.id: it for it in await _some(tx, wanted)}
    return tuple(it for it in wanted if it in known and known[it].state != "retired")


async def _some(tx: Tx, wanted: Collection[UUID]) -> list[PillarChanged]:
    return await pillars.read_all(_queries.share_pillars(tx.conn, ids=sorted(wanted)))


async def share_current(tx: Tx) -> list[PillarChanged]:
    """The pillars that are current, none of which can change until the transaction ends."""
    return await pillars.read_all(_queries.share_current_pillars(tx.conn))


async def list_pillars(
    tx: Tx, after: Sequence[int | UUID] | None, size: int
) -> list[PillarChanged]:
    """Pillars by their place, after the one with the place and id `after`."""
    place, pillar = after or (None, None)
    rows = _queries.list_pillars(tx.conn, place=place, id=pillar, size=size)
    return await pillars.read_all(rows)
