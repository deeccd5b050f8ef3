"""Contributing teams over HTTP."""

from uuid import UUID

from chassis import clock
from chassis.doors import Change
from chassis.routing import Router
from contracts.okr import ObjectiveChanged
from services.okr.contributing import commands
from services.okr.contributing.domain import Refusal

router = Router(tags=["contributing teams"], prefix="/objectives/{id}/contributors/{team}")


@router.post("/invite", operation_id="invite_contributor")
async def invite_contributor(id: UUID, team: UUID, door: Change) -> ObjectiveChanged:
    """Ask another team to contribute, also once more; until it agrees it does not check in."""
    return await door.run(
        lambda tx: commands.invite(tx, door.caller, id, team, door.expected, clock.now())
    )


@router.post("/agree", operation_id="agree_to_contribute")
async def agree_to_contribute(id: UUID, team: UUID, door: Change) -> ObjectiveChanged:
    """Record that the team has agreed to contribute."""
    return await door.run(lambda tx: commands.agree(tx, door.caller, id, team, door.expected))


@router.post("/decline", operation_id="decline_to_contribute")
async def decline_to_contribute(
    id: UUID, team: UUID, body: Refusal, door: Change
) -> ObjectiveChanged:
    """Record that the team does not contribute, and why."""
    return await door.run(
        lambda tx: commands.decline(
            tx, door.caller, id, team, door.expected, body.reason, clock.now()
        )
    )


@router.post("/leave", operation_id="leave_objective")
async def leave_objective(id: UUID, team: UUID, body: Refusal, door: Change) -> ObjectiveChanged:
    """Record that the team contributes no more, and why; what it checked in stays."""
    return await door.run(
        lambda tx: commands.leave(
            tx, door.caller, id, team, door.expected, body.reason, clock.now()
        )
    )
