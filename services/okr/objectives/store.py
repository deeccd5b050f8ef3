"""Keeps objectives, the key results that are theirs, and what contributes to what."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import asyncpg

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import ObjectiveChanged
from services.okr.objectives.links import Links

MOST_BYTES = 100_000
"""An objective goes out whole with every change, so it stays small (design, section 5)."""

_queries = sql.load(__file__)

objectives = Store(ObjectiveChanged, _queries, "objective")


async def hold_all(tx: Tx, ids: Collection[UUID]) -> list[ObjectiveChanged]:
    """Those objectives that are there, held in the order of their ids."""
    return await objectives.read_all(_queries.lock_objectives(tx.conn, ids=list(ids)))


async def share(tx: Tx, objective: UUID) -> ObjectiveChanged:
    """An objective, which can't change until the transaction ends; others may share it.

    Raises Problem `not-found`.
    """
    row = await _queries.share_objective(tx.conn, id=objective)
    if row is None:
        raise Problem("not-found", kind=ObjectiveChanged.kind, id=str(objective))
    return objectives.read(row)


async def insert(tx: Tx, objective: ObjectiveChanged) -> ObjectiveChanged:
    """Add an objective and publish it.

    Raises Problem `objective-too-large`, `unknown-team`, and `unknown-reference` for a cycle or
    owner that is unknown.
    """
    _check_size(objective)
    await _check_teams(tx, objective)
    with _known_references():
        await objectives.insert(tx, objective)
    await _index(tx, objective)
    tx.publish(objective)
    return objective


async def save(tx: Tx, objective: ObjectiveChanged) -> ObjectiveChanged:
    """Put the next state in place and publish it. Raises Problem as `insert` does."""
    _check_size(objective)
    await _check_teams(tx, objective)
    with _known_references():
        await objectives.save(tx, objective)
    await _index(tx, objective)
    tx.publish(objective)
    return objective


def _check_size(objective: ObjectiveChanged) -> None:
    size = len(objective.data())
    if size > MOST_BYTES:
        raise Problem("objective-too-large", bytes=size, most=MOST_BYTES)


async def _check_teams(tx: Tx, objective: ObjectiveChanged) -> None:
    asked = (it.team for it in objective.invitations)
    teams = [objective.responsible_team, *objective.contributing_teams, *asked]
    async for row in _queries.unknown_teams(tx.conn, teams=teams):
        raise Problem("unknown-team", team=str(row["team"]))


@contextmanager
def _known_references() -> Iterator[None]:
    try:
        yield
    except asyncpg.ForeignKeyViolationError as error:
        raise Problem("unknown-reference", constraint=str(error.constraint_name)) from None


async def _index(tx: Tx, objective: ObjectiveChanged) -> None:
    goals = [goal.id for goal in objective.key_results]
    if goals:
        await _queries.add_key_results(tx.conn, objective=objective.id, key_results=goals)
    await _queries.set_links(
        tx.conn, objective=objective.id, targets=list(objective.contributes_to)
    )


async def know_key_result(tx: Tx, objective: UUID, key_result: UUID) -> None:
    """Note which objective a key result belongs to, also where its state names it no more."""
    await _queries.add_key_results(tx.conn, objective=objective, key_results=[key_result])


async def check_links(
    tx: Tx, objective: UUID | None, targets: Sequence[UUID], key_results: Sequence[UUID] = ()
) -> Links:
    """What an objective is to contribute to: objectives, and key results of any.

    Refuses what is unknown, and loops, in which a key result stands for its objective; nobody else
    changes links of objectives until the transaction ends. A new objective, None, is part of no
    loop, since nothing contributes to it yet, and its links wait for nobody.
    Raises Problem `unknown-objective`, `unknown-key-result`, `contribution-loop`.
    """
    if not targets and not key_results:
        return Links(())
    if objective is not None:
        await _queries.lock_links(tx.conn)
    links = await _links(tx, targets, key_results)
    ahead = list({*targets, *links.key_results.values()})
    known = {row["id"] async for row in _queries.known_objectives(tx.conn, objectives=ahead)}
    for target in targets:
        if target not in known and target != objective:
            raise Problem("unknown-objective", objective=str(target))
    if objective is not None and await _queries.is_reached_from(
        tx.conn, objective=objective, targets=ahead
    ):
        raise Problem("contribution-loop", objective=str(objective))
    return links


async def _links(tx: Tx, targets: Sequence[UUID], key_results: Sequence[UUID]) -> Links:
    rows = _queries.linked_key_results(tx.conn, key_results=list(key_results))
    found = {row["id"]: row async for row in rows}
    for one in key_results:
        if one not in found:
            raise Problem("unknown-key-result", key_result=str(one))
    return Links(
        targets,
        {one: found[one]["objective"] for one in key_results},
        [one for one, row in found.items() if row["dropped"]],
    )


async def of_key_result(tx: Tx, key_result: UUID) -> UUID:
    """The objective that a key result belongs to. Raises Problem `not-found`."""
    found: UUID | None = await _queries.objective_of_key_result(tx.conn, key_result=key_result)
    if found is None:
        raise Problem("not-found", kind="key-results", id=str(key_result))
    return found


async def of_responsible_team(tx: Tx, team: UUID, cycle: UUID) -> list[ObjectiveChanged]:
    """The objectives of a cycle that a team answers for, by id."""
    rows = _queries.objectives_of_responsible_team(tx.conn, team=team, cycle=cycle)
    return await objectives.read_all(rows)


async def successors(tx: Tx, ancestors: Collection[UUID]) -> list[ObjectiveChanged]:
    """The objectives that go on from these in other cycles, by id."""
    return await objectives.read_all(_queries.successors(tx.conn, ancestors=list(ancestors)))


async def of_key_results(tx: Tx, key_results: Collection[UUID]) -> dict[UUID, UUID]:
    """The objectives of those key results that there are, by the key result."""
    rows = _queries.objectives_of_key_results(tx.conn, key_results=list(key_results))
    return {row["id"]: row["objective"] async for row in rows}


async def listed(
    tx: Tx, cycle: UUID | None, team: UUID | None, after: UUID | None, size: int
) -> list[ObjectiveChanged]:
    """Objectives by id, after the one with id `after`."""
    rows = _queries.list_objectives(tx.conn, cycle=cycle, team=team, after=after, size=size)
    return await objectives.read_all(rows)
