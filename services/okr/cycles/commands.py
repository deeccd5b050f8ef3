"""What can be done to cycles, and to the teams' places in them."""

from collections.abc import Callable
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem, expect_version
from contracts.okr import CycleChanged, Place, TeamCycleChanged
from services.okr.access import ACCESS
from services.okr.cycles import domain, store
from services.okr.cycles.domain import CycleDetails, PlannedYear
from services.okr.organisation.store import teams


async def plan_cycle(tx: Tx, said: CycleDetails, change: str = "planned") -> CycleChanged:
    """Add a cycle. Raises Problem `unknown-year`, `cycle-outside-year`."""
    await _check_within(tx, said)
    return await store.add(tx, domain.plan(ids.new(), said, change))


async def plan_year(tx: Tx, year: int) -> PlannedYear:
    """Add the cycle of a calendar year and its tertials. Raises Problem `year-planned`."""
    planned = domain.plan_year(year, ids.new)
    await store.refuse_second_year(tx, planned[0])
    return PlannedYear(cycles=tuple([await store.add(tx, cycle) for cycle in planned]))


async def _check_within(tx: Tx, said: CycleDetails) -> None:
    year = await store.share_if_there(tx, said.year) if said.year else None
    domain.check_within(said, year)


async def redefine_cycle(
    tx: Tx, cycle: UUID, expected: int, said: CycleDetails, change: str
) -> CycleChanged:
    """Change a cycle's name, kind, dates or year.

    Raises Problem `cycle-closed`, `year-in-use`, and as `plan_cycle` does.
    """
    before = await store.cycles.lock(tx, cycle, expected=expected)
    await _check_within(tx, said)
    await store.expect_none_left_outside(tx, before, said)
    return await store.save(tx, domain.redefine(before, said, change))


async def open_cycle(tx: Tx, cycle: UUID, expected: int) -> CycleChanged:
    """Open a planned cycle. Raises Problem `cycle-not-planned`."""
    return await _move_cycle(tx, cycle, expected, domain.open_cycle)


async def close_cycle(tx: Tx, cycle: UUID, expected: int) -> CycleChanged:
    """Close an open cycle. Raises Problem `cycle-not-open`."""
    return await _move_cycle(tx, cycle, expected, domain.close_cycle)


async def _move_cycle(
    tx: Tx, cycle: UUID, expected: int, step: Callable[[CycleChanged], CycleChanged]
) -> CycleChanged:
    before = await store.cycles.lock(tx, cycle, expected=expected)
    return await store.save(tx, step(before))


async def move_team_cycle(
    tx: Tx, caller: Caller, team: UUID, cycle: UUID, wanted: Place, expected: int | None
) -> TeamCycleChanged:
    """Move a team's place in a cycle; where the team is already, nothing changes.

    `expected` may be None for the first place alone. Raises Problem `not-found`,
    `if-match-required`, `cycle-not-open`, `place-not-next`.
    """
    await ACCESS.require(tx, caller, "move_team_cycle", teams=[team])
    await teams.get(tx, team)
    frame = await store.share_cycle(tx, cycle)
    at = await store.team_cycles.find_locked(tx, team, cycle)
    free = "admin" in caller.claims
    if at is None:
        if expected is not None:
            raise Problem("not-found", kind=TeamCycleChanged.kind, id=f"{team}/{cycle}")
        return await store.enter(tx, domain.enter(frame, team, wanted, free=free))
    expect_version(at, expected)
    if at.place == wanted:
        return at
    if expected is None:
        raise Problem("if-match-required")
    return await store.move(tx, domain.move(at, wanted, free=free))
