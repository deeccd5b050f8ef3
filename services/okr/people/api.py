"""The addresses of people, and of whoever calls."""

from uuid import UUID

from pydantic import Field

from chassis.caller import Caller
from chassis.db import Tx
from chassis.doors import ByRef, Change, Creation, Read
from chassis.external_ref import RefKey
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Code, Text
from services.okr.organisation.store import names_of
from services.okr.people import commands, store
from services.okr.people.domain import Person, PersonDetails

router = Router(tags=["people"])


class RoleToday(Closed):
    """A role that the caller holds today."""

    role: str = Field(description="Open code: member, torchbearer …")
    team: UUID | None = Field(None, description="Absent for the head of a unit.")
    unit: UUID | None = Field(None, description="Only for a head.")
    name: Text | None = Field(None, description="What the team or unit is called.")


class Me(Closed):
    """Whoever calls, as okr knows them."""

    person: Person | None = Field(None, description="Absent when the login is no person's.")
    client: str | None = Field(None, description="The login of a caller that is no person.")
    agency_roles: tuple[str, ...] = Field(description="From the token.")
    scopes: tuple[str, ...] = Field(description="From the token; of machines only.")
    roles: tuple[RoleToday, ...]


@router.get("/me", operation_id="get_me")
async def get_me(door: Read) -> Me:
    """Who you are here, with your contact data and the roles that you hold today."""
    async with door.read() as tx:
        caller = door.caller
        return Me(
            person=await store.people.find(tx, caller.person) if caller.person else None,
            client=caller.client,
            agency_roles=tuple(sorted(caller.claims)),
            scopes=tuple(sorted(caller.scopes)),
            roles=await _roles_today(tx, caller),
        )


async def _roles_today(tx: Tx, caller: Caller) -> tuple[RoleToday, ...]:
    held = caller.memberships
    teams = {one.team for one in held if one.team}
    units = {one.unit for one in held if one.unit}
    names = await names_of(tx, teams, units)
    return tuple(
        RoleToday(role=one.role, team=one.team, unit=one.unit, name=names.get(place))
        for one in held
        if (place := one.team or one.unit)
    )


@router.post("/people", operation_id="create_person")
async def create_person(body: PersonDetails, door: Creation) -> Person:
    """Add a person with logins and dated roles."""
    return await door.run(body, lambda tx: commands.create_person(tx, body))


@router.put("/people/by-ref/{system}/{key:path}", operation_id="put_person_by_ref")
async def put_person_by_ref(system: Code, key: RefKey, body: PersonDetails, door: ByRef) -> Person:
    """Add or change the person that another system knows by its key."""
    return await door.run(
        body,
        "people",
        system,
        key,
        create=lambda tx: commands.create_person(tx, body, "imported"),
        change=lambda tx, person, expected: commands.change_person(
            tx, person, expected, body, "imported"
        ),
        read=store.people.get,
    )


@router.put("/people/{person}", operation_id="change_person")
async def change_person(person: UUID, body: PersonDetails, door: Change) -> Person:
    """Replace what is said of a person, lists as a whole."""
    return await door.run(lambda tx: commands.change_person(tx, person, door.expected, body))


@router.get("/people/{person}", operation_id="get_person")
async def get_person(person: UUID, door: Read) -> Person:
    """A person with contact data, logins and dated roles; your own is at /me."""
    async with door.read() as tx:
        return await store.people.get(tx, person)
