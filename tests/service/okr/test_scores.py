"""Final scores: given by leaders until the cycle is closed, kept beside what was computed."""

import pytest

from tests.service.okr.conftest import Json, Okr
from tests.service.okr.ending import Ending
from tests.service.okr.goals import UP, Goals

LEADER = "revontuli.torchbearer"


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


@pytest.fixture
async def ending(okr: Okr) -> Ending:
    return await Ending.of(okr)


async def put(goals: Goals, goal: str, version: int, **said: object) -> Json:
    return await goals.okr.done(
        "PUT", f"/key-results/{goal}/score", said, version=version, caller=LEADER
    )


async def refused(goals: Goals, goal: str, version: int, **said: object) -> tuple[int, str]:
    return await goals.okr.refused(
        "PUT", f"/key-results/{goal}/score", said, version=version, caller=LEADER
    )


async def scores(goals: Goals, objective: str) -> Json:
    return await goals.okr.done("GET", f"/objectives/{objective}/scores")


async def test_a_score_stays_beside_what_was_computed_then(goals: Goals) -> None:
    objective = await goals.agreed(UP | {"weight": 3}, UP | {"ambition": "committed"})
    one, other = (it["id"] for it in objective["key_results"])
    await goals.machine(one, "2026-09-04", 6)
    await goals.move("retro", version=1)
    assert await refused(goals, one, 2, agreed=0.8) == (422, "reason-missing")
    changed = await put(goals, one, 2, agreed=0.8, reason="Marraskuun katko ei ollut meistä.")
    kept = changed["key_results"][0]["score"]
    assert (kept["computed"], kept["agreed"], kept["revision"]) == (0.6, 0.8, 1)
    await goals.machine(one, "2026-09-11", 9)
    assert (await goals.progress(one))["key_result"]["score"] == kept

    told = await scores(goals, objective["id"])
    first, second = told["key_results"]
    assert (first["band"], first["expected"], first["reason"]) == (
        "high", 0.7, "Marraskuun katko ei ollut meistä.",
    )  # fmt: skip
    assert (second["key_result"], second["ambition"], second["expected"]) == (
        other, "committed", 1.0,
    )  # fmt: skip
    assert "agreed" not in second
    assert (told["agreed"], told["computed"]) == pytest.approx((0.8, 0.6))
    assert told["coverage"] == 0.75

    await put(goals, other, 3, agreed=0, reason="Ei ehditty.")
    told = await scores(goals, objective["id"])
    assert (told["agreed"], told["band"], told["coverage"]) == (pytest.approx(0.6), "middle", 1.0)
    again = await put(goals, one, 4, agreed=0.9)
    assert again["key_results"][0]["score"]["computed"] == 0.9
    assert (again["change"], again["key_results"][0]["revision"]) == ("scored", 1)


async def test_what_nobody_scored_ends_with_its_cycle_as_computed(ending: Ending) -> None:
    objective = await ending.agreed(UP | {"weight": 3}, UP)
    one, other = (it["id"] for it in objective["key_results"])
    await ending.machine(one, "2026-10-01", 6)
    await ending.machine(other, "2026-10-01", 2)
    await ending.place(ending.cycle, "retro", version=1)
    await ending.decide((one, "drop"), (other, "keep"))
    scored = await ending.okr.done("GET", f"/objectives/{objective['id']}")
    await put(ending, other, scored["version"], agreed=0.2)
    await ending.machine(one, "2026-10-08", 7)
    await ending.machine(other, "2026-10-08", 4)
    assert "computed" not in (await scores(ending, objective["id"]))["key_results"][0]
    await ending.place(ending.cycle, "closed", version=2)

    told = await scores(ending, objective["id"])
    assert [(it["computed"], it.get("agreed")) for it in told["key_results"]] == [
        (0.7, None), (0.4, 0.2),
    ]  # fmt: skip
    assert (told["computed"], told["agreed"]) == pytest.approx((0.625, 0.2))
    assert told["coverage"] == 0.25
    said = [data for _, data in await ending.okr.published("soihtu.okr.v1")]
    (closed,) = (it for it in said if it["change"] == "closed")
    assert [it["reached"] for it in closed["key_results"]] == [0.7, 0.4]
    assert "score" not in closed["key_results"][0]
    assert "reached" not in str([data for _, data in await ending.okr.published("soihtu.open.v1")])
    (onward,) = await ending.going_on()
    assert "reached" not in onward["key_results"][0]


async def test_scores_and_their_reasons_stay_inside(goals: Goals) -> None:
    goal = (await goals.agreed())["key_results"][0]["id"]
    await put(goals, goal, 2, agreed=0.5, reason="Sisäinen syy.")
    inside = await goals.okr.published("soihtu.okr.v1")
    assert inside[-1][1]["key_results"][0]["score"]["reason"] == "Sisäinen syy."
    outside = await goals.okr.published("soihtu.open.v1")
    assert outside[-1][1]["change"] == "scored"
    assert "score" not in outside[-1][1]["key_results"][0]


