"""The cut-over over HTTP, and the calls that it follows from."""

from uuid import UUID

from chassis import clock
from chassis.doors import Read, Repeatable
from chassis.routing import IF_MATCH_ONCE_THERE, Router
from contracts.okr import TeamCycleChanged
from services.okr.cut_over import commands, views
from services.okr.cut_over.domain import Decisions
from services.okr.cut_over.views import CutOverView
from services.okr.cycles.domain import PlaceWanted

router = Router(tags=["cut-over"])


@router.get("/teams/{team}/cycles/{cycle}/cut-over", operation_id="get_cut_over")
async def get_cut_over(team: UUID, cycle: UUID, door: Read) -> CutOverView:
    """The key results that a team has to decide on as a cycle ends, with what its retro
    recommends, and what was decided."""
    async with door.read() as tx:
        return await views.view(tx, team, cycle)


@router.put("/teams/{team}/cycles/{cycle}/cut-over", operation_id="decide_cut_over")
async def decide_cut_over(
    team: UUID, cycle: UUID, body: Decisions, door: Repeatable
) -> CutOverView:
    """Decide how key results go on: keep, modify or drop.

    What goes on is proposed in the other cycle, one objective for each of this one. It can be
    decided anew until the team agrees on that; what was kept then begins with its last value.
    """
    return await door.run(
        lambda tx: commands.decide(
            tx, door.caller, team, cycle, door.expected, body, clock.now(), door.today
        )
    )


@router.put(
    "/teams/{team}/cycles/{cycle}/place",
    operation_id="move_team_cycle",
    responses=IF_MATCH_ONCE_THERE,
)
async def move_team_cycle(
    team: UUID, cycle: UUID, body: PlaceWanted, door: Repeatable
) -> TeamCycleChanged:
    """Enter a cycle or move on in it: setting, running, retro, closed.

    If-Match is needed as soon as the team has a place in the cycle. Where the team is there
    already, nothing changes. It is closed when the team has decided how each open key result
    goes on; its agreed goals are then closed too. Proposals stay: they can still be moved to
    another cycle, or taken back.
    """
    return await door.run(
        lambda tx: commands.move_team_cycle(
            tx, door.caller, team, cycle, body.place, door.expected, clock.now()
        )
    )
