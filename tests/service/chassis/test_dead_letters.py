"""What operators do with dead letters, and what a handler's own faults become."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY

from chassis.consumer import TRIES, Projector
from chassis.db import Tx
from chassis.kept import KEPT_DAYS, keep
from chassis.operations import OperationProblem
from chassis.ops import Health
from chassis.poison import HANDLER_FAILED as FAILED
from chassis.poison import CannotApply, NotYet
from chassis.received import Reads, Received
from chassis.retrying import retry
from tests.service.chassis.bad_records import a_record_of_every_bad_sort
from tests.service.chassis.operating import Operator
from tests.service.chassis.streams import (
    TEAMS,
    TYPE,
    Shelf,
    Store,
    Team,
    headers_of,
    record,
    team,
)

GROUP = "okr"


@pytest.fixture
async def store(opened: Store) -> Store:
    return await opened.at_the_beginning(GROUP)


async def letters(store: Store) -> dict[int, str]:
    """The reasons of the dead letters, by offset."""
    rows = await store.fetch("SELECT record_offset, reason FROM dead_letters")
    return {row["record_offset"]: row["reason"] for row in rows}


async def ids(store: Store) -> list[UUID]:
    rows = await store.fetch("SELECT id FROM dead_letters ORDER BY record_offset")
    return [row["id"] for row in rows]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def operator(store: Store, shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> Operator:
    return Operator(store, shelf, capsys)


async def apply(store: Store, shelf: Shelf, *records: Any) -> None:
    await Projector(store.db, GROUP, shelf.reads, Health()).apply(records)


async def test_what_a_handler_fails_on_is_set_aside_alone_after_three_tries(store: Store) -> None:
    shelf, bad = Shelf(), team(1, change="divide")
    good = [team(1, change="good") for _ in range(3)]
    batch = [record(it, place) for place, it in enumerate([*good[:2], bad, good[2]])]
    await apply(store, shelf, *batch)
    assert await letters(store) == {2: "handler-failed"}
    assert await store.shelf() == {it.id: (1, "good", 1) for it in good}
    assert sum("divide@1" in batch for batch in shelf.batches) == TRIES
    assert await store.value("SELECT next_offset FROM consumer_offsets WHERE partition = 0") == 4


async def test_a_fault_and_poison_of_one_batch_are_both_set_aside(store: Store) -> None:
    changes = ("refused", "good", "divide", "contradicted")
    events = [team(1, change=it) for it in changes]
    batch = [record(it, place) for place, it in enumerate(events)]
    await apply(store, Shelf(), *batch)
    assert await letters(store) == {0: "sqlstate-23514", 2: "handler-failed", 3: "contradicted"}
    assert (await store.shelf()).keys() == {events[1].id}


@pytest.mark.parametrize("error", [OSError, TimeoutError, ConnectionResetError])
async def test_an_error_of_the_network_is_waited_for(store: Store, error: type[Exception]) -> None:
    failed = 0

    async def fail(_: Tx) -> None:
        nonlocal failed
        failed += 1
        if failed < TRIES + 2:
            raise error

    await apply(store, Shelf(during=fail), record(team(1), 0))
    assert (await letters(store), len(await store.shelf())) == ({}, 1)


async def test_a_dead_letter_is_retried_once_its_cause_is_gone(
    store: Store, shelf: Shelf, operator: Operator
) -> None:
    shelf.during = fail_on_everything
    event = team(1, change="told-and-kept")
    await apply(store, shelf, record(event, 0))
    assert await operator.calls(
        "dead-letters", "retry", *await ids(store), "--reason", "too early"
    ) == (
        1,
        f"{(await ids(store))[0]}  handler-failed  {TEAMS}/0@0\nhandler-failed: 1\n",
    )
    assert (await store.shelf(), await store.waiting()) == ({}, 0)
    shelf.during = None
    assert await operator.calls("dead-letters", "retry", "--all", "--reason", "mended") == (
        0,
        "applied: 1\n",
    )
    assert await store.shelf() == {event.id: (1, "kept", 1)}
    assert (await store.waiting(), await letters(store)) == (2, {})


async def fail_on_everything(_: Tx) -> None:
    raise ZeroDivisionError


async def test_a_superseded_dead_letter_is_said_to_be_so_and_dropped(
    store: Store, shelf: Shelf, operator: Operator
) -> None:
    one = uuid4()
    shelf.during = fail_on_everything
    await apply(store, shelf, record(team(1, one, "first"), 0))
    shelf.during = None
    await apply(store, shelf, record(team(2, one, "second"), 1))
    assert await store.shelf() == {one: (2, "second", 1)}
    (letter,) = await ids(store)
    told = f"{letter}  superseded  {TEAMS}/0@0\nsuperseded: 1\n"
    assert await operator.calls("dead-letters", "retry", letter, "--reason", "mended") == (0, told)
    assert (await store.shelf(), await letters(store)) == ({one: (2, "second", 1)}, {})


async def test_all_are_retried_in_the_order_of_their_versions(
    store: Store, shelf: Shelf, operator: Operator
) -> None:
    one = uuid4()
    shelf.during = fail_on_everything
    await apply(store, shelf, *[record(team(n, one, f"{n}"), n) for n in (1, 2, 3)])
    shelf.during = None
    assert await operator.calls("dead-letters", "retry", "--all", "--reason", "mended") == (
        0,
        "applied: 3\n",
    )
    assert await store.shelf() == {one: (3, "3", 3)}


async def test_every_sort_can_be_listed_shown_retried_and_dropped(
    store: Store, shelf: Shelf, operator: Operator
) -> None:
    bad = a_record_of_every_bad_sort()
    await apply(store, shelf, *bad.values())
    _, listed = await operator.calls("dead-letters", "list", "--limit", 3)
    assert len(listed.splitlines()) == 3 + 2
    assert f"… {len(bad) - 3} more" in listed
    for letter in await ids(store):
        assert (await operator.calls("dead-letters", "show", letter))[0] == 0
        assert (
            await operator.calls("dead-letters", "show", letter, "--raw", "--reason", "to see")
        )[0] == 0
    before = await letters(store)
    code, _ = await operator.calls("dead-letters", "retry", "--all", "--reason", "to see")
    assert (code, await letters(store)) == (1, before)
    some = await operator.calls(
        "dead-letters", "drop", "--all", "--code", "bad-data", "--reason", "foreign"
    )
    assert some == (0, f"dropped: {list(before.values()).count('bad-data')}\n")
    assert await operator.calls(
        "dead-letters", "drop", "--all", "--topic", "other", "--reason", "foreign"
    ) == (
        0,
        "dropped: 0\n",
    )
    await operator.calls(
        "dead-letters", "drop", "--all", "--group", GROUP, "--topic", TEAMS, "--reason", "foreign"
    )
    assert await letters(store) == {}


async def test_words_of_people_are_shown_to_who_says_why(
    store: Store, shelf: Shelf, operator: Operator
) -> None:
    event = team(1, name="Sanoja")
    headers = [*headers_of(event), ("x", b"omia sanoja"), ("null", None)]
    shelf.during = fail_on_everything
    await apply(store, shelf, record(event, 0, headers=headers))
    (letter,) = await ids(store)
    _, told = await operator.calls("dead-letters", "show", letter)
    assert "anoja" not in told
    assert {f"  ce_subject: teams/{event.id}", "  x: (11 bytes)", "  null: null"} <= {
        *told.splitlines()
    }
    with pytest.raises(OperationProblem, match="--reason"):
        await operator.calls("dead-letters", "show", letter, "--raw")
    _, raw = await operator.calls(
        "dead-letters", "show", letter, "--raw", "--reason", "asked for by Lumme"
    )
    assert "Sanoja" in raw
    assert "  x: omia sanoja" in raw.splitlines()
    _, listed = await operator.calls("dead-letters", "list")
    assert f"teams/{event.id}@1" in listed
    assert "anoja" not in listed


async def test_what_is_to_be_changed_is_said(operator: Operator) -> None:
    for action in ("retry", "drop"):
        with pytest.raises(SystemExit):
            await operator.calls("dead-letters", action, "--all")
        with pytest.raises(OperationProblem, match="--all"):
            await operator.calls("dead-letters", action, "--reason", "none")
        with pytest.raises(OperationProblem, match="--all"):
            await operator.calls("dead-letters", action, uuid4(), "--all", "--reason", "both")
    absent = uuid4()
    code, told = await operator.calls("dead-letters", "retry", absent, "--reason", "gone")
    assert (code, told) == (0, f"{absent}  gone\nnothing to retry\n")


async def test_a_type_that_is_no_longer_read_stays(store: Store, shelf: Shelf) -> None:
    shelf.during = fail_on_everything
    event = team(1)
    await apply(store, shelf, record(event, 0, headers=headers_of(event)))
    (letter,) = await ids(store)
    other = Projector(store.db, GROUP, {}, Health())
    assert await retry(store.db, other, letter) == "unknown-type"
    assert await ids(store) == [letter]


async def test_what_refers_to_something_unknown_is_kept_until_it_comes(store: Store) -> None:
    shelf = Shelf()
    known: set[UUID] = set()
    one, other = uuid4(), uuid4()

    async def look(tx: Tx, events: Sequence[Received[Team]]) -> None:
        if not {it.data.id for it in events} <= known:
            raise NotYet("unknown-team")
        await shelf.put(tx, events)

    projector = Projector(store.db, GROUP, {TYPE: Reads(Team, look)}, Health())
    await projector.apply([record(team(n, one, f"{n}"), n) for n in (1, 2)])
    await projector.apply([record(team(1, other), n) for n in range(3, 100)])
    await keep(store.db, projector)
    assert await store.value("SELECT count(*) FILTER (WHERE kept) FROM dead_letters") == 99
    known |= {one}
    await keep(store.db, projector)
    await keep(store.db, projector)
    assert {it: told[:2] for it, told in (await store.shelf()).items()} == {one: (2, "2")}
    assert {*(await letters(store)).values()} == {"unknown-team"}
    assert await store.value("SELECT count(*) FROM dead_letters") == 97


async def test_what_proves_to_be_bad_is_kept_no_longer_but_set_aside(store: Store) -> None:
    """What it waited for has come, and contradicts it; once mended, it may wait again."""
    errors: list[Exception] = [NotYet("unknown-team")]

    async def refuse(*_: Any) -> None:
        raise errors[-1]

    async def told() -> tuple[str, bool]:
        (row,) = await store.fetch("SELECT reason, kept FROM dead_letters")
        return row["reason"], row["kept"]

    projector = Projector(store.db, GROUP, {TYPE: Reads(Team, refuse)}, Health())
    await projector.apply([record(team(1), 0)])
    assert await told() == ("unknown-team", True)
    for error, reason in ((CannotApply("contradicted"), "contradicted"), (KeyError(), FAILED)):
        errors.append(error)
        (letter,) = await ids(store)
        assert await retry(store.db, projector, letter) == reason
        assert await told() == (reason, False)
        errors.append(NotYet("unknown-team"))
        await keep(store.db, projector)
        assert await told() == (reason, False)
        assert await retry(store.db, projector, letter) == "unknown-team"
        assert await told() == ("unknown-team", True)


async def test_what_nobody_looked_at_for_long_is_forgotten(store: Store, shelf: Shelf) -> None:
    await apply(store, shelf, *[record(team(change="refused"), n) for n in (1, 2)])
    await store.db.pool.execute(
        "UPDATE dead_letters SET died_at = died_at - make_interval(days => $1, mins => 1)"
        " WHERE record_offset = 1",
        KEPT_DAYS,
    )
    await keep(store.db, Projector(store.db, GROUP, shelf.reads, Health()))
    assert await letters(store) == {2: "sqlstate-23514"}
    assert REGISTRY.get_sample_value("soihtu_dead_letters_waiting") == 1
    assert (REGISTRY.get_sample_value("soihtu_dead_letters_age_seconds") or 0) < 3600
    assert REGISTRY.get_sample_value("soihtu_consumer_stopped") == 0
