"""An agreed goal is changed or dropped as it was chosen: by its team, and by nobody alone."""

import pytest

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import UP
from tests.service.okr.teams import Choosing


@pytest.fixture
async def team(okr: Okr) -> Choosing:
    return await Choosing.of(okr)


def revise(*key_results: Json, title: str = "Kaksi puhelua riittää") -> Json:
    return {"kind": "revise", "title": text(title), "key_results": list(key_results)}


async def put(team: Choosing, goal: Json, change: Json, by: str = "m3") -> Json:
    path = f"/objectives/{goal['id']}/change"
    return await team.okr.done("PUT", path, change, version=goal["version"], caller=by)


async def test_a_change_holds_once_the_team_has_agreed_on_it(team: Choosing) -> None:
    goal = await team.agreed(UP, UP)
    one, other = (it["id"] for it in goal["key_results"])
    await team.goals.machine(one, "2026-10-01", 4)
    pending = await put(team, goal, revise(UP | {"id": one, "target": 20}, UP))
    assert (pending["title"], pending["state"]) == (goal["title"], "agreed")
    assert pending["key_results"] == goal["key_results"]
    assert (pending["pending"]["kind"], pending["pending"]["by"]) == ("revise", team.people["m3"])
    assert (await team.support(pending, "m1", "m2"))["count"] == 2
    recorded = await team.record(pending)
    assert (recorded["title"], recorded["change"]) == (goal["title"], "agreement-recorded")
    agreed = await team.confirm(recorded)
    assert "pending" not in agreed
    assert (agreed["title"], agreed["change"]) == (text("Kaksi puhelua riittää"), "revised")
    assert [it["state"] for it in agreed["states"]] == ["proposed", "agreed"]
    assert [(it["id"], it["state"]) for it in agreed["key_results"]][:2] == [
        (one, "open"), (other, "dropped"),
    ]  # fmt: skip
    assert [(it["what"], it.get("support")) for it in agreed["agreements"]] == [
        ("goal", 0), ("revise", 2),
    ]  # fmt: skip
    assert (await team.goals.progress(one))["progress"] == 0.2
    updated = [
        data["id"]
        for headers, data in await team.okr.published("soihtu.progress.v1")
        if headers["ce_type"] == "fi.soihtu.key-result-updated.v1"
    ]
    assert set(updated) == {it["id"] for it in agreed["key_results"]}


async def test_a_goal_is_dropped_by_its_team(team: Choosing) -> None:
    pending = await put(team, await team.agreed(), {"kind": "drop"})
    assert pending["pending"]["kind"] == "drop"
    await team.goals.move("retro", version=1)
    dropped = await team.confirm(await team.record(pending))
    assert (dropped["state"], dropped["change"]) == ("closed", "closed")
    assert [it["what"] for it in dropped["agreements"]] == ["goal", "drop"]
    assert [it["state"] for it in dropped["states"]] == ["proposed", "agreed", "closed"]
    figures = await team.get(dropped, "/participation")
    assert (figures["what"], figures["agreed"], figures["took_part"]) == ("drop", True, 1)


async def test_nobody_changes_an_agreed_goal_alone(team: Choosing) -> None:
    goal = await team.agreed(UP, UP)
    path = f"/objectives/{goal['id']}"
    for method, at, body in (
        ("PUT", path, team.goals.draft(UP)),
        ("POST", f"{path}/close", None),
        ("POST", f"{path}/key-results", UP),
        ("POST", f"/key-results/{goal['key_results'][0]['id']}/drop", None),
    ):
        refused = await team.okr.refused(method, at, body, version=3, caller="torchbearer")
        assert refused == (409, "objective-agreed")


