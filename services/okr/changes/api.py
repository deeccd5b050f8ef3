"""Changes of agreed goals over HTTP."""

from uuid import UUID

from chassis import clock
from chassis.doors import Change
from chassis.routing import Router
from contracts.okr import ObjectiveChanged
from services.okr.changes import commands
from services.okr.changes.domain import ChangeDraft
from services.okr.hints.views import HintedObjective, hinted

router = Router(tags=["choosing together"])


@router.put("/objectives/{id}/change", operation_id="put_change")
async def put_change(id: UUID, body: ChangeDraft, door: Change) -> HintedObjective:
    """Put a change of an agreed goal to its team; it holds once the team has agreed on it.

    The hints are on the goal as it would be then.
    """
    return await door.run(
        lambda tx: hinted(
            tx,
            door.language,
            commands.put(tx, door.caller, id, door.expected, body, clock.now(), door.today),
        )
    )


@router.delete("/objectives/{id}/change", operation_id="withdraw_change")
async def withdraw_change(id: UUID, door: Change) -> ObjectiveChanged:
    """Take a change back before the team has agreed on it."""
    return await door.run(lambda tx: commands.withdraw(tx, door.caller, id, door.expected))
