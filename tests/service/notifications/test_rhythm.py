"""What is due on Friday and missed on Monday, by a clock that these tests move."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from chassis import clock
from contracts import pace
from local.files import write_private
from services.notifications.rules.ticking import tick
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.reporting.world import (
    CYCLE,
    END,
    LUMME,
    START,
    WAITING_GOAL,
    an_id,
    cycle,
    objective,
    place,
)  # fmt: skip

ZONE = ZoneInfo("Europe/Helsinki")
SECOND = timedelta(seconds=1)

Move = Callable[[datetime], None]


@pytest.fixture
def move(tmp_path: Path) -> Iterator[Move]:
    """`move(to)`: the clock of this test alone shows an instant that is to come."""
    file = tmp_path / "clock"
    clock.follow(file)

    def moved(to: datetime) -> None:
        ahead = to - datetime.now(UTC) + SECOND
        write_private(file, str(int(ahead.total_seconds())))

    yield moved
    clock.follow(None)


def friday() -> datetime:
    """The next due of a weekly goal that is not the last of its month, a monthly goal's due."""
    due = pace.due_after("weekly", datetime.now(UTC) + timedelta(days=1), ZONE)
    while due == pace.due_before("monthly", due, ZONE):
        due = pace.due_after("weekly", due, ZONE)
    return due


def monday() -> datetime:
    return pace.missed_at(friday(), ZONE)


async def test_a_check_in_is_due_at_its_hour_and_no_minute_before(desk: Desk, move: Move) -> None:
    move(friday() - timedelta(minutes=1))
    await desk.tell()
    assert await desk.told("due") == set()
    move(friday())
    await desk.tell()
    assert await desk.told("due") == {"lumme.torchbearer"}
    (entry,) = await desk.inbox("lumme.torchbearer")
    assert entry["about"] == f"objectives/{WAITING_GOAL}"
    assert datetime.fromisoformat(entry["at"]) == friday()


async def test_nothing_is_due_of_a_goal_that_was_moved_to_a_cycle_to_come(
    desk: Desk, move: Move
) -> None:
    later = an_id("later")
    begins = END + timedelta(days=1)
    await desk.hear(
        cycle(later, start=begins, end=begins + timedelta(days=99)),
        place(LUMME, "setting", later),
        objective(WAITING_GOAL, version=2, cycle=later),
    )
    move(friday())
    await desk.tell()
    assert await desk.told("due") == set()


async def test_a_check_in_is_missed_on_monday_and_told_to_the_torchbearer(
    desk: Desk, move: Move
) -> None:
    move(monday())
    await desk.tell()
    assert await desk.told("missed") == {"lumme.torchbearer"}
    assert await desk.told("due") == set()  # that was more than a day ago


async def test_each_is_told_once_by_however_many_workers(desk: Desk, move: Move) -> None:
    for moment in (friday(), friday() + timedelta(hours=20), monday()):
        move(moment)
        await desk.tell()
        await asyncio.gather(*[tick(desk.db, desk.settings) for _ in range(6)])
    kinds = sorted(entry["kind"] for entry in await desk.inbox("lumme.torchbearer"))
    assert kinds == ["due", "missed"]
    assert await desk.value("SELECT count(*) FROM mails") == 2


async def test_who_has_checked_in_is_told_nothing(desk: Desk, move: Move) -> None:
    day = friday().date() - timedelta(days=1)
    await desk.hear(world.check_in(help_wanted=None, effective_date=day))
    for moment in (friday(), monday()):
        move(moment)
        await desk.tell()
    assert await desk.told("due") | await desk.told("missed") == set()


@pytest.mark.parametrize("moment", [friday, monday], ids=["due", "missed"])
async def test_a_check_in_that_comes_before_it_is_told_ends_it(
    desk: Desk, move: Move, moment: Callable[[], datetime]
) -> None:
    move(moment())
    await desk.confirm()
    await tick(desk.db, desk.settings)  # the check-in is said, and has not come
    assert await desk.value("SELECT count(*) FROM occasions WHERE settled_at IS NULL") > 0
    day = friday().date()
    await desk.hear(world.check_in(help_wanted=None, effective_date=day))
    await desk.tell()
    assert await desk.told("due") | await desk.told("missed") == set()
    assert await desk.value("SELECT count(*) FROM occasions WHERE settled_at IS NULL") == 0


async def test_a_goal_that_was_agreed_on_friday_afternoon_is_first_due_a_week_later(
    desk: Desk, move: Move
) -> None:
    afternoon = friday() + timedelta(hours=3)
    await desk.hear(world.agreed("lumme.torchbearer", ago=datetime.now(UTC) - afternoon))
    for moment in (afternoon, monday()):
        move(moment)
        await desk.tell()
    assert await desk.told("due") | await desk.told("missed") == set()
    move(pace.due_after("weekly", afternoon, ZONE))
    await desk.tell()
    assert await desk.told("due") == {"lumme.torchbearer"}


async def test_a_team_that_is_not_on_its_way_is_told_nothing(desk: Desk, move: Move) -> None:
    await desk.hear(place(LUMME, "retro").model_copy(update={"version": 2}))
    move(friday())
    await desk.tell()
    assert await desk.told("due") == set()


async def test_a_monthly_goal_is_due_on_the_last_friday(desk: Desk, move: Move) -> None:
    due = pace.due_after("monthly", datetime.now(UTC) + timedelta(days=1), ZONE)
    assert START < due.date() < END
    move(due)
    await desk.tell()
    assert len(await desk.inbox("lumme.torchbearer")) == 2  # the yearly goal, and the weekly one


async def test_what_was_due_more_than_a_day_ago_is_told_to_nobody(desk: Desk, move: Move) -> None:
    move(friday() + timedelta(days=1))
    await desk.tell()
    assert await desk.told("due") == set()


async def test_nothing_is_missing_where_the_copy_may_be_old(desk: Desk, move: Move) -> None:
    move(friday())
    await desk.db.pool.execute(
        "UPDATE consumer_offsets SET confirmed_at = clock_timestamp() - interval '5 min'"
    )
    await tick(desk.db, desk.settings)
    assert await desk.value("SELECT count(*) FROM occasions") == 0


async def test_the_last_day_s_due_is_told_and_after_the_cycle_none(desk: Desk, move: Move) -> None:
    ended = world.cycle(CYCLE, end=friday().date()).model_copy(update={"version": 2})
    await desk.hear(ended)
    move(friday())
    await desk.tell()
    assert await desk.told("due") == {"lumme.torchbearer"}
    move(monday())
    await desk.tell()
    assert await desk.told("missed") == set()
    assert datetime.combine(ended.end, time.max, ZONE) < monday()
