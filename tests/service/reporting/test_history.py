"""A key result's history: order, what is current, pages."""

from datetime import timedelta
from typing import Any

import pytest

from chassis.paging import cursor
from contracts import okr
from contracts.progress import Standing
from tests.service.reporting import world
from tests.service.reporting.conftest import Desk

PATH = f"/key-results/{world.WAITING}/history"


def days_ago(days: int) -> dict[str, Any]:
    return {"effective_date": world.TODAY - timedelta(days=days)}


@pytest.fixture
async def series(desk: Desk) -> Desk:
    """A series with a check-in, machines, a withdrawn value and one that does not count."""
    await desk.hear(
        world.value("machine/queue/today", 480),
        world.value("machine/queue/earlier", 560, **days_ago(9)),
        world.value("check-in/first", 600, number=1, **days_ago(14)),
        world.value("check-in/gone", None, withdrawn=True, number=2, **days_ago(1)),
        world.value("check-in/late", 300, counted=False, reason="team-cycle-closed", number=3),
    )
    return desk


async def test_the_current_value_is_first_and_what_does_not_count_last(series: Desk) -> None:
    history = await series.told(PATH)
    rows = history["items"]
    assert [row["value"] for row in rows] == [500, 480, 560, 600, 300, None]
    assert [row["current"] for row in rows] == [True, *[False] * 5]
    assert [row["source"] for row in rows[:2]] == ["check-in", "machine"]
    assert (rows[4]["counted"], rows[4]["reason"]) == (False, "team-cycle-closed")
    assert rows[5]["withdrawn"] is True
    assert rows[0]["progress"] == pytest.approx((620 - 500) / (620 - 250))
    assert history["key_result"]["objective"]["title"]["fi"].startswith("Asumisen hakemus")
    assert str(world.an_id("check-in")) not in str(history)


async def test_progress_is_by_the_definition_of_the_day(series: Desk) -> None:
    definitions = (
        okr.Definition(since=world.START, baseline=620, target=250),
        okr.Definition(since=world.TODAY - timedelta(days=3), baseline=620, target=500),
    )
    goal = world.key_result(world.WAITING, definitions=definitions)
    await series.hear(world.objective(world.WAITING_GOAL, goal, version=2))
    rows = (await series.told(PATH))["items"]
    assert rows[0]["progress"] == pytest.approx(1.0)
    assert rows[2]["progress"] == pytest.approx((620 - 560) / (620 - 250))


async def test_days_before_the_baseline_was_measured_have_progress_once_it_is(
    series: Desk,
) -> None:
    waiting = okr.Definition(since=world.START, target=250)
    goal = world.key_result(world.WAITING, definitions=(waiting,))
    await series.hear(world.objective(world.WAITING_GOAL, goal, version=2))
    rows = (await series.told(PATH))["items"]
    assert {row["progress"] for row in rows} == {None}
    assert rows[0]["value"] == 500
    measured = {"baseline": 620, "baseline_measured": world.TODAY}
    known = goal.model_copy(update={"definitions": (waiting.model_copy(update=measured),)})
    await series.hear(world.objective(world.WAITING_GOAL, known, version=3))
    rows = (await series.told(PATH))["items"]
    assert rows[0]["progress"] == pytest.approx((620 - 500) / (620 - 250))
    assert rows[2]["progress"] == pytest.approx((620 - 560) / (620 - 250))


async def test_a_history_by_pages_is_the_whole_history(series: Desk) -> None:
    whole = (await series.told(PATH))["items"]
    found: list[Any] = []
    after: dict[str, Any] = {}
    while True:
        page = await series.told(PATH, params={"limit": 2, **after})
        found += page["items"]
        if page["next"] is None:
            break
        after = {"after": page["next"]}
    assert found == whole


async def test_an_unknown_key_result(desk: Desk) -> None:
    answer = await desk.ask(f"/key-results/{world.an_id('never')}/history")
    assert (answer.status_code, answer.json()["kind"]) == (404, "key-results")


async def test_a_key_result_without_values(desk: Desk) -> None:
    history = await desk.told(f"/key-results/{world.CORRECTIONS}/history")
    assert (history["items"], history["next"]) == ([], None)


@pytest.mark.parametrize(
    "key",
    [
        ("True", "2026-01-01", "True", 2**40, "x"),
        ("True", "2026-01-01", "True", 1, "\x00"),
        ("Yes", "2026-01-01", "True", 1, "x"),
        ("True", "2026-13-01", "True", 1, "x"),
        ("True",),
    ],
)
async def test_a_forged_cursor_is_refused(desk: Desk, key: tuple[object, ...]) -> None:
    answer = await desk.ask(PATH, params={"after": cursor(key)})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-cursor")


async def test_a_correction_that_came_too_late_takes_nothing(series: Desk) -> None:
    before = Standing(effective_date=world.TODAY, value=500, confidence=3)
    late = world.value(
        "check-in/zlate", None, number=9, withdrawn=True, counted=False,
        reason="team-cycle-closed", standing=before, **days_ago(5),
    )  # fmt: skip
    await series.hear(late)
    first = (await series.told(PATH))["items"][0]
    assert (first["current"], first["counted"], first["value"]) == (True, False, None)
    assert (first["standing"]["value"], first["standing"]["confidence"]) == (500, 3)
    assert first["progress"] == pytest.approx((620 - 500) / (620 - 250))
    board = await series.told(f"/teams/{world.LUMME}/board")
    found = [it for goal in board["objectives"] for it in goal["key_results"]]
    (goal,) = [it for it in found if it["id"] == str(world.WAITING)]
    assert goal["confidence"] == 3
    assert goal["trend"][-1] == {"date": str(world.TODAY), "value": 500}
