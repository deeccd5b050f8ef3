"""Has a team choose who carries its torch: each function is one command, in its transaction.

All of them but the note hold the team's row first, so that of two choices the later sees the
earlier, and terms follow each other.
"""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem, expect_version
from services.okr.access import ACCESS
from services.okr.organisation.store import teams
from services.okr.people import store as people
from services.okr.torchbearers import domain, store
from services.okr.torchbearers.domain import (
    Candidacy,
    CandidacyDetails,
    HandOver,
    HandOverDetails,
    Meeting,
)

Step = Callable[[Candidacy, UUID, Collection[UUID]], Candidacy]
"""`(candidacy, caller, the day's members)` → its next state."""


async def stand(
    tx: Tx, caller: Caller, team: UUID, said: CandidacyDetails, today: date
) -> Candidacy:
    """A member volunteers or nominates another.

    Raises Problem `candidacy-stands`, and as `domain.stand` and `_settle` do.
    """
    await ACCESS.require(tx, caller, "stand_for_torchbearer", teams=[team])
    members = await _members(tx, caller, "stand_for_torchbearer", team, today)
    made = domain.stand(ids.new(), team, said, _person(caller), members, today)
    await store.add(tx, made)
    return await _settle(tx, made, members, today)


async def accept(tx: Tx, caller: Caller, candidacy: UUID, expected: int, today: date) -> Candidacy:
    """The nominated person stands."""
    return await _step(tx, caller, "accept_candidacy", candidacy, expected, today, domain.accept)


async def decline(tx: Tx, caller: Caller, candidacy: UUID, expected: int, today: date) -> Candidacy:
    """The person does not stand, or does no more; what it is now is for no other to learn here."""
    before, _ = await _hold(tx, caller, "decline_candidacy", candidacy, None, today)
    domain.expect_own(before, caller.person)
    expect_version(before, expected)
    return await store.save(tx, domain.decline(before, caller.person))


async def say_yes(
    tx: Tx, caller: Caller, candidacy: UUID, expected: int | None, today: date
) -> Candidacy:
    """A member says yes; with more than half of the members it is the team's choice."""
    return await _step(tx, caller, "say_yes", candidacy, expected, today, domain.say_yes)


async def take_back_yes(
    tx: Tx, caller: Caller, candidacy: UUID, expected: int | None, today: date
) -> Candidacy:
    """A member says yes no more."""
    return await _step(tx, caller, "take_back_yes", candidacy, expected, today, domain.take_back)


async def confirm(
    tx: Tx, caller: Caller, candidacy: UUID, expected: int, meeting: Meeting, today: date
) -> Candidacy:
    """The team agreed in a meeting, as one of its leaders records."""
    before, members = await _hold(tx, caller, "confirm_candidacy", candidacy, expected, today)
    met = domain.confirm(before, caller.person, meeting, members)
    return await _choose(tx, met, members, today)


async def write_hand_over(
    tx: Tx, caller: Caller, candidacy: UUID, expected: int | None, said: HandOverDetails
) -> HandOver:
    """A predecessor leaves a note to who was chosen. Raises Problem `others-hand-over`."""
    await ACCESS.require(tx, caller, "write_hand_over")
    chosen = await store.candidacies.lock(tx, candidacy)
    before = await store.hand_overs.find_locked(tx, candidacy)
    note = domain.hand_over(chosen, before, said, caller.person)
    if before is not None:
        if expected is None:
            raise Problem("if-match-required")
        expect_version(before, expected)
    return await store.keep_hand_over(tx, note)


async def _step(
    tx: Tx,
    caller: Caller,
    operation: str,
    candidacy: UUID,
    expected: int | None,
    today: date,
    step: Step,
) -> Candidacy:
    before, members = await _hold(tx, caller, operation, candidacy, expected, today)
    after = await store.save(tx, step(before, _person(caller), members))
    return await _settle(tx, after, members, today)


async def _hold(
    tx: Tx, caller: Caller, operation: str, candidacy: UUID, expected: int | None, today: date
) -> tuple[Candidacy, Collection[UUID]]:
    team = (await store.candidacies.get(tx, candidacy)).team
    await ACCESS.require(tx, caller, operation, teams=[team])
    members = await _members(tx, caller, operation, team, today)
    return await store.candidacies.lock(tx, candidacy, expected=expected), members


async def _members(
    tx: Tx, caller: Caller, operation: str, team: UUID, today: date
) -> Collection[UUID]:
    """Who is in a team, which is held: its roles stay, and the caller may still do this by theirs.

    Raises Problem `not-allowed`.
    """
    await teams.lock(tx, team)
    roles = await store.roles_on(tx, team, today)
    now = caller.as_in(team, roles.get(_person(caller), ()))
    await ACCESS.require(tx, now, operation, teams=[team])
    return roles.keys()


async def _settle(
    tx: Tx, candidacy: Candidacy, members: Collection[UUID], today: date
) -> Candidacy:
    """Give the term where enough members have said yes to a member."""
    if domain.has_chosen(candidacy, members):
        return await _choose(tx, candidacy, members, today)
    return candidacy


async def _choose(
    tx: Tx, candidacy: Candidacy, members: Collection[UUID], today: date
) -> Candidacy:
    """Give the term, end the one before it, and close what others stood for.

    Raises Problem `not-of-the-team`, `term-over`, `term-taken`.
    """
    chosen = domain.choose(candidacy, members, today)
    before = await store.predecessors(tx, chosen)
    for person in sorted({chosen.person, *before}):
        held = await people.people.lock(tx, person)
        own = person == chosen.person
        after = domain.with_term(held, chosen) if own else domain.without_term(held, chosen)
        await people.save(tx, after)
    for other in await store.others(tx, chosen):
        await store.save(tx, domain.pass_over(other))
    return await store.save(tx, domain.followed(chosen, before))


def _person(caller: Caller) -> UUID:
    """Who calls: a role in a team is a person's. Raises Problem `unknown-person`."""
    if caller.person is None:
        raise Problem("unknown-person")
    return caller.person
