"""The overview: the tree, and what its goals add up to."""

from datetime import timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from contracts.envelope import Event
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk


def unit(overview: Any, id_: UUID) -> Any:
    """A unit or team of an overview."""
    return next(one for one in overview["units"] if one["id"] == str(id_))


async def test_the_tree_is_a_flat_list_in_its_order(desk: Desk) -> None:
    overview = await desk.told("/overview")
    names = [(one["depth"], one["kind"], one["name"]["fi"]) for one in overview["units"]]
    assert names == [
        (0, "unit", "Elantovirasto"),
        (1, "unit", "Asuminen"),
        (2, "team", "Lumme"),
        (1, "unit", "Puhelinpalvelu"),
        (2, "team", "Revontuli"),
    ]
    assert unit(overview, world.LUMME)["parent"] == str(world.HOUSING)
    assert overview["cycle"]["id"] == str(world.CYCLE)
    assert overview["as_of"] is not None


async def test_sums_go_up_the_tree(desk: Desk) -> None:
    overview = await desk.told("/overview")
    lumme, root = unit(overview, world.LUMME), unit(overview, world.ROOT)
    assert (lumme["objectives"], lumme["progress"]) == (1, 0.324)
    assert (lumme["key_results_with_value"], lumme["key_results"]) == (1, 2)
    assert (lumme["coverage"], lumme["lowest_confidence"]) == (0.5, 7)
    # The yearly goal of the root has no progress: it is in the count, not in the mean.
    assert (root["objectives"], root["progress"], root["stale"]) == (2, 0.324, 1)
    assert unit(overview, world.HOUSING)["progress"] == 0.324
    assert unit(overview, world.REVONTULI)["objectives"] == 0
    assert unit(overview, world.REVONTULI)["coverage"] is None


async def test_a_value_that_is_no_progress_yet_is_not_covered(desk: Desk) -> None:
    await desk.hear(world.progress(world.CORRECTIONS, 480, None))
    lumme = unit(await desk.told("/overview"), world.LUMME)
    assert (lumme["key_results_with_value"], lumme["key_results"], lumme["coverage"]) == (1, 2, 0.5)


async def test_a_mean_is_plain(desk: Desk) -> None:
    other, of_other = world.an_id("other"), world.an_id("of other")
    await desk.hear(
        world.objective(other, world.key_result(of_other), owner_team=world.REVONTULI),
        world.progress(of_other, 1, 1.0, objective=other),
        world.value("machine/m/1", 1, key_result=of_other, objective=other, confidence=2),
    )
    root = unit(await desk.told("/overview"), world.ROOT)
    assert root["progress"] == pytest.approx((0.324 + 1.0) / 2)
    assert (root["lowest_confidence"], root["low_confidence"]) == (2, 1)


async def test_a_machine_without_confidence_does_not_hide_the_last_one_said(desk: Desk) -> None:
    await desk.hear(world.value("machine/m/1", 480))
    assert unit(await desk.told("/overview"), world.LUMME)["lowest_confidence"] == 7


async def test_only_agreed_and_closed_objectives_count(desk: Desk) -> None:
    overview = await desk.told("/overview")
    ids = {one["id"] for one in overview["objectives"]}
    assert ids == {str(world.YEARLY), str(world.WAITING_GOAL)}
    waiting = next(o for o in overview["objectives"] if o["id"] == str(world.WAITING_GOAL))
    assert waiting["contributes_to"][0]["id"] == str(world.YEARLY)
    assert (waiting["responsible_team"]["name"]["fi"], waiting["state"]) == ("Lumme", "agreed")


async def test_a_proposal_that_was_taken_back_is_nowhere(desk: Desk) -> None:
    before = await desk.told("/overview"), await desk.told("/practice")
    goal = world.taken_back()
    await desk.hear(goal)
    after = await desk.told("/overview"), await desk.told("/practice")
    for was, now in zip(before, after, strict=True):
        assert now["units"] == was["units"]
    assert str(goal.id) not in {one["id"] for one in after[0]["objectives"]}
    board = (await desk.told(f"/teams/{world.LUMME}/board"))["objectives"]
    assert [one["stale"] for one in board if one["id"] == str(goal.id)] == [False]


