"""The addresses of a person's own inbox and preferences."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis import clock
from chassis.doors import Read, Repeatable
from chassis.paging import Page, Pages
from chassis.routing import Router
from services.notifications.access import person_of
from services.notifications.inbox import commands, store
from services.notifications.inbox.domain import (
    Mark,
    Notification,
    Preferences,
    PreferencesWanted,
)

router = Router(tags=["inbox"])

Unread = Annotated[bool, Query(description="Only what is unread.")]


@router.get("/me/notifications", operation_id="list_my_notifications")
async def list_my_notifications(
    door: Read, pages: Pages, unread: Unread = False
) -> Page[Notification]:
    """What you were told, the newest first."""
    (before,) = pages.key(UUID) or (None,)
    async with door.read() as tx:
        person = person_of(door.caller)
        found = await store.of_person(tx, person, before, pages.limit + 1, unread=unread)
    return pages.page(found, lambda entry: entry, lambda entry: [entry.id])


@router.put("/me/notifications/{id}", operation_id="mark_my_notification")
async def mark_my_notification(id: UUID, body: Mark, door: Repeatable) -> Notification:
    """Say that you have read it, or that it is unread; If-Match is heeded where it is given."""
    return await door.run(
        lambda tx: commands.mark(tx, door.caller, id, door.expected, body, clock.now())
    )


@router.get("/me/preferences", operation_id="get_my_preferences")
async def get_my_preferences(door: Read) -> Preferences:
    """What you are mailed; the inbox has all of it in any case."""
    async with door.read() as tx:
        return await store.preferences(tx, person_of(door.caller))


@router.put("/me/preferences", operation_id="put_my_preferences")
async def put_my_preferences(body: PreferencesWanted, door: Repeatable) -> Preferences:
    """Choose what you are mailed, by kind; If-Match is heeded where it is given."""
    return await door.run(lambda tx: commands.choose(tx, door.caller, body, door.expected))
