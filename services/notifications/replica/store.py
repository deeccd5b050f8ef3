"""Reads the copy: whose goals, who is in which team, who wrote what."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis import sql
from chassis.db import Tx

_queries = sql.load(__file__)


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective, as far as who works on it."""

    responsible_team: UUID
    contributing_teams: tuple[UUID, ...]

    @property
    def teams(self) -> frozenset[UUID]:
        return frozenset((self.responsible_team, *self.contributing_teams))


@dataclass(frozen=True, slots=True)
class InRhythm:
    """A goal that check-ins are expected of."""

    id: UUID
    rhythm: str
    responsible_team: UUID
    agreed_at: datetime | None
    start_date: date
    end_date: date
    last: date | None


async def goals_in_rhythm(tx: Tx, day: date) -> list[InRhythm]:
    """Goals that check-ins are expected of on a day."""
    return [InRhythm(**row) async for row in _queries.goals_in_rhythm(tx.conn, day=day)]


async def goal(tx: Tx, objective: UUID) -> Goal | None:
    """None while it is not known."""
    row = await _queries.goal(tx.conn, objective=objective)
    return Goal(row["responsible_team"], tuple(row["contributing_teams"])) if row else None


async def author(tx: Tx, check_in: UUID) -> tuple[bool, UUID | None]:
    """Whether a check-in is known, and who wrote it; None for an import."""
    row = await _queries.author(tx.conn, check_in=check_in)
    return row is not None, row["author"] if row else None


async def is_unsaid(tx: Tx, remark: UUID) -> bool:
    """Whether a remark was hidden or removed."""
    return bool(await _queries.is_unsaid(tx.conn, remark=remark))


async def askers(tx: Tx, remark: UUID) -> frozenset[UUID] | None:
    """Whose question or request a remark answers; None while its thread is not known."""
    row = await _queries.askers(tx.conn, remark=remark)
    return frozenset(row["people"]) if row else None


async def teams_beside(tx: Tx, objective: UUID) -> frozenset[UUID]:
    """Teams whose open goals contribute to what the objective contributes to."""
    rows = _queries.teams_beside(tx.conn, objective=objective)
    return frozenset([row["team"] async for row in rows])


async def held_in(tx: Tx, teams: Collection[UUID], day: date) -> list[tuple[UUID, str]]:
    """Who holds which role in one of the teams on a day."""
    rows = _queries.held_in_teams(tx.conn, teams=list(teams), day=day)
    return [(row["person"], row["role"]) async for row in rows]
