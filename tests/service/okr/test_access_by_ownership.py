"""Who may what with a goal: every operation, asked by everyone over HTTP, by whose the goal is."""

from collections.abc import AsyncIterator, Mapping
from typing import TypeAlias

import httpx
import pytest

from chassis import db
from local.throwaway import ThrowAwayParts
from tests.service.applications import api_on, issuer, settings_of
from tests.service.cells import cells
from tests.service.described import described
from tests.service.okr.conftest import Okr
from tests.service.okr.ownership import (
    KINDS,
    LEADS,
    MACHINE,
    NAMED,
    NO_ROLE,
    PEOPLE,
    UNNAMED,
    Agency,
    asking,
    requests_of,
)

Sets: TypeAlias = dict[str, set[str]]
"""Who may, by whose the goal is."""

ADMIN, STRATEGY, MEMBER = {"admin"}, {"strategy"}, {"member"}
LEADERS = {"torchbearer", "deputy", "supervisor"}
TEAM = LEADERS | MEMBER | {"project-lead"}
OTHER_LEADERS = {"torchbearer of another team", "supervisor of another team"}
OTHER_MEMBER = {"member of another team"}
OTHER_TEAM = OTHER_LEADERS | OTHER_MEMBER
HEAD_OF_AGENCY, HEAD_OF_DEPARTMENT = {"head of the agency"}, {"head of the department"}
TOP = HEAD_OF_DEPARTMENT | HEAD_OF_AGENCY
HEADS = TOP | {"head of the unit"}
OTHER_HEADS = TOP | {"head of a sibling unit"}
STAFF = set(PEOPLE) | {"admin", "strategy", "auditor", "operator"}


def everywhere(callers: set[str]) -> Sets:
    return dict.fromkeys(KINDS, callers)


def answering(ours: set[str], others: set[str]) -> Sets:
    """By who answers for the goal: our team, or the other."""
    return {name: ours if kind.answers == "ours" else others for name, kind in KINDS.items()}


THE_LEADERS = answering(LEADERS, OTHER_LEADERS)
THE_TEAM = answering(TEAM, OTHER_TEAM)

WHO_MAY: Mapping[str, Sets] = {
    # goals and progress are seen by all staff
    "list_objectives get_objective get_hints get_pace get_scores": everywhere(STAFF),
    "get_key_result list_values get_support list_remarks get_remark": everywhere(STAFF),
    "get_cut_over": everywhere(STAFF),
    # anyone in the team proposes; the heads above and the strategy office too, which the design
    # leaves open: it takes the right to speak for the team that answers and for the owner
    "propose_objective": answering(TEAM | HEADS | STRATEGY, OTHER_TEAM | OTHER_HEADS | STRATEGY)
    | {
        "of the unit": HEADS | STRATEGY,
        "of the agency": HEAD_OF_AGENCY | STRATEGY,
        "of another team": TOP | STRATEGY,
    },
    # nobody rewrites alone what others proposed: who proposed it, and who leads the team, or the
    # unit that it belongs to; the new wording is again said for the owner too
    "revise_objective": answering(LEADERS | MEMBER, OTHER_LEADERS | OTHER_MEMBER)
    | {
        "of the unit": HEADS | STRATEGY,
        "of the agency": HEAD_OF_AGENCY | STRATEGY,
        "of another team": HEAD_OF_DEPARTMENT,
    },
    "close_objective": answering(LEADERS | MEMBER, OTHER_LEADERS | OTHER_MEMBER)
    | {
        "of the unit": LEADERS | HEADS,
        "of the agency": LEADERS | HEAD_OF_AGENCY | STRATEGY,
        "of another team": LEADERS | HEAD_OF_DEPARTMENT,
    },
    # a change is put to the team by whoever may propose to it; another's is taken back as above
    "put_change": answering(TEAM | HEADS | STRATEGY, OTHER_TEAM | OTHER_HEADS | STRATEGY),
    "withdraw_change": answering(LEADERS | MEMBER, OTHER_LEADERS | OTHER_MEMBER)
    | {
        "of the unit": LEADERS | MEMBER | HEADS | STRATEGY,
        "of the agency": LEADERS | MEMBER | HEAD_OF_AGENCY | STRATEGY,
    },
    # the team agrees, torchbearer and supervisor say how; on what the agency itself owns the
    # strategy office may alone
    "agree_objective": THE_LEADERS | {"of the agency": LEADERS | STRATEGY},
    "confirm_objective": THE_LEADERS,
    # who does the work supports it, and whose it is; who was only asked does not yet
    "support_objective withdraw_support": answering(TEAM, OTHER_TEAM)
    | {"of another team": TEAM | OTHER_TEAM, "shared": TEAM | OTHER_TEAM},
    # figures of who took part are for the team that answers, also of what it shares
    "get_participation": THE_TEAM,
    # what leads a goal through its cycle is the answering team's, whoever owns it
    "move_objective add_key_result drop_key_result set_baseline": THE_LEADERS,
    "put_score decide_cut_over name_machines": THE_LEADERS,
    "link_objective": answering(LEADERS | STRATEGY, OTHER_LEADERS | STRATEGY),
    "translate_objective untranslate_objective": THE_TEAM | {"of the agency": TEAM | STRATEGY},
    "translate_key_result untranslate_key_result": THE_TEAM | {"of the agency": TEAM | STRATEGY},
    "dismiss_hint take_back_dismissal": THE_TEAM,
    # the answering team invites; each team speaks for itself
    "invite_contributor": THE_LEADERS,
    "agree_to_contribute decline_to_contribute": everywhere(OTHER_LEADERS)
    | {"shared": {LEADS["third"]}, "invited": LEADERS},
    "leave_objective": everywhere(OTHER_LEADERS) | {"shared": LEADERS, "invited": {LEADS["third"]}},
    # all staff may ask and comment, as a person; a request is made by who leads the team that asks
    "make_remark": everywhere(set(PEOPLE)) | {"asked": OTHER_LEADERS, "asks": LEADERS},
    # one's words are one's own, also those of a request
    "reword_remark remove_remark": everywhere({NO_ROLE})
    | {"asked": {LEADS["other"]}, "asks": {LEADS["ours"]}},
    # what stands under a goal is for its team; a request is answered by the team that is asked
    "hide_remark show_remark": THE_LEADERS,
    "answer_request": THE_LEADERS | {"asks": OTHER_LEADERS},
    # admin puts goals through by-ref alone
    "put_objective_by_ref put_key_result_by_ref put_score_by_ref": everywhere(ADMIN),
    # one scope opens every key result, the other those that name the machine; of many values each
    # is answered by itself
    "put_machine_value": everywhere({MACHINE, NAMED}),
    "put_machine_values": everywhere({NAMED, UNNAMED}),
}
"""Who may do what to whose goal; the design's words, written without the table."""

