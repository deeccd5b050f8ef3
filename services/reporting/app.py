"""Assembles reporting."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis import after, db
from chassis.db import Database
from chassis.operations import Call
from chassis.received import Reads
from chassis.roles import Copies, Service
from chassis.settings import Settings
from services.reporting import messages
from services.reporting.access import ACCESS
from services.reporting.projections import (
    checkins,
    cycles,
    learnings,
    objectives,
    organisation,
    pillars,
    progress,
)

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

FOLDER = Path(__file__).parent

READS: Mapping[str, Reads[Any]] = {
    "fi.soihtu.unit-changed.v1": Reads(messages.Unit, organisation.apply_units),
    "fi.soihtu.team-changed.v1": Reads(messages.Team, organisation.apply_teams),
    "fi.soihtu.memberships-changed.v1": Reads(messages.Person, organisation.apply_people),
    "fi.soihtu.pillar-changed.v1": Reads(messages.Pillar, pillars.apply_pillars),
    "fi.soihtu.cycle-changed.v1": Reads(messages.Cycle, cycles.apply_cycles),
    "fi.soihtu.team-cycle-changed.v1": Reads(messages.TeamCycle, cycles.apply_team_cycles),
    "fi.soihtu.objective-changed.v1": Reads(messages.Objective, objectives.apply_objectives),
    "fi.soihtu.value-recorded.v1": Reads(messages.Value, progress.apply_values),
    "fi.soihtu.key-result-updated.v1": Reads(messages.Progress, progress.apply_progress),
    "fi.soihtu.check-in-recorded.v1": Reads(messages.CheckIn, checkins.apply_check_ins),
    "fi.soihtu.retro-completed.v1": Reads(messages.Retro, learnings.apply_retros),
}

TOPICS = (
    "soihtu.organisation.v1",
    "soihtu.memberships.v1",
    "soihtu.okr.v1",
    "soihtu.progress.v1",
    "soihtu.checkins.v1",
    "soihtu.retro.v1",
)

COPIES = Copies(
    tables=(
        "units", "teams", "people", "pillars", "cycles", "team_cycles", "objectives", "key_results",
        "key_result_progress", "objective_progress", "recorded_values", "check_ins", "learnings",
        "directory_units", "directory_teams", "directory_logins", "directory_memberships", "seen",
    ),
    folded_by=(
        "directory_logins_by_person", "directory_memberships_by_person",
        "recorded_values_by_source",
    ),
)  # fmt: skip

KINDS = (
    "units",
    "teams",
    "memberships",
    "pillars",
    "cycles",
    "team-cycles",
    "objectives",
    "values",
    "key-results",
    "check-ins",
    "retros",
    "counted",
)
"""What is kept here of others' aggregates, so that readers can wait for their own writes."""


def create_app(
    settings: Settings, database: Database, identity: "httpx.AsyncBaseTransport | None" = None
) -> "FastAPI":
    """The public API; `identity` is the way to the OIDC provider, by default the network."""
    # Here, since the other roles would pay for it in memory and in time to start.
    from chassis.api import create_api
    from services.reporting.answers.board import router as board
    from services.reporting.answers.duties import router as duties
    from services.reporting.answers.findings import router as findings
    from services.reporting.answers.history import router as history
    from services.reporting.answers.learnings import router as learned
    from services.reporting.answers.overview import router as overview
    from services.reporting.answers.practice import router as practice
    from services.reporting.answers.serves import router as serves

    return create_api(
        settings,
        database,
        title="Soihtu reporting",
        description="Boards, duties, the overview, the practice, what goals serve, findings, "
        "histories, learnings: what crosses teams.",
        routers=[board, duties, overview, practice, serves, findings, history, learned],
        access=ACCESS,
        problems=FOLDER / "problems.yaml",
        holds=dict.fromkeys(KINDS, after.seen),
        identity=identity,
    )


async def _connect(settings: Settings, service: str, role: str) -> Database:
    """All that its worker writes is read again from topics, so it waits for no commit."""
    soon = db.SOON if role == "worker" else {}
    return await db.connect(settings, service, role, {**db.LIMITS, **soon})


async def _verify(call: Call) -> int:
    from services.reporting.verify import verify  # which no role needs

    return await verify(call)


SERVICE = Service(
    name="reporting",
    folder=FOLDER,
    create_app=create_app,
    reads=READS,
    topics=TOPICS,
    publishes=False,
    connect=_connect,
    copies=COPIES,
    verify=_verify,
)
