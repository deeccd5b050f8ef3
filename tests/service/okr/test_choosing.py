"""A team agrees on its goals together: one of two records how, the other confirms it."""

import asyncio

import pytest

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import UP
from tests.service.okr.teams import BY_SUPPORT, Choosing


@pytest.fixture
async def team(okr: Okr) -> Choosing:
    return await Choosing.of(okr)


def last(objective: Json) -> Json:
    found: Json = objective["agreements"][-1]
    return found


async def test_one_records_and_the_other_confirms(team: Choosing) -> None:
    goal = await team.proposed()
    await team.support(goal, "m1", "m2", "m3", "m4", "m5")
    recorded = await team.record(goal)
    assert (recorded["state"], recorded["change"]) == ("proposed", "agreement-recorded")
    assert last(recorded) == {
        "what": "goal", "how": "by-support", "state": "recorded", "support": 5,
        "recorded_at": last(recorded)["recorded_at"], "sides": ["torchbearer"],
        "recorded_by": team.people["torchbearer"],
    }  # fmt: skip
    for caller in ("torchbearer", "deputy"):
        path = f"/objectives/{goal['id']}/confirm"
        refused = await team.okr.refused("POST", path, version=2, caller=caller)
        assert refused == (403, "other-confirms")
    agreed = await team.confirm(recorded)
    assert (agreed["state"], agreed["change"]) == ("agreed", "agreed")
    assert (last(agreed)["state"], last(agreed)["took_part"]) == ("agreed", "50-74")
    assert last(agreed)["confirmed_by"] == team.people["supervisor"]
    assert [(it["state"], it["by"]) for it in agreed["states"]] == [
        ("proposed", team.people["m1"]),
        ("agreed", team.people["supervisor"]),
    ]


async def test_the_supervisor_may_record_and_the_deputy_confirm(team: Choosing) -> None:
    recorded = await team.record(await team.proposed(), "supervisor", how="in-meeting", present=6)
    agreed = await team.confirm(recorded, "deputy")
    assert (last(agreed)["how"], last(agreed)["sides"]) == ("in-meeting", ["supervisor"])
    assert "hint" not in last(agreed)
    assert last(agreed)["took_part"] == "75-100"


async def test_who_leads_nobody_records_and_confirms_nothing(team: Choosing) -> None:
    goal = await team.proposed()
    path = f"/objectives/{goal['id']}"
    for caller in ("m1", "pesa.lead", "admin", "strategy"):
        refused = await team.okr.refused(
            "POST", f"{path}/agree", BY_SUPPORT, version=1, caller=caller
        )
        assert refused == (403, "not-allowed")
        refused = await team.okr.refused("POST", f"{path}/confirm", version=1, caller=caller)
        assert refused == (403, "not-allowed")
    refused = await team.okr.refused("POST", f"{path}/confirm", version=1, caller="supervisor")
    assert refused == (409, "nothing-to-confirm")


async def test_below_the_share_it_is_agreed_all_the_same(team: Choosing) -> None:
    goal = await team.proposed()
    await team.support(goal, "m1", "m2", "m3", "m4")
    agreed = await team.confirm(await team.record(goal))
    assert (agreed["state"], last(agreed)["hint"]) == ("agreed", "below-share")


async def test_a_meeting_of_one_is_below_the_share_of_many_and_says_so(team: Choosing) -> None:
    recorded = await team.record(await team.proposed(), how="in-meeting", present=1)
    assert last(recorded)["hint"] == "below-share"
    agreed = await team.confirm(recorded)
    assert (agreed["state"], last(agreed)["hint"]) == ("agreed", "below-share")
    assert last(agreed)["took_part"] == "under-25"


async def test_no_more_meet_than_the_team_has_members(team: Choosing) -> None:
    goal = await team.proposed()
    path, met = f"/objectives/{goal['id']}/agree", {"how": "in-meeting", "present": 500}
    refused = await team.okr.refused("POST", path, met, version=1, caller="torchbearer")
    assert refused == (422, "more-present-than-members")
    recorded = await team.record(goal, how="in-meeting", present=8)
    assert last(await team.confirm(recorded))["took_part"] == "75-100"


