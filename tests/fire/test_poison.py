"""Bad records among thousands of good ones: what is set aside, what stops, and what is folded."""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from chassis.settings import Settings
from contracts.organisation import TeamChanged
from local.kafka import Kafka
from local.throwaway import ThrowAwayParts
from services.okr.app import SERVICE
from tests.conftest import NewDatabase
from tests.service.chassis.members import PARTITIONS, producing, reading, rows, until_confirmed
from tests.service.chassis.operating import Operator
from tests.service.chassis.streams import (
    ROOT,
    TEAMS,
    Shelf,
    Store,
    headers_of,
    make_topics,
    new_store,
    process,
    team,
    until,
)

pytestmark = pytest.mark.fire
CHECK_INS = "soihtu.checkins.v1"
VERSIONS = 4
PATIENCE = 400.0
"""Seconds that two busy cores may take for it; nothing is measured by it."""


@pytest.fixture(scope="module")
async def opened(throwaway_parts: ThrowAwayParts) -> AsyncIterator[Store]:
    throwaway_parts.start("kafka", "postgres")
    async with new_store(throwaway_parts) as made:
        yield made


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    await asyncio.to_thread(make_topics, kafka.address, topic_prefix, TEAMS)
    return await opened.emptied(kafka.address, topic_prefix)


