"""The cut-over over HTTP: what is shown, decided and carried, and how a cycle ends."""

import asyncio

import pytest

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.ending import DOWN, LEADS, MEMBER, STEPS, Ending, ids
from tests.service.okr.goals import UP, Goals


@pytest.fixture
async def ending(okr: Okr) -> Ending:
    return await Ending.of(okr)


async def test_goals_are_set_in_the_next_cycle_while_the_last_one_runs(ending: Ending) -> None:
    places = (await ending.okr.done("GET", f"/teams/{ending.team}/cycles"))["items"]
    assert {it["cycle"]: it["place"] for it in places} == {
        ending.cycle: "running", ending.to: "setting",
    }  # fmt: skip
    proposed = await ending.proposed(cycle=ending.to)
    assert (await ending.agree(proposed))["state"] == "agreed"
    assert (await ending.agreed())["cycle"] == ending.cycle
    planned = await ending.okr.cycle(opened=False, start="2027-05-01", end="2027-08-31")
    path = f"/teams/{ending.team}/cycles/{planned['id']}/place"
    refused = await ending.okr.refused("PUT", path, {"place": "setting"}, caller=LEADS)
    assert refused == (409, "cycle-not-open")


async def test_all_staff_see_what_is_to_be_decided(ending: Ending) -> None:
    agreed = await ending.agreed(DOWN, STEPS, UP)
    down, steps, _ = ids(agreed)
    objective = await ending.reworded(agreed, DOWN | {"id": down}, STEPS | {"id": steps})
    await ending.proposed(UP)
    await ending.machine(ids(objective)[0], "2026-09-10", 455)
    await ending.okr.person("aino")
    seen = await ending.okr.done("GET", ending.path, caller="aino")
    assert (seen["place"], seen["undecided"]) == ("running", 2)
    down, steps = seen["key_results"]
    assert down["key_result"] == objective["key_results"][0]
    assert (down["objective"], down["value"], down["baseline"]) == (objective["id"], 455, 455)
    assert "recommendation" not in down
    assert {"value", "baseline"} & steps.keys() == set()
    nowhere = f"/teams/{ending.team}/cycles/{ending.team}/cut-over"
    assert await ending.okr.refused("GET", nowhere) == (404, "not-found")


async def test_what_is_kept_begins_with_the_last_value_once_it_is_agreed_on(
    ending: Ending,
) -> None:
    objective = await ending.agreed(DOWN, STEPS, UP)
    down, steps, silent = ids(objective)
    await ending.machine(down, "2026-09-10", 500, confidence=8)
    await ending.decide((down, "keep"), (steps, "keep"), (silent, "keep"))
    await ending.machine(down, "2026-10-30", 455, confidence=9)
    await ending.okr.done(
        "PUT", f"/key-results/{steps}/values/2026-10-30", {"done": ["luonnos"]},
        caller="machine.phones", scope="values:write",
    )  # fmt: skip
    (successor,) = await ending.going_on()
    assert (successor["state"], successor["ancestor"]) == ("proposed", objective["id"])
    assert [(await ending.progress(goal)).get("value") for goal in ids(successor)] == [None] * 3
    agreed = await ending.agree(successor)
    kept = [await ending.progress(goal) for goal in ids(agreed)]
    assert [it.get("value") for it in kept] == [455, 1, None]
    assert [it.get("progress") for it in kept[:2]] == [(620 - 455) / (620 - 250), 0.25]
    assert kept[1]["done"] == ["luonnos"]
    (row,) = await ending.series(ids(agreed)[0])
    assert (row["source"], row["effective_date"]) == ("carried", "2027-01-01")
    assert (row["value"], row["counted"], row["current"]) == (455, True, True)
    assert "confidence" not in row
    assert await ending.series(ids(agreed)[2]) == []
    told = [data for _, data in await ending.okr.published("soihtu.progress.v1")]
    (carried,) = [
        it for it in told if it.get("source_version") and it["key_result"] == row_of(agreed)
    ]
    assert (carried["source"], carried["number"]) == (f"carried/{down}", 0)
    outside = [data for _, data in await ending.okr.published("soihtu.open-progress.v1")]
    assert outside[-1]["source"] == "carried"
    pace = await ending.okr.done("GET", f"/objectives/{agreed['id']}/pace")
    assert "last_check_in" not in pace
    assert [it["value"] for it in await ending.series(down)] == [455, 500]
    assert (await ending.progress(down))["value"] == 455


