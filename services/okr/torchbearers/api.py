"""The addresses of candidacies for torchbearer and deputy, and of hand-over notes."""

from uuid import UUID

from chassis.doors import Change, Creation, Read, Repeatable
from chassis.paging import Page, Pages
from chassis.routing import IF_MATCH_ONCE_THERE, Router
from services.okr.access import ACCESS, PARTS
from services.okr.torchbearers import commands, store
from services.okr.torchbearers.domain import (
    Candidacy,
    CandidacyDetails,
    HandOver,
    HandOverDetails,
    Meeting,
)

router = Router(tags=["torchbearers"])


@router.post("/teams/{team}/torchbearer-candidacies", operation_id="stand_for_torchbearer")
async def stand_for_torchbearer(team: UUID, body: CandidacyDetails, door: Creation) -> Candidacy:
    """Volunteer for torchbearer or deputy of one's team, or nominate another of its members."""
    return await door.run(body, lambda tx: commands.stand(tx, door.caller, team, body, door.today))


@router.get("/teams/{team}/torchbearer-candidacies", operation_id="list_candidacies")
async def list_candidacies(team: UUID, door: Read, pages: Pages) -> Page[Candidacy]:
    """Who stands or stood for torchbearer or deputy of one's team, the newest first."""
    async with door.read() as tx:
        await ACCESS.require(tx, door.caller, "list_candidacies", teams=[team])
        after = pages.key(UUID)
        rows = await store.listed(tx, team, after[0] if after else None, pages.limit + 1)
    return pages.page(rows, lambda row: row, lambda row: [row.id])


@router.get("/candidacies/{candidacy}", operation_id="get_candidacy")
async def get_candidacy(candidacy: UUID, door: Read) -> Candidacy:
    """One candidacy in one's team, or one's own; who said yes is for the team."""
    async with door.read() as tx:
        found = await store.candidacies.get(tx, candidacy)
        if door.caller.person != found.person:
            await PARTS.require(tx, door.caller, "read_candidacy", teams=[found.team])
        return found


@router.post("/candidacies/{candidacy}/accept", operation_id="accept_candidacy")
async def accept_candidacy(candidacy: UUID, door: Change) -> Candidacy:
    """Stand, as one was nominated."""
    return await door.run(
        lambda tx: commands.accept(tx, door.caller, candidacy, door.expected, door.today)
    )


@router.post("/candidacies/{candidacy}/decline", operation_id="decline_candidacy")
async def decline_candidacy(candidacy: UUID, door: Change) -> Candidacy:
    """Not stand, as one was nominated, or stand no more; also after one left the team."""
    return await door.run(
        lambda tx: commands.decline(tx, door.caller, candidacy, door.expected, door.today)
    )


@router.put("/candidacies/{candidacy}/yes", operation_id="say_yes")
async def say_yes(candidacy: UUID, door: Repeatable) -> Candidacy:
    """Say yes to a candidacy in one's team; more than half of the day's members choose."""
    return await door.run(
        lambda tx: commands.say_yes(tx, door.caller, candidacy, door.expected, door.today)
    )


@router.delete("/candidacies/{candidacy}/yes", operation_id="take_back_yes")
async def take_back_yes(candidacy: UUID, door: Repeatable) -> Candidacy:
    """Say yes no more, while the team has not chosen."""
    return await door.run(
        lambda tx: commands.take_back_yes(tx, door.caller, candidacy, door.expected, door.today)
    )


@router.post("/candidacies/{candidacy}/confirm", operation_id="confirm_candidacy")
async def confirm_candidacy(candidacy: UUID, body: Meeting, door: Change) -> Candidacy:
    """Record that the team agreed in a meeting, as a leader of it who does not stand oneself."""
    return await door.run(
        lambda tx: commands.confirm(tx, door.caller, candidacy, door.expected, body, door.today)
    )


@router.put(
    "/candidacies/{candidacy}/hand-over",
    operation_id="write_hand_over",
    responses=IF_MATCH_ONCE_THERE,
)
async def write_hand_over(candidacy: UUID, body: HandOverDetails, door: Repeatable) -> HandOver:
    """Leave a note to who was chosen after oneself; the team's leaders alone read it."""
    return await door.run(
        lambda tx: commands.write_hand_over(tx, door.caller, candidacy, door.expected, body)
    )


@router.get("/candidacies/{candidacy}/hand-over", operation_id="get_hand_over")
async def get_hand_over(candidacy: UUID, door: Read) -> HandOver:
    """The note that the one before left, for the team's leaders."""
    async with door.read() as tx:
        chosen = await store.candidacies.get(tx, candidacy)
        await ACCESS.require(tx, door.caller, "get_hand_over", teams=[chosen.team])
        return await store.hand_overs.get(tx, candidacy)
