"""Batches reach the tables once, in one transaction with their offset; the bad are set aside."""

import asyncio
from base64 import b64decode
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import orjson
import pytest

from chassis.consumer import Projector
from chassis.db import Tx
from chassis.ops import Health
from chassis.received import Reads, Received
from tests.service.chassis.bad_records import REASONS, a_record_of_every_bad_sort
from tests.service.chassis.streams import (
    TEAMS,
    TYPE,
    Shelf,
    Store,
    Team,
    headers_of,
    record,
    team,
    until,
)

GROUP = "okr"
PUT_AT_ONCE = """INSERT INTO shelf SELECT id, 1, '', 1 FROM unnest($1::uuid[]) AS given (id)
    ON CONFLICT (id) DO UPDATE SET times = shelf.times + 1"""


@pytest.fixture
async def store(opened: Store) -> Store:
    return await opened.at_the_beginning(GROUP)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def projector(store: Store, shelf: Shelf) -> Projector:
    return Projector(store.db, GROUP, shelf.reads, Health())


async def next_offset(store: Store, partition: int = 0) -> Any:
    return await store.value(
        "SELECT next_offset FROM consumer_offsets WHERE partition = $1", partition
    )


async def letters(store: Store) -> dict[int, str]:
    """The reasons of the dead letters, by offset."""
    rows = await store.fetch("SELECT record_offset, reason FROM dead_letters")
    return {row["record_offset"]: row["reason"] for row in rows}


async def test_the_highest_of_a_batch_is_applied_alone(
    store: Store, shelf: Shelf, projector: Projector
) -> None:
    one, other = uuid4(), uuid4()
    await projector.apply(
        [
            record(team(1, one, "first"), 0),
            record(team(3, one, "third"), 1),
            record(team(2, one, "second"), 2),
            record(team(7, other, "seventh"), 3),
        ]
    )
    assert await store.shelf() == {one: (3, "third", 1), other: (7, "seventh", 1)}
    assert [sorted(batch) for batch in shelf.batches] == [["seventh@7", "third@3"]]
    assert await next_offset(store) == 4


async def test_repeats_and_older_versions_are_dropped(store: Store, projector: Projector) -> None:
    one = uuid4()
    await projector.apply([record(team(2, one, "second"), 0)])
    await projector.apply([record(team(2, one, "again"), 1), record(team(1, one, "late"), 2)])
    assert await store.shelf() == {one: (2, "second", 1)}
    assert await next_offset(store) == 3


async def test_records_below_the_row_are_left_out(store: Store, projector: Projector) -> None:
    one = uuid4()
    await store.value("UPDATE consumer_offsets SET next_offset = 5 WHERE partition = 0")
    await projector.apply([record(team(1, one), 4), record(team(1), 5), record(team(1), 0)])
    assert one not in await store.shelf()
    assert len(await store.shelf()) == 1
    assert await next_offset(store) == 6


async def test_what_is_read_ahead_is_applied_as_if_it_were_not(store: Store, shelf: Shelf) -> None:
    """Transactions of two records: older versions, bad data and what is applied lie across them."""
    one, other = uuid4(), uuid4()
    await store.value("UPDATE consumer_offsets SET next_offset = 1 WHERE partition = 0")
    await Projector(store.db, GROUP, shelf.reads, Health(), most=2).apply(
        [
            record(team(9, one, "applied before"), 0),
            record(team(2, one, "second"), 1),
            record(team(1, one, "late"), 2),
            record(team(1), 3, value=b"{not json"),
            record(team(3, one, "third"), 4),
            record(team(4, one, "fourth"), 5),
            record(team(1, other, "last"), 6),
        ]
    )
    assert await store.shelf() == {one: (4, "fourth", 2), other: (1, "last", 1)}
    assert await letters(store) == {3: "bad-data"}
    assert await next_offset(store) == 7


async def test_an_unknown_type_is_passed_over_unparsed(store: Store, projector: Projector) -> None:
    foreign = team(1)
    unknown = headers_of(foreign, type="fi.example.other.v9", subject=None, id="no id")
    await projector.apply(
        [record(foreign, 0, value=b"{not json", headers=unknown), record(team(1), 1)]
    )
    assert len(await store.shelf()) == 1
    assert await letters(store) == {}
    assert await next_offset(store) == 2


