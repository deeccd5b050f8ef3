"""What can be done to people's records; each in the transaction that it is given."""

from uuid import UUID

from chassis import ids
from chassis.db import Tx
from services.okr.organisation.store import check_known
from services.okr.people import domain, store
from services.okr.people.domain import Person, PersonDetails


async def create_person(tx: Tx, said: PersonDetails, change: str = "created") -> Person:
    """Add a person.

    Raises Problem `unknown-team`, `unknown-unit`, `login-taken`, and as
    `domain.check_memberships` does.
    """
    person = domain.create(ids.new(), said, change)
    await _check_places(tx, person)
    return await store.add(tx, person)


async def change_person(
    tx: Tx, person: UUID, expected: int, said: PersonDetails, change: str = "changed"
) -> Person:
    """Replace what is said of a person. Raises Problem as `create_person` does."""
    before = await store.people.lock(tx, person, expected=expected)
    after = domain.change(before, said, change)
    await _check_places(tx, after)
    return await store.save(tx, after)


async def _check_places(tx: Tx, person: Person) -> None:
    held = person.memberships
    teams = {one.team for one in held if one.team} | {person.home_team} - {None}
    units = {one.unit for one in held if one.unit}
    await check_known(tx, [team for team in teams if team], units)
