"""Assembles checkins: its API, and what it reads of others."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis import after, roles
from chassis.db import Database
from chassis.messages import Person, Team, Unit
from chassis.received import Reads
from chassis.settings import Settings
from services.checkins import messages
from services.checkins.access import ACCESS
from services.checkins.replica import consumers

if TYPE_CHECKING:
    import httpx
    from fastapi import FastAPI

    from chassis.owned import Keeping

FOLDER = Path(__file__).parent

READS: Mapping[str, Reads[Any]] = {
    "fi.soihtu.unit-changed.v1": Reads(Unit, consumers.keep_units),
    "fi.soihtu.team-changed.v1": Reads(Team, consumers.keep_teams),
    "fi.soihtu.memberships-changed.v1": Reads(Person, consumers.keep_people),
    "fi.soihtu.cycle-changed.v1": Reads(messages.Cycle, consumers.keep_cycles),
    "fi.soihtu.team-cycle-changed.v1": Reads(messages.TeamCycle, consumers.keep_team_cycles),
    "fi.soihtu.objective-changed.v1": Reads(messages.Objective, consumers.keep_objectives),
    "fi.soihtu.value-recorded.v1": Reads(messages.Value, consumers.keep_values),
}
TOPICS = (
    "soihtu.organisation.v1",
    "soihtu.memberships.v1",
    "soihtu.okr.v1",
    "soihtu.progress.v1",
)
COPIES = roles.Copies(
    tables=(
        "directory_units", "directory_teams", "directory_logins", "directory_memberships",
        "cycles", "team_cycles", "objectives", "recorded_values", "seen",
    ),
    folded_by=(
        "directory_logins_by_person", "directory_memberships_by_person",
        "recorded_values_by_source",
    ),
)  # fmt: skip
COPIED = (
    "units", "teams", "memberships", "cycles", "team-cycles", "objectives", "values", "counted",
)  # fmt: skip


def _keeping() -> "Keeping":
    from services.checkins.republishing import KEEPING

    return KEEPING


def create_app(
    settings: Settings, db: Database, identity: "httpx.AsyncBaseTransport | None" = None
) -> "FastAPI":
    """The public API; opens nothing. `identity` is the way to the provider of tokens."""
    # Here, since the other roles would pay for it in memory and in time to start.
    from chassis.api import create_api
    from services.checkins.forms.api import router as forms
    from services.checkins.recording.api import router as recording
    from services.checkins.retros.api import router as retros

    return create_api(
        settings,
        db,
        title="Soihtu checkins",
        description="What teams say about their objectives, and what they make of a cycle.",
        routers=[recording, forms, retros],
        access=ACCESS,
        problems=FOLDER / "problems.yaml",
        holds=dict.fromkeys(COPIED, after.seen),
        identity=identity,
    )


SERVICE = roles.Service(
    name="checkins",
    folder=FOLDER,
    create_app=create_app,
    reads=READS,
    topics=TOPICS,
    copies=COPIES,
    keeping=_keeping,
    rest=0.05,
)
