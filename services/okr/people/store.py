"""Keeps people, whose login is whose, and who holds which role when; tells others of them."""

from chassis import directory, sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.people import Login
from services.okr.people.domain import Person

_queries = sql.load(__file__)

people = Store(Person, _queries, "person")


async def add(tx: Tx, person: Person) -> Person:
    """Add a person and publish both parts. Raises Problem `login-taken`."""
    await people.insert(tx, person)
    return await _tell(tx, person)


async def save(tx: Tx, person: Person) -> Person:
    """Put the next state of a person in place and publish both parts.

    Raises Problem `login-taken`.
    """
    await people.save(tx, person)
    return await _tell(tx, person)


async def _tell(tx: Tx, person: Person) -> Person:
    await _set_logins(tx, person)
    await _set_spans(tx, person)
    await directory.apply_people(tx, [person.roles()])
    tx.publish(person.contact())
    tx.publish(person.roles())
    return person


async def _set_logins(tx: Tx, person: Person) -> None:
    await _queries.forget_logins(tx.conn, person=person.id)
    added = _queries.add_logins(
        tx.conn,
        person=person.id,
        issuers=[login.issuer for login in person.logins],
        subjects=[login.subject for login in person.logins],
    )
    free = {Login(issuer=row["issuer"], subject=row["subject"]) async for row in added}
    taken = [place for place, login in enumerate(person.logins, 1) if login not in free]
    if taken:
        raise Problem("login-taken", positions=taken)


async def _set_spans(tx: Tx, person: Person) -> None:
    await _queries.forget_spans(tx.conn, person=person.id)
    await _queries.add_spans(
        tx.conn,
        person=person.id,
        roles=[one.role for one in person.memberships],
        teams=[one.team for one in person.memberships],
        units=[one.unit for one in person.memberships],
        sinces=[one.since for one in person.memberships],
        untils=[one.until for one in person.memberships],
    )
