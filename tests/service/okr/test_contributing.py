"""Other teams of a goal take part once they agree, and say why where they don't."""

import pytest

from tests.service.okr.conftest import Json, Okr
from tests.service.okr.goals import UP
from tests.service.okr.teams import Choosing


@pytest.fixture
async def team(okr: Okr) -> Choosing:
    return await Choosing.of(okr)


async def step(team: Choosing, goal: Json, what: str, by: str, reason: str = "") -> Json:
    path = f"/objectives/{goal['id']}/contributors/{team.other}/{what}"
    body = {"reason": reason} if reason else None
    return await team.okr.done("POST", path, body, version=goal["version"], caller=by)


async def test_a_team_is_invited_until_it_agrees(team: Choosing) -> None:
    goal = await team.proposed(UP | {"team": team.other}, contributing_teams=[team.other])
    assert goal["contributing_teams"] == []
    assert [(it["team"], it["state"]) for it in goal["invitations"]] == [(team.other, "invited")]
    recorded = await team.record(goal)
    joined = await step(team, recorded, "agree", "pesa.lead")
    assert (joined["contributing_teams"], joined["invitations"]) == ([team.other], [])
    agreed = await team.confirm(joined)
    assert (agreed["state"], agreed["contributing_teams"]) == ("agreed", [team.other])
    left = await step(team, agreed, "leave", "pesa.lead", "Muu työ vei")
    assert (left["change"], left["contributing_teams"]) == ("left", [])
    assert [(it["state"], it["reason"]) for it in left["invitations"]] == [("left", "Muu työ vei")]
    assert "team" not in left["key_results"][0]
    again = await step(team, left, "invite", "supervisor")
    assert [it["state"] for it in again["invitations"]] == ["invited"]


async def test_a_goal_stands_by_its_responsible_team_while_another_declines(
    team: Choosing,
) -> None:
    agreed = await team.agreed(contributing_teams=[team.other])
    assert agreed["state"] == "agreed"
    without = await step(team, agreed, "decline", "pesa.lead", "Ei ehditä")
    assert (without["change"], without["state"]) == ("declined", "agreed")
    assert without["invitations"][0]["reason"] == "Ei ehditä"


async def test_each_team_speaks_for_itself(team: Choosing) -> None:
    goal = await team.proposed(contributing_teams=[team.other])
    path = f"/objectives/{goal['id']}/contributors/{team.other}"
    for what, body, others in (
        ("invite", None, ("pesa.lead", "m1", "admin")),
        ("agree", None, ("torchbearer", "pesa.member", "admin")),
        ("decline", {"reason": "Ei"}, ("torchbearer", "pesa.member")),
        ("leave", {"reason": "Ei"}, ("torchbearer", "pesa.member")),
    ):
        for caller in others:
            refused = await team.okr.refused(
                "POST", f"{path}/{what}", body, version=1, caller=caller
            )
            assert refused == (403, "not-allowed")


async def test_who_is_there_is_not_invited_and_who_is_not_does_not_leave(team: Choosing) -> None:
    goal = await team.proposed()
    base = f"/objectives/{goal['id']}/contributors"
    for path, body, caller, code in (
        (f"{base}/{team.goals.team}/invite", None, "torchbearer", "team-takes-part"),
        (f"{base}/{team.other}/agree", None, "pesa.lead", "team-not-invited"),
        (f"{base}/{team.other}/decline", {"reason": "Ei"}, "pesa.lead", "team-not-invited"),
        (f"{base}/{team.other}/leave", {"reason": "Ei"}, "pesa.lead", "team-not-there"),
    ):
        refused = await team.okr.refused("POST", path, body, version=1, caller=caller)
        assert refused == (409, code)
    unknown = f"{base}/{goal['id']}/invite"
    refused = await team.okr.refused("POST", unknown, version=1, caller="torchbearer")
    assert refused == (422, "unknown-team")


async def test_a_new_wording_keeps_who_takes_part(team: Choosing) -> None:
    goal = await team.proposed(contributing_teams=[team.other])
    joined = await step(team, goal, "agree", "pesa.lead")
    body = team.goals.draft(UP, contributing_teams=[team.other])
    path = f"/objectives/{goal['id']}"
    worded = await team.okr.done("PUT", path, body, version=joined["version"], caller="m1")
    assert (worded["contributing_teams"], worded["invitations"]) == ([team.other], [])


async def test_teams_of_an_import_take_part(team: Choosing) -> None:
    body = team.goals.draft(contributing_teams=[team.other])
    made = (await team.okr.ask("PUT", "/objectives/by-ref/gitlab/x", body)).json()
    assert (made["contributing_teams"], made["invitations"]) == ([team.other], [])
