"""The address of what waits for an answer of whoever calls."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from chassis.caller import Caller
from chassis.db import Tx
from chassis.doors import Read
from chassis.routing import Router
from contracts.envelope import Closed
from contracts.words import Text
from services.okr.access import MEMBERS
from services.okr.asked import store
from services.okr.torchbearers.domain import Candidacy

router = Router(tags=["asked"])

What = Literal["proposal", "nomination", "candidacy"]


class Waiting(Closed):
    """One thing that waits for an answer of the caller."""

    what: What = Field(
        description="proposal: a goal that is proposed to a team of the caller; nomination: the "
        "caller is nominated, and has not answered; candidacy: somebody stands in a team of the "
        "caller, who has not said yes."
    )
    about: str = Field(description="As `objectives/<id>` or `candidacies/<id>`.")
    team: UUID = Field(description="The team that it is of.")
    title: Text | None = Field(description="Of a goal, its title; else null.")
    role: str | None = Field(description="Of a candidacy: torchbearer or deputy; else null.")
    since: datetime | None = Field(description="Since when; null where it is not known.")


class AskedOfMe(Closed):
    """What waits for an answer of the caller; of each kind the newest 200."""

    items: tuple[Waiting, ...]


@router.get("/me/asked", operation_id="get_asked")
async def get_asked(door: Read) -> AskedOfMe:
    """What waits for your answer: proposals and candidacies in your teams, and nominations."""
    async with door.read() as tx:
        return AskedOfMe(items=await _waiting(tx, door.caller))


async def _waiting(tx: Tx, caller: Caller) -> tuple[Waiting, ...]:
    if caller.person is None:
        return ()
    teams = caller.teams(*MEMBERS.team_roles)
    goals = [
        Waiting(
            what="proposal",
            about=f"objectives/{row['id']}",
            team=row["team"],
            title=Text.model_validate_json(row["title"]),
            role=None,
            since=row["since"],
        )
        for row in await store.proposals(tx, teams)
    ]
    people = [
        Waiting(
            what="nomination" if row["own"] else "candidacy",
            about=f"{Candidacy.kind}/{row['id']}",
            team=row["team"],
            title=None,
            role=row["role"],
            since=None,
        )
        for row in await store.candidacies(tx, caller.person, teams)
    ]
    return (*people, *goals)
