"""The address of what waits for an answer of whoever calls."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from chassis.caller import Caller
from chassis.db import Tx
from chassis.doors import Read
from chassis.routing import Router
from contracts.choosing import RemarkChanged, Side
from contracts.envelope import Closed
from contracts.okr import ObjectiveChanged
from contracts.words import Text
from services.okr.access import LEADERS, MEMBERS
from services.okr.asked import store
from services.okr.choosing.domain import SIDES
from services.okr.torchbearers.domain import Candidacy

router = Router(tags=["asked"])

What = Literal[
    "proposal", "change", "confirmation", "invitation", "request", "question", "nomination",
    "candidacy",
]  # fmt: skip


class Waiting(Closed):
    """One thing that waits for an answer of the caller."""

    what: What = Field(
        description="proposal, change: a goal, or a change of one, that a team of the caller "
        "chooses and the caller does not support yet; confirmation: somebody recorded how a team "
        "chose, and the caller can confirm it as the other of its torchbearer and supervisor; "
        "invitation: a team that the caller leads is invited to contribute; request: another team "
        "asks one that the caller leads, on a goal of either; question: somebody asks about a goal "
        "of the caller's team, and nobody has replied; nomination: the caller is nominated, and "
        "has not answered; candidacy: somebody stands in a team of the caller, who has not said "
        "yes."
    )
    about: str = Field(description="As `objectives/<id>`, `remarks/<id>` or `candidacies/<id>`.")
    team: UUID = Field(description="The team of the caller that is asked.")
    title: Text | None = Field(description="Of the goal that it is about; null where it is none.")
    role: str | None = Field(description="Of a candidacy: torchbearer or deputy; else null.")
    since: datetime | None = Field(description="Since when; null where it is not known.")


class AskedOfMe(Closed):
    """What waits for an answer of the caller; of each kind the newest 200."""

    items: tuple[Waiting, ...]


@router.get("/me/asked", operation_id="get_asked")
async def get_asked(door: Read) -> AskedOfMe:
    """What waits for your answer, in your teams and by your name."""
    async with door.read() as tx:
        return AskedOfMe(items=await _waiting(tx, door.caller))


async def _waiting(tx: Tx, caller: Caller) -> tuple[Waiting, ...]:
    person = caller.person
    if person is None:
        return ()
    teams, leads = caller.teams(*MEMBERS.team_roles), caller.teams(*LEADERS.team_roles)
    goals = [
        *[
            _of_goal("change" if row["change"] else "proposal", row)
            for row in await store.choices(tx, person, teams)
        ],
        *[
            _of_goal("confirmation", row)
            for row in await store.confirmations(
                tx, person, _teams_as(caller, "torchbearer"), _teams_as(caller, "supervisor")
            )
        ],
        *[_of_goal("invitation", row) for row in await store.invitations(tx, leads)],
    ]
    talk = [
        *[
            _of_goal("request", row, RemarkChanged.kind)
            for row in await store.requests(tx, person, leads)
        ],
        *[
            _of_goal("question", row, RemarkChanged.kind)
            for row in await store.questions(tx, person, teams)
        ],
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
        for row in await store.candidacies(tx, person, teams)
    ]
    return (*people, *goals, *talk)


def _teams_as(caller: Caller, side: Side) -> frozenset[UUID]:
    return caller.teams(*[role for role, acts in SIDES.items() if acts == side])


def _of_goal(what: What, row: Any, kind: str = ObjectiveChanged.kind) -> Waiting:
    return Waiting(
        what=what,
        about=f"{kind}/{row['id']}",
        team=row["team"],
        title=Text.stored(row["title"]),
        role=None,
        since=row["since"],
    )