ITS_OWN: Sets = {
    "revise_objective": {"not-the-proposer"},
    "close_objective": {"not-the-proposer"},
    "withdraw_change": {"not-the-proposer"},
    "make_remark": {"not-the-leader", "unknown-person"},
    "reword_remark": {"not-the-author"},
    "remove_remark": {"not-the-author"},
    "put_machine_value": {"machine-not-named"},
}
"""How an operation says no to those who may elsewhere, beside `not-allowed`."""

ONCE = {
    "close_objective", "agree_objective", "confirm_objective", "put_change", "withdraw_change",
    "agree_to_contribute", "decline_to_contribute", "leave_objective", "take_back_dismissal",
    "untranslate_objective", "untranslate_key_result", "drop_key_result", "hide_remark",
    "show_remark", "remove_remark",
}  # fmt: skip
"""What can't be done again to a goal that it was done to: each who may gets a new one."""


@pytest.fixture(scope="module")
async def agency(throwaway_parts: ThrowAwayParts) -> AsyncIterator[Agency]:
    throwaway_parts.start("postgres")
    settings = settings_of(issuer(), throwaway_parts.database("okr").app)
    database = await db.connect(settings, "okr", "api")
    app = api_on("okr", database)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://okr") as client:
        yield await Agency(Okr(app, client, issuer(), database)).found()
    await database.pool.close()


def test_every_operation_on_goals_is_spoken_of_once_for_each_ownership() -> None:
    named = [operation for operations in WHO_MAY for operation in operations.split()]
    assert sorted(named) == sorted(requests_of(described("okr")))
    assert all(sets.keys() == KINDS.keys() for sets in WHO_MAY.values())


@pytest.mark.parametrize(("operation", "kind", "who_may"), cells(WHO_MAY))
async def test_those_may_whom_the_design_names_and_nobody_else(
    agency: Agency, operation: str, kind: str, who_may: set[str]
) -> None:
    first, *others = sorted(who_may)
    goal = await agency.goal(KINDS[kind], operation, first)
    before = await agency.told(goal)
    no = {(403, code) for code in {"not-allowed"} | ITS_OWN.get(operation, set())}
    let_in = {}
    for caller in [it for it in asking(operation, kind) if it not in who_may]:
        answer = await agency.ask(operation, goal, caller)
        said = (answer.status_code, answer.json().get("code"))
        if said not in no:
            let_in[caller] = said
    assert not let_in, f"let in: {let_in}"
    assert await agency.told(goal) == before, "who is refused changes nothing"
    shut_out = {}
    for caller in (first, *others):
        if caller != first and operation in ONCE:
            goal = await agency.goal(KINDS[kind], operation, caller)
        answer = await agency.ask(operation, goal, caller)
        if not answer.is_success:
            shut_out[caller] = (answer.status_code, answer.json()["code"])
    assert not shut_out, f"shut out: {shut_out}"
