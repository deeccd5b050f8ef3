"""What people do with their inbox and their preferences, each in one transaction."""

from datetime import datetime
from uuid import UUID

from chassis.caller import Caller
from chassis.db import Tx
from services.notifications.access import person_of
from services.notifications.inbox import domain, store
from services.notifications.inbox.domain import (
    Mark,
    Notification,
    Preferences,
    PreferencesWanted,
)


async def mark(
    tx: Tx, caller: Caller, id: UUID, expected: int | None, said: Mark, now: datetime
) -> Notification:
    """An entry is read, or unread again. Raises Problem `not-found`, `changed-since`."""
    held = await store.lock(tx, person_of(caller), id)
    domain.expect(held, expected)
    if said.read == (held.read_at is not None):
        return held
    await store.mark(tx, held, now if said.read else None)
    return await store.lock(tx, person_of(caller), id)


async def choose(
    tx: Tx, caller: Caller, wanted: PreferencesWanted, expected: int | None
) -> Preferences:
    """A person chooses what they are mailed. Raises Problem `changed-since`."""
    held = await store.preferences_to_change(tx, person_of(caller))
    domain.expect(held, expected)
    chosen = domain.preferences(held.person, held.version + 1, wanted.mail)
    if chosen.mail == held.mail:
        return held
    await store.put_preferences(tx, chosen)
    return chosen
