"""The sending horizon: what was said before, elsewhere, or is only said again tells nobody."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from chassis.rebuilding import rebuild
from contracts.envelope import Event, Origin
from local.kafka import Kafka
from services.notifications.app import SERVICE
from services.notifications.rules.ticking import tick
from tests.conftest import NewDatabase
from tests.service.notifications import world
from tests.service.notifications.conftest import Desk
from tests.service.rebuilds import Reader, reader
from tests.service.reporting.world import an_id, learning, person


def telling(ago: timedelta = timedelta()) -> list[Event]:
    """Something for every rule that follows from events, done so long ago."""
    low = world.check_in().entries[0].model_copy(update={"confidence": 1})
    source = f"check-in/{an_id('check-in')}"
    return [
        world.agreed("lumme.torchbearer", ago=ago),
        world.check_in(entries=(low,)),
        world.value(source, 500, counted=False, reason="team-cycle-closed"),
        world.calls(),
        world.look_back("retro", learning("told")),
        world.proposed("lumme.torchbearer"),
        world.remark(1, "revontuli.member1"),
        world.request("revontuli.torchbearer"),
        world.remark(101, "lumme.deputy", "comment", parent=UUID(int=1)),
    ]


RULES = {
    "goal-proposed",
    "goal-agreed",
    "question-asked",
    "request-made",
    "answered",
    "help-wanted",
    "low-confidence",
    "not-counted",
    "learning-shared",
}

Ask = Callable[[str], Awaitable[object]]


async def counts(ask: Ask) -> tuple[object, ...]:
    tables = ("occasions", "notifications", "mails")
    return tuple([await ask(f"SELECT count(*) FROM {table}") for table in tables])  # noqa: S608


async def rules_told(desk: Desk) -> set[str]:
    rows = await desk.db.pool.fetch("SELECT DISTINCT rule FROM notifications")
    return {row["rule"] for row in rows}


async def test_what_people_do_now_is_told(desk: Desk) -> None:
    await desk.hear(*telling())
    await desk.tell()
    assert await rules_told(desk) == RULES


@pytest.mark.parametrize(
    ("origin", "age"),
    [
        ("import", timedelta()),
        ("republish", timedelta()),
        ("command", timedelta(hours=24)),
        ("command", timedelta(days=300)),
    ],
)
async def test_an_import_a_republish_and_old_news_tell_nobody(
    desk: Desk, origin: Origin, age: timedelta
) -> None:
    await desk.hear(*telling(ago=age), origin=origin, age=age)
    await desk.tell()
    assert await counts(desk.value) == (0, 0, 0)


async def test_an_imported_goal_that_people_change_is_not_news(desk: Desk) -> None:
    imported = world.agreed("lumme.torchbearer")
    moment = imported.states[0].model_copy(update={"by": None})
    await desk.hear(imported.model_copy(update={"states": (moment,)}))
    await desk.tell()
    assert await counts(desk.value) == (0, 0, 0)


async def test_an_imported_check_in_that_people_correct_is_not_news(desk: Desk) -> None:
    low = world.check_in().entries[0].model_copy(update={"confidence": 1})
    said = world.check_in(entries=(low,), author=None)
    await desk.hear(said, origin="import")
    await desk.hear(said.model_copy(update={"version": 2, "change": "corrected"}))
    await desk.tell()
    assert await counts(desk.value) == (0, 0, 0)


async def test_an_imported_retro_that_people_put_right_is_not_news(desk: Desk) -> None:
    shared = learning("told")
    await desk.hear(world.calls(), origin="import")
    await desk.hear(world.look_back("retro", shared, author=None), origin="import")
    await desk.hear(world.look_back("retro", shared, author=None, version=2))
    await desk.tell()
    assert await counts(desk.value) == (0, 0, 0)


async def test_what_waited_for_more_than_a_day_is_told_to_nobody(desk: Desk) -> None:
    await desk.db.pool.execute("UPDATE telling SET since = since - interval '9 days'")
    await desk.hear(telling()[2], age=timedelta(hours=23))  # whose it is has not come
    await desk.tell()
    await desk.db.pool.execute("UPDATE occasions SET at = at - interval '1 hour'")
    await desk.hear(telling()[1], origin="import")
    await desk.tell()
    # Of that alone: for a day from some noons on, check-ins are due or missed as well.
    noted = await desk.value("SELECT count(*) FROM occasions WHERE rule = 'not-counted'")
    assert (noted, await desk.told("not-counted")) == (1, set())


async def test_a_replay_of_everything_tells_nothing_anew(desk: Desk) -> None:
    said = telling()
    await desk.hear(*said)
    await desk.tell()
    before = await counts(desk.value)
    # As after a rebuild, and with who has come since.
    await desk.db.pool.execute("DELETE FROM seen")
    newcomer = person("lumme.newcomer", "member", world.LUMME)
    await desk.hear(newcomer, *world.everything(), *said)
    await desk.tell()
    assert await counts(desk.value) == before
    assert before[0] == len(RULES)


async def test_a_restored_database_tells_nothing_of_before(desk: Desk) -> None:
    await desk.db.pool.execute("UPDATE telling SET place = 1")
    await desk.hear(*telling())
    await desk.tell()
    assert await counts(desk.value) == (0, 0, 0)
    await desk.hear(world.check_in("next", number=2))
    await desk.tell()
    assert await desk.told("help-wanted")


@pytest.fixture
async def notifications(
    new_database: NewDatabase, kafka: Kafka, topic_prefix: str
) -> AsyncIterator[Reader]:
    async with reader(SERVICE, new_database("notifications"), kafka.address, topic_prefix) as made:
        yield made


async def test_a_new_group_tells_nothing_of_what_was_there(
    notifications: Reader, new_database: NewDatabase
) -> None:
    await notifications.produce([*world.everything(), *telling()])
    settings, database = notifications.settings, new_database("notifications")
    async with reader(SERVICE, database, settings.kafka, settings.topic_prefix) as late:
        await tick(late.db, late.settings)
        async with late.working():
            await late.until_all_is_in()
            await tick(late.db, late.settings)
        assert await late.value("SELECT count(*) FROM check_ins") == 1
        assert await counts(late.value) == (0, 0, 0)


async def test_a_rebuild_beside_a_worker_tells_nothing_and_keeps_what_was_told(
    notifications: Reader,
) -> None:
    await tick(notifications.db, notifications.settings)
    events = [*world.everything(), *telling()]
    await notifications.produce(events)
    shape = await notifications.shape()
    async with notifications.working():
        await notifications.until_all_is_in()
        await tick(notifications.db, notifications.settings)
        told = await counts(notifications.value)
        assert told[0] == len(RULES)
        before = await notifications.tables()
        await notifications.db.pool.execute("UPDATE teams SET name = '{}'")
        settings, owner = notifications.settings, notifications.database.owner
        report = await rebuild(SERVICE, settings, owner)
        assert report.records == len(events)
        await notifications.until_all_is_in()
        await tick(notifications.db, notifications.settings)
        assert await counts(notifications.value) == told
        assert await notifications.tables() == before
    assert await notifications.shape() == shape
    assert await notifications.value("SELECT count(*) FROM dead_letters") == 0
