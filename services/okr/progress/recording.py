"""Takes in what a source says of an objective's key results, and brings progress up to date."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from chassis import ids
from chassis.db import Tx
from contracts.envelope import Envelope
from contracts.okr import ObjectiveChanged, TeamCycleChanged
from contracts.progress import ValueRecorded
from services.okr.cycles.store import cycles, share_places_at_once, share_places_of
from services.okr.objectives.store import hold_all, objectives
from services.okr.progress import domain, store
from services.okr.progress.domain import Source


@dataclass(frozen=True)
class Told:
    """What a source says of an objective's key results.

    The objective and its team's place in the cycle are held by the caller.
    """

    objective: ObjectiveChanged
    place: TeamCycleChanged | None
    source: Source
    said: Mapping[UUID, domain.Said]
    cause: Envelope | None = None


Held: TypeAlias = tuple[ObjectiveChanged, TeamCycleChanged | None]
"""An objective, held, and its team's place in the cycle, which can't move."""


async def hold_each(tx: Tx, ids: Collection[UUID]) -> Mapping[UUID, Held]:
    """Objectives with their teams' places: places are held first, in order, then objectives.

    Of one that moved meanwhile the place is not waited for: whoever holds it may wait for the
    objective. Raises asyncpg.LockNotAvailableError, after which it can be done again.
    """
    places = await share_places_of(tx, ids)
    objectives = await hold_all(tx, ids)
    if other := {_place_of(it) for it in objectives} - places.keys():  # it moved, or has none
        places |= await share_places_at_once(tx, other)
    return {it.id: (it, places.get(_place_of(it))) for it in objectives}


def _place_of(objective: ObjectiveChanged) -> tuple[UUID, UUID]:
    return objective.responsible_team, objective.cycle


async def record_all(tx: Tx, told: Sequence[Told]) -> list[ValueRecorded]:
    """Record what sources say, of each objective one after another, in their order."""
    return [row for some in _one_of_each(told) for row in await record(tx, some)]


def _one_of_each(told: Sequence[Told]) -> Iterator[list[Told]]:
    """All of them, in turns that hold each objective at most once."""
    waiting = list(told)
    while waiting:
        turn: dict[UUID, Told] = {}
        for one in waiting:
            turn.setdefault(one.objective.id, one)
        yield [turn[objective] for objective in sorted(turn)]
        waiting = [one for one in waiting if turn[one.objective.id] is not one]


async def record(tx: Tx, told: Sequence[Told]) -> list[ValueRecorded]:
    """The rows of these sources as they stand now, what is new published; progress follows.

    Of each objective at most one source is told at once, so that its changes are counted one by
    one. What was recorded of a source's version before stays as it is.
    """
    before = await _held(tx, told)
    rows = [_rows(one, held) for one, held in zip(told, before, strict=True)]
    new = [row for found in rows for row in found or ()]
    await store.put_values(tx, new)
    # Progress leaves before the rows: who has all rows of a check-in then has what they led to.
    news = [
        Refreshed(one.objective, {row.key_result for row in found}, one.cause)
        for one, found in zip(told, rows, strict=True)
        if found
    ]
    await refresh(tx, news, "value-recorded")
    for one, found in zip(told, rows, strict=True):
        for row in found or ():
            tx.publish(row, one.cause)
    return [
        row
        for held, found in zip(before, rows, strict=True)
        for row in (held if found is None else found)
    ]


async def _held(tx: Tx, told: Sequence[Told]) -> list[list[ValueRecorded]]:
    """What each source has said before."""
    goals = {goal for one in told for goal in one.source.speaks_for}
    rows = await store.rows_of_sources(tx, goals, {one.source.name for one in told})
    return [
        [
            row
            for row in rows
            if row.source == one.source.name and row.key_result in one.source.speaks_for
        ]
        for one in told
    ]


def _rows(told: Told, held: Sequence[ValueRecorded]) -> list[ValueRecorded] | None:
    again = told.cause is not None and told.cause.origin == "republish"
    objective, place, source = told.objective, told.place, told.source
    return domain.rows(objective, place, source, told.said, held, ids.new, again=again)


async def carry(tx: Tx, objective: ObjectiveChanged) -> None:
    """Give what was kept from an earlier cycle its first value: the last one there by now.

    To be called at the moment when `objective`, which the caller holds, has become agreed; again
    changes nothing. It is of the cycle's first day, also where that is past or to come, so that
    whatever the team says in the cycle stands over it. Without a last value there is no first.
    """
    if objective.ancestor is None:
        return
    ancestor = await objectives.get(tx, objective.ancestor)
    last = await store.current(tx, [goal.id for goal in ancestor.key_results])
    day = (await cycles.get(tx, objective.cycle)).start
    for goal, said in domain.carried(ancestor, objective, last):
        source = Source(f"carried/{goal.ancestor}", 1, 0, day, frozenset({goal.id}), given=True)
        await record(tx, [Told(objective, None, source, {goal.id: said})])


@dataclass(frozen=True)
class Refreshed:
    """Key results of a held objective whose progress is to be computed, and what led to it."""

    objective: ObjectiveChanged
    goals: Collection[UUID]
    cause: Envelope | None = None


async def refresh(tx: Tx, asked: Sequence[Refreshed], change: str) -> None:
    """Compute the progress of key results and their objectives' totals; publish what is news.

    What the team has not agreed on has no progress, unless a restore took the agreement back.
    """
    held = await store.of_objectives(tx, [one.objective.id for one in asked])
    told = {it.objective for it in held}
    agreed = [it for it in asked if it.objective.was_agreed or it.objective.id in told]
    if not agreed:
        return
    current = await store.current(tx, {goal for one in agreed for goal in one.goals})
    news = [
        (state, one.cause)
        for one in agreed
        for state in domain.news(
            one.objective,
            one.goals,
            {it.id: it for it in held if it.objective == one.objective.id},
            current,
            change,
        )
    ]
    await store.put_progress(tx, [state for state, _ in news])
    for state, cause in news:
        tx.publish(state, cause)


async def settle(tx: Tx, objective: ObjectiveChanged, change: str) -> None:
    """Bring up to date what of an objective's progress does not follow from its values.

    The objective is held by the caller.
    """
    held = {it.id: it for it in await store.of_objectives(tx, [objective.id])}
    current = await store.current(tx, [goal.id for goal in objective.key_results])
    behind: set[UUID] = set()
    known: dict[UUID, float] = {}
    for goal in objective.key_results:
        row, before = current.get(goal.id), held.get(goal.id)
        said = domain.state_of(goal, row)
        if (row or before) and domain.differs(before, said):
            behind.add(goal.id)
        if isinstance(progress := said["progress"], (int, float)):
            known[goal.id] = progress
    told = [goal.id for goal in objective.key_results if goal.id in held]
    if (
        told
        and not behind
        and not domain.says(held.values(), domain.totals(objective.key_results, known))
    ):
        behind.add(told[0])
    await refresh(tx, [Refreshed(objective, behind)], change)
