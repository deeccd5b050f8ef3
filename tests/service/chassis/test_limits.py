"""A consumer that sets too much aside stops, and goes on when someone says so."""

import asyncio
from collections.abc import Iterable

import pytest

from chassis import db
from chassis.consumer import Projector
from chassis.limits import Tally, TooManyDeadLetters
from chassis.operations import OperationProblem
from chassis.ops import Health
from chassis.received import Record
from tests.service.chassis.operating import Operator
from tests.service.chassis.streams import Shelf, Store, record, team, until

GROUP = "okr"
WAITS = """SELECT count(*) FROM pg_stat_activity
WHERE wait_event_type = 'Lock' AND query LIKE '%consumer_limits%'"""


@pytest.fixture
async def store(opened: Store) -> Store:
    return await opened.at_the_beginning(GROUP)


@pytest.fixture
def operator(store: Store, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(store, Shelf(), capsys)


def some(places: range, bad: Iterable[int], partition: int = 0) -> list[Record]:
    """Records at `places`, those of `bad` without data."""
    held = {*bad}
    return [
        record(team(1, change="good"), it, value=None if it in held else b"", partition=partition)
        for it in places
    ]


async def apply(store: Store, records: list[Record], size: int = 100) -> None:
    """By a new member, in batches."""
    projector = Projector(store.db, GROUP, Shelf().reads, Health())
    for start in range(0, len(records), size):
        await projector.apply(records[start : start + size])


async def letters(store: Store) -> int:
    found: int = await store.value("SELECT count(*) FROM dead_letters")
    return found


async def reached(store: Store) -> int:
    found: int = await store.value("SELECT sum(next_offset)::bigint FROM consumer_offsets")
    return found


async def test_it_stops_at_the_record_that_is_too_much(store: Store) -> None:
    records = some(range(300), range(0, 300, 2))
    with pytest.raises(TooManyDeadLetters):
        await apply(store, records)
    assert (await letters(store), await reached(store), len(await store.shelf())) == (51, 101, 50)


async def test_few_dead_letters_stop_nothing_however_many_of_the_records_they_are(
    store: Store,
) -> None:
    await apply(store, some(range(50), range(50)))
    assert (await letters(store), await reached(store)) == (50, 50)


async def test_a_tenth_of_the_last_records_stops_nothing(store: Store) -> None:
    await apply(store, some(range(1200), range(0, 1200, 10)))
    assert (await letters(store), await reached(store)) == (120, 1200)


async def test_old_dead_letters_count_no_more(store: Store) -> None:
    await apply(store, some(range(1000), range(0, 1000, 20)))
    await apply(store, some(range(1000, 1600), range(1500, 1549)))
    assert await letters(store) == 99
    with pytest.raises(TooManyDeadLetters):
        await apply(store, some(range(1600, 1620), range(1600, 1620)))


async def test_a_new_member_counts_what_the_last_one_set_aside(store: Store) -> None:
    for start in (0, 25):
        await apply(store, some(range(start, start + 25), range(start, start + 25)), size=5)
    with pytest.raises(TooManyDeadLetters):
        await apply(store, some(range(1), [0], partition=1))
    assert (await letters(store), await reached(store)) == (51, 51)


async def test_what_is_stopped_stays_so_for_every_member(store: Store) -> None:
    with pytest.raises(TooManyDeadLetters):
        await apply(store, some(range(60), range(60)))
    before = await reached(store)
    with pytest.raises(TooManyDeadLetters):
        await apply(store, some(range(2), [1], partition=1))
    assert (await letters(store), await reached(store)) == (51, before)


async def test_it_goes_on_as_far_as_is_accepted(store: Store, operator: Operator) -> None:
    records = some(range(400), range(400))
    with pytest.raises(TooManyDeadLetters):
        await apply(store, records)
    told = await operator.calls("consumer", "go-on", GROUP, "--accept", 200, "--reason", "foreign")
    assert told == (0, f"{GROUP} goes on; 200 more dead letters are accepted\n")
    with pytest.raises(TooManyDeadLetters):
        await apply(store, records)
    assert (await letters(store), await reached(store)) == (51 + 200 + 51, 302)
    await operator.calls("consumer", "go-on", GROUP, "--accept", 0, "--reason", "the last of them")
    with pytest.raises(TooManyDeadLetters):
        await apply(store, records)
    assert await letters(store) == 302 + 51


async def test_dead_letters_that_were_dropped_count_no_more(
    store: Store, operator: Operator
) -> None:
    await apply(store, some(range(50), range(50)))
    await operator.calls("dead-letters", "drop", "--all", "--reason", "foreign")
    await apply(store, some(range(50, 100), range(50, 100)))
    assert await letters(store) == 50


async def test_only_a_group_that_there_is_goes_on(operator: Operator) -> None:
    with pytest.raises(OperationProblem, match="no consumer group other"):
        await operator.calls("consumer", "go-on", "other", "--accept", 1, "--reason", "none")
    with pytest.raises(OperationProblem, match="--accept"):
        await operator.calls("consumer", "go-on", GROUP, "--accept", -1, "--reason", "none")


async def test_who_waits_to_count_sees_what_the_last_one_counted(store: Store) -> None:
    await apply(store, some(range(10), [0]))
    async with db.transaction(store.db) as first:
        held = await Tally.hold(first.conn, GROUP)
        async with db.transaction(store.db) as second:
            waiting = asyncio.create_task(Tally.hold(second.conn, GROUP))
            await until(lambda: store.value(WAITS))
            await first.conn.execute("UPDATE consumer_offsets SET passed = 500 WHERE partition = 1")
            await first.conn.execute("COMMIT; BEGIN")
            assert (held.passed, (await waiting).passed) == (10, 510)
