"""The duties of a team's torchbearer and supervisor in a cycle, with the call that does each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from pydantic import Field

from chassis import sql
from chassis.db import Tx
from chassis.doors import Read
from chassis.freshness import Freshness
from chassis.problem import Problem
from chassis.routing import Router
from contracts.envelope import Closed
from services.reporting import duties
from services.reporting.answers import board
from services.reporting.answers.asked import (
    Asked,
    AskedNow,
    InCycle,
    Named,
    Titled,
    in_cycle,
    known_text,
)
from services.reporting.duties import Duty, Lack, Missing, State, TeamGoal

_queries = sql.load(__file__, "duties.sql")
router = Router(tags=["duties"])

CALLS: Mapping[Lack, tuple[str, str, str]] = {
    "no-goals": ("okr", "POST", "/objectives"),
    "not-agreed": ("okr", "POST", "/objectives/{objective}/agree"),
    "not-confirmed": ("okr", "POST", "/objectives/{objective}/confirm"),
    "not-running": ("okr", "PUT", "/teams/{team}/cycles/{cycle}/place"),
    "check-in-due": ("checkins", "POST", "/check-ins"),
    "check-in-missed": ("checkins", "POST", "/check-ins"),
    "no-retro": ("checkins", "POST", "/retros"),
    "no-learning": ("checkins", "PUT", "/retros/{retro}"),
}
"""What is lacking → service, method and path of the call that does it."""


class TheCall(Closed):
    """A call of a service's public API."""

    service: str = Field(description="okr or checkins.")
    method: str = Field(description="POST or PUT.")
    path: str = Field(description="With the ids in it.")


class Lacking(Closed):
    """One thing that a duty lacks."""

    code: Lack = Field(
        description="no-goals; of a goal not-agreed, check-in-due, check-in-missed; not-confirmed: "
        "one of torchbearer and supervisor recorded how the team chose it or a change of it, and "
        "the other has not confirmed it; not-running: no check-in is taken before the team's place "
        "is running; no-retro; no-learning: the retro found nothing of the goal."
    )
    objective: Titled | None = Field(
        description="The goal that it is of; null where it is of none."
    )
    since: datetime | None = Field(description="Since when; null where that is not known.")
    call: TheCall = Field(description="What does it.")


class DutyNow(Closed):
    """How one of the duties stands."""

    duty: Duty = Field(description="What they see to: that goals are chosen together, and so on.")
    state: State = Field(description="due: to be done now; overdue: it should have been.")
    since: datetime | None = Field(description="Since when; null where it is not known.")
    missing: tuple[Lacking, ...] = Field(description="What it lacks; empty when nothing.")


class Duties(Freshness):
    """What a team's torchbearer and supervisor see to, of its goals in a cycle."""

    team: Named
    cycle: InCycle
    place: str | None = Field(
        description="Open code: setting, running, retro, closed; null while it is not in it yet."
    )
    duties: tuple[DutyNow, ...] = Field(description="Chosen together, followed, looked back on.")


@router.get("/teams/{id}/duties", operation_id="get_duties")
async def get_duties(
    id: UUID,
    door: Read,
    asked: AskedNow,
    cycle: Annotated[UUID | None, Query(description="The cycle to look at.")] = None,
) -> Duties:
    """What the torchbearer and the supervisor have to see to, and the call that does it.

    By default in the newest cycle in which the team's place is running.
    """
    async with door.read() as tx:
        team, frame = await board.team_and_cycle(tx, id, cycle)
        if frame is None:
            raise Problem("no-cycle-yet")
        freshness = await asked.freshness(tx)
        return Duties(
            **freshness.model_dump(),
            team=Named(id=id, name=known_text(team["name"])),
            cycle=in_cycle(frame, asked),
            place=frame["place"],
            duties=await _duties(tx, id, frame, asked),
        )


async def _duties(tx: Tx, team: UUID, frame: Any, asked: Asked) -> tuple[DutyNow, ...]:
    rows = [row async for row in _queries.duty_goals(tx.conn, team=team, cycle=frame["id"])]
    learned = [row async for row in _queries.duty_learned(tx.conn, team=team, cycle=frame["id"])]
    goals = [
        TeamGoal(
            row["id"],
            row["rhythm"],
            row["state"],
            row["was_agreed"],
            row["agreed_at"],
            row["last_check_in"],
            row["recorded_at"],
        )
        for row in rows
    ]
    titles = {row["id"]: Titled(id=row["id"], title=known_text(row["title"])) for row in rows}
    ids = {"team": team, "cycle": frame["id"], "retro": learned[0]["retro"] if learned else None}
    found = duties.duties(
        asked.frame(frame), frame["place"], goals, {row["objective"] for row in learned}
    )
    return tuple(
        DutyNow(
            duty=one.duty,
            state=one.state,
            since=one.since,
            missing=tuple(_lacking(it, titles, ids) for it in one.missing),
        )
        for one in found
    )


def _lacking(
    missing: Missing, titles: Mapping[UUID, Titled], ids: Mapping[str, UUID | None]
) -> Lacking:
    service, method, path = CALLS[missing.lack]
    return Lacking(
        code=missing.lack,
        objective=titles[missing.objective] if missing.objective else None,
        since=missing.since,
        call=TheCall(
            service=service,
            method=method,
            path=path.format(objective=missing.objective, **ids),
        ),
    )
