"""A team's board: what it shows, and to whom."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts import okr, pace
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

BOARD = f"/teams/{world.LUMME}/board"


def goal(board: Any, id_: Any = world.WAITING_GOAL) -> Any:
    """An objective of a board."""
    return next(one for one in board["objectives"] if one["id"] == str(id_))


async def test_a_board_shows_goals_key_results_and_the_last_check_in(desk: Desk) -> None:
    board = await desk.told(BOARD)
    assert board["team"]["name"]["fi"] == "Lumme"
    assert (board["cycle"]["id"], board["place"]) == (str(world.CYCLE), "running")
    assert board["as_of"] is not None
    assert (board["lag"], board["confirmed_at"] is not None) == (0, True)
    shown = goal(board)
    assert (shown["progress"], shown["coverage"]) == (0.324, 0.5)
    assert shown["owner"]["name"]["fi"] == "Lumme"
    assert shown["contributes_to"][0]["title"]["fi"] == "Raha on tilillä, kun sitä tarvitaan"
    waiting, corrections = shown["key_results"]
    assert (waiting["value"], waiting["progress"], waiting["confidence"]) == (500, 0.324, 7)
    assert (waiting["baseline"], waiting["target"], waiting["band"]) == (620, 250, "uncertain")
    assert waiting["trend"] == [{"date": world.TODAY.isoformat(), "value": 500}]
    assert (corrections["value"], corrections["status"]) == (None, "no-value")
    said = shown["last_check_in"]
    assert (said["date"], said["number"]) == (world.TODAY.isoformat(), 1)
    assert said["team"]["name"]["fi"] == "Lumme"


async def test_status_and_due_are_of_the_moment_of_asking(desk: Desk) -> None:
    shown = goal(await desk.told(BOARD))
    zone = ZoneInfo("Europe/Helsinki")
    elapsed = pace.elapsed(world.START, world.END, world.TODAY)
    waiting = pace.status(0.324, elapsed, False)
    assert [one["status"] for one in shown["key_results"]] == [waiting, "no-value"]
    assert shown["status"] == pace.weakest([waiting, "no-value"])
    assert shown["stale"] is False
    due = pace.turn("weekly", world.TODAY, world.START, world.END, world.NOW, zone).next_due
    assert due is not None
    assert shown["due_next"] in (due.isoformat(), due.isoformat().replace("+00:00", "Z"))


async def test_a_value_before_the_baseline_is_shown_and_is_no_progress(desk: Desk) -> None:
    unmeasured = world.key_result(
        world.CORRECTIONS, definitions=(okr.Definition(since=world.START, target=250),)
    )
    await desk.hear(
        world.objective(world.WAITING_GOAL, world.key_result(world.WAITING), unmeasured, version=2),
        world.progress(world.CORRECTIONS, 480, None),
    )
    shown = goal(await desk.told(BOARD))["key_results"][1]
    assert (shown["baseline"], shown["value"], shown["progress"]) == (None, 480, None)
    assert (shown["unclamped"], shown["status"]) == (None, "no-value")


async def test_what_is_expected_goes_by_the_phases(desk: Desk) -> None:
    elapsed = pace.elapsed(world.START, world.END, world.TODAY)
    phases = (okr.Phase(day=world.END, share=0.5),)
    definition = okr.Definition(since=world.START, baseline=620, target=250, phases=phases)
    phased = world.key_result(world.WAITING, definitions=(definition,))
    plain = world.key_result(world.CORRECTIONS)
    await desk.hear(world.objective(world.WAITING_GOAL, phased, plain, version=2))
    first, second = goal(await desk.told(BOARD))["key_results"]
    assert first["expected"] == pytest.approx(elapsed / 2)
    assert second["expected"] == pytest.approx(elapsed)
    assert first["status"] == pace.status(first["progress"], first["expected"], False)


async def test_silence_makes_stale(desk: Desk) -> None:
    long_ago = world.TODAY - timedelta(days=30)
    await desk.hear(world.check_in(version=2, change="corrected", effective_date=long_ago))
    shown = goal(await desk.told(BOARD))
    assert (shown["stale"], shown["status"]) == (True, "stale")
    assert {one["status"] for one in shown["key_results"]} == {"stale"}


async def test_proposed_goals_of_others_are_there_and_marked(desk: Desk) -> None:
    shown = goal(await desk.told(BOARD), world.CALLS)
    assert (shown["state"], shown["part"]) == ("proposed", "contributing")
    assert (shown["stale"], shown["due_next"], shown["last_check_in"]) == (False, None, None)
    assert shown["responsible_team"]["name"]["fi"] == "Revontuli"


async def test_dropped_key_results_are_not_there(desk: Desk) -> None:
    ids = [one["id"] for one in goal(await desk.told(BOARD))["key_results"]]
    assert ids == [str(world.WAITING), str(world.CORRECTIONS)]


@pytest.mark.parametrize(
    ("caller", "words"),
    [
        ("lumme.member1", "shown"),
        ("lumme.supervisor", "shown"),
        ("housing.head", "shown"),
        ("root.head", "shown"),
        ("phone.head", "not-yours"),
        ("revontuli.member1", "not-yours"),
        ("lumme.former", "not-yours"),
        ("admin", "not-yours"),
    ],
)
async def test_words_are_for_the_team_and_those_above(desk: Desk, caller: str, words: str) -> None:
    shown = goal(await desk.told(BOARD, caller))
    said = shown["last_check_in"]
    expected = ("Jono lyheni.", "Liiteohje on epäselvä.") if words == "shown" else (None, None)
    assert (said["entries"][0]["words"], said["help_wanted"]) == expected
    assert (said["words"], said["entries"][0]["value"]) == (words, 500)
    assert shown["progress"] == 0.324


@pytest.mark.parametrize("ago", [None, timedelta(minutes=16)])
async def test_words_are_kept_back_while_memberships_may_be_old(
    desk: Desk, ago: timedelta | None
) -> None:
    await desk.confirmed(ago)
    board = await desk.told(BOARD)
    said = goal(board)["last_check_in"]
    assert (said["words"], said["help_wanted"]) == ("replica-too-old", None)
    assert said["entries"][0]["value"] == 500
    assert board["own_learnings"] == "replica-too-old"


async def test_outsiders_see_shareable_learnings_only(desk: Desk) -> None:
    own, shared = world.learning("own", shareable=False), world.learning("shared")
    await desk.hear(world.look_back("retro", own, shared))
    inside, outside = await desk.told(BOARD), await desk.told(BOARD, "revontuli.member1")
    assert {one["id"] for one in inside["learnings"]} == {str(own.id), str(shared.id)}
    assert [one["id"] for one in outside["learnings"]] == [str(shared.id)]
    assert (inside["own_learnings"], outside["own_learnings"]) == ("shown", "not-yours")


async def test_the_newest_running_cycle_comes_first(desk: Desk) -> None:
    later = world.an_id("later")
    await desk.hear(world.cycle(later, "planned", world.END, world.END + timedelta(days=90)))
    assert (await desk.told(BOARD))["cycle"]["id"] == str(world.CYCLE)
    board = await desk.told(BOARD, params={"cycle": str(later)})
    assert (board["cycle"]["id"], board["objectives"], board["place"]) == (str(later), [], None)
    await desk.hear(world.place(world.LUMME, "running", later))
    assert (await desk.told(BOARD))["cycle"]["id"] == str(later)


async def test_a_cycle_without_running_place_is_the_newest(desk: Desk) -> None:
    board = await desk.told(f"/teams/{world.REVONTULI}/board")
    assert (board["cycle"]["id"], board["place"]) == (str(world.CYCLE), None)


async def test_a_closed_goal_stands_as_when_it_was_closed(desk: Desk) -> None:
    closed = world.NOW - timedelta(days=40)
    moments = ({"state": "agreed", "at": world.NOW}, {"state": "closed", "at": closed})
    on = closed.date()
    await desk.hear(
        world.objective(
            world.WAITING_GOAL,
            world.key_result(world.WAITING),
            version=2,
            change="closed",
            state="closed",
            states=moments,
        ),
        world.check_in(version=2, change="corrected", effective_date=on),
    )
    shown = goal(await desk.told(BOARD))
    assert (shown["state"], shown["stale"], shown["due_next"]) == ("closed", False, None)
    elapsed = pace.elapsed(world.START, world.END, closed.astimezone(ZoneInfo("UTC")).date())
    assert shown["status"] == pace.status(0.324, elapsed, False)


async def test_unknown_team_and_cycle(desk: Desk) -> None:
    answer = await desk.ask(f"/teams/{world.an_id('nobody')}/board")
    assert (answer.status_code, answer.json()["kind"]) == (404, "teams")
    answer = await desk.ask(BOARD, params={"cycle": str(world.an_id("never"))})
    assert (answer.status_code, answer.json()["kind"]) == (404, "cycles")


async def test_before_any_cycle_the_board_is_empty(empty_desk: Desk) -> None:
    team = world.team(world.LUMME, "Lumme", world.HOUSING)
    await empty_desk.hear(team, world.person("lumme.member1", "member", world.LUMME))
    board = await empty_desk.told(BOARD)
    assert (board["cycle"], board["objectives"], board["learnings"]) == (None, [], [])


async def test_milestones_zones_and_pillars_are_shown(desk: Desk) -> None:
    pillar, guide, understood = (world.an_id(name) for name in ("pillar", "guide", "understood"))
    steps = tuple(
        okr.Milestone(id=f"m{number}", title=world.text("askel"), weight=weight)
        for number, weight in enumerate((20, 40, 40), 1)
    )
    zones = okr.Definition(since=world.START, baseline=52, commit=60, target=70, stretch=80)
    goals = (
        world.key_result(
            guide, kind="milestones", unit=None,
            definitions=(okr.Definition(since=world.START, milestones=steps),),
        ),
        world.key_result(understood, kind="zones", definitions=(zones,)),
    )  # fmt: skip
    name, promise = world.text("Selkeys"), world.text("Ymmärrän päätökseni.")
    check_in = f"check-in/{world.an_id('check-in')}"
    await desk.hear(
        okr.PillarChanged(
            id=pillar, version=1, change="created", name=name, promise=promise, order=1,
            state="current",
        ),
        world.objective(world.WAITING_GOAL, *goals, version=2, serves=(pillar,)),
        world.progress(guide, 60, 0.6, done=("m1", "m3")),
        world.value(check_in, 60, key_result=guide, done=("m1", "m3")),
    )  # fmt: skip
    shown = goal(await desk.told(BOARD))
    assert [it["name"]["fi"] for it in shown["serves"]] == ["Selkeys"]
    first, second = shown["key_results"]
    assert [(it["id"], it["done"]) for it in first["milestones"]] == [
        ("m1", True), ("m2", False), ("m3", True),
    ]  # fmt: skip
    assert (second["milestones"], second["commit"], second["stretch"]) == (None, 60, 80)
    history = await desk.told(f"/key-results/{guide}/history")
    assert [(it["done"], it["progress"]) for it in history["items"]] == [(["m1", "m3"], 0.6)]
