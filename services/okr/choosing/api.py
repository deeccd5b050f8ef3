"""Choosing together over HTTP."""

from uuid import UUID

from chassis import clock
from chassis.doors import Change, Door, Read, Repeatable
from chassis.routing import Router
from services.okr.access import ACCESS
from services.okr.choosing import commands, views
from services.okr.choosing.commands import When
from services.okr.choosing.domain import Choice, TeamChoosing, TeamShare
from services.okr.choosing.views import ParticipationView, SupportView, TeamChoosingView
from services.okr.hints.views import HintedObjective, hinted
from services.okr.objectives.store import objectives
from services.okr.organisation.store import teams

router = Router(tags=["choosing together"])


def _now(door: Door) -> When:
    return When(clock.now(), door.today)


@router.get("/objectives/{id}/support", operation_id="get_support")
async def get_support(id: UUID, door: Read) -> SupportView:
    """How many support the goal or its change; by name to the responsible team alone."""
    async with door.read() as tx:
        return await views.support(tx, door.caller, await objectives.get(tx, id), door.today)


@router.put("/objectives/{id}/support", operation_id="support_objective")
async def support_objective(id: UUID, door: Repeatable) -> SupportView:
    """Support what the team is choosing; If-Match says which wording was meant."""
    return await door.run(
        lambda tx: commands.support(tx, door.caller, id, door.expected, door.today)
    )


@router.delete("/objectives/{id}/support", operation_id="withdraw_support")
async def withdraw_support(id: UUID, door: Repeatable) -> SupportView:
    """Take one's support back."""
    return await door.run(
        lambda tx: commands.withdraw_support(tx, door.caller, id, door.expected, door.today)
    )


@router.post("/objectives/{id}/agree", operation_id="agree_objective")
async def agree_objective(id: UUID, body: Choice, door: Change) -> HintedObjective:
    """Record how the team chose the goal or its change; the other of the two confirms it.

    Where nobody else can, as torchbearer or as supervisor, it is agreed at once.
    """
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.agree(tx, door.caller, id, door.expected, body, _now(door)),
        )
    )


@router.post("/objectives/{id}/confirm", operation_id="confirm_objective")
async def confirm_objective(id: UUID, door: Change) -> HintedObjective:
    """Confirm, as the other of torchbearer and supervisor, how the team chose: it is agreed."""
    return await door.run(
        lambda tx: hinted(
            tx, door.language, commands.confirm(tx, door.caller, id, door.expected, _now(door))
        )
    )


@router.get("/objectives/{id}/participation", operation_id="get_participation")
async def get_participation(id: UUID, door: Read) -> ParticipationView:
    """How many of the team took part in choosing; for the team alone."""
    async with door.read() as tx:
        objective = await objectives.get(tx, id)
        owners = [objective.responsible_team]
        await ACCESS.require(tx, door.caller, "get_participation", teams=owners)
        return await views.participation(tx, objective, door.today)


@router.get("/teams/{team}/choosing", operation_id="get_team_choosing")
async def get_team_choosing(team: UUID, door: Read) -> TeamChoosingView:
    """How large a share of the team chooses a goal."""
    async with door.read() as tx:
        await teams.get(tx, team)
        return await views.choosing(tx, team)


@router.put("/teams/{team}/choosing", operation_id="put_team_choosing")
async def put_team_choosing(team: UUID, body: TeamShare, door: Repeatable) -> TeamChoosing:
    """Set how large a share of the team chooses a goal."""
    return await door.run(
        lambda tx: commands.set_share(tx, door.caller, team, door.expected, body.share)
    )