async def test_a_team_sets_its_own_share(team: Choosing) -> None:
    path = f"/teams/{team.goals.team}/choosing"
    before = await team.okr.done("GET", path, caller="m1")
    assert before == {"team": team.goals.team, "share": 0.5}
    for caller in ("m1", "pesa.lead", "admin"):
        refused = await team.okr.refused("PUT", path, {"share": 0.75}, caller=caller)
        assert refused == (403, "not-allowed")
    made = await team.okr.done("PUT", path, {"share": 0.75}, caller="torchbearer")
    assert (made["share"], made["version"]) == (0.75, 1)
    assert await team.okr.done("PUT", path, {"share": 0.75}, caller="supervisor") == made
    stale = await team.okr.refused("PUT", path, {"share": 1}, version=7, caller="supervisor")
    assert stale == (412, "changed-since")
    for share in (0, -0.5, 1.01, None):
        refused = await team.okr.refused("PUT", path, {"share": share}, caller="supervisor")
        assert refused == (422, "invalid-request")
    goal = await team.proposed()
    await team.support(goal, "m1", "m2", "m3", "m4", "m5")
    assert (await team.get(goal, "/support"))["team"]["needed"] == 6
    assert last(await team.record(goal))["hint"] == "below-share"
    await team.okr.done("PUT", path, {"share": 0.25}, version=1, caller="supervisor")
    assert (await team.get(goal, "/support"))["team"]["needed"] == 2
    other = await team.proposed()
    await team.support(other, "m1", "m2")
    assert "hint" not in last(await team.record(other))
    assert (await team.okr.done("GET", path, caller="pesa.member"))["version"] == 2


async def test_of_those_who_set_the_share_first_at_once_each_is_told_what_came_of_it(
    team: Choosing,
) -> None:
    path = f"/teams/{team.goals.team}/choosing"
    shares = [{"share": 0.6}, {"share": 0.8}]
    answers = await asyncio.gather(
        *(team.okr.ask("PUT", path, share, caller="torchbearer") for share in shares)
    )
    assert {it.status_code for it in answers} <= {200, 503}
    set_ = [it.json()["version"] for it in answers if it.is_success]
    assert sorted(set_) == list(range(1, len(set_) + 1))


async def test_another_wording_undoes_what_was_recorded(team: Choosing) -> None:
    recorded = await team.record(await team.proposed())
    path = f"/objectives/{recorded['id']}"
    body = team.goals.draft(UP, title=text("Toisin"))
    changed = await team.okr.done("PUT", path, body, version=2, caller="m1")
    assert "agreements" not in changed or changed["agreements"] == []
    refused = await team.okr.refused("POST", f"{path}/confirm", version=3, caller="supervisor")
    assert refused == (409, "nothing-to-confirm")
    recorded = await team.record(changed)
    added = await team.okr.done("POST", f"{path}/key-results", UP, version=4, caller="torchbearer")
    assert added["agreements"] == []
    linked = await team.record(added)
    links: Json = {"contributes_to": []}
    linked = await team.okr.done(
        "PUT", f"{path}/contributions", links, version=6, caller="torchbearer"
    )
    assert last(linked)["state"] == "recorded", "what it contributes to is no wording"


async def test_a_proposal_is_reworded_by_who_made_it_or_leads(team: Choosing) -> None:
    goal = await team.proposed(by="m1")
    path, body = f"/objectives/{goal['id']}", team.goals.draft(UP)
    for caller, code in (("m2", "not-the-proposer"), ("pesa.lead", "not-allowed")):
        assert await team.okr.refused("PUT", path, body, version=1, caller=caller) == (403, code)
        refused = await team.okr.refused("POST", f"{path}/close", version=1, caller=caller)
        assert refused == (403, code)
    for version, caller in enumerate(("m1", "torchbearer", "supervisor"), 1):
        await team.okr.done("PUT", path, body, version=version, caller=caller)
    closed = await team.okr.done("POST", f"{path}/close", version=4, caller="m1")
    assert closed["state"] == "closed"


async def test_with_a_role_vacant_one_is_enough(okr: Okr) -> None:
    team = await Choosing.of(okr)
    lone = (await okr.team("Kide"))["id"]
    await team.hire("kide.lead", "torchbearer", lone)
    team.goals.team = lone
    goal = await team.proposed(by="kide.lead")
    agreed = await team.record(goal, "kide.lead")
    assert (agreed["state"], last(agreed)["alone"]) == ("agreed", "no-supervisor")
    assert "hint" not in last(agreed), "a team of one needs no count"
    assert "took_part" not in last(agreed), "a band is told of teams of 8"


