"""A key result's history: every value of its series, counted or not, and what it amounted to."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import Field

from chassis import sql
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.paging import Pages
from chassis.problem import Problem
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Text, no_nul
from services.reporting import domain
from services.reporting.answers.asked import (
    AskedNow,
    Titled,
    from_json,
    known_text,
    text,
)
from services.reporting.messages import Definition

_queries = sql.load(__file__, "history.sql")
_SORT = ("stands", "day", "by_person", "number", "source")
_PLAIN = (
    "number", "effective_date", "value", "done", "withdrawn", "confidence", "counted", "reason",
)  # fmt: skip
router = Router(tags=["key results"])


class HistoryKeyResult(Closed):
    """The key result that the history is of."""

    id: UUID
    title: Text
    kind: str = Field(description="Open code: increase, decrease, maintain, milestones …")
    unit: str | None
    state: str = Field(description="Open code: open, dropped.")
    objective: Titled


class HistoryStanding(Closed):
    """What the source said before; it goes on to count."""

    effective_date: date
    value: float
    done: tuple[str, ...] | None = Field(
        None, description="Milestones: all that were done; else null."
    )
    confidence: int | None = Field(None, description="0–10; null when not said.")


class HistoryRow(Closed):
    """One value of the series; numbers are in the key result's unit unless said otherwise."""

    current: bool = Field(description="Whether the key result's value is this one.")
    source: str = Field(
        description="Open code: check-in, machine, or carried from an earlier cycle; never who."
    )
    number: int = Field(description="The objective's check-in number; else 0.")
    effective_date: date
    value: float | None = Field(description="Null when it was withdrawn.")
    done: tuple[str, ...] | None = Field(description="Milestones: all that were done; else null.")
    withdrawn: bool
    confidence: int | None = Field(description="0–10; null when not said.")
    counted: bool
    reason: str | None = Field(description="Open code: why it does not count; null when it does.")
    standing: HistoryStanding | None = Field(
        description="What counts in its place: a correction that came too late takes nothing."
    )
    progress: float | None = Field(
        description="0–1, of what counts, else of what was said, by the definition of that day; "
        "null where that can't be told."
    )
    unclamped: float | None = Field(description="Progress before it is held to 0–1.")


class History(Freshness):
    """A key result's series: the current value first, at the end those that don't count."""

    key_result: HistoryKeyResult
    items: tuple[HistoryRow, ...]
    next: str | None = Field(
        description="Give it as `after` for the next page; null on the last one."
    )


@router.get("/key-results/{id}/history", operation_id="get_history")
async def get_history(id: UUID, door: Read, asked: AskedNow, pages: Pages) -> History:
    """The series of a key result, by pages."""
    async with door.read() as tx:
        goal = await _queries.history_key_result(tx.conn, key_result=id)
        if goal is None:
            raise Problem("not-found", kind="key-results", id=str(id))
        after = pages.key(_truth, date.fromisoformat, _truth, _small, no_nul)
        rows = await _rows(tx, id, after, pages.limit + 1)
        definitions = [Definition.model_validate(one) for one in from_json(goal["definitions"])]
        current = rows[0] if rows and after is None and rows[0]["stands"] else None
        page = pages.page(
            rows,
            lambda row: _row(row, goal["kind"], definitions, row is current),
            _key,
        )
        freshness = await asked.freshness(tx)
        return History(
            **freshness.model_dump(),
            key_result=_key_result(goal),
            items=page.items,
            next=page.next,
        )


def _key(row: Any) -> tuple[object, ...]:
    return tuple(row[name] for name in _SORT)


async def _rows(tx: Tx, key_result: UUID, after: list[Any] | None, length: int) -> list[Any]:
    given = dict(zip(_SORT, after or [None] * len(_SORT), strict=True))
    found = _queries.history(
        tx.conn, key_result=key_result, first=after is None, length=length, **given
    )
    return [row async for row in found]


def _truth(said: str) -> bool:
    if said not in ("True", "False"):
        raise ValueError("neither True nor False")
    return said == "True"


def _small(said: str) -> int:
    number = int(said)
    if not 0 <= number < 2**31:
        raise ValueError("not a check-in number")
    return number


def _key_result(goal: Any) -> HistoryKeyResult:
    return HistoryKeyResult(
        id=goal["id"],
        title=known_text(goal["title"]),
        kind=goal["kind"],
        unit=goal["unit"],
        state=goal["state"],
        objective=Titled(id=goal["objective"], title=text(goal["objective_title"])),
    )


def _row(row: Any, kind: str, definitions: list[Definition], current: bool) -> HistoryRow:
    standing = from_json(row["standing"])
    said = standing or row
    amount, share = said["value"], None
    if amount is not None:
        definition = domain.definition_of(definitions, row["day"])
        share = domain.unclamped(kind, definition, amount, said.get("done"))
    return HistoryRow(
        current=current,
        source=row["source"].partition("/")[0],
        **{name: row[name] for name in _PLAIN},
        standing=HistoryStanding.model_validate(standing, extra="ignore") if standing else None,
        progress=None if share is None else min(max(share, 0.0), 1.0),
        unclamped=share,
    )
