"""Remarks on goals over HTTP."""

from uuid import UUID

from chassis import clock
from chassis.doors import Change, Creation, Read
from chassis.paging import Page, Pages
from chassis.routing import Router
from contracts.choosing import RemarkChanged
from services.okr.remarks import commands, store
from services.okr.remarks.domain import AnswerGiven, Hiding, NewRemark, RemarkText

router = Router(tags=["remarks"])


@router.post("/objectives/{id}/remarks", operation_id="make_remark")
async def make_remark(id: UUID, body: NewRemark, door: Creation) -> RemarkChanged:
    """Comment on a goal, ask about it, or request something; all staff may read it.

    A request is of another team: on its goal, or on one of your own that needs it (`asked`).
    """
    return await door.run(body, lambda tx: commands.make(tx, door.caller, id, body, clock.now()))


@router.get("/objectives/{id}/remarks", operation_id="list_remarks")
async def list_remarks(id: UUID, door: Read, pages: Pages) -> Page[RemarkChanged]:
    """What was said of a goal, oldest first; what was taken back stays, without its words."""
    async with door.read() as tx:
        key = pages.key(UUID)
        rows = await store.listed(tx, id, key[0] if key else None, pages.limit + 1)
        seen = await commands.shown(tx, door.caller, id, rows)
    return pages.page(seen, lambda row: row, lambda row: [row.id])


@router.get("/remarks/{id}", operation_id="get_remark")
async def get_remark(id: UUID, door: Read) -> RemarkChanged:
    """One remark."""
    async with door.read() as tx:
        remark = await store.remarks.get(tx, id)
        return (await commands.shown(tx, door.caller, remark.objective, [remark]))[0]


@router.put("/remarks/{id}", operation_id="reword_remark")
async def reword_remark(id: UUID, body: RemarkText, door: Change) -> RemarkChanged:
    """Word one's own remark anew."""
    return await door.run(
        lambda tx: commands.reword(tx, door.caller, id, door.expected, body.text, clock.now())
    )


@router.delete("/remarks/{id}", operation_id="remove_remark")
async def remove_remark(id: UUID, door: Change) -> RemarkChanged:
    """Take one's own remark back: its words are gone for ever, that there was one stays."""
    return await door.run(lambda tx: commands.remove(tx, door.caller, id, door.expected))


@router.post("/remarks/{id}/hide", operation_id="hide_remark")
async def hide_remark(id: UUID, body: Hiding, door: Change) -> RemarkChanged:
    """Hide another's remark on a goal of one's team; all see that, and why."""
    return await door.run(
        lambda tx: commands.hide(tx, door.caller, id, door.expected, body.reason, clock.now())
    )


@router.post("/remarks/{id}/show", operation_id="show_remark")
async def show_remark(id: UUID, door: Change) -> RemarkChanged:
    """Show a hidden remark again."""
    return await door.run(lambda tx: commands.show(tx, door.caller, id, door.expected))


@router.post("/remarks/{id}/answer", operation_id="answer_request")
async def answer_request(id: UUID, body: AnswerGiven, door: Change) -> RemarkChanged:
    """Answer another team's request, in the name of the team that is asked."""
    return await door.run(
        lambda tx: commands.answer(tx, door.caller, id, door.expected, body, clock.now())
    )