async def test_a_cycle_by_its_id_and_the_newest_open_one(desk: Desk) -> None:
    overview = await desk.told("/overview", params={"cycle": str(world.EARLIER)})
    assert (overview["cycle"]["id"], overview["objectives"]) == (str(world.EARLIER), [])
    answer = await desk.ask("/overview", params={"cycle": str(world.an_id("never"))})
    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


async def test_the_cycle_that_runs_is_shown_when_the_next_is_opened(desk: Desk) -> None:
    day = timedelta(days=1)
    after, later = world.an_id("after"), world.an_id("later")
    await desk.hear(
        world.cycle(later, "open", world.END + 101 * day, world.END + 200 * day),
        world.cycle(after, "open", world.END + day, world.END + 100 * day),
        world.cycle(world.an_id("year"), "open", world.START - 90 * day, world.END),
    )
    assert await shown(desk) == world.CYCLE
    await desk.hear(world.cycle(world.an_id("today"), "open", world.TODAY, world.END))
    assert await shown(desk) == world.an_id("today")
    begun = (world.CYCLE, world.an_id("year"), world.an_id("today"))
    closed = [world.cycle(one, "closed").model_copy(update={"version": 2}) for one in begun]
    await desk.hear(*closed)
    assert await shown(desk) == after


async def shown(desk: Desk) -> UUID:
    """The cycle that is shown when none is named."""
    paths = ("/overview", "/practice", "/findings")
    (found,) = {UUID((await desk.told(path))["cycle"]["id"]) for path in paths}
    return found


async def test_what_goes_on_is_one_goal_in_each_cycle(desk: Desk) -> None:
    later, onward = world.an_id("later"), world.an_id("onward")
    day = timedelta(days=1)
    await desk.hear(
        world.cycle(later, "planned", world.END + day, world.END + 100 * day),
        world.objective(onward, cycle=later, ancestor=world.WAITING_GOAL),
    )
    now = await desk.told("/overview")
    assert [one["id"] for one in now["objectives"] if one["ancestor"]] == []
    assert unit(now, world.LUMME)["objectives"] == 1
    told = await desk.told("/overview", params={"cycle": str(later)})
    (goal,) = told["objectives"]
    assert (goal["id"], goal["ancestor"]["id"]) == (str(onward), str(world.WAITING_GOAL))
    assert goal["ancestor"]["title"] == goal["title"]
    assert unit(told, world.LUMME)["objectives"] == 1


async def test_a_goal_that_was_moved_is_of_its_new_cycle_alone(desk: Desk) -> None:
    await desk.hear(world.objective(world.WAITING_GOAL, version=9, cycle=world.EARLIER))
    for cycle, held in ((world.EARLIER, True), (world.CYCLE, False)):
        told = await desk.told("/overview", params={"cycle": str(cycle)})
        assert (str(world.WAITING_GOAL) in [one["id"] for one in told["objectives"]]) is held
        goal = [one["progress"] for one in told["objectives"] if held]
        assert goal == ([0.324] if held else [])


async def test_before_any_cycle(empty_desk: Desk) -> None:
    await empty_desk.hear(world.person("lumme.member1", "member", world.LUMME))
    answer = await empty_desk.ask("/overview")
    assert (answer.status_code, answer.json()["code"]) == (404, "no-cycle-yet")


async def test_a_tree_of_any_depth(desk: Desk) -> None:
    deep = 1500
    ids = [world.ROOT, *(world.an_id(f"level {n}") for n in range(deep))]
    units: list[Event] = [world.unit(child, "Taso", parent) for parent, child in pairwise(ids)]
    goal = world.an_id("deep goal")
    await desk.hear(*units, world.objective(goal, owner_unit=ids[-1]))
    overview = await desk.told("/overview")
    assert max(one["depth"] for one in overview["units"]) == deep
    assert unit(overview, world.ROOT)["objectives"] == 3


async def test_what_has_not_arrived_is_left_open(empty_desk: Desk) -> None:
    """A team whose unit is not known stands at the top; a goal's owner has no name yet."""
    await empty_desk.hear(
        world.cycle(),
        world.team(world.LUMME, "Lumme", world.HOUSING),
        world.person("lumme.member1", "member", world.LUMME),
        world.objective(world.WAITING_GOAL, owner_team=world.REVONTULI),
    )
    overview = await empty_desk.told("/overview")
    assert [(one["id"], one["parent"]) for one in overview["units"]] == [(str(world.LUMME), None)]
    assert overview["objectives"][0]["owner"] == {"id": str(world.REVONTULI), "name": None}
