"""Decides how key results go on, and what follows where a cycle ends."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import Place, TeamCycleChanged
from services.okr.access import ACCESS
from services.okr.cut_over import domain
from services.okr.cut_over.domain import Decided, Decisions, Going, Made
from services.okr.cut_over.views import CutOverView, view
from services.okr.cycles import commands as cycles
from services.okr.cycles.store import share_places, team_cycles
from services.okr.objectives import commands as objectives
from services.okr.objectives import store
from services.okr.objectives.domain import expect_choosing
from services.okr.progress import store as progress
from services.okr.progress.recording import Refreshed, carry, refresh
from services.okr.strategy.store import current_of


async def decide(
    tx: Tx,
    caller: Caller,
    team: UUID,
    cycle: UUID,
    expected: int | None,
    said: Decisions,
    now: datetime,
    today: date,
) -> CutOverView:
    """What a team decides of key results; what goes on is proposed in the cycle to come.

    `expected` is the version of the team's place. Raises Problem `cut-over-not-now`,
    `changed-since`, `team-not-choosing`, `cycle-closed`, and as `domain.decide` does.
    """
    await ACCESS.require(tx, caller, "decide_cut_over", teams=[team])
    to = said.to
    places = await share_places(tx, [(team, it) for it in (cycle, to) if it is not None])
    domain.expect_ending(team, cycle, places.get((team, cycle)), expected)
    if any(it.decision != "drop" for it in said.decisions) and to is not None:
        if to == cycle:
            raise Problem("cut-over-to-itself", cycle=str(cycle))
        expect_choosing(team, to, places.get((team, to)))
        await objectives.expect_cycle_not_closed(tx, to)
        stated = [it.stated for it in said.decisions if it.stated]
        await objectives.check_phases(tx, to, stated)
    owners = await store.of_key_results(tx, [it.key_result for it in said.decisions])
    held = await _hold(tx, set(owners.values()))
    made = Made(caller.person, now, today, ids.new)
    for objective, mine in _by_objective(said, owners):
        going = held.get(objective) if objective else None
        if going is None or not going.is_of(team, cycle):
            raise Problem("not-in-cut-over", key_result=str(mine[0].key_result))
        await _put(tx, going, domain.decide(going, mine, to, made))
    return await view(tx, team, cycle)


def _by_objective(
    said: Decisions, owners: Mapping[UUID, UUID]
) -> Iterable[tuple[UUID | None, list[Decided]]]:
    found: dict[UUID | None, list[Decided]] = {}
    for one in said.decisions:
        found.setdefault(owners.get(one.key_result), []).append(one)
    return found.items()


async def _hold(tx: Tx, ancestors: Collection[UUID]) -> dict[UUID, Going]:
    """Objectives and what goes on from them, all held in the order of their ids.

    Raises Problem `busy` where something began to go on meanwhile.
    """
    known = {it.id for it in await store.successors(tx, ancestors)}
    held = {it.id: it for it in await store.hold_all(tx, {*ancestors, *known})}
    if {it.id for it in await store.successors(tx, ancestors)} != known:
        raise Problem("busy", retry_after=1)
    successors = [held[it] for it in sorted(known)]
    return {it: Going.of(held[it], successors) for it in ancestors}


async def _put(tx: Tx, before: Going, after: Going) -> None:
    if after.ancestor is before.ancestor:
        return
    await store.save(tx, after.ancestor)
    going_on, held = after.successor, before.successor
    if going_on is None or going_on == held:
        return
    if held is None:
        served = await current_of(tx, going_on.serves)
        await store.insert(tx, going_on.model_copy(update={"serves": served}))
        return
    await store.save(tx, going_on)
    if going_on.state == "agreed":
        new = {goal.id for goal in going_on.key_results} - {it.id for it in held.key_results}
        await refresh(tx, [Refreshed(going_on, new)], "key-result-added")
        await carry(tx, going_on)


async def move_team_cycle(
    tx: Tx,
    caller: Caller,
    team: UUID,
    cycle: UUID,
    wanted: Place,
    expected: int | None,
    now: datetime,
) -> TeamCycleChanged:
    """Move a team's place in a cycle; where that ends, so do its goals, with a computed score.

    Raises Problem `cut-over-undecided`, and as the command of cycles does.
    """
    before = await team_cycles.find(tx, team, cycle)
    moved = await cycles.move_team_cycle(tx, caller, team, cycle, wanted, expected)
    if moved.place == "closed" and moved != before:
        mine = [it.id for it in await store.of_responsible_team(tx, team, cycle)]
        held = await store.hold_all(tx, mine)
        free = "admin" in caller.claims
        rows = await progress.of_objectives(tx, mine)
        reached = {it.id: it.progress for it in rows if it.progress is not None}
        for closed in domain.end(held, reached, now, caller.person, free=free):
            await store.save(tx, closed)
    return moved
