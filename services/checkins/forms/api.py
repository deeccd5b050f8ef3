"""The route of the check-in form."""

from typing import Annotated
from uuid import UUID

from fastapi import Query

from chassis.doors import Read
from chassis.routing import Router
from services.checkins.access import ACCESS
from services.checkins.forms import domain, store
from services.checkins.replica import store as replica

router = Router(tags=["check-ins"])


@router.get("/objectives/{objective}/check-in-form", operation_id="get_check_in_form")
async def get_check_in_form(
    objective: UUID, team: Annotated[UUID, Query(description="Who checks in.")], door: Read
) -> domain.Form:
    """The form of a team: each key result that it may report, with its last value.

    Values are okr's, overlaid with what was said here and has not got there yet; each says which.
    """
    async with door.read() as tx:
        await ACCESS.require(tx, door.caller, "get_check_in_form", teams=[team])
        goal = await replica.goal(tx, objective)
        return domain.form(goal, team, door.today, await store.known(tx, goal.objective, team))
