"""What can be done to grants to other agencies; each is logged as a disclosure."""

from datetime import date
from uuid import UUID

from chassis import clock, ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.topics import declared_topics
from services.okr.grants import domain, store
from services.okr.grants.domain import Grant, GrantDetails, GrantEnding, Step


async def ask(tx: Tx, caller: Caller, said: GrantDetails, today: date) -> Grant:
    """Write down what an agency asked for. Raises Problem `grant-over`, `grant-stands`."""
    topics = [it.name for it in declared_topics() if it.audience == "open"]
    return await store.add(tx, domain.ask(ids.new(), said, topics, _step(caller), today))


async def give(tx: Tx, caller: Caller, grant: UUID, expected: int, today: date) -> Grant:
    """Grant what was asked for. Raises Problem `grant-not-asked`, `grant-over`."""
    before = await store.grants.lock(tx, grant, expected=expected)
    return await store.save(tx, domain.give(before, _step(caller), today))


async def end(tx: Tx, caller: Caller, grant: UUID, expected: int, said: GrantEnding) -> Grant:
    """End a grant. Raises Problem `grant-ended`."""
    before = await store.grants.lock(tx, grant, expected=expected)
    return await store.save(tx, domain.end(before, said.reason, _step(caller)))


def _step(caller: Caller) -> Step:
    return Step(at=clock.now(), by=str(caller.person or caller.client))
