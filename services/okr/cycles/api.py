"""The addresses of cycles, and of the teams' places in them."""

from uuid import UUID

from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.okr import CycleChanged, TeamCycleChanged
from contracts.words import Code
from services.okr.cycles import commands, store
from services.okr.cycles.domain import CycleDetails, PlannedYear, YearWanted
from services.okr.organisation.store import teams

router = Router(tags=["cycles"])


@router.post("/cycles", operation_id="create_cycle")
async def create_cycle(body: CycleDetails, door: Creation) -> CycleChanged:
    """Plan a cycle; any dates are allowed."""
    return await door.run(body, lambda tx: commands.plan_cycle(tx, body))


@router.post("/years", operation_id="plan_year")
async def plan_year(body: YearWanted, door: Creation) -> PlannedYear:
    """Plan the cycle of a calendar year and its tertials: January to April, May to August,
    September to December. Other dates are planned one by one, with `POST /cycles`."""
    return await door.run(body, lambda tx: commands.plan_year(tx, body.year))


@router.put("/cycles/by-ref/{system}/{key:path}", operation_id="put_cycle_by_ref")
async def put_cycle_by_ref(
    system: Code, key: RefKey, body: CycleDetails, door: ByRef
) -> CycleChanged:
    """Plan or redefine the cycle that another system knows by its key."""
    return await door.run(
        body,
        "cycles",
        system,
        key,
        create=lambda tx: commands.plan_cycle(tx, body, "imported"),
        change=lambda tx, cycle, expected: commands.redefine_cycle(
            tx, cycle, expected, body, "imported"
        ),
        read=store.cycles.get,
    )


@router.post("/cycles/{cycle}/open", operation_id="open_cycle")
async def open_cycle(cycle: UUID, door: Change) -> CycleChanged:
    """Open a planned cycle: teams may enter it."""
    return await door.run(lambda tx: commands.open_cycle(tx, cycle, door.expected))


@router.post("/cycles/{cycle}/close", operation_id="close_cycle")
async def close_cycle(cycle: UUID, door: Change) -> CycleChanged:
    """Close an open cycle for good."""
    return await door.run(lambda tx: commands.close_cycle(tx, cycle, door.expected))


@router.get("/cycles", operation_id="list_cycles")
async def list_cycles(door: Read, pages: Pages) -> Page[CycleChanged]:
    """All cycles, the last to start first."""
    async with door.read() as tx:
        rows = await store.list_cycles(tx, pages.key(str, UUID), pages.limit + 1)
        return pages.page(rows, lambda cycle: cycle, lambda cycle: [cycle.start, cycle.id])


@router.get("/cycles/{cycle}", operation_id="get_cycle")
async def get_cycle(cycle: UUID, door: Read) -> CycleChanged:
    """One cycle."""
    async with door.read() as tx:
        return await store.cycles.get(tx, cycle)


@router.get("/teams/{team}/cycles", operation_id="list_team_cycles")
async def list_team_cycles(team: UUID, door: Read, pages: Pages) -> Page[TeamCycleChanged]:
    """A team's places in cycles, by the cycle's id."""
    async with door.read() as tx:
        await teams.get(tx, team)
        after = pages.key(UUID)
        rows = await store.list_places(tx, team, after[0] if after else None, pages.limit + 1)
        return pages.page(rows, lambda place: place, lambda place: [place.cycle])


@router.get("/teams/{team}/cycles/{cycle}", operation_id="get_team_cycle")
async def get_team_cycle(team: UUID, cycle: UUID, door: Read) -> TeamCycleChanged:
    """A team's place in a cycle."""
    async with door.read() as tx:
        return await store.team_cycles.get(tx, team, cycle)
