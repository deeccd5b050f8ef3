"""The addresses of the strategies of the years."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis import clock
from chassis.db import Tx
from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.strategy import StrategyChanged
from contracts.words import Code
from services.okr.access import ACCESS
from services.okr.cycles.domain import EARLIEST, LATEST
from services.okr.strategies import commands, store
from services.okr.strategies.domain import Amending, StrategyDetails

router = Router(tags=["strategies"])


@router.post("/strategies", operation_id="create_strategy")
async def create_strategy(body: StrategyDetails, door: Creation) -> StrategyChanged:
    """Begin the strategy of a year, as a draft; its pillars are those that are current."""
    return await door.run(body, lambda tx: commands.create_strategy(tx, body))


@router.put("/strategies/by-ref/{system}/{key:path}", operation_id="put_strategy_by_ref")
async def put_strategy_by_ref(
    system: Code, key: RefKey, body: StrategyDetails, door: ByRef
) -> StrategyChanged:
    """Begin or change the draft that another system knows by its key."""
    return await door.run(
        body,
        "strategies",
        system,
        key,
        create=lambda tx: commands.create_strategy(tx, body, "imported"),
        change=lambda tx, strategy, expected: commands.change_strategy(
            tx, strategy, expected, body, "imported"
        ),
        read=store.strategies.get,
    )


@router.put("/strategies/{strategy}", operation_id="change_strategy")
async def change_strategy(strategy: UUID, body: StrategyDetails, door: Change) -> StrategyChanged:
    """Say a draft anew, as its pillars and goals stand now."""
    return await door.run(lambda tx: commands.change_strategy(tx, strategy, door.expected, body))


@router.post("/strategies/{strategy}/publish", operation_id="publish_strategy")
async def publish_strategy(strategy: UUID, door: Change) -> StrategyChanged:
    """Publish a draft, as its pillars and goals stand now; every goal has to be agreed on."""
    return await door.run(
        lambda tx: commands.publish_strategy(tx, strategy, door.expected, clock.now())
    )


@router.post("/strategies/{strategy}/amend", operation_id="amend_strategy")
async def amend_strategy(strategy: UUID, body: Amending, door: Change) -> StrategyChanged:
    """Change what is published, as its pillars and goals stand now, and say what and why.

    What was amended stays visible. The strategy of a year that has closed stays as it is.
    """
    return await door.run(
        lambda tx: commands.amend_strategy(tx, strategy, door.expected, body, clock.now())
    )


@router.get("/strategies", operation_id="list_strategies")
async def list_strategies(
    door: Read,
    pages: Pages,
    year: Annotated[
        int | None,
        Query(
            ge=EARLIEST.year,
            le=LATEST.year,
            description="Only of cycles that have a day in this year.",
        ),
    ] = None,
) -> Page[StrategyChanged]:
    """The strategies of the years, the newest first; drafts for those who may write them."""
    async with door.read() as tx:
        key = pages.key(UUID)
        rows = await store.list_strategies(
            tx,
            year,
            key[0] if key else None,
            pages.limit + 1,
            drafts=await _writes(tx, door),
        )
    return pages.page(rows, lambda row: row, lambda row: [row.id])


@router.get("/strategies/{strategy}", operation_id="get_strategy")
async def get_strategy(strategy: UUID, door: Read) -> StrategyChanged:
    """The strategy of a year, with its amendments; a draft for those who may write it."""
    async with door.read() as tx:
        return await store.get(tx, strategy, drafts=await _writes(tx, door))


async def _writes(tx: Tx, door: Read) -> bool:
    return await ACCESS.may(tx, door.caller, "change_strategy")
