"""A baseline that is to be measured: values are kept, and are progress once it is set."""

import pytest

from tests.service.okr.conftest import Json, Okr, text
from tests.service.okr.goals import UP, Goals

UNMEASURED: Json = {"title": text("kerralla ratkenneet"), "kind": "increase", "target": 10}


@pytest.fixture
async def goals(okr: Okr) -> Goals:
    return await Goals.of(okr)


async def set_baseline(goals: Goals, goal: str, baseline: float, version: int) -> Json:
    return await goals.okr.done(
        "PUT", f"/key-results/{goal}/baseline", {"baseline": baseline},
        version=version, caller="revontuli.torchbearer",
    )  # fmt: skip


async def updated(goals: Goals) -> list[Json]:
    told = await goals.okr.published("soihtu.progress.v1")
    return [data for headers, data in told if headers["ce_subject"].startswith("key-results/")]


async def test_values_wait_for_it_and_are_progress_afterwards(goals: Goals) -> None:
    objective = await goals.agreed(UNMEASURED, UP | {"weight": 3})
    goal, other = (it["id"] for it in objective["key_results"])
    await goals.machine(other, "2026-09-04", 5)
    await goals.machine(goal, "2026-09-04", 6, confidence=7)
    waiting = await goals.progress(goal)
    assert (waiting["value"], waiting["confidence"]) == (6, 7)
    assert "progress" not in waiting
    assert "unclamped" not in waiting
    last = (await updated(goals))[-1]
    assert (last["objective_progress"], last["objective_coverage"]) == (0.5, 0.75)
    pace = await goals.okr.done("GET", f"/objectives/{objective['id']}/pace")
    assert [it["status"] for it in pace["key_results"] if it["key_result"] == goal] in (
        ["no-value"], ["stale"],
    )  # fmt: skip

    changed = await set_baseline(goals, goal, 4, objective["version"])
    (definition,) = changed["key_results"][0]["definitions"]
    assert (definition["baseline"], definition["since"] <= definition["baseline_measured"]) == (
        4, True,
    )  # fmt: skip
    told = await goals.progress(goal)
    assert (told["value"], told["progress"]) == (6, pytest.approx(1 / 3))
    last = (await updated(goals))[-1]
    assert (last["change"], last["objective_coverage"]) == ("baseline-set", 1.0)
    assert last["objective_progress"] == pytest.approx((1 / 3 + 3 * 0.5) / 4)
    outside = await goals.okr.published("soihtu.open.v1")
    assert "baseline" not in outside[-2][1]["key_results"][0]
    assert outside[-1][1]["key_results"][0]["baseline"] == 4
    assert {headers["ce_dataschema"] for headers, _ in outside[-2:]} == {
        "urn:soihtu:schema:fi.soihtu.open.objective-changed.v1:1.1"
    }


async def test_it_may_be_measured_again_and_only_by_its_leaders(goals: Goals) -> None:
    objective = await goals.agreed(UNMEASURED)
    goal = objective["key_results"][0]["id"]
    path = f"/key-results/{goal}/baseline"
    refused = await goals.okr.refused(
        "PUT", path, {"baseline": 4}, version=2, caller="revontuli.member"
    )
    assert refused == (403, "not-allowed")
    await set_baseline(goals, goal, 4, 2)
    again = await set_baseline(goals, goal, 5, 3)
    assert [it["baseline"] for it in again["key_results"][0]["definitions"]] == [5]
    stale = await goals.okr.refused(
        "PUT", path, {"baseline": 6}, version=3, caller="revontuli.torchbearer"
    )
    assert stale == (412, "changed-since")


@pytest.mark.parametrize(
    ("stated", "baseline", "expected"),
    [
        (UNMEASURED, 10, (422, "baseline-unfit")),
        (UNMEASURED, 12, (422, "baseline-unfit")),
        (UP, 3, (409, "baseline-stands")),
        ({"title": text("ohje käytössä"), "kind": "binary"}, 3, (409, "baseline-stands")),
    ],
)
async def test_one_that_can_not_be_set_is_refused(
    goals: Goals, stated: Json, baseline: float, expected: tuple[int, str]
) -> None:
    goal = (await goals.agreed(stated))["key_results"][0]["id"]
    refused = await goals.okr.refused(
        "PUT", f"/key-results/{goal}/baseline", {"baseline": baseline},
        version=2, caller="revontuli.torchbearer",
    )  # fmt: skip
    assert refused == expected


