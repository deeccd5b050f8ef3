"""Findings: where the goals of a cycle do not fit together, for those who can talk about it."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from chassis import sql
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.paging import Pages
from chassis.problem import Problem
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Text
from services.reporting.answers import goals
from services.reporting.answers.asked import (
    AskedNow,
    InCycle,
    Named,
    in_cycle,
    known_text,
    text,
)

_queries = sql.load(__file__, "findings.sql")
router = Router(tags=["findings"])

PLACES = ("0", "1", "2")
"""Where each code stands among the others, as a page's cursor has it."""


class FoundGoal(Closed):
    """A goal that a finding is about."""

    id: UUID
    title: Text
    cycle: UUID
    owner: Named = Field(description="The unit or team that owns it.")
    responsible_team: Named


class AlignmentFinding(Closed):
    """Something that is worth a talk; nobody has done wrong."""

    code: Literal["serves-nothing", "served-by-nothing", "aim-at-the-same"] = Field(
        description="serves-nothing: the goal leads to no pillar and to no goal of the agency for "
        "a year, neither itself nor through what it contributes to. served-by-nothing: no other "
        "agreed goal leads to this goal of the agency for a year. aim-at-the-same: the titles of "
        "two goals share two words or more, and at least half of those of the shorter one, as "
        "word stems of the same language; their teams are of the same unit, or tied by a link: a "
        "goal of one contributes to a goal of the other, or goals of both to the same. A goal "
        "that contributes to the other, or that both teams work for, is no such finding."
    )
    goals: tuple[FoundGoal, ...] = Field(description="The goal, or both that aim at the same.")


class AlignmentFindings(Freshness):
    """What was found among goals that teams have agreed on and that are not closed."""

    cycle: InCycle
    items: tuple[AlignmentFinding, ...] = Field(description="By code, and then by goal.")
    next: str | None = Field(
        description="Give it as `after` for the next page; null on the last one."
    )


@router.get("/findings", operation_id="list_findings")
async def list_findings(
    door: Read,
    asked: AskedNow,
    pages: Pages,
    unit: Annotated[
        UUID | None,
        Query(
            description="Only where this unit, one below it, or a team of theirs owns or answers "
            "for one of the goals."
        ),
    ] = None,
    cycle: Annotated[
        UUID | None,
        Query(
            description="The cycle to look at; by default the open one that began last, else "
            "begins next."
        ),
    ] = None,
) -> AlignmentFindings:
    """Goals of a cycle that serve nothing, or aim at the same; goals of its year without any.

    Goals of the agency for a year are looked at in each year that the cycle has a day of.
    """
    after = pages.key(PLACES.index, UUID, UUID)
    place, goal, other = after or (None, None, None)
    async with door.read() as tx:
        frame = await goals.cycle_of(tx, cycle, asked)
        if unit is not None and not await _queries.findings_unit(tx.conn, unit=unit):
            raise Problem("not-found", kind="units", id=str(unit))
        found = _queries.findings(
            tx.conn,
            cycle=frame["id"],
            starts=frame["start_date"],
            ends=frame["end_date"],
            unit=unit,
            first=after is None,
            place=place,
            goal=goal,
            other=other,
            length=pages.limit + 1,
        )
        rows = [row async for row in found]
        told = await _told(tx, rows)
        freshness = await asked.freshness(tx)
    page = pages.page(
        rows,
        lambda row: AlignmentFinding(
            code=row["code"],
            goals=tuple(told[one] for one in dict.fromkeys((row["goal"], row["other"]))),
        ),
        lambda row: (row["place"], row["goal"], row["other"]),
    )
    return AlignmentFindings(
        **freshness.model_dump(),
        cycle=in_cycle(frame, asked),
        items=page.items,
        next=page.next,
    )


async def _told(tx: Tx, rows: Sequence[Any]) -> dict[UUID, FoundGoal]:
    wanted = list({one for row in rows for one in (row["goal"], row["other"])})
    return {
        row["id"]: FoundGoal(
            id=row["id"],
            title=known_text(row["title"]),
            cycle=row["cycle"],
            owner=Named(id=row["owner"], name=text(row["owner_name"])),
            responsible_team=Named(id=row["responsible_team"], name=text(row["responsible_name"])),
        )
        async for row in _queries.findings_goals(tx.conn, objectives=wanted)
    }
