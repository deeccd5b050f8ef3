"""Keeps who supports what, how teams choose, and the figures of it; no topic is told of these."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

import asyncpg

from chassis import sql
from chassis.aggregates import Store
from chassis.db import Tx
from chassis.problem import Problem
from contracts.okr import ObjectiveChanged
from services.okr.choosing.domain import SHARE, Figures, Team, TeamChoosing
from services.okr.objectives.domain import agreed_on

_queries = sql.load(__file__)

choosings = Store(TeamChoosing, _queries, "choosing", key=("team",))


@dataclass(frozen=True)
class Named:
    """A person and what they are called."""

    person: UUID
    name: str


async def give(tx: Tx, objective: ObjectiveChanged, person: UUID) -> None:
    """Note that a person supports an objective, which the caller shares, as it is now."""
    await _queries.give_support(
        tx.conn, objective=objective.id, person=person, version=objective.version
    )


async def take_back(tx: Tx, objective: UUID, person: UUID) -> None:
    """Forget that a person supports an objective."""
    await _queries.take_back_support(tx.conn, objective=objective, person=person)


async def count(tx: Tx, objective: ObjectiveChanged) -> int:
    """How many support what is to be chosen, as it is worded now."""
    found: int = await _queries.count_support(
        tx.conn, objective=objective.id, wording=objective.wording
    )
    return found


async def supporters(tx: Tx, objective: ObjectiveChanged) -> list[Named]:
    """Who supports what is to be chosen, as it is worded now, by name."""
    rows = _queries.supporters(tx.conn, objective=objective.id, wording=objective.wording)
    return [Named(row["person"], row["name"]) async for row in rows]


async def forget_supporters(tx: Tx, closed_before: datetime, ended_before: datetime) -> int:
    """Forget who supported goals of cycles closed, or ended, before then; how many rows it were."""
    done: str = await _queries.forget_supporters(
        tx.conn, closed_before=closed_before, ended_before=ended_before
    )
    return int(done.rpartition(" ")[2])


async def team_on(tx: Tx, team: UUID, today: date) -> Team:
    """A team on a day: its members with their roles, and its share."""
    held: dict[UUID, set[str]] = {}
    async for row in _queries.members(tx.conn, team=team, today=today):
        held.setdefault(row["person"], set()).add(row["role"])
    own = await choosings.find(tx, team)
    return Team(held, own.share if own else SHARE)


async def keep_figures(tx: Tx, objective: ObjectiveChanged, figures: Figures) -> None:
    """Keep the figures of what is being agreed on; the objective is held."""
    number = len(agreed_on(objective))
    await _queries.keep_participation(
        tx.conn, objective=objective.id, number=number, **asdict(figures)
    )


async def figures(tx: Tx, objective: UUID, number: int) -> Figures | None:
    """The figures of an objective's agreement by its place; None where they are not known."""
    row = await _queries.participation(tx.conn, objective=objective, number=number)
    return Figures(**row) if row else None


async def add(tx: Tx, choosing: TeamChoosing) -> TeamChoosing:
    """Add how a team chooses. Raises Problem `busy` when another call does so at once."""
    try:
        await choosings.insert(tx, choosing)
    except asyncpg.UniqueViolationError:
        raise Problem("busy", retry_after=1) from None
    return choosing