def row_of(objective: Json) -> str:
    first: str = objective["key_results"][0]["id"]
    return first


async def test_what_is_modified_begins_anew_and_what_is_dropped_ends(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.machine(down, "2026-09-10", 455)
    stated = DOWN | {"baseline": 455, "target": 150}
    seen = await ending.decide((down, "modify"), (up, "drop"), stated=stated)
    assert seen["undecided"] == 0
    decided = [it["key_result"]["cut_over"] for it in seen["key_results"]]
    (successor,) = await ending.going_on()
    assert [(it["decision"], it.get("successor")) for it in decided] == [
        ("modify", ids(successor)[0]), ("drop", None),
    ]  # fmt: skip
    agreed = await ending.agree(successor)
    assert "value" not in await ending.progress(ids(agreed)[0])
    (definition,) = agreed["key_results"][0]["definitions"]
    assert (definition["baseline"], definition["target"]) == (455, 150)
    assert (await ending.progress(down))["value"] == 455


async def test_a_decision_is_made_anew_until_the_successor_is_agreed_on(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.decide((down, "keep"), (up, "keep"))
    (first,) = await ending.going_on()
    again = await ending.okr.ask("PUT", ending.path, ending.said((down, "keep")), caller=LEADS)
    place = f"team-cycles/{ending.team}/{ending.cycle}"
    assert again.headers["soihtu-version"] == f"{place}@1", "the same again changes nothing"
    stale = await ending.okr.refused(
        "PUT", ending.path, ending.said((up, "drop")), version=9, caller=LEADS
    )
    assert stale == (412, "changed-since")
    await ending.decide((up, "drop"))
    (second,) = await ending.going_on()
    assert (second["id"], ids(second)) == (first["id"], ids(first)[:1])
    await ending.agree(second)
    for how in ("modify", "drop"):
        assert await ending.refused((down, how)) == (409, "cut-over-settled")
    await ending.decide((up, "keep"), (down, "keep"))
    (third,) = await ending.going_on()
    assert len(third["key_results"]) == 2
    assert await ending.refused((up, "drop")) == (409, "cut-over-settled")


async def test_what_joins_an_agreed_successor_is_carried_at_once(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.decide((down, "keep"))
    (successor,) = await ending.going_on()
    await ending.agree(successor)
    await ending.machine(up, "2026-10-01", 4)
    await ending.decide((up, "keep"))
    (successor,) = await ending.going_on()
    held = await ending.progress(ids(successor)[1])
    assert (held["value"], held["progress"]) == (4, 0.4)


async def test_what_joins_while_a_change_is_put_outlives_the_change(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.decide((down, "keep"))
    (successor,) = await ending.going_on()
    agreed = await ending.agree(successor)
    path, match = f"/objectives/{agreed['id']}", {"version": 2, "caller": LEADS}
    stated = [DOWN | {"id": ids(agreed)[0]}]
    said = {"kind": "revise", "title": text("Toisin"), "key_results": stated}
    put = await ending.okr.done("PUT", f"{path}/change", said, **match)
    await ending.okr.done("PUT", f"{path}/support", caller=MEMBER)
    await ending.decide((up, "keep"))
    (joined,) = await ending.going_on()
    assert [it["id"] for it in joined["pending"]["key_results"]] == ids(joined)
    assert joined["wording"] > put["wording"], "it is another change than was supported"
    changed = await ending.agree(joined)
    assert (changed["title"]["fi"], ids(changed)) == ("Toisin", ids(joined))
    assert [it["state"] for it in changed["key_results"]] == ["open", "open"]
    assert changed["key_results"][1] == joined["key_results"][1]


async def test_what_joins_while_a_goal_is_to_be_dropped_does_not_change_that(
    ending: Ending,
) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.decide((down, "keep"))
    (successor,) = await ending.going_on()
    path, match = f"/objectives/{(await ending.agree(successor))['id']}", {"version": 2}
    await ending.okr.done("PUT", f"{path}/change", {"kind": "drop"}, caller=LEADS, **match)
    await ending.decide((up, "keep"))
    (joined,) = await ending.going_on()
    assert joined["pending"]["key_results"] == []
    assert (await ending.agree(joined))["state"] == "closed"


async def test_an_agreed_successor_is_revised_by_its_team_alone(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.decide((down, "keep"), (up, "drop"))
    (successor,) = await ending.going_on()
    agreed = await ending.agree(successor)
    stated = ending.said((up, "modify"), stated=UP | {"target": 20})
    refused = await ending.okr.ask("PUT", ending.path, stated, caller=LEADS)
    assert (refused.status_code, refused.json()["code"]) == (409, "cut-over-revises")
    assert refused.json()["objective"] == agreed["id"]
    (held,) = await ending.going_on()
    assert held["version"] == agreed["version"]
    await ending.decide((up, "keep"))
    (joined,) = await ending.going_on()
    kept = [{"id": goal} for goal in ids(joined)]
    changed = await ending.reworded(joined, DOWN | kept[0], UP | {"target": 20} | kept[1])
    assert changed["key_results"][1]["definitions"][-1]["target"] == 20


async def test_two_decisions_at_once_make_one_objective(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP, STEPS)
    goals = ids(objective)

    async def decide(goal: str) -> None:
        while True:
            body = ending.said((goal, "keep"))
            answer = await ending.okr.ask("PUT", ending.path, body, caller=LEADS)
            if answer.status_code != 503:
                assert answer.status_code == 200, answer.text
                return

    await asyncio.gather(*(decide(goal) for goal in goals))
    (successor,) = await ending.going_on()
    assert sorted(it["ancestor"] for it in successor["key_results"]) == sorted(goals)


async def test_only_who_leads_decides_and_only_of_the_teams_open_goals(ending: Ending) -> None:
    objective, proposed = await ending.agreed(DOWN), await ending.proposed(UP)
    (goal,) = ids(objective)
    assert await ending.refused((goal, "drop"), caller=MEMBER) == (403, "not-allowed")
    assert await ending.refused((goal, "drop"), caller="strategy") == (403, "not-allowed")
    for unknown in (*ids(proposed), ending.team):
        assert await ending.refused((unknown, "drop")) == (422, "not-in-cut-over")
    other = await Goals.of(ending.okr, "Pesä")
    path = f"/teams/{other.team}/cycles/{other.cycle}/cut-over"
    body = ending.said((goal, "drop"))
    refused = await ending.okr.refused("PUT", path, body, caller="pesä.torchbearer")
    assert refused == (422, "not-in-cut-over")


async def test_places_say_when_and_where_it_is_decided(ending: Ending) -> None:
    (goal,) = ids(await ending.agreed(DOWN))
    keep = (goal, "keep")
    assert await ending.refused(keep, to=ending.cycle) == (422, "cut-over-to-itself")
    assert await ending.refused(keep, to=ending.team) == (409, "team-not-choosing")
    other = (await ending.okr.cycle(start="2027-05-01", end="2027-08-31"))["id"]
    assert await ending.refused(keep, to=other) == (409, "team-not-choosing")
    await ending.place(other, "setting")
    await ending.decide(keep)
    assert await ending.refused((goal, "modify"), to=other) == (409, "cut-over-elsewhere")
    await ending.okr.done("POST", f"/cycles/{ending.to}/close", version=2)
    assert await ending.refused((goal, "modify")) == (409, "cycle-closed")
    await ending.place(ending.cycle, "retro", version=1)
    await ending.decide((goal, "drop"))
    await ending.place(ending.cycle, "closed", version=2)
    assert await ending.refused((goal, "drop")) == (409, "cut-over-not-now")


async def test_a_cycle_is_closed_once_all_is_decided_and_its_goals_with_it(ending: Ending) -> None:
    objective = await ending.agreed(DOWN, UP)
    down, up = ids(objective)
    await ending.machine(down, "2026-09-10", 455)
    await ending.place(ending.cycle, "retro", version=1)
    await ending.decide((down, "keep"))
    path = f"/teams/{ending.team}/cycles/{ending.cycle}/place"
    closed = {"place": "closed"}
    answer = await ending.okr.ask("PUT", path, closed, version=2, caller=LEADS)
    assert (answer.status_code, answer.json()["code"]) == (409, "cut-over-undecided")
    assert answer.json()["key_results"] == [up]
    assert (await ending.okr.done("GET", path.removesuffix("/place")))["place"] == "retro"
    await ending.decide((up, "drop"))
    moved = await ending.okr.ask("PUT", path, closed, version=2, caller=LEADS)
    reached = moved.headers["soihtu-version"].split(", ")
    assert reached == [
        f"team-cycles/{ending.team}/{ending.cycle}@3", f"objectives/{objective['id']}@5",
    ]  # fmt: skip
    ended = await ending.okr.done("GET", f"/objectives/{objective['id']}")
    assert (ended["state"], ended["change"]) == ("closed", "closed")
    assert (await ending.progress(down))["value"] == 455
    late = await ending.machine(down, "2026-10-01", 300)
    assert (late["counted"], late["reason"]) == (False, "team-cycle-closed")
    again = await ending.okr.ask("PUT", path, closed, caller=LEADS)
    assert again.status_code == 200
    seen = await ending.okr.done("GET", ending.path)
    assert (seen["place"], seen["undecided"], len(seen["key_results"])) == ("closed", 0, 2)


async def test_what_is_still_proposed_outlives_the_cycle(ending: Ending) -> None:
    left, moved = await ending.proposed(UP), await ending.proposed(DOWN)
    seen = await ending.okr.done("GET", ending.path)
    assert seen["proposals"] == [left["id"], moved["id"]]
    await ending.place(ending.cycle, "retro", version=1)
    await ending.place(ending.cycle, "closed", version=2)
    for goal in (left, moved):
        assert await ending.okr.done("GET", f"/objectives/{goal['id']}", caller="admin") == goal
    path = f"/objectives/{moved['id']}/move"
    moved = await ending.okr.done("POST", path, {"cycle": ending.to}, version=1, caller=LEADS)
    assert (await ending.agree(moved))["state"] == "agreed"
    path = f"/objectives/{left['id']}/close"
    assert (await ending.okr.done("POST", path, version=1, caller=MEMBER))["state"] == "closed"
    assert (await ending.okr.done("GET", ending.path))["proposals"] == []


async def test_a_change_is_withdrawn_also_where_the_cycle_has_ended(ending: Ending) -> None:
    goal = await ending.agreed(DOWN)
    path = f"/objectives/{goal['id']}/change"
    put = await ending.okr.done("PUT", path, {"kind": "drop"}, version=2, caller=LEADS)
    await ending.move("closed", version=1)
    withdrawn = await ending.okr.done("DELETE", path, version=put["version"], caller=LEADS)
    assert (withdrawn["state"], "pending" in withdrawn) == ("agreed", False)


async def test_an_administrator_moves_on_and_leaves_what_is_undecided(ending: Ending) -> None:
    open_one, done = await ending.agreed(DOWN), await ending.agreed(UP)
    await ending.decide(*((goal, "drop") for goal in ids(done)))
    await ending.move("closed", version=1)
    states = [
        (await ending.okr.done("GET", f"/objectives/{it['id']}"))["state"]
        for it in (open_one, done)
    ]
    assert states == ["agreed", "closed"]
    path = f"/teams/{ending.team}/cycles/{ending.cycle}/place"
    again = await ending.okr.ask("PUT", path, {"place": "closed"}, caller=LEADS)
    assert again.status_code == 200


async def test_a_retired_pillar_is_served_no_more_by_what_goes_on(ending: Ending) -> None:
    said = {"name": text("Luottamus"), "promise": text("Kerromme"), "order": 1}
    old, new = [(await ending.okr.done("POST", "/pillars", said))["id"] for _ in range(2)]
    objective = await ending.agreed(DOWN, serves=[old, new])
    await ending.okr.done("POST", f"/pillars/{old}/retire", version=1)
    await ending.decide((ids(objective)[0], "keep"))
    (successor,) = await ending.going_on()
    assert successor["serves"] == [new]


async def test_a_new_wording_keeps_what_was_decided(ending: Ending) -> None:
    (goal,) = ids(await ending.agreed(DOWN))
    await ending.machine(goal, "2026-09-10", 455)
    await ending.decide((goal, "keep"))
    (successor,) = await ending.going_on()
    body = ending.draft(UP, cycle=ending.to)
    revised = await ending.okr.done(
        "PUT", f"/objectives/{successor['id']}", body, version=1, caller=LEADS
    )
    assert ids(revised)[0] == ids(successor)[0]
    agreed = await ending.agree(revised)
    assert [(await ending.progress(it)).get("value") for it in ids(agreed)] == [455, None]
