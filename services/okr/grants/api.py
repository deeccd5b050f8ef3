"""The addresses of grants to other agencies."""

from uuid import UUID

from chassis import telemetry
from chassis.doors import Change, Creation, Read
from chassis.paging import Page, Pages
from chassis.routing import Router
from services.okr.grants import commands, store
from services.okr.grants.domain import Disclosure, Grant, GrantDetails, GrantEnding, disclosure

router = Router(tags=["grants"])


@router.post("/grants", operation_id="ask_grant")
async def ask_grant(body: GrantDetails, door: Creation) -> Grant:
    """Write down that another agency asks to read the open topics; nothing is granted yet."""
    return await door.run(body, lambda tx: commands.ask(tx, door.caller, body, door.today))


@router.post("/grants/{grant}/give", operation_id="give_grant")
async def give_grant(grant: UUID, door: Change) -> Grant:
    """Grant what was asked for: from now on it is a disclosure."""
    return _logged(
        await door.run(lambda tx: commands.give(tx, door.caller, grant, door.expected, door.today))
    )


@router.post("/grants/{grant}/end", operation_id="end_grant")
async def end_grant(grant: UUID, body: GrantEnding, door: Change) -> Grant:
    """End a grant for good, also one that was only asked for."""
    return _logged(
        await door.run(lambda tx: commands.end(tx, door.caller, grant, door.expected, body))
    )


@router.get("/grants", operation_id="list_grants")
async def list_grants(door: Read, pages: Pages) -> Page[Disclosure]:
    """Which agencies receive what, for what, on which basis and until when; the newest first."""
    async with door.read() as tx:
        after = pages.key(UUID)
        rows = await store.list_grants(tx, after[0] if after else None, pages.limit + 1)
    return pages.page(rows, lambda row: disclosure(row, door.today), lambda row: [row.id])


@router.get("/grants/{grant}", operation_id="get_grant")
async def get_grant(grant: UUID, door: Read) -> Grant:
    """A grant with its contact, and who took its steps."""
    async with door.read() as tx:
        return await store.grants.get(tx, grant)


def _logged(grant: Grant) -> Grant:
    telemetry.log().info(
        "disclosure",
        step=grant.state,
        agency=grant.agency,
        topics=grant.topics,
        grant=str(grant.id),
    )
    return grant
