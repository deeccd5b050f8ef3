"""What can be done with retros, each in one transaction."""

from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.freshness import Replica
from chassis.problem import expect_version
from contracts.retro import RetroCompleted
from services.checkins.access import ACCESS, is_shown_words, reads_words
from services.checkins.replica import store as replica
from services.checkins.retros import domain, store


async def complete(tx: Tx, caller: Caller, said: domain.NewRetro) -> RetroCompleted:
    """A team has looked back on a cycle."""
    await ACCESS.require(tx, caller, "complete_retro", teams=[said.team])
    await _check(tx, said.team, said.cycle, said, ("retro",))
    state = domain.complete(ids.new(), said, caller.person, ids.new)
    return await store.insert(tx, state)


async def correct(
    tx: Tx,
    caller: Caller,
    copy: Replica,
    retro: UUID,
    expected: int,
    said: domain.CorrectedRetro,
) -> RetroCompleted:
    """What the team made of a cycle is put right, also after its cycle was closed."""
    state = await store.retros.lock(tx, retro)
    await ACCESS.require(tx, caller, "correct_retro", teams=[state.team])
    expect_version(await shown(tx, caller, copy, state), expected)
    await _check(tx, state.team, state.cycle, said, ("retro", "closed"))
    return await store.save(tx, domain.correct(state, said, ids.new))


async def add_imported(tx: Tx, caller: Caller, said: domain.ImportedRetro) -> RetroCompleted:
    """What another system holds becomes a retro without an author.

    It takes the place of one that was withdrawn, which has no findings: a team has one of a cycle.
    """
    await ACCESS.require(tx, caller, "put_retro_by_ref")
    await _check(tx, said.team, said.cycle, said, ("retro", "closed"))
    there = await store.of_team(tx, said.team, said.cycle, None, 1)
    if there and not there[0].findings:
        state = await store.retros.lock(tx, there[0].id)
        if not state.findings:
            nobody_s = state.model_copy(update={"author": None})
            return await store.save(tx, domain.imported_anew(nobody_s, said, ids.new))
    return await store.insert(tx, domain.complete(ids.new(), said, None, ids.new, "imported"))


async def change_imported(
    tx: Tx,
    caller: Caller,
    copy: Replica,
    retro: UUID,
    expected: int,
    said: domain.ImportedRetro,
) -> RetroCompleted:
    """What another system holds has changed there."""
    await ACCESS.require(tx, caller, "put_retro_by_ref")
    state = await store.retros.lock(tx, retro)
    expect_version(await shown(tx, caller, copy, state), expected)
    changed = domain.imported_anew(state, said, ids.new)
    await _check(tx, state.team, state.cycle, said, ("retro", "closed"))
    return await store.save(tx, changed)


async def imported(tx: Tx, caller: Caller, copy: Replica, retro: UUID) -> RetroCompleted:
    """What another system holds and was imported before. Raises Problem `not-found`."""
    return await shown(tx, caller, copy, await store.retros.get(tx, retro))


async def _check(
    tx: Tx, team: UUID, cycle: UUID, said: domain.CorrectedRetro, places: tuple[str, ...]
) -> None:
    domain.check_place(team, cycle, await replica.place(tx, team, cycle), places)
    known = await replica.objectives(tx, {finding.objective for finding in said.findings})
    domain.check_findings(team, cycle, said.findings, known)
    domain.check_complete(team, cycle, said.findings, await replica.of_team(tx, team, cycle))


async def read(tx: Tx, caller: Caller, copy: Replica, state: RetroCompleted) -> RetroCompleted:
    """What `caller` may read of a retro. Raises Problem `replica-too-old`."""
    if await reads_words(tx, caller, state.team, copy):
        return state
    return domain.without_words(state)


async def shown(tx: Tx, caller: Caller, copy: Replica, state: RetroCompleted) -> RetroCompleted:
    """What a command shows to `caller` of a retro."""
    if await is_shown_words(tx, caller, state.team, copy):
        return state
    return domain.without_words(state)
