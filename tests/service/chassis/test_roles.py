"""A role as a process: what it refuses to start with, what it waits for, and how it ends."""

import asyncio
import json
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import pytest

from chassis import roles
from chassis.member_name import NameTaken, own_name
from chassis.operations import OPERATIONS
from chassis.ops import Health
from local.kafka import Kafka
from local.ports import LOOPBACK, free_port
from local.postgres import Postgres
from services.okr.app import SERVICE
from tests.service.chassis.streams import ROOT, Gate, Store, make_topics, process, until


@pytest.fixture
async def store(opened: Store, kafka: Kafka, topic_prefix: str) -> Store:
    return await opened.emptied(kafka.address, topic_prefix)


def called(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """What a call that ends at once says."""
    return subprocess.run(
        [sys.executable, "-m", "services.okr", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_missing_settings_are_named_a_line_each() -> None:
    ended = called("worker", SOIHTU_POSTGRES_POOL="none", SOIHTU_KAFKA_PASSWORD="secret-words")
    assert ended.returncode == 2
    named = [line.partition(":")[0] for line in ended.stderr.splitlines()]
    assert sorted(named) == ["SOIHTU_KAFKA", "SOIHTU_POSTGRES", "SOIHTU_POSTGRES_POOL"]
    assert "secret-words" not in ended.stderr + ended.stdout


def test_an_unknown_role_is_told_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (["emperor"], [], ["api", "worker"]):
        with pytest.raises(SystemExit) as ended:
            roles.main(SERVICE, arguments)
        assert ended.value.code == 2
        told = capsys.readouterr().err
        assert told.startswith("usage: python -m services.okr api|worker|relay|migrate|")
        assert all(name in told for name in OPERATIONS)


UNTHOUGHT = """
import asyncio
from dataclasses import replace
from chassis import roles
from services.okr.app import SERVICE

async def connect(*said):
    raise {raised}

roles.main(replace(SERVICE, connect=connect), ["relay"])
"""


@pytest.mark.parametrize(
    "raised", ["RuntimeError('a riddle')", "asyncio.CancelledError('a riddle')"]
)
def test_what_nobody_thought_of_ends_a_role_with_one_line(raised: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", UNTHOUGHT.format(raised=raised)],
        cwd=ROOT,
        env={"SOIHTU_KAFKA": "unused:9", "SOIHTU_POSTGRES": "postgresql://unused"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    told = json.loads(line)
    assert (told["event"], told["reason"]) == ("role-ends", "unexpected")
    assert "a riddle" in told["exception"]


async def test_a_second_of_the_same_name_refuses_to_start(store: Store, tmp_path: Path) -> None:
    settings = store.settings
    await asyncio.to_thread(make_topics, settings.kafka, settings.topic_prefix, *SERVICE.topics)
    with process("worker", settings, tmp_path / "first.log", SOIHTU_INSTANCE="7") as first:
        await first.until_it_says("ready")
        with process("worker", settings, tmp_path / "twin.log", SOIHTU_INSTANCE="7") as twin:
            assert await twin.until_it_ends() == 1
            assert "NameTaken" in twin.child.log.read_text()
        assert await first.until_it_says("ready") == "ready"
        first.child.send(signal.SIGTERM)
        assert await first.until_it_ends() == 0
    name = f"{settings.topic_prefix}okr-7"
    async with own_name(settings, name, Health(), asyncio.Event(), patience=0):
        assert len(await holders(store)) == 1


async def test_roles_wait_for_the_database_and_kafka(
    store: Store, postgres: Postgres, kafka: Kafka, tmp_path: Path
) -> None:
    to_database = Gate(int(postgres.address.rpartition(":")[2]), free_port())
    to_kafka = Gate(int(kafka.address.rpartition(":")[2]), free_port())
    settings = store.through(to_database.port).model_copy(
        update={"kafka": f"127.0.0.1:{to_kafka.port}"}
    )
    await asyncio.to_thread(make_topics, kafka.address, settings.topic_prefix, *SERVICE.topics)
    with (
        process("worker", settings, tmp_path / "worker.log") as worker,
        process("relay", settings, tmp_path / "relay.log") as relay,
    ):
        both = (worker, relay)

        async def wait_for(reason: str) -> None:
            async def told() -> bool:
                said = await asyncio.gather(*(asyncio.to_thread(it.says) for it in both))
                return all(it == ("waiting", [reason]) for it in said)

            await until(told, within=20)
            assert await asyncio.to_thread(lambda: all(it.lives() for it in both))

        await wait_for("database-away")
        await to_database.open()
        await wait_for("kafka-away")
        await to_kafka.open()
        await worker.until_it_says("ready")
        await relay.until_it_says("leading")
        for it in both:
            it.child.send(signal.SIGTERM)
        assert [await it.until_it_ends() for it in both] == [0, 0]
    to_kafka.shut()
    to_database.shut()


async def test_roles_end_while_a_database_hangs_that_takes_connections(
    store: Store, tmp_path: Path
) -> None:
    """As one that is stopped does; to connect to it may take a minute."""
    with socket.create_server((LOOPBACK, 0)) as silent, ExitStack() as stack:
        settings = store.through(silent.getsockname()[1])
        started = [
            stack.enter_context(process(role, settings, tmp_path / f"{role}.log"))
            for role in SERVICE.roles
        ]
        silent.settimeout(20)
        asking = [(await asyncio.to_thread(silent.accept))[0] for _ in started]
        for it in started:
            it.child.send(signal.SIGTERM)
        assert [await it.until_it_ends() for it in started] == [0, 0, 0]
        for connection in asking:
            connection.close()


async def holders(store: Store) -> list[int]:
    rows = await store.fetch(
        "SELECT pid FROM pg_stat_activity"
        " WHERE application_name = 'member-name' AND datname = current_database()"
    )
    return [row["pid"] for row in rows]


async def test_a_name_is_taken_again_when_its_session_was_lost(store: Store) -> None:
    stop = asyncio.Event()
    async with own_name(store.settings, "okr-0", Health(), stop):
        (first,) = await holders(store)
        await store.value("SELECT pg_terminate_backend($1)", first)

        async def held_anew() -> bool:
            held = await store.fetch("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")
            return bool({row["pid"] for row in held} & {*await holders(store)} - {first})

        await until(held_anew)
        assert not stop.is_set()


async def test_a_name_that_another_took_meanwhile_ends_the_role(store: Store) -> None:
    stop = asyncio.Event()
    rival = await asyncpg.connect(store.settings.postgres.get_secret_value())

    async def hold_until_told() -> None:
        async with own_name(store.settings, "okr-0", Health(), stop, patience=0.2):
            (first,) = await holders(store)
            await store.value("SELECT pg_terminate_backend($1)", first)
            await rival.execute(
                "SELECT pg_advisory_lock(hashtext('soihtu-member'), hashtext('okr-0'))"
            )
            await asyncio.wait_for(stop.wait(), 15)

    with pytest.raises(NameTaken, match="okr-0 runs already"):
        await hold_until_told()
    await rival.close()


async def test_waiting_for_a_name_ends_with_the_role(store: Store) -> None:
    settings = store.through(free_port())
    stop, health = asyncio.Event(), Health()

    async def waits() -> bool:
        return health.reasons == ("database-away",)

    async def wait_and_stop() -> None:
        await until(waits)
        stop.set()

    stopping = asyncio.create_task(wait_and_stop())
    async with own_name(settings, "okr-0", health, stop):
        assert stop.is_set()
    await stopping