def good(count: int) -> list[TeamChanged]:
    """Versions of teams, in order for each team and mixed among them."""
    ids = [uuid4() for _ in range(count // VERSIONS)]
    return [team(n, one, f"{n}") for n in range(1, VERSIONS + 1) for one in ids]


def bad(count: int) -> Iterator[dict[str, Any]]:
    """What is sent of bad records: of each sort, and each of an aggregate of its own."""
    for sort in itertools.islice(itertools.cycle(range(8)), count):
        event = team(change="refused" if sort == 7 else "contradicted" if sort == 6 else "bad")
        sent: dict[str, Any] = {"value": event.data(), "headers": headers_of(event)}
        changes: list[dict[str, Any]] = [
            {"value": b"{not json"},
            {"value": None},
            {"value": b'{"id": 5}'},
            {"value": event.data().replace(b"bad", b"b\\u0000d")},
            {"headers": headers_of(event, sequence=None)},
            {"headers": [("ce_type", b"\xff"), *headers_of(event, type=None)][1:]},
            {},
            {},
        ]
        yield sent | changes[sort]


def mixed(events: Iterable[TeamChanged], bads: list[dict[str, Any]], every: int) -> list[Any]:
    """One of `bads` after each `every` of the good ones."""
    waiting = iter(bads)
    found: list[Any] = []
    for place, event in enumerate(events, 1):
        found.append(event)
        if place % every == 0:
            found.append(next(waiting))
    return found


async def send(store: Store, everything: list[Any]) -> None:
    """Each team to a partition of its own, the bad ones to all in turn."""
    topic = store.settings.topic_prefix + TEAMS
    async with producing(store.settings) as producer:
        sent = []
        turns = itertools.cycle(range(len(PARTITIONS)))
        for it in everything:
            if isinstance(it, TeamChanged):
                partition = it.id.int % len(PARTITIONS)
                said = {"value": it.data(), "headers": headers_of(it)}
            else:
                partition, said = next(turns), it
            sent.append(await producer.send(topic, key=b"k", partition=partition, **said))
        await asyncio.gather(*sent)


def folded(events: Iterable[TeamChanged]) -> dict[UUID, tuple[int, str]]:
    """The highest version of each team, whatever order they came in."""
    found: dict[UUID, tuple[int, str]] = {}
    for event in events:
        found[event.id] = max(found.get(event.id, (0, "")), (event.version, event.change))
    return found


async def shelved(store: Store) -> dict[UUID, tuple[int, str]]:
    return {one: told[:2] for one, told in (await store.shelf()).items()}


async def letters(store: Store) -> int:
    found: int = await store.value("SELECT count(*) FROM dead_letters")
    return found


async def until_passed(store: Store, count: int) -> None:
    async def passed() -> bool:
        return bool(sum(row["passed"] for row in (await rows(store)).values()) == count)

    await until(passed, within=PATIENCE)
    await until_confirmed(store)


async def test_a_twentieth_of_bad_records_never_stops_the_consumer(store: Store) -> None:
    events = good(20_000)
    await send(store, mixed(events, list(bad(1_000)), every=20))
    async with reading(store, Shelf()) as member:
        await until_passed(store, 21_000)
        assert member.health.reasons == ()
    assert await store.value("SELECT count(stopped_at) FROM consumer_limits") == 0
    assert await letters(store) == 1000
    assert await shelved(store) == folded(events)


async def test_half_of_bad_records_stops_it_until_someone_says_to_go_on(
    store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    events = good(10_000)
    await send(store, mixed(events, list(bad(10_000)), every=1))
    for _ in range(2):  # a new member is stopped as the last one was
        async with reading(store, Shelf()) as member:
            await member.until_it_says("too-many-dead-letters")
            assert await letters(store) == 51
    async with reading(store, Shelf()) as member:
        await member.until_it_says("too-many-dead-letters")
        accepted = ("--accept", 20_000, "--reason", "a foreign system wrote here")
        await Operator(store, Shelf(), capsys).calls("consumer", "go-on", "okr", *accepted)
        await until_passed(store, 20_000)
        assert member.health.reasons == ()
    assert await letters(store) == 10_000
    assert await shelved(store) == folded(events)


async def test_a_role_says_that_it_stopped_and_an_operator_lets_it_go_on(
    new_database: NewDatabase, kafka: Kafka, topic_prefix: str, tmp_path: Path
) -> None:
    settings = Settings(
        kafka=kafka.address,
        postgres=SecretStr(new_database("okr").app),
        topic_prefix=topic_prefix,
    )
    topic = settings.topic_prefix + CHECK_INS
    await asyncio.to_thread(make_topics, settings.kafka, settings.topic_prefix, *SERVICE.topics)
    async with producing(settings) as producer:
        for place in range(60):
            headers = [("ce_type", b"fi.soihtu.check-in-recorded.v1")]
            await producer.send_and_wait(topic, b"bad", b"k", place % 12, headers=headers)
    said = ("waiting", ["too-many-dead-letters"])
    for turn in ("first", "again"):
        with process("worker", settings, tmp_path / f"{turn}.log") as worker:
            await until(lambda: asyncio.to_thread(lambda: worker.says() == said), within=180)
            assert worker.lives()
            if turn == "again":
                told = await asyncio.to_thread(operate, settings, "doctor")
                assert "stopped: it sets too much aside" in told.stdout
                words = ("consumer", "go-on", "okr", "--accept", "20000", "--reason", "foreign")
                assert (await asyncio.to_thread(operate, settings, *words)).returncode == 0
                await worker.until_it_says("ready", within=180)
                await until(lambda: all_are_set_aside(settings), within=180)
    words = ("dead-letters", "drop", "--all", "--topic", CHECK_INS, "--reason", "foreign")
    assert (await asyncio.to_thread(operate, settings, *words)).stdout == "dropped: 60\n"


async def all_are_set_aside(settings: Settings) -> bool:
    listed = await asyncio.to_thread(operate, settings, "dead-letters", "list")
    return "bad-headers: 60" in listed.stdout


def operate(settings: Settings, *words: str) -> "subprocess.CompletedProcess[str]":
    """What an operation of okr says, as an operator calls it."""
    return subprocess.run(
        [sys.executable, "-m", "services.okr", *words],
        cwd=ROOT,
        env={
            "SOIHTU_KAFKA": settings.kafka,
            "SOIHTU_POSTGRES": settings.postgres.get_secret_value(),
            "SOIHTU_TOPIC_PREFIX": settings.topic_prefix,
            "SOIHTU_OPERATOR": "a tester",
        },
        capture_output=True,
        text=True,
        check=False,
    )
