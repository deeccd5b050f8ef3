"""The practice: how far pillars and units are in a cycle, and how goals are lived with there."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field

from chassis import sql
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Text
from services.reporting import domain
from services.reporting.answers import goals
from services.reporting.answers.asked import Asked, AskedNow, InCycle, in_cycle, known_text
from services.reporting.answers.goals import Goal
from services.reporting.answers.overview import sums_of, tree
from services.reporting.domain import Habits, Sums

_queries = sql.load(__file__, "practice.sql")
router = Router(tags=["practice"])


class Reached(Closed):
    """How far some agreed objectives of the cycle are."""

    objectives: int = Field(description="How many there are.")
    progress: float | None = Field(
        description="Plain mean over the objectives that have progress, 0–1; null when none has."
    )
    coverage: float | None = Field(
        description="Key results with progress of all open ones, 0–1; null without key results."
    )
    lowest_confidence: int | None = Field(description="The lowest of the latest ones, 0–10.")
    low_confidence: int = Field(description="Key results whose latest confidence is 3 or below.")


class PracticePillar(Reached):
    """A pillar with the objectives that serve it, or contribute to what serves it."""

    id: UUID
    name: Text
    promise: Text = Field(description="What the customer is promised.")
    state: str = Field(description="Open code: current, retired.")


class PracticeUnit(Reached):
    """A unit with the objectives that are owned in its subtree, and the teams and people there."""

    id: UUID
    unit_kind: str = Field(description="Open code: agency, department …")
    name: Text
    parent: UUID | None = Field(description="The unit above in this list; null at the top.")
    depth: int = Field(description="0 at the top.")
    teams: int = Field(description="Teams that are responsible for an objective of the cycle.")
    in_rhythm: int = Field(description="Those of them of whose objectives none is stale.")
    people: int | None = Field(
        description="People of whom the site and that of a supervisor are known; null below five, "
        "and where less another unit's it would tell of fewer."
    )
    elsewhere: int | None = Field(
        description="Those of them whose assigned site is no supervisor's; null where people is."
    )
    site_distance: float | None = Field(
        description="Their share, 0–1; null where people is. Sites are assigned ones, as of "
        "today: never where somebody is."
    )


class Practice(Freshness):
    """How the practice of goals lives in a cycle."""

    cycle: InCycle
    pillars: tuple[PracticePillar, ...] = Field(
        description="By their place; retired ones only while something serves them."
    )
    units: tuple[PracticeUnit, ...] = Field(description="In the order of the tree.")


@router.get("/practice", operation_id="get_practice")
async def get_practice(
    door: Read,
    asked: AskedNow,
    cycle: Annotated[UUID | None, Query(description="The cycle to look at.")] = None,
) -> Practice:
    """Pillars and units in a cycle; by default the open one that began last, else begins next."""
    async with door.read() as tx:
        frame, agreed = await goals.agreed_in(tx, cycle, asked)
        freshness = await asked.freshness(tx)
        return Practice(
            **freshness.model_dump(),
            cycle=in_cycle(frame, asked),
            pillars=await _pillars(tx, agreed),
            units=await _units(tx, agreed, asked),
        )


def _reached(sums: Sums) -> dict[str, Any]:
    return {
        "objectives": sums.objectives,
        "progress": sums.mean_progress,
        "coverage": sums.coverage,
        "lowest_confidence": sums.lowest_confidence,
        "low_confidence": sums.low_confidence,
    }


async def _pillars(tx: Tx, agreed: list[Goal]) -> tuple[PracticePillar, ...]:
    by_id = {goal.id: goal for goal in agreed}
    sums: dict[UUID, Sums] = {}
    async for row in _queries.practice_serving(tx.conn, objectives=list(by_id)):
        sums.setdefault(row["pillar"], Sums()).add(sums_of(by_id[row["objective"]]))
    return tuple(
        [
            PracticePillar(
                id=row["id"],
                name=known_text(row["name"]),
                promise=known_text(row["promise"]),
                state=row["state"],
                **_reached(sums.get(row["id"], Sums())),
            )
            async for row in _queries.practice_pillars(tx.conn)
            if row["state"] != "retired" or row["id"] in sums
        ]
    )


async def _units(tx: Tx, agreed: list[Goal], asked: Asked) -> tuple[PracticeUnit, ...]:
    rows = await tree(tx)
    nodes = domain.in_tree_order({id_: row["parent"] for id_, row in rows.items()})
    sums = domain.sum_up(nodes, [(goal.owner, sums_of(goal)) for goal in agreed], Sums)
    habits = domain.sum_up(nodes, await _habits(tx, agreed, asked), Habits)
    units = [node for node in nodes if rows[node.id]["kind"] == "unit"]
    told = domain.told_apart(units, {node.id: habits[node.id].people for node in units})
    return tuple(
        PracticeUnit(
            id=node.id,
            unit_kind=rows[node.id]["unit_kind"],
            name=known_text(rows[node.id]["name"]),
            parent=node.parent,
            depth=node.depth,
            **_reached(sums[node.id]),
            **_lived(habits[node.id], node.id in told),
        )
        for node in units
    )


async def _habits(tx: Tx, agreed: list[Goal], asked: Asked) -> list[tuple[UUID, Habits]]:
    of_teams = domain.habits_of_teams(
        (goal.row["responsible_team"], goal.standing.stale) for goal in agreed
    )
    today = asked.now.astimezone(asked.zone).date()
    of_people = [
        (row["team"], Habits(people=row["people"], elsewhere=row["elsewhere"]))
        async for row in _queries.practice_sites(tx.conn, day=today)
    ]
    return [*of_teams, *of_people]


def _lived(habits: Habits, told: bool) -> dict[str, Any]:
    return {
        "teams": habits.teams,
        "in_rhythm": habits.in_rhythm,
        "people": habits.people if told else None,
        "elsewhere": habits.elsewhere if told else None,
        "site_distance": habits.site_distance if told else None,
    }