async def test_it_is_set_until_the_team_closes_its_cycle(goals: Goals) -> None:
    objective = await goals.agreed(UNMEASURED)
    goal = objective["key_results"][0]["id"]
    await goals.move("retro", version=1)
    await set_baseline(goals, goal, 4, 2)
    await goals.move("closed", version=2)
    refused = await goals.okr.refused(
        "PUT", f"/key-results/{goal}/baseline", {"baseline": 5},
        version=3, caller="revontuli.torchbearer",
    )  # fmt: skip
    assert refused == (409, "team-cycle-past")


async def test_another_system_s_word_sets_it_unless_people_have(goals: Goals) -> None:
    objective = await goals.agreed()
    body = UNMEASURED | {"objective": objective["id"]}
    one, other = "/key-results/by-ref/elsewhere/one", "/key-results/by-ref/elsewhere/other"
    goal = (await goals.okr.done("PUT", one, body))["id"]
    await goals.machine(goal, "2026-09-04", 6)
    told = await goals.okr.done("PUT", one, body | {"baseline": 4})
    assert told["progress"] == pytest.approx(1 / 3)
    (definition,) = told["key_result"]["definitions"]
    assert (definition["baseline"], "baseline_measured" in definition) == (4, True)

    made = await goals.okr.done("PUT", other, body)
    await set_baseline(goals, made["id"], 5, made["version"])
    refused = await goals.okr.refused("PUT", other, body | {"baseline": 4})
    assert refused == (409, "edited-since")


async def test_zones_without_one_begin_at_nought(goals: Goals) -> None:
    zones = {"title": text("testi"), "kind": "zones", "commit": 60, "target": 70, "stretch": 80}
    goal = (await goals.agreed(zones))["key_results"][0]
    assert goal["definitions"][0]["baseline"] == 0
    await goals.machine(goal["id"], "2026-09-04", 30)
    assert (await goals.progress(goal["id"]))["progress"] == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ([("2026-10-01", 0.5), ("2026-11-01", 0.2)], (422, "invalid-request")),
        ([("2026-10-01", 0.5), ("2027-01-01", 0.8)], (422, "phase-outside-cycle")),
        ([("2026-09-01", 0.5)], (422, "phase-outside-cycle")),
    ],
)
async def test_phases_that_do_not_rise_within_the_cycle_are_refused(
    goals: Goals, phases: list[tuple[str, float]], expected: tuple[int, str]
) -> None:
    phased = UP | {"phases": [{"day": day, "share": share} for day, share in phases]}
    at_once = goals.draft(phased)
    ask = goals.okr.refused
    assert await ask("POST", "/objectives", at_once, caller="revontuli.member") == expected
    objective = await goals.proposed()
    path = f"/objectives/{objective['id']}"
    worded = await ask("PUT", path, at_once, version=1, caller="revontuli.member")
    assert worded == expected
    added = await ask(
        "POST", f"{path}/key-results", phased, version=1, caller="revontuli.torchbearer"
    )
    assert added == expected
    named = "/key-results/by-ref/elsewhere/one"
    assert await ask("PUT", named, phased | {"objective": objective["id"]}) == expected


async def test_words_for_what_is_wrong_with_phases(goals: Goals) -> None:
    phases = [{"day": "2026-10-01", "share": 0.5}, {"day": "2026-11-01", "share": 0.2}]
    answer = await goals.okr.ask(
        "POST", "/objectives", goals.draft(UP | {"phases": phases}),
        caller="revontuli.member", headers={"Accept-Language": "en"},
    )  # fmt: skip
    (error,) = answer.json()["errors"]
    assert (error["pointer"], error["rule"]) == ("/body/key_results/0", "phases_not_rising")
    assert error["message"].startswith("The days and shares of phases have to rise")


async def test_the_pace_goes_by_the_phases(goals: Goals) -> None:
    phases = [{"day": "2026-12-30", "share": 0.001}, {"day": "2026-12-31", "share": 0.9}]
    objective = await goals.agreed(
        UP | {"phases": phases, "direction": "mahdollisimman moni"}, UP, ambition="committed"
    )
    assert (objective["ambition"], objective["key_results"][0]["direction"]) == (
        "committed", "mahdollisimman moni",
    )  # fmt: skip
    pace = await goals.okr.done("GET", f"/objectives/{objective['id']}/pace")
    phased, plain = pace["key_results"]
    assert plain["expected"] == pace["elapsed"]
    assert phased["expected"] <= max(plain["expected"], 0.001)
    outside = (await goals.okr.published("soihtu.open.v1"))[-1][1]
    assert outside["ambition"] == "committed"
    assert outside["key_results"][0]["phases"] == phases