async def test_a_change_is_replaced_or_taken_back_by_who_put_it_or_leads(team: Choosing) -> None:
    pending = await put(team, await team.agreed(), revise(UP))
    path = f"/objectives/{pending['id']}/change"
    for method, body in (("PUT", {"kind": "drop"}), ("DELETE", None)):
        refused = await team.okr.refused(method, path, body, version=4, caller="m1")
        assert refused == (403, "not-the-proposer")
    await team.support(pending, "m1", "m2")
    replaced = await put(team, pending, {"kind": "drop"}, by="supervisor")
    assert (await team.get(replaced, "/support"))["count"] == 0
    await team.support(replaced, "m1")
    recorded = await team.record(replaced)
    back = await team.okr.done("DELETE", path, version=recorded["version"], caller="torchbearer")
    assert (back["change"], len(back["agreements"])) == ("change-withdrawn", 1)
    assert (await team.get(back, "/support"))["count"] == 0, "none of it was for the goal"
    refused = await team.okr.refused("DELETE", path, version=back["version"], caller="torchbearer")
    assert refused == (409, "nothing-to-choose")


async def test_a_change_that_could_not_hold_is_refused_at_once(team: Choosing) -> None:
    goal = await team.agreed()
    path, known = f"/objectives/{goal['id']}/change", goal["key_results"][0]["id"]
    down = UP | {"kind": "decrease", "baseline": 10, "target": 0}
    for change, expected in (
        (revise(UP | {"id": goal["id"]}), (404, "not-found")),
        (revise(down | {"id": known}), (409, "key-result-keeps-kind")),
        (revise(UP | {"team": team.other}), (422, "key-result-of-another-team")),
        (revise(), (422, "invalid-request")),
        ({"kind": "drop", "title": text("x")}, (422, "invalid-request")),
    ):
        refused = await team.okr.refused("PUT", path, change, version=3, caller="m1")
        assert refused == expected
    proposed = await team.proposed()
    refused = await team.okr.refused(
        "PUT", f"/objectives/{proposed['id']}/change", {"kind": "drop"}, version=1, caller="m1"
    )
    assert refused == (409, "objective-still-proposed")


async def test_an_import_goes_on_beside_a_change_and_undoes_what_was_recorded_of_it(
    team: Choosing,
) -> None:
    path, body = "/objectives/by-ref/gitlab/x", team.goals.draft()
    made = (await team.okr.ask("PUT", path, body)).json()
    await team.okr.ask("PUT", "/key-results/by-ref/gitlab/x", UP | {"objective": made["id"]})
    pending = await put(team, await team.get(made), revise(UP))
    recorded = await team.record(pending)
    again = await team.okr.ask("PUT", path, body | {"title": text("Järjestelmän sana")})
    assert again.headers["soihtu-outcome"] == "changed"
    held = await team.get(made)
    assert held["pending"] == recorded["pending"]
    assert [it["how"] for it in held["agreements"]] == ["imported"]
    agreed = await team.confirm(await team.record(held))
    assert agreed["title"] == text("Kaksi puhelua riittää")


async def test_a_key_result_that_an_import_adds_beside_a_change_stays(team: Choosing) -> None:
    made = (await team.okr.ask("PUT", "/objectives/by-ref/gitlab/x", team.goals.draft())).json()
    await team.okr.ask("PUT", "/key-results/by-ref/gitlab/1", UP | {"objective": made["id"]})
    goal = await team.get(made)
    pending = await put(team, goal, revise(UP | {"id": goal["key_results"][0]["id"]}))
    await team.support(pending, "m1")
    await team.okr.ask("PUT", "/key-results/by-ref/gitlab/2", UP | {"objective": made["id"]})
    held = await team.get(made)
    assert (await team.get(held, "/support"))["count"] == 0
    agreed = await team.confirm(await team.record(held))
    assert [(it["id"], it["state"]) for it in agreed["key_results"]] == [
        (it["id"], "open") for it in held["key_results"]
    ]


async def test_other_agencies_see_no_word_of_a_change_before_it_holds(team: Choosing) -> None:
    goal = await team.agreed()
    await put(team, goal, revise(UP, title="Vasta ehdotus"))
    told = [data for _, data in await team.okr.published("soihtu.open.v1") if "title" in data]
    assert [it["version"] for it in told if it["id"] == goal["id"]] == [3, 4]
    assert "Vasta ehdotus" not in str(told)
    assert not {"pending", "agreements", "invitations", "wording"} & told[-1].keys()
