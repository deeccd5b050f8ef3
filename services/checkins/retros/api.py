"""Routes of retros."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.retro import RetroCompleted
from contracts.words import Code
from services.checkins.replica.api import Copy
from services.checkins.retros import commands, store
from services.checkins.retros.domain import CorrectedRetro, ImportedRetro, NewRetro

router = Router(tags=["retros"])


@router.post("/retros", status_code=201, operation_id="complete_retro")
async def complete_retro(body: NewRetro, door: Creation) -> RetroCompleted:
    """Complete a team's retro, while its place in the cycle is `retro`.

    It has a finding, with at least one learning, for each objective that the team is responsible
    for in the cycle and that was agreed on.
    """
    return await door.run(body, lambda tx: commands.complete(tx, door.caller, body))


@router.put("/retros/{retro}", operation_id="correct_retro")
async def correct_retro(
    retro: UUID, body: CorrectedRetro, door: Change, copy: Copy
) -> RetroCompleted:
    """Replace what was found; a learning that is sent back with its id stays the same one."""
    return await door.run(
        lambda tx: commands.correct(tx, door.caller, copy, retro, door.expected, body)
    )


@router.put("/retros/by-ref/{system}/{key:path}", operation_id="put_retro_by_ref")
async def put_retro_by_ref(
    system: Code, key: RefKey, body: ImportedRetro, door: ByRef, copy: Copy
) -> RetroCompleted:
    """Import a retro, while its team's place in the cycle is `retro` or `closed`.

    The same body again changes nothing. A learning that says the same of the same objective stays
    the same one, also without its id. What is shareable is published, and people are not told.
    """
    return await door.run(
        body,
        "retros",
        system,
        key,
        create=lambda tx: commands.add_imported(tx, door.caller, body),
        change=lambda tx, known, expected: commands.change_imported(
            tx, door.caller, copy, known, expected, body
        ),
        read=lambda tx, known: commands.imported(tx, door.caller, copy, known),
    )


@router.get("/retros/{retro}", operation_id="get_retro")
async def get_retro(retro: UUID, door: Read, copy: Copy) -> RetroCompleted:
    """A retro.

    Words, `author`, and learnings that are not shared, are left out unless the caller is of the
    team, its supervisor, or head of a unit above. To these it answers `replica-too-old` while
    memberships were not confirmed in the last 15 minutes.
    """
    async with door.read() as tx:
        return await commands.read(tx, door.caller, copy, await store.retros.get(tx, retro))


@router.get("/retros", operation_id="list_retros")
async def list_retros(
    team: Annotated[UUID, Query(description="Whose retros.")],
    door: Read,
    pages: Pages,
    copy: Copy,
    cycle: Annotated[UUID | None, Query(description="Only the retro of this cycle.")] = None,
) -> Page[RetroCompleted]:
    """A team's retros, the newest first; as much of each as `GET /retros/{retro}` shows."""
    (before,) = pages.key(UUID) or (None,)
    async with door.read() as tx:
        found = await store.of_team(tx, team, cycle, before, pages.limit + 1)
        seen = [await commands.read(tx, door.caller, copy, state) for state in found]
    return pages.page(seen, lambda state: state, lambda state: [state.id])
