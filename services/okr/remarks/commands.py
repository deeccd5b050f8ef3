"""Has people talk about goals: each function is one command, in its transaction."""

from datetime import datetime
from uuid import UUID

from chassis import ids
from chassis.caller import Caller
from chassis.db import Tx
from chassis.problem import Problem, expect_version
from contracts.choosing import RemarkChanged
from services.okr.access import ACCESS, PARTS
from services.okr.objectives.commands import share
from services.okr.objectives.domain import expect_not_closed
from services.okr.objectives.store import objectives
from services.okr.organisation.store import check_known
from services.okr.remarks import domain, store


async def make(
    tx: Tx, caller: Caller, objective_id: UUID, said: domain.NewRemark, now: datetime
) -> RemarkChanged:
    """A comment, a question, or a request in the name of a team that the caller leads."""
    await ACCESS.require(tx, caller, "make_remark")
    if said.team and not await PARTS.may(tx, caller, "lead_team", teams=[said.team]):
        raise Problem("not-the-leader", team=str(said.team))
    if caller.person is None:
        raise Problem("unknown-person")
    objective, place = await share(tx, objective_id)
    expect_not_closed(place)
    if objective.state == "closed":
        raise Problem("objective-closed")
    domain.expect_between(said, objective.responsible_team)
    if said.asked:
        await check_known(tx, [said.asked])
    thread = await _thread(tx, said.parent, objective_id) if said.parent else None
    made = domain.begin(said, ids.new(), objective_id, thread, caller.person, now)
    return await store.add(tx, made)


async def _thread(tx: Tx, parent: UUID, objective: UUID) -> UUID:
    found = await store.remarks.find(tx, parent)
    if found is None:
        raise Problem("unknown-remark", remark=str(parent))
    return domain.thread_of(found, objective)


async def reword(
    tx: Tx, caller: Caller, remark_id: UUID, expected: int, text: str, now: datetime
) -> RemarkChanged:
    """Who said it says it otherwise."""
    remark = await _own(tx, caller, remark_id, expected)
    return await store.save(tx, domain.reword(remark, text, now))


async def remove(tx: Tx, caller: Caller, remark_id: UUID, expected: int) -> RemarkChanged:
    """Who said it takes it back."""
    return await store.save(tx, domain.remove(await _own(tx, caller, remark_id, expected)))


async def _own(tx: Tx, caller: Caller, remark_id: UUID, expected: int) -> RemarkChanged:
    remark = await store.remarks.lock(tx, remark_id)
    domain.expect_author(remark, caller.person)
    expect_version(remark, expected)
    return remark


async def hide(
    tx: Tx, caller: Caller, remark_id: UUID, expected: int, reason: str, now: datetime
) -> RemarkChanged:
    """A leader of the goal's team hides it, for all to see."""
    remark = await _of_goal(tx, caller, "hide_remark", remark_id, expected)
    return domain.told(await store.save(tx, domain.hide(remark, reason, now)))


async def show(tx: Tx, caller: Caller, remark_id: UUID, expected: int) -> RemarkChanged:
    """A leader of the goal's team shows it again."""
    remark = await _of_goal(tx, caller, "show_remark", remark_id, expected)
    return await store.save(tx, domain.show(remark))


async def answer(
    tx: Tx,
    caller: Caller,
    remark_id: UUID,
    expected: int,
    said: domain.AnswerGiven,
    now: datetime,
) -> RemarkChanged:
    """A leader of the asked team answers a request; what was answered before is replaced."""
    remark, responsible = await _held(tx, remark_id)
    team = domain.answering(remark, responsible)
    await ACCESS.require(tx, caller, "answer_request", teams=[team])
    expect_version(domain.told(remark), expected)
    return await store.save(tx, domain.answer(remark, said, now))


async def _of_goal(
    tx: Tx, caller: Caller, operation: str, remark_id: UUID, expected: int
) -> RemarkChanged:
    remark, responsible = await _held(tx, remark_id)
    await ACCESS.require(tx, caller, operation, teams=[responsible])
    expect_version(remark, expected)
    return remark


async def _held(tx: Tx, remark_id: UUID) -> tuple[RemarkChanged, UUID]:
    """A remark, and the team that is responsible for its goal."""
    remark = await store.remarks.lock(tx, remark_id)
    return remark, (await objectives.get(tx, remark.objective)).responsible_team


async def shown(
    tx: Tx, caller: Caller, objective_id: UUID, remarks: list[RemarkChanged]
) -> list[RemarkChanged]:
    """Remarks of an objective as `caller` may see them.

    Hidden words are read by who wrote them, and by those who may show them again.
    """
    objective = await objectives.get(tx, objective_id)
    if await PARTS.may(tx, caller, "lead_team", teams=[objective.responsible_team]):
        return remarks
    return [it if it.author == caller.person else domain.told(it) for it in remarks]