async def test_the_bad_of_a_batch_are_set_aside_and_the_good_are_applied_once(
    store: Store, projector: Projector
) -> None:
    bad = a_record_of_every_bad_sort()
    good = [record(team(1, change="good"), 2 * place) for place in range(len(bad) + 1)]
    await projector.apply(sorted([*bad.values(), *good], key=lambda it: it.offset))

    assert list((await store.shelf()).values()) == [(1, "good", 1)] * len(good)
    reasons = await letters(store)
    told = {sort: reasons.get(it.offset) for sort, it in bad.items()}
    assert told == {sort: REASONS.get(sort, "bad-headers") for sort in bad}
    assert await next_offset(store) == len(good) + len(bad)
    assert await store.waiting() == 0


async def test_two_subjects_of_the_same_row_stop_nothing(store: Store) -> None:
    """One statement can't change a row twice; record by record both can be."""

    async def put_at_once(tx: Tx, events: Sequence[Received[Team]]) -> None:
        await tx.conn.execute(PUT_AT_ONCE, [it.data.id for it in events])

    one, other = team(1), team(1)
    kind = headers_of(one, subject=f"groups/{one.id}")
    reads = {TYPE: Reads(Team, put_at_once)}
    await Projector(store.db, GROUP, reads, Health()).apply(
        [record(one, 0), record(one, 1, headers=kind), record(other, 2)]
    )
    assert (await store.shelf()).keys() == {one.id, other.id}
    assert await letters(store) == {}


async def test_a_record_that_changes_a_row_twice_is_set_aside(store: Store) -> None:
    async def put_twice(tx: Tx, events: Sequence[Received[Team]]) -> None:
        await tx.conn.execute(PUT_AT_ONCE, [it.data.id for it in events for _ in it.data.change])

    reads = {TYPE: Reads(Team, put_twice)}
    good = team(1, change="1")
    await Projector(store.db, GROUP, reads, Health()).apply(
        [record(team(1, change="22"), 0), record(good, 1)]
    )
    assert (await store.shelf()).keys() == {good.id}
    assert await letters(store) == {0: "sqlstate-21000"}


async def test_a_table_that_is_not_there_is_waited_for_by_its_own_name(store: Store) -> None:
    one, health = uuid4(), Health()

    async def look(tx: Tx) -> None:
        await tx.conn.execute("SELECT FROM annex")

    shelf = Shelf(during=look)
    projector = Projector(store.db, GROUP, shelf.reads, health)
    applying = asyncio.create_task(projector.apply([record(team(1, one), 0)]))

    async def refused() -> bool:
        return health.reasons == ("database-refuses",)

    await until(refused)
    shelf.during = None
    await applying
    assert (one in await store.shelf(), await letters(store)) == (True, {})


async def test_a_dead_letter_is_the_record_as_it_was(store: Store, projector: Projector) -> None:
    event = team(1)
    headers = [("ce_type", None), ("x", b"\xff\x00"), ("x", b"twice"), *headers_of(event)]
    headers.append(("a\0b", b"no text of PostgreSQL's"))
    await projector.apply([record(event, 3, value=b"\x00\xff", headers=headers, key=b"\xfe")])
    (row,) = await store.fetch("SELECT * FROM dead_letters")
    assert (row["group_name"], row["topic"], row["partition"]) == (GROUP, TEAMS, 0)
    assert (row["key"], row["value"], row["record_offset"]) == (b"\xfe", b"\x00\xff", 3)
    kept = [
        (name, None if coded is None else b64decode(coded))
        for name, coded in orjson.loads(row["headers"])
    ]
    assert kept == [*headers[:-1], (r"a\x00b", b"no text of PostgreSQL's")]


async def test_what_good_records_of_a_bad_batch_tell_is_published(
    store: Store, projector: Projector
) -> None:
    await projector.apply(
        [record(team(1, change="told-and-kept"), 0), record(team(1, change="refused"), 1)]
    )
    assert await store.waiting() == 2  # the event and its public twin


async def test_a_correction_after_a_bad_version_is_applied(
    store: Store, projector: Projector
) -> None:
    one = uuid4()
    await projector.apply([record(team(1, one, "refused"), 0)])
    await projector.apply([record(team(2, one, "mended"), 1)])
    assert await store.shelf() == {one: (2, "mended", 1)}
    assert await letters(store) == {0: "sqlstate-23514"}


async def test_a_bad_batch_read_again_has_its_letters_once(
    store: Store, projector: Projector
) -> None:
    batch = [record(team(1, change="refused"), 0), record(team(1), 1)]
    await projector.apply(batch)
    await projector.apply(batch)
    assert len(await letters(store)) == 1
    assert [times for _, _, times in (await store.shelf()).values()] == [1]


