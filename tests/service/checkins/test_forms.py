"""The form, and what of a check-in okr has taken in."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from chassis.db import reading
from contracts import okr
from contracts.progress import Standing
from services.checkins.forms import domain, store
from services.checkins.messages import Value
from services.checkins.replica import store as replica
from tests.service.checkins import world
from tests.service.checkins.conftest import Desk, said, told
from tests.service.checkins.world import CORRECTIONS, OBJECTIVE, OF_PESA, WAITING

PATH = f"/objectives/{OBJECTIVE}/check-in-form"
YESTERDAY = world.TODAY - timedelta(days=1)


async def form(desk: Desk, caller: str = "lumme.member1", team: UUID = world.LUMME) -> Any:
    answer = await desk.ask("GET", PATH, caller, params={"team": str(team)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def row(form: Any, key_result: UUID) -> Any:
    return next(one for one in form["key_results"] if one["key_result"] == str(key_result))


async def test_each_team_is_asked_for_what_it_reports(desk: Desk) -> None:
    mine = await form(desk)
    assert [one["key_result"] for one in mine["key_results"]] == [str(WAITING), str(CORRECTIONS)]
    assert (mine["state"], mine["place"], mine["last_check_in"]) == ("agreed", "running", None)
    assert (mine["earliest"], mine["latest"]) == (str(world.START), str(world.TODAY))
    first = mine["key_results"][0]
    assert (first["unit"], first["kind"], first["value"]) == ("kpl", "decrease", None)
    assert (first["definition"]["baseline"], first["definition"]["target"]) == (620, 250)
    theirs = await form(desk, "pesa.member1", world.PESA)
    assert str(OF_PESA) in [one["key_result"] for one in theirs["key_results"]]


async def test_a_goal_that_was_moved_is_asked_for_in_its_new_cycle(desk: Desk) -> None:
    later = world.an_id("later")
    ends = world.TODAY + timedelta(days=90)
    await desk.hear(
        world.cycle(start=YESTERDAY, end=ends).model_copy(update={"id": later}),
        world.place(world.LUMME, "setting", cycle=later),
        world.objective(2, cycle=later),
    )
    mine = await form(desk)
    assert (mine["place"], mine["earliest"]) == ("setting", str(YESTERDAY))
    assert told(await desk.check_in()) == (409, "team-cycle-not-running")


async def test_the_form_is_for_the_objectives_teams(desk: Desk) -> None:
    kide = {"team": str(world.KIDE)}
    assert told(await desk.ask("GET", PATH, params=kide)) == (403, "not-allowed")
    assert told(await desk.ask("GET", PATH, "kide.member1", params=kide)) == (422, "not-the-teams")


async def test_own_values_show_before_okr_has_counted_them(desk: Desk) -> None:
    await desk.hear(world.machine_value(WAITING, 600, world.TODAY))
    last = row(await form(desk), WAITING)
    source = f"machine/counter/{world.TODAY}"
    assert (last["value"], last["origin"], last["source"]) == (600, "okr", source)
    state = (await desk.check_in(said(WAITING, 480, confidence=7))).json()
    filled = await form(desk)
    last = row(filled, WAITING)
    assert (last["value"], last["confidence"], last["origin"]) == (480, 7, "not-yet-counted")
    assert filled["last_check_in"]["id"] == state["id"]
    assert filled["last_check_in"]["counted"] is None
    assert filled["last_check_in"]["values"] == [
        {"key_result": str(WAITING), "outcome": "waiting", "reason": None}
    ]
    await desk.hear(world.value(state, WAITING))
    filled = await form(desk)
    assert row(filled, WAITING)["origin"] == "okr"
    assert filled["last_check_in"]["values"][0]["outcome"] == "counted"
    assert filled["last_check_in"]["counted"] is True


async def test_what_okr_does_not_count_is_said_with_its_reason(desk: Desk) -> None:
    state = (await desk.check_in(said(WAITING, 480))).json()
    await desk.hear(world.value(state, WAITING, counted=False, reason="team-cycle-closed"))
    filled = await form(desk)
    assert row(filled, WAITING)["value"] is None
    assert filled["last_check_in"]["counted"] is False
    assert filled["last_check_in"]["values"] == [
        {"key_result": str(WAITING), "outcome": "not-counted", "reason": "team-cycle-closed"}
    ]


async def test_a_correction_that_withdraws_uncovers_what_was_before(desk: Desk) -> None:
    first = (await desk.check_in(said(WAITING, 500), date=str(YESTERDAY))).json()
    second = (await desk.check_in(said(WAITING, 480), said(CORRECTIONS, 4))).json()
    await desk.hear(
        world.value(first, WAITING), world.value(second, WAITING, of=2),
        world.value(second, CORRECTIONS, of=2),
    )  # fmt: skip
    await desk.correct(second, entries=[said(CORRECTIONS, 3)])
    last = row(await form(desk), WAITING)
    assert (last["value"], last["origin"]) == (500, "okr")
    assert row(await form(desk), CORRECTIONS)["value"] == 3


async def reached(desk: Desk, state: Any, version: int) -> bool:
    """Whether `counted/<id>@<version>` is here."""
    found = await desk.fetch(
        "SELECT version FROM seen WHERE kind = 'counted' AND id = $1", state["id"]
    )
    return bool(found and found[0]["version"] >= version)


async def test_counted_is_reached_when_every_value_of_the_version_is_there(desk: Desk) -> None:
    state = (await desk.check_in(said(WAITING), said(CORRECTIONS))).json()
    await desk.hear(world.value(state, WAITING, of=2))
    assert not await reached(desk, state, 1)
    await desk.hear(world.value(state, CORRECTIONS, of=2))
    assert await reached(desk, state, 1)
    state = (await desk.correct(state, entries=[said(WAITING, 1)])).json()
    await desk.hear(world.value(state, WAITING, 2, of=2))
    assert not await reached(desk, state, 2)
    await desk.hear(world.value(state, CORRECTIONS, 2, of=2))
    assert await reached(desk, state, 2)
    assert not await reached(desk, state, 3)


async def test_a_client_can_wait_for_counted(desk: Desk) -> None:
    answer = await desk.check_in()
    await desk.hear(world.value(answer.json(), WAITING))
    after = {"soihtu-after": answer.headers["soihtu-version"]}
    again = await desk.ask("GET", answer.headers["location"], headers=after)
    assert again.status_code == 200


async def test_a_long_series_is_not_read_whole(desk: Desk) -> None:
    days = [world.TODAY - timedelta(days=ago) for ago in range(60)]
    await desk.hear(*(world.machine_value(WAITING, 600 - n, day) for n, day in enumerate(days)))
    await desk.hear(*(world.machine_value(OF_PESA, 5, day) for day in days))
    counted = (await desk.check_in(said(WAITING, 500), date=str(days[20]))).json()
    await desk.hear(world.value(counted, WAITING))
    waits = (await desk.check_in(said(CORRECTIONS, 3))).json()
    async with reading(desk.db) as tx:
        goal = await replica.goal(tx, world.OBJECTIVE)
        known = await store.known(tx, goal.objective, world.LUMME)
    assert [str(one.id) for one in known.not_taken_in] == [waits["id"]]
    assert len(known.rows) == 2, "the current ones, and of nothing else"
    assert row(await form(desk), WAITING)["value"] == 600


async def test_a_correction_that_came_too_late_takes_nothing(desk: Desk) -> None:
    first = (await desk.check_in(said(WAITING, 500, confidence=7))).json()
    await desk.hear(world.value(first, WAITING))
    second = (await desk.correct(first, entries=[said(CORRECTIONS, 3)])).json()
    late: dict[str, Any] = {"counted": False, "reason": "team-cycle-closed", "of": 2}
    before = Standing(effective_date=world.TODAY, value=500, confidence=7)
    await desk.hear(
        world.value(second, WAITING, 2, standing=before, **late),
        world.value(second, CORRECTIONS, **late),
    )
    filled = await form(desk)
    last = row(filled, WAITING)
    assert (last["value"], last["confidence"], last["origin"]) == (500, 7, "okr")
    assert row(filled, CORRECTIONS)["value"] is None
    assert filled["last_check_in"]["counted"] is False
    outcomes = {it["outcome"] for it in filled["last_check_in"]["values"]}
    assert outcomes == {"not-counted"}


@pytest.mark.parametrize("seed", range(12))
async def test_the_form_is_the_same_as_by_every_row_of_the_series(desk: Desk, seed: int) -> None:
    rnd = Random(seed)
    for _ in range(8):
        day = world.TODAY - timedelta(days=rnd.randrange(4))
        entries = [said(one, rnd.randrange(900)) for one in rnd.sample([WAITING, CORRECTIONS], 2)]
        state = (await desk.check_in(*entries[: rnd.randint(1, 2)], date=str(day))).json()
        of = len(state["entries"])
        decided = [world.value(state, UUID(it["key_result"]), of=of, counted=rnd.random() < 0.7)
                   for it in state["entries"]]  # fmt: skip
        await desk.hear(*rnd.sample(decided, rnd.randint(0, of)))
        if rnd.random() < 0.3:
            await desk.correct(state, entries=[said(WAITING, rnd.randrange(900))])
        await desk.hear(world.machine_value(WAITING, rnd.randrange(900), day))
    rows = await desk.fetch("SELECT to_jsonb(it)::text FROM recorded_values AS it")
    every = [Value.model_validate_json(one[0]) for one in rows]
    async with reading(desk.db) as tx:
        goal = await replica.goal(tx, world.OBJECTIVE)
        known = await store.known(tx, goal.objective, world.LUMME)
    whole = replace(known, rows=every)
    assert domain.form(goal, world.LUMME, world.TODAY, known) == domain.form(
        goal, world.LUMME, world.TODAY, whole
    )


def guide(version: int, *weights: float) -> okr.ObjectiveChanged:
    """Lumme's objective with one key result that is reached by milestones m1, m2 …"""
    steps = tuple(
        okr.Milestone(id=f"m{number}", title=world.text("askel"), weight=weight)
        for number, weight in enumerate(weights, 1)
    )
    defined = okr.Definition(since=world.START, milestones=steps)
    goal = world.key_result(WAITING, kind="milestones", unit=None, definitions=(defined,))
    return world.objective(version, key_results=(goal,))


async def test_the_milestones_that_are_done_are_ticked_already(desk: Desk) -> None:
    await desk.hear(guide(2, 20, 40, 40))
    entry = {"key_result": str(WAITING), "done": ["m2", "m1"], "confidence": 7}
    state = (await desk.check_in(entry)).json()
    assert [(it["value"], it["done"]) for it in state["entries"]] == [(60, ["m1", "m2"])]
    last = row(await form(desk), WAITING)
    assert (last["value"], last["done"], last["origin"]) == (60, ["m1", "m2"], "not-yet-counted")
    assert [it["id"] for it in last["definition"]["milestones"]] == ["m1", "m2", "m3"]
    await desk.hear(world.value(state, WAITING, done=("m1", "m2")), guide(3, 10, 30))
    last = row(await form(desk), WAITING)
    assert (last["value"], last["done"], last["origin"]) == (40, ["m1", "m2"], "okr")
    # What was answered can be sent again: the value follows from what is done.
    corrected = await desk.correct(state, entries=state["entries"])
    assert corrected.json()["entries"][0]["value"] == 40
