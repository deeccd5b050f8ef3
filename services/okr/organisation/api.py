"""The addresses of units and teams."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.organisation import TeamChanged, UnitChanged
from contracts.words import Code
from services.okr.organisation import commands, store
from services.okr.organisation.domain import TeamDetails, UnitDetails

router = Router(tags=["organisation"])


@router.post("/units", operation_id="create_unit")
async def create_unit(body: UnitDetails, door: Creation) -> UnitChanged:
    """Add a unit; without a parent it belongs to the agency's root."""
    return await door.run(body, lambda tx: commands.create_unit(tx, body, door.today))


@router.put("/units/by-ref/{system}/{key:path}", operation_id="put_unit_by_ref")
async def put_unit_by_ref(system: Code, key: RefKey, body: UnitDetails, door: ByRef) -> UnitChanged:
    """Add or change the unit that another system knows by its key."""
    return await door.run(
        body,
        "units",
        system,
        key,
        create=lambda tx: commands.create_unit(tx, body, door.today, "imported"),
        change=lambda tx, unit, expected: commands.change_unit(
            tx, unit, expected, body, door.today, "imported"
        ),
        read=store.units.get,
    )


@router.put("/units/{unit}", operation_id="change_unit")
async def change_unit(unit: UUID, body: UnitDetails, door: Change) -> UnitChanged:
    """Rename or move a unit from today on; its past stays."""
    return await door.run(
        lambda tx: commands.change_unit(tx, unit, door.expected, body, door.today)
    )


@router.get("/units", operation_id="list_units")
async def list_units(door: Read, pages: Pages) -> Page[UnitChanged]:
    """All units, by id."""
    async with door.read() as tx:
        after = pages.key(UUID)
        rows = await store.list_units(tx, after[0] if after else None, pages.limit + 1)
        return pages.page(rows, lambda unit: unit, lambda unit: [unit.id])


@router.get("/units/{unit}", operation_id="get_unit")
async def get_unit(unit: UUID, door: Read) -> UnitChanged:
    """One unit with its past."""
    async with door.read() as tx:
        return await store.units.get(tx, unit)


@router.post("/teams", operation_id="create_team")
async def create_team(body: TeamDetails, door: Creation) -> TeamChanged:
    """Add a team to a unit."""
    return await door.run(body, lambda tx: commands.create_team(tx, body, door.today))


@router.put("/teams/by-ref/{system}/{key:path}", operation_id="put_team_by_ref")
async def put_team_by_ref(system: Code, key: RefKey, body: TeamDetails, door: ByRef) -> TeamChanged:
    """Add or change the team that another system knows by its key."""
    return await door.run(
        body,
        "teams",
        system,
        key,
        create=lambda tx: commands.create_team(tx, body, door.today, "imported"),
        change=lambda tx, team, expected: commands.change_team(
            tx, team, expected, body, door.today, "imported"
        ),
        read=store.teams.get,
    )


@router.put("/teams/{team}", operation_id="change_team")
async def change_team(team: UUID, body: TeamDetails, door: Change) -> TeamChanged:
    """Rename or move a team from today on; its past stays."""
    return await door.run(
        lambda tx: commands.change_team(tx, team, door.expected, body, door.today)
    )


@router.get("/teams", operation_id="list_teams")
async def list_teams(
    door: Read,
    pages: Pages,
    without: Annotated[
        Literal["torchbearer", "deputy", "supervisor"] | None,
        Query(description="Only teams in which nobody is this today."),
    ] = None,
) -> Page[TeamChanged]:
    """All teams, by id, or those that lack a torchbearer, deputy or supervisor."""
    async with door.read() as tx:
        after = pages.key(UUID)
        rows = await store.list_teams(
            tx, without, door.today, after[0] if after else None, pages.limit + 1
        )
        return pages.page(rows, lambda team: team, lambda team: [team.id])


@router.get("/teams/{team}", operation_id="get_team")
async def get_team(team: UUID, door: Read) -> TeamChanged:
    """One team with its past."""
    async with door.read() as tx:
        return await store.teams.get(tx, team)