async def test_only_leaders_score_and_only_from_running_to_retro(goals: Goals) -> None:
    goal = (await goals.agreed())["key_results"][0]["id"]
    path, body = f"/key-results/{goal}/score", {"agreed": 1, "reason": "x"}
    for caller in ("revontuli.member", "admin"):
        assert await goals.okr.refused("PUT", path, body, version=2, caller=caller) == (
            403, "not-allowed",
        )  # fmt: skip
    assert await refused(goals, goal, 1, **body) == (412, "changed-since")
    proposed = (await goals.proposed())["key_results"][0]["id"]
    assert await refused(goals, proposed, 1, **body) == (409, "objective-not-agreed")
    await put(goals, goal, 2, **body)
    await goals.move("retro", version=1)
    await put(goals, goal, 3, **body)
    await goals.move("closed", version=2)
    assert await refused(goals, goal, 4, **body) == (409, "team-cycle-past")
    assert len((await scores(goals, (await goals.progress(goal))["objective"]))["key_results"]) == 1


async def test_it_is_too_early_while_goals_are_set(okr: Okr) -> None:
    goals = await Goals.of(okr)
    late = await okr.cycle(start="2027-01-01", end="2027-04-30")
    await okr.done(
        "PUT", f"/teams/{goals.team}/cycles/{late['id']}/place", {"place": "setting"},
        caller=LEADER,
    )  # fmt: skip
    goal = (await goals.agreed(UP, cycle=late["id"]))["key_results"][0]["id"]
    assert await refused(goals, goal, 2, agreed=1, reason="x") == (409, "too-early-to-score")


async def test_a_dropped_key_result_is_neither_scored_nor_told(goals: Goals) -> None:
    objective = await goals.agreed(UP, UP)
    one, other = (it["id"] for it in objective["key_results"])
    scored = await put(goals, one, 2, agreed=1, reason="x")
    changed = await goals.reworded(scored, UP | {"id": other})
    said = {"agreed": 1, "reason": "x"}
    assert await refused(goals, one, changed["version"], **said) == (409, "key-result-dropped")
    told = await scores(goals, objective["id"])
    assert [it["key_result"] for it in told["key_results"]] == [other]
    assert "agreed" not in told


async def test_another_system_s_final_score_comes_in_once(goals: Goals) -> None:
    objective = await goals.agreed(UP, UP)
    goal, other = (it["id"] for it in objective["key_results"])
    await goals.machine(goal, "2026-09-04", 5)
    path, body = "/scores/by-ref/elsewhere/one", {"key_result": goal, "agreed": 0.53}
    first = await goals.okr.ask("PUT", path, body)
    assert (first.status_code, first.headers["soihtu-outcome"]) == (201, "created")
    kept = first.json()["key_result"]["score"]
    assert (kept["computed"], kept["agreed"], kept["reason"]) == (0.5, 0.53, None)
    again = await goals.okr.ask("PUT", path, body)
    assert again.headers["soihtu-outcome"] == "unchanged"
    changed = await goals.okr.ask("PUT", path, body | {"agreed": 0.6})
    assert changed.headers["soihtu-outcome"] == "changed"
    moved = await goals.okr.refused("PUT", path, body | {"key_result": other})
    assert moved == (409, "score-stays")
    twice = await goals.okr.refused("PUT", "/scores/by-ref/elsewhere/two", body)
    assert twice == (409, "score-exists")

    version = (await goals.progress(goal))["version"]
    await put(goals, goal, version, agreed=0.7, reason="Sovimme toisin.")
    edited = await goals.okr.refused("PUT", path, body | {"agreed": 0.9})
    assert edited == (409, "edited-since")
    for caller in (LEADER, "strategy"):
        denied = await goals.okr.refused("PUT", path, body, caller=caller)
        assert denied == (403, "not-allowed")
    events = await goals.okr.published("soihtu.okr.v1")
    origins = [headers["ce_origin"] for headers, data in events if data["change"] == "scored"]
    assert origins == ["import", "import", "command"]


async def test_a_score_is_not_an_edit_of_the_goal_s_statement(goals: Goals) -> None:
    objective = await goals.agreed()
    body = UP | {"objective": objective["id"]}
    path = "/key-results/by-ref/elsewhere/one"
    made = await goals.okr.done("PUT", path, body)
    await put(goals, made["id"], made["version"], agreed=0.4, reason="x")
    told = await goals.okr.done("PUT", path, body | {"target": 20})
    assert told["key_result"]["score"]["agreed"] == 0.4
