"""Assembles notifications: its API, what it reads, and what its workers do by the clock."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chassis import after, roles
from chassis.db import Database
from chassis.messages import Person, Unit
from chassis.received import Reads
from services.notifications import messages
from services.notifications.access import ACCESS
from services.notifications.replica import consumers as replica
from services.notifications.rules import consumers as rules
from services.notifications.settings import Settings

if TYPE_CHECKING:
    import asyncio

    import httpx
    from fastapi import FastAPI

    from chassis.settings import Settings as Shared

FOLDER = Path(__file__).parent

READS: Mapping[str, Reads[Any]] = {
    "fi.soihtu.unit-changed.v1": Reads(Unit, replica.keep_units),
    "fi.soihtu.team-changed.v1": Reads(messages.Team, replica.keep_teams),
    "fi.soihtu.memberships-changed.v1": Reads(Person, replica.keep_people),
    "fi.soihtu.person-changed.v1": Reads(messages.Contact, replica.keep_contacts),
    "fi.soihtu.cycle-changed.v1": Reads(messages.Cycle, replica.keep_cycles),
    "fi.soihtu.team-cycle-changed.v1": Reads(messages.TeamCycle, replica.keep_team_cycles),
    "fi.soihtu.objective-changed.v1": Reads(messages.Objective, rules.hear_objectives),
    "fi.soihtu.remark-changed.v1": Reads(messages.Remark, rules.hear_remarks),
    "fi.soihtu.check-in-recorded.v1": Reads(messages.CheckIn, rules.hear_check_ins),
    "fi.soihtu.value-recorded.v1": Reads(messages.Value, rules.hear_values),
    "fi.soihtu.retro-completed.v1": Reads(messages.Retro, rules.hear_retros),
}
TOPICS = (
    "soihtu.organisation.v1",
    "soihtu.memberships.v1",
    "soihtu.people.v1",
    "soihtu.okr.v1",
    "soihtu.progress.v1",
    "soihtu.checkins.v1",
    "soihtu.retro.v1",
)
COPIES = roles.Copies(
    tables=(
        "directory_units", "directory_teams", "directory_logins", "directory_memberships",
        "contacts", "teams", "cycles", "team_cycles", "objectives", "remarks", "check_ins",
        "seen",
    ),
    folded_by=("directory_logins_by_person", "directory_memberships_by_person"),
)  # fmt: skip
KINDS = (
    "units", "teams", "memberships", "people", "cycles", "team-cycles", "objectives", "remarks",
    "check-ins", "values", "retros",
)  # fmt: skip
"""What is heard here of others' aggregates, so that readers can wait for their own writes."""


def create_app(
    settings: "Shared", db: Database, identity: "httpx.AsyncBaseTransport | None" = None
) -> "FastAPI":
    """The public API; opens nothing. `identity` is the way to the provider of tokens."""
    # Here, since the other roles would pay for it in memory and in time to start.
    from chassis.api import create_api
    from services.notifications.inbox.api import router as inbox

    return create_api(
        settings,
        db,
        title="Soihtu notifications",
        description="What people are told, in an inbox and by mail, and what they want mailed.",
        routers=[inbox],
        access=ACCESS,
        problems=FOLDER / "problems.yaml",
        holds=dict.fromkeys(KINDS, after.seen),
        identity=identity,
    )


async def _by_the_clock(db: Database, settings: "Shared", stop: "asyncio.Event") -> None:
    """What workers do beside consuming: tell, send mails, forget."""
    import asyncio

    from services.notifications.mail.sending import Sender
    from services.notifications.rules.ticking import forget_for_ever, tick_for_ever

    assert isinstance(settings, Settings)
    await asyncio.gather(
        tick_for_ever(db, settings, stop),
        Sender(db, settings).send_for_ever(stop),
        forget_for_ever(db, stop),
    )


SERVICE = roles.Service(
    name="notifications",
    folder=FOLDER,
    create_app=create_app,
    reads=READS,
    topics=TOPICS,
    publishes=False,
    copies=COPIES,
    settings=Settings,
    beside=_by_the_clock,
    rest=0.25,
)
