"""The overview: the organisation's tree with what its goals in a cycle add up to."""

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Query
from pydantic import Field

from chassis import sql
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.routing import Router
from contracts import pace
from contracts.envelope import Closed
from contracts.words import Text
from services.reporting import domain
from services.reporting.answers import goals
from services.reporting.answers.asked import (
    AskedNow,
    Helped,
    InCycle,
    Named,
    Titled,
    in_cycle,
    known_text,
)
from services.reporting.answers.goals import Goal
from services.reporting.domain import Node, Sums

_queries = sql.load(__file__, "overview.sql")
router = Router(tags=["overview"])


class OverviewUnit(Closed):
    """A unit or team with the sums over the objectives that are owned in its subtree."""

    id: UUID
    kind: Literal["unit", "team"]
    unit_kind: str | None = Field(description="Open code; null for a team.")
    name: Text
    parent: UUID | None = Field(description="The unit above in this list; null at the top.")
    depth: int = Field(description="0 at the top.")
    objectives: int = Field(description="How many are owned in the subtree.")
    stale: int = Field(description="How many of them are stale.")
    progress: float | None = Field(
        description="Plain mean over the objectives that have progress, 0–1; null when none has."
    )
    coverage: float | None = Field(
        description="Key results with progress of all open ones, 0–1; null without key results."
    )
    key_results_with_value: int = Field(
        description="Those with a value that is progress: one whose baseline is to be measured is "
        "not among them."
    )
    key_results: int = Field(description="Open ones.")
    lowest_confidence: int | None = Field(description="The lowest of the latest ones, 0–10.")
    low_confidence: int = Field(description="Key results whose latest confidence is 3 or below.")


class OverviewObjective(Closed):
    """An objective that was agreed on."""

    id: UUID
    title: Text
    owner: Named = Field(description="The unit or team that owns it.")
    responsible_team: Named
    state: str = Field(description="Open code: agreed, closed.")
    progress: float | None = Field(description="0–1; null when no key result has progress.")
    coverage: float = Field(description="Share of weight that has progress, 0–1.")
    status: pace.Status = Field(description="That of its weakest key result.")
    stale: bool
    contributes_to: tuple[Titled, ...]
    contributes_to_key_results: tuple[Helped, ...] = Field(
        description="Key results of those objectives that it helps above all."
    )
    serves: tuple[Named, ...] = Field(description="The pillars that it serves.")
    ancestor: Titled | None = Field(
        description="What it goes on from, of an earlier cycle; null where it began in this one."
    )


class Overview(Freshness):
    """The organisation's goals in a cycle."""

    cycle: InCycle
    units: tuple[OverviewUnit, ...] = Field(description="In the order of the tree.")
    objectives: tuple[OverviewObjective, ...]


@router.get("/overview", operation_id="get_overview")
async def get_overview(
    door: Read,
    asked: AskedNow,
    cycle: Annotated[UUID | None, Query(description="The cycle to look at.")] = None,
) -> Overview:
    """The organisation in a cycle; by default the open one that began last, else begins next."""
    async with door.read() as tx:
        frame, agreed = await goals.agreed_in(tx, cycle, asked)
        titles = await goals.titles(tx, agreed)
        helped = await goals.helped(tx, (goal.row for goal in agreed))
        pillars = await goals.pillars(tx, agreed)
        freshness = await asked.freshness(tx)
        return Overview(
            **freshness.model_dump(),
            cycle=in_cycle(frame, asked),
            units=await _units(tx, agreed),
            objectives=tuple(_objective(goal, titles, helped, pillars) for goal in agreed),
        )


async def _units(tx: Tx, agreed: list[Goal]) -> tuple[OverviewUnit, ...]:
    rows = await tree(tx)
    nodes = domain.in_tree_order({id_: row["parent"] for id_, row in rows.items()})
    sums = domain.sum_up(nodes, [(goal.owner, sums_of(goal)) for goal in agreed], Sums)
    return tuple(_unit(node, rows[node.id], sums[node.id]) for node in nodes)


async def tree(tx: Tx) -> dict[UUID, Any]:
    """The rows of all units and teams by id, in the order of their names."""
    return {row["id"]: row async for row in _queries.overview_units(tx.conn)}


def sums_of(goal: Goal) -> Sums:
    """What a goal adds to the sums of those above it."""
    rows = [one.row for one in goal.key_results]
    return domain.sums_of(
        goal.row["progress"],
        goal.standing.stale,
        [row["progress"] is not None for row in rows],
        [row["confidence"] for row in rows],
    )


def _unit(node: Node, row: Any, sums: Sums) -> OverviewUnit:
    return OverviewUnit(
        id=node.id,
        kind=row["kind"],
        unit_kind=row["unit_kind"],
        name=known_text(row["name"]),
        parent=node.parent,
        depth=node.depth,
        objectives=sums.objectives,
        stale=sums.stale,
        progress=sums.mean_progress,
        coverage=sums.coverage,
        key_results_with_value=sums.with_value,
        key_results=sums.key_results,
        lowest_confidence=sums.lowest_confidence,
        low_confidence=sums.low_confidence,
    )


def _objective(
    goal: Goal,
    titles: dict[UUID, Titled],
    helped: dict[UUID, Helped],
    pillars: dict[UUID, Named],
) -> OverviewObjective:
    return OverviewObjective(
        id=goal.id,
        title=goal.title,
        owner=goal.named_owner,
        responsible_team=goal.responsible,
        state=goal.row["state"],
        progress=goal.row["progress"],
        coverage=goal.row["coverage"],
        status=goal.standing.status,
        stale=goal.standing.stale,
        contributes_to=tuple(titles[one] for one in goal.row["contributes_to"]),
        contributes_to_key_results=tuple(
            helped[one] for one in goal.row["contributes_to_key_results"]
        ),
        serves=tuple(pillars[one] for one in goal.row["serves"]),
        ancestor=titles.get(goal.row["ancestor"]),
    )
