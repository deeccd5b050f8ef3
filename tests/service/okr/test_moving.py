"""Goals that are moved to another cycle, with all that was said of them."""

import asyncio

import pytest

from tests.service.okr.conftest import Json, Okr
from tests.service.okr.goals import UP, Goals

LEADS, MEMBER = "revontuli.torchbearer", "revontuli.member"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def other_cycle(goals: Goals, place: str | None = "running") -> str:
    cycle: str = (await goals.okr.cycle(start="2027-01-01", end="2027-04-30"))["id"]
    if place:
        path = f"/teams/{goals.team}/cycles/{cycle}/place"
        await goals.okr.done("PUT", path, {"place": place})
    return cycle


def path(objective: Json) -> str:
    return f"/objectives/{objective['id']}/move"


async def test_a_goal_is_moved_and_its_series_stays(goals: Goals) -> None:
    objective, to = await goals.agreed(), await other_cycle(goals)
    goal = objective["key_results"][0]["id"]
    await goals.machine(goal, "2026-09-10", 4)
    moved = await goals.okr.done("POST", path(objective), {"cycle": to}, version=2, caller=LEADS)
    assert (moved["cycle"], moved["change"], moved["version"]) == (to, "moved-to-cycle", 3)
    assert (await goals.progress(goal))["value"] == 4
    rows = (await goals.okr.done("GET", f"/key-results/{goal}/values"))["items"]
    assert [(it["effective_date"], it["counted"]) for it in rows] == [("2026-09-10", True)]
    refused = await goals.okr.refused(
        "PUT", f"/key-results/{goal}/values/2026-09-11", {"value": 5},
        caller="machine.phones", scope="values:write",
    )  # fmt: skip
    assert refused == (422, "date-outside-cycle")
    same = await goals.okr.done("POST", path(objective), {"cycle": to}, version=3, caller=LEADS)
    assert same == moved
    listed = await goals.okr.done("GET", f"/objectives?cycle={to}", caller=LEADS)
    assert listed["items"] == [moved]
    outside = [it for _, it in await goals.okr.published("soihtu.open.v1") if "title" in it]
    assert outside[-1]["cycle"] == to


async def test_only_who_leads_moves_a_goal(goals: Goals) -> None:
    objective, to = await goals.proposed(), await other_cycle(goals)
    for caller in (MEMBER, "strategy", "admin"):
        refused = await goals.okr.refused(
            "POST", path(objective), {"cycle": to}, version=1, caller=caller
        )
        assert refused == (403, "not-allowed")
    stale = await goals.okr.refused("POST", path(objective), {"cycle": to}, version=9, caller=LEADS)
    assert stale == (412, "changed-since")
    await goals.okr.done("POST", path(objective), {"cycle": to}, version=1, caller=LEADS)


@pytest.mark.parametrize("place", [None, "retro", "closed"])
async def test_it_is_moved_to_where_the_team_chooses(goals: Goals, place: str | None) -> None:
    objective, to = await goals.agreed(), await other_cycle(goals, place)
    refused = await goals.okr.refused(
        "POST", path(objective), {"cycle": to}, version=2, caller=LEADS
    )
    assert refused == (409, "team-not-choosing")


async def test_it_is_not_moved_to_or_from_what_is_closed(goals: Goals) -> None:
    objective, to = await goals.agreed(), await other_cycle(goals)
    await goals.okr.done("POST", f"/cycles/{to}/close", version=2)
    body = {"cycle": to}
    refused = await goals.okr.refused("POST", path(objective), body, version=2, caller=LEADS)
    assert refused == (409, "cycle-closed")
    await goals.move("closed", version=1)
    body = {"cycle": await other_cycle(goals)}
    refused = await goals.okr.refused("POST", path(objective), body, version=2, caller=LEADS)
    assert refused == (409, "team-cycle-past")


async def test_what_goes_on_in_another_cycle_is_not_moved_there_too(goals: Goals) -> None:
    objective, to = await goals.agreed(UP, UP), await other_cycle(goals, "setting")
    said = {"key_result": objective["key_results"][0]["id"], "decision": "keep"}
    cut_over = f"/teams/{goals.team}/cycles/{goals.cycle}/cut-over"
    await goals.okr.done("PUT", cut_over, {"to": to, "decisions": [said]}, caller=LEADS)
    refused = await goals.okr.refused(
        "POST", path(objective), {"cycle": to}, version=3, caller=LEADS
    )
    assert refused == (409, "objective-goes-on")


async def test_a_goal_is_moved_or_worked_on_never_both_at_once(goals: Goals) -> None:
    for _ in range(5):
        objective, to = await goals.agreed(), await other_cycle(goals)
        answers = await asyncio.gather(
            goals.okr.ask("POST", path(objective), {"cycle": to}, version=2, caller=LEADS),
            goals.okr.ask(
                "PUT", f"/objectives/{objective['id']}/change", {"kind": "drop"},
                version=2, caller=LEADS,
            ),
        )  # fmt: skip
        assert sorted(it.status_code for it in answers) in ([200, 412], [200, 503])
