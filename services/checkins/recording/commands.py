"""What can be done with check-ins, each in one transaction."""

from datetime import date
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.freshness import Replica
from chassis.problem import expect_version
from contracts.checkins import CheckInRecorded
from services.checkins.access import ACCESS, LEADERS, is_shown_words, reads_words
from services.checkins.recording import domain, store
from services.checkins.replica import store as replica


async def record(tx: Tx, caller: Caller, today: date, said: domain.NewCheckIn) -> CheckInRecorded:
    """A team says how it goes with an objective."""
    await ACCESS.require(tx, caller, "record_check_in", teams=[said.team])
    return await _add(tx, said, today, "recorded", caller.person)


async def correct(
    tx: Tx,
    caller: Caller,
    copy: Replica,
    today: date,
    check_in: UUID,
    expected: int,
    said: domain.Correction,
) -> CheckInRecorded:
    """What was said is replaced, by whoever said it or leads the team."""
    state = await store.check_ins.lock(tx, check_in)
    await ACCESS.require(tx, caller, "correct_check_in", teams=[state.team])
    domain.check_corrector(state, caller.person, caller.teams(*LEADERS))
    expect_version(await shown(tx, caller, copy, state), expected)
    return await _change(tx, state, said, today, "corrected")


async def add_imported(
    tx: Tx, caller: Caller, today: date, said: domain.ImportedCheckIn
) -> CheckInRecorded:
    """What another system holds becomes a check-in without an author."""
    await ACCESS.require(tx, caller, "put_check_in_by_ref")
    return await _add(tx, said, today, "imported", None)


async def change_imported(
    tx: Tx,
    caller: Caller,
    copy: Replica,
    today: date,
    check_in: UUID,
    expected: int,
    said: domain.ImportedCheckIn,
) -> CheckInRecorded:
    """What another system holds has changed there."""
    await ACCESS.require(tx, caller, "put_check_in_by_ref")
    state = await store.check_ins.lock(tx, check_in)
    expect_version(await shown(tx, caller, copy, state), expected)
    domain.check_stays(state, said)
    return await _change(tx, state, said, today, "imported")


async def _add(
    tx: Tx, said: domain.NewCheckIn, today: date, change: str, author: UUID | None
) -> CheckInRecorded:
    goal = await replica.goal(tx, said.objective)
    day = said.date or today
    entries = domain.check(goal, said.team, said, day, today)
    state = CheckInRecorded(
        id=ids.new(),
        version=1,
        change=change,
        objective=said.objective,
        cycle=goal.objective.cycle,
        team=said.team,
        author=author,
        number=await store.next_number(tx, said.objective),
        effective_date=day,
        entries=entries,
        help_wanted=said.help_wanted,
    )
    return await store.insert(tx, state)


async def _change(
    tx: Tx, state: CheckInRecorded, said: domain.Said, today: date, change: str
) -> CheckInRecorded:
    goal = await replica.goal(tx, state.objective)
    day = said.date or state.effective_date
    entries = domain.check(goal, state.team, said, day, today, state)
    domain.check_reason(goal, said)
    return await store.save(tx, domain.corrected(state, said, entries, change))


async def imported(tx: Tx, caller: Caller, copy: Replica, check_in: UUID) -> CheckInRecorded:
    """What another system holds and was imported before. Raises Problem `not-found`."""
    return await shown(tx, caller, copy, await store.check_ins.get(tx, check_in))


async def read(tx: Tx, caller: Caller, copy: Replica, state: CheckInRecorded) -> CheckInRecorded:
    """What `caller` may read of a check-in. Raises Problem `replica-too-old`."""
    if await reads_words(tx, caller, state.team, copy):
        return state
    return domain.without_words(state)


async def shown(tx: Tx, caller: Caller, copy: Replica, state: CheckInRecorded) -> CheckInRecorded:
    """What a command shows to `caller` of a check-in."""
    if await is_shown_words(tx, caller, state.team, copy):
        return state
    return domain.without_words(state)
