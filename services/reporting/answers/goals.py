"""Loads a cycle's goals and says how they stand: what the board and the overview share."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from chassis import sql
from chassis.db import Tx
from chassis.problem import Problem
from contracts import pace
from contracts.words import Text
from services.reporting import domain
from services.reporting.answers.asked import (
    Asked,
    Helped,
    Named,
    Titled,
    from_json,
    known_text,
    text,
)
from services.reporting.domain import Followed, Frame, Standing
from services.reporting.messages import Phase

_queries = sql.load(__file__, "goals.sql")


@dataclass(frozen=True, slots=True)
class KeyResult:
    """An open key result as its row has it, the progress expected of it, and its status."""

    row: Any
    expected: float
    status: pace.Status

    @property
    def id(self) -> UUID:
        """Its id."""
        found: UUID = self.row["id"]
        return found


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective as its row has it, how it stands, and its open key results."""

    row: Any
    standing: Standing
    key_results: tuple[KeyResult, ...]

    @property
    def id(self) -> UUID:
        """Its id."""
        found: UUID = self.row["id"]
        return found

    @property
    def owner(self) -> UUID:
        """The unit or team that owns it."""
        found: UUID = self.row["owner_unit"] or self.row["owner_team"]
        return found

    @property
    def title(self) -> Text:
        """Its title."""
        return known_text(self.row["title"])

    @property
    def named_owner(self) -> Named:
        """Who owns it."""
        return Named(id=self.owner, name=text(self.row["owner_name"]))

    @property
    def responsible(self) -> Named:
        """The team that is responsible for it."""
        row = self.row
        return Named(id=row["responsible_team"], name=text(row["responsible_name"]))


async def cycle_of(tx: Tx, cycle: UUID | None, asked: Asked) -> Any:
    """The row of a cycle: when none is named the open one that began last, else begins next.

    Raises Problem `not-found`, or `no-cycle-yet` where none is named and there is none.
    """
    frame = await _queries.cycle_of_day(tx.conn, cycle=cycle, day=asked.today)
    if frame is None and cycle is not None:
        raise Problem("not-found", kind="cycles", id=str(cycle))
    if frame is None:
        raise Problem("no-cycle-yet")
    return frame


async def agreed_in(tx: Tx, cycle: UUID | None, asked: Asked) -> tuple[Any, list[Goal]]:
    """The row of a cycle, as `cycle_of` finds it, and its goals that were agreed on."""
    frame = await cycle_of(tx, cycle, asked)
    loaded = await load(tx, frame, asked)
    return frame, [goal for goal in loaded if goal.row["was_agreed"]]


async def load(tx: Tx, cycle: Any, asked: Asked, team: UUID | None = None) -> list[Goal]:
    """The goals of a cycle, by its row; only those of a team where one is named."""
    found = _queries.goals(tx.conn, cycle=cycle["id"], team=team)
    rows = [row async for row in found]
    key_results: dict[UUID, list[Any]] = {row["id"]: [] for row in rows}
    async for row in _queries.goal_key_results(tx.conn, objectives=list(key_results)):
        key_results[row["objective"]].append(row)
    frame = asked.frame(cycle)
    return [_goal(row, key_results[row["id"]], frame) for row in rows]


def _goal(row: Any, key_results: Sequence[Any], frame: Frame) -> Goal:
    last: date | None = row["last_check_in"]
    standing = domain.standing(
        frame,
        row["rhythm"],
        row["state"],
        row["was_agreed"],
        row["agreed_at"],
        row["closed_at"],
        last,
        [Followed(one["progress"], _phases(one)) for one in key_results],
    )
    told = zip(key_results, standing.expected, standing.of_key_results, strict=True)
    return Goal(row, standing, tuple(KeyResult(*one) for one in told))


def _phases(key_result: Any) -> list[Phase]:
    current = from_json(key_result["definitions"])[-1]
    return [Phase.model_validate(one) for one in current.get("phases") or ()]


async def pillars(tx: Tx, goals: Iterable[Goal]) -> dict[UUID, Named]:
    """The pillars that `goals` serve, by id."""
    wanted = {one for goal in goals for one in goal.row["serves"]}
    found = {one: Named(id=one, name=None) for one in wanted}
    async for row in _queries.goal_pillars(tx.conn, pillars=list(wanted)):
        found[row["id"]] = Named(id=row["id"], name=known_text(row["name"]))
    return found


async def helped(tx: Tx, rows: Iterable[Any]) -> dict[UUID, Helped]:
    """The key results that the goals of `rows` contribute to, by id."""
    wanted = {one for row in rows for one in row["contributes_to_key_results"]}
    found = {one: Helped(id=one, title=None, objective=None) for one in wanted}
    async for row in _queries.goal_helped(tx.conn, key_results=list(wanted)):
        title = known_text(row["title"])
        found[row["id"]] = Helped(id=row["id"], title=title, objective=row["objective"])
    return found


async def titles(tx: Tx, goals: Iterable[Goal]) -> dict[UUID, Titled]:
    """What `goals` contribute to and go on from, by id."""
    wanted = {one for goal in goals for one in (*goal.row["contributes_to"], goal.row["ancestor"])}
    wanted.discard(None)
    found = {one: Titled(id=one, title=None) for one in wanted}
    async for row in _queries.goal_titles(tx.conn, objectives=list(wanted)):
        found[row["id"]] = Titled(id=row["id"], title=known_text(row["title"]))
    return found