async def _cut(store: Store, tx: Tx) -> None:
    """End the session of `tx`, as an administrator or a failing server would."""
    pid = await tx.conn.fetchval("SELECT pg_backend_pid()")
    await store.db.pool.execute("SELECT pg_terminate_backend($1)", pid)


@pytest.mark.parametrize("with_a_bad_one", [False, True], ids=["good", "with-a-bad-one"])
async def test_a_lost_connection_is_never_poison(store: Store, with_a_bad_one: bool) -> None:
    cuts = 0
    one = uuid4()

    async def cut_twice(tx: Tx) -> None:
        nonlocal cuts
        if cuts < 2:
            cuts += 1
            await _cut(store, tx)

    health = Health()
    shelf = Shelf(during=cut_twice)
    projector = Projector(store.db, GROUP, shelf.reads, health)
    bad = [record(team(1, change="refused"), 1)] if with_a_bad_one else []
    await projector.apply([record(team(1, one, "kept"), 0), *bad])
    assert cuts == 2
    assert await store.shelf() == {one: (1, "kept", 1)}
    assert await letters(store) == ({1: "sqlstate-23514"} if with_a_bad_one else {})
    assert health.reasons == ()


async def test_nothing_is_seen_of_a_batch_before_its_offset(store: Store) -> None:
    """A fault of ours, neither poison nor an outage, changes nothing before the next try."""
    seen: list[Any] = []

    async def fail_twice(_: Tx) -> None:
        seen.append(
            (await store.shelf(), await next_offset(store))
            if not await store.value("SELECT count(*) FROM seen")
            else None
        )
        if len(seen) < 3:
            raise KeyError("a fault of ours")

    await Projector(store.db, GROUP, Shelf(during=fail_twice).reads, Health()).apply(
        [record(team(1), 0)]
    )
    assert seen == [({}, 0)] * 3
    assert len(await store.shelf()) == 1
    assert await letters(store) == {}


async def test_stopping_leaves_what_fails_for_the_next_one(store: Store) -> None:
    stop = asyncio.Event()

    async def fail(_: Tx) -> None:
        stop.set()
        raise KeyError("a fault of ours")

    projector = Projector(store.db, GROUP, Shelf(during=fail).reads, Health(), stop)
    with pytest.raises(KeyError):
        await projector.apply([record(team(1), 0)])
    assert (await letters(store), await next_offset(store)) == ({}, 0)


async def test_two_members_with_the_same_records_apply_them_once(store: Store) -> None:
    held = asyncio.Event()
    waits = asyncio.Event()

    async def hold(_: Tx) -> None:
        waits.set()
        await held.wait()

    first, second = Shelf(during=hold), Shelf()
    batch = [record(team(1, change="told-and-kept"), 0), record(team(1), 0, partition=1)]
    racing = asyncio.create_task(Projector(store.db, GROUP, first.reads, Health()).apply(batch))
    await waits.wait()
    late = asyncio.create_task(
        Projector(store.db, GROUP, second.reads, Health()).apply(list(reversed(batch)))
    )

    async def queued() -> Any:
        return await store.value(
            "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid <> pg_backend_pid()"
        )

    await until(queued)
    held.set()
    await asyncio.gather(racing, late)
    assert second.batches == []
    assert [times for _, _, times in (await store.shelf()).values()] == [1, 1]
    assert await store.waiting() == 2
    assert (await next_offset(store, 0), await next_offset(store, 1)) == (1, 1)


async def test_an_offset_never_goes_back(store: Store, projector: Projector) -> None:
    await projector.apply([record(team(1), 9)])
    await projector.apply([record(team(1), 3), record(team(1), 4)])
    assert await next_offset(store) == 10


async def test_freshness_is_the_time_of_the_newest_event(
    store: Store, projector: Projector
) -> None:
    old, new = team(1), team(1)
    times = ["2026-03-02T10:00:00Z", "2026-03-01T10:00:00Z"]
    await projector.apply(
        [
            record(event, place, headers=headers_of(event, time=times[place]))
            for place, event in enumerate((old, new))
        ]
    )
    latest = await store.value("SELECT last_event_at FROM consumer_offsets WHERE partition = 0")
    assert latest.isoformat() == "2026-03-02T10:00:00+00:00"