@pytest.mark.parametrize("has_place", [True, False])
async def test_nothing_is_chosen_in_a_closed_cycle(okr: Okr, *, has_place: bool) -> None:
    team = await Choosing.of(okr)
    if not has_place:
        team.goals.cycle = (await okr.cycle(name=text("toinen")))["id"]
    goal, recorded = await team.proposed(), await team.record(await team.proposed())
    agreed, dropped = await team.agreed(), await team.agreed()
    drop = await okr.done(
        "PUT", f"/objectives/{dropped['id']}/change", {"kind": "drop"}, version=3, caller="m1"
    )
    await okr.done("POST", f"/cycles/{team.goals.cycle}/close", version=2)
    path, change = f"/objectives/{goal['id']}", f"/objectives/{agreed['id']}/change"
    reworded = {"kind": "revise", "title": text("Toisin"), "key_results": [UP]}
    by = {"version": 1, "caller": "torchbearer"}
    for method, at, body, match in (
        ("PUT", f"{path}/support", None, {"caller": "m2"}),
        ("DELETE", f"{path}/support", None, {"caller": "m2"}),
        ("POST", f"{path}/agree", BY_SUPPORT, by),
        ("PUT", path, team.goals.draft(UP), by),
        ("POST", f"{path}/key-results", UP, by),
        ("POST", f"/key-results/{goal['key_results'][0]['id']}/drop", None, by),
        ("POST", f"/objectives/{recorded['id']}/confirm", None,
         {"version": 2, "caller": "supervisor"}),
        ("PUT", change, reworded, by | {"version": 3}),
    ):  # fmt: skip
        assert await okr.refused(method, at, body, **match) == (409, "cycle-closed")
    if has_place:
        put = await okr.done("PUT", change, {"kind": "drop"}, version=3, caller="torchbearer")
        closed = await team.confirm(await team.record(put))
        assert closed["state"] == "closed", "until it closes its own place, a team drops goals"
    else:
        refused = await okr.refused("PUT", change, {"kind": "drop"}, **by | {"version": 3})
        assert refused == (409, "cycle-closed")
        match = {"version": drop["version"], "caller": "m1"}
        withdrawn = await okr.done("DELETE", f"/objectives/{dropped['id']}/change", **match)
        assert "pending" not in withdrawn
        closed = await okr.done("POST", f"{path}/close", version=1, caller="m1")
        assert closed["state"] == "closed"


async def test_of_those_who_confirm_at_once_one_does(team: Choosing) -> None:
    await team.hire("other.supervisor", "supervisor", team.goals.team)
    for _ in range(5):
        recorded = await team.record(await team.proposed())
        path = f"/objectives/{recorded['id']}/confirm"
        answers = await asyncio.gather(
            *(
                team.okr.ask("POST", path, version=2, caller=caller)
                for caller in ("supervisor", "other.supervisor")
            )
        )
        assert sorted(it.status_code for it in answers) == [200, 412]
        agreed = await team.get(recorded)
        assert (agreed["state"], agreed["version"], len(agreed["agreements"])) == ("agreed", 3, 1)


async def test_of_the_two_who_record_at_once_one_does_and_the_other_confirms(
    team: Choosing,
) -> None:
    for _ in range(5):
        goal = await team.proposed()
        path = f"/objectives/{goal['id']}/agree"
        answers = await asyncio.gather(
            *(
                team.okr.ask("POST", path, BY_SUPPORT, version=1, caller=caller)
                for caller in ("supervisor", "torchbearer")
            )
        )
        assert sorted(it.status_code for it in answers) == [200, 412]
        recorded = await team.get(goal)
        other = {"supervisor": "torchbearer", "torchbearer": "supervisor"}
        assert (await team.confirm(recorded, other[last(recorded)["sides"][0]]))["version"] == 3


async def test_how_many_took_part_is_for_the_team(team: Choosing) -> None:
    goal = await team.proposed(by="m1")
    await team.support(goal, "m2", "m3")
    said = {"kind": "comment", "text": "Miten mittaamme?"}
    for caller in ("m4", "pesa.member"):
        path = f"/objectives/{goal['id']}/remarks"
        await team.okr.done("POST", path, said, caller=caller)
    now = await team.get(goal, "/participation")
    assert now == {
        "objective": goal["id"], "what": "goal", "agreed": False, "members": 8, "took_part": 4,
        "support": 2, "needed": 5,
    }  # fmt: skip
    agreed = await team.confirm(await team.record(goal, how="in-meeting", present=5))
    assert last(agreed)["took_part"] == "50-74"
    await team.hire("m6", "member", team.goals.team)
    then = await team.get(goal, "/participation")
    assert (then["agreed"], then["how"]) == (True, "in-meeting")
    assert (then["members"], then["took_part"], then["present"]) == (8, 5, 5)
    path = f"/objectives/{goal['id']}/participation"
    for caller in ("pesa.lead", "admin", "strategy"):
        assert await team.okr.refused("GET", path, caller=caller) == (403, "not-allowed")


async def test_no_figures_are_told_of_an_import(team: Choosing) -> None:
    body = team.goals.draft()
    put = await team.okr.ask("PUT", "/objectives/by-ref/gitlab/x", body)
    imported = put.json()
    assert [(it["how"], it["state"]) for it in imported["agreements"]] == [("imported", "agreed")]
    path = f"/objectives/{imported['id']}/participation"
    assert await team.okr.refused("GET", path, caller="m1") == (404, "not-found")
