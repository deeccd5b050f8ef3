"""What can be done to people's records; each in the transaction that it is given.

Teams are shared first: who is in one changes before or after it chooses a torchbearer.
"""

from collections.abc import Iterable
from uuid import UUID

from chassis import ids
from chassis.db import Tx
from chassis.problem import Problem
from contracts.people import Membership
from services.okr.organisation.store import check_known, share_teams
from services.okr.people import domain, store
from services.okr.people.domain import Person, PersonDetails


async def create_person(tx: Tx, said: PersonDetails, change: str = "created") -> Person:
    """Add a person.

    Raises Problem `unknown-team`, `unknown-unit`, `login-taken`, and as
    `domain.check_memberships` does.
    """
    person = domain.create(ids.new(), said, change)
    await share_teams(tx, _teams(said.memberships))
    await _check_places(tx, person)
    return await store.add(tx, person)


async def change_person(
    tx: Tx, person: UUID, expected: int, said: PersonDetails, change: str = "changed"
) -> Person:
    """Replace what is said of a person. Raises Problem as `create_person` does, and `busy`."""
    known = await store.people.get(tx, person)
    await share_teams(tx, _teams((*known.memberships, *said.memberships)))
    before = await store.people.lock(tx, person, expected=expected)
    if before.version != known.version:
        raise Problem("busy", retry_after=1)
    after = domain.change(before, said, change)
    await _check_places(tx, after)
    return await store.save(tx, after)


async def _check_places(tx: Tx, person: Person) -> None:
    held = person.memberships
    home = {person.home_team} if person.home_team else set()
    await check_known(tx, _teams(held) | home, {one.unit for one in held if one.unit})


def _teams(held: Iterable[Membership]) -> set[UUID]:
    return {one.team for one in held if one.team}
