"""A rebuild gives the tables that the worker has made, in the same shape, while it goes on."""

import asyncio
import json
import subprocess
from argparse import Namespace
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import asyncpg
import pytest

from chassis.migrate import SCHEMA
from chassis.operations import Call, OperationProblem, doctor
from chassis.rebuilding import rebuild
from contracts.organisation import TeamChanged
from contracts.words import Text
from local.addresses import Addresses
from local.kafka import Kafka
from local.postgres import Postgres
from services.checkins.app import SERVICE as CHECKINS
from services.reporting.app import SERVICE as REPORTING
from tests.conftest import NewDatabase
from tests.operators import Operator, Slow
from tests.service.chassis.raw_batches import PLACEHOLDER, batch, send_raw, spoil
from tests.service.chassis.streams import headers_of, until
from tests.service.checkins import world as checkins_world
from tests.service.rebuilds import Reader, reader
from tests.service.reporting import world
from tests.service.reporting.histories import history


@pytest.fixture
async def reporting(
    new_database: NewDatabase, kafka: Kafka, topic_prefix: str
) -> AsyncIterator[Reader]:
    async with reader(REPORTING, new_database("reporting"), kafka.address, topic_prefix) as made:
        yield made


@pytest.fixture
async def checkins(
    new_database: NewDatabase, kafka: Kafka, topic_prefix: str
) -> AsyncIterator[Reader]:
    async with reader(CHECKINS, new_database("checkins"), kafka.address, topic_prefix) as made:
        yield made


async def again(it: Reader, accept: int | None = None) -> int:
    """Rebuild; how many records it took."""
    done = await rebuild(it.service, it.settings, it.database.owner, accept=accept)
    return done.records


async def test_a_rebuild_beside_a_worker_changes_nothing(reporting: Reader) -> None:
    events = [*history(Random(4)), *world.everything()]
    await reporting.produce(events)
    shape = await reporting.shape()
    async with reporting.working():
        await reporting.until_all_is_in()
        before = await reporting.tables()
        assert await again(reporting) == len(events)
        assert await reporting.tables() == before
        assert await reporting.shape() == shape
        more = world.team(world.an_id("new"), "Pesä", world.ROOT)
        await reporting.produce([more])
        await reporting.until_all_is_in()
    assert await reporting.value("SELECT version FROM teams WHERE id = $1", more.id) == 1
    assert await reporting.value("SELECT count(*) FROM dead_letters") == 0


async def test_a_copy_is_rebuilt_and_what_is_the_service_s_own_stays(checkins: Reader) -> None:
    events = [*checkins_world.everything()]
    await checkins.produce(events)
    shape = await checkins.shape()
    own = "INSERT INTO check_in_numbers VALUES ($1, 7)"
    await checkins.db.pool.execute(own, checkins_world.OBJECTIVE)
    async with checkins.working():
        await checkins.until_all_is_in()
        before = await checkins.tables()
        await checkins.db.pool.execute("UPDATE team_cycles SET place = 'lost'")
        assert await again(checkins) == len(events)
        assert await checkins.tables() == before
    assert await checkins.shape() == shape
    assert await checkins.value("SELECT last FROM check_in_numbers") == 7


def rows_of(table: str, dump: Path, postgres: Postgres) -> str:
    """What a dump has of a table, as text."""
    program = postgres.programs / "pg_restore"
    said = subprocess.run(
        [program, "--data-only", f"--table={table}", "--file=-", dump],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return said.stdout


async def test_tables_are_not_swapped_while_they_are_backed_up(
    reporting: Reader, postgres: Postgres, tmp_path: Path
) -> None:
    await reporting.produce(world.everything())
    async with reporting.working():
        await reporting.until_all_is_in()
    team = await reporting.value("SELECT id::text FROM teams ORDER BY id LIMIT 1")
    kafka = {"SOIHTU_KAFKA": reporting.settings.kafka}
    prefix = {"SOIHTU_TOPIC_PREFIX": reporting.settings.topic_prefix}
    databases = {"reporting": reporting.database}
    operator = Operator(
        "reporting", Addresses(kafka, "http://nowhere", databases, prefix), postgres
    )
    slow = Slow("pg_dump", postgres, tmp_path / "tools")

    backup = asyncio.create_task(
        asyncio.to_thread(operator.run, "backup", str(tmp_path), PATH=slow.path)
    )
    await asyncio.to_thread(slow.wait)
    said: list[str] = []
    rebuilt = asyncio.create_task(
        rebuild(reporting.service, reporting.settings, reporting.database.owner, said.append)
    )

    async def waits() -> bool:
        return rebuilt.done() or any("a backup is being made" in it for it in said)

    try:
        await until(waits, within=60)
        assert not rebuilt.done()
    finally:
        slow.let()
    done = await backup
    await rebuilt

    assert done.returncode == 0, done.stderr
    dump = tmp_path / "reporting" / "database.dump"
    assert team in await asyncio.to_thread(rows_of, "teams", dump, postgres)


async def test_a_migration_that_adds_to_what_was_read_asks_for_a_rebuild(
    reporting: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    async def asked_for() -> bool:
        await doctor.run(Call(REPORTING, reporting.settings, Namespace(json=True)))
        found = json.loads(capsys.readouterr().out.splitlines()[-1])
        (copies,) = (it for it in found if it["what"] == "copies")
        return not copies["well"] and "`soihtu rebuild reporting`" in copies["told"]

    await reporting.make_topics()
    owner = await asyncpg.connect(reporting.database.owner)
    ask = (SCHEMA / "rebuild_due.sql").read_text("utf-8")
    await owner.execute(ask)
    assert not await asked_for(), "nothing was read before"
    await reporting.produce(world.everything())
    async with reporting.working():
        await reporting.until_all_is_in()
    for _ in range(2):
        await owner.execute(ask)
    await owner.close()
    assert await asked_for()
    await again(reporting)
    assert not await asked_for()


async def test_it_begins_anew_after_one_that_was_cut_short(reporting: Reader) -> None:
    await reporting.produce(world.everything())
    await reporting.as_owner(
        "CREATE SCHEMA rebuilding; CREATE TABLE rebuilding.units (id int);"
        "CREATE SCHEMA previous; CREATE TABLE previous.units (id int)"
    )
    assert await again(reporting) == len([*world.everything()])
    assert await reporting.value("SELECT count(*) FROM units") == 3


def bad_teams(count: int, mark: str = "") -> list[TeamChanged]:
    """That no table takes."""
    unsayable = Text.model_construct(source="fi", fi="\0")
    good = [world.team(world.an_id(f"{mark}{n}"), "?", world.ROOT) for n in range(count)]
    return [it.model_copy(update={"name": unsayable}) for it in good]


async def test_too_many_dead_letters_swap_nothing(reporting: Reader) -> None:
    await reporting.produce([*world.everything(), *bad_teams(51)])
    with pytest.raises(OperationProblem, match="51 records"):
        await again(reporting)
    assert await reporting.value("SELECT count(*) FROM teams") == 0
    await again(reporting, accept=51)
    assert await reporting.value("SELECT count(*) FROM teams") == 2
    assert await reporting.value("SELECT count(*) FROM dead_letters") == 51


async def test_dead_letters_that_stay_stop_nothing_afterwards(reporting: Reader) -> None:
    """They were counted when the group had read more than compaction has left."""
    await reporting.produce([*world.everything(), *bad_teams(60)])
    await again(reporting, accept=60)
    await reporting.db.pool.execute("UPDATE dead_letters SET passed = passed + 100000")
    ids = "SELECT array_agg(id ORDER BY id) FROM dead_letters"
    before = await reporting.value(ids)
    await again(reporting)
    assert await reporting.value(ids) == before
    async with reporting.working() as health:
        await reporting.until_all_is_in()
        await reporting.produce(bad_teams(1, mark="later"))
        await reporting.until_all_is_in()
        assert health.reasons == ()
    assert await reporting.value("SELECT count(*) FROM dead_letters") == 61


async def test_a_rebuild_reads_as_a_worker_does(reporting: Reader, kafka: Kafka) -> None:
    """What its parser stops at is read; what nobody can read is said, and swaps nothing."""
    await reporting.produce(world.everything())
    odd = world.team(world.an_id("odd"), "Pesä", world.ROOT)
    topic = reporting.settings.topic_prefix + odd.topic
    headers = [*headers_of(odd), (PLACEHOLDER, b"1")]
    await send_raw(kafka.address, topic, 0, batch([(odd.data(), headers)]))
    await again(reporting)
    assert await reporting.value("SELECT version FROM teams WHERE id = $1", odd.id) == 1
    broken = world.team(world.an_id("broken"), "Rikki", world.ROOT)
    await send_raw(kafka.address, topic, 0, batch([(broken.data(), headers_of(broken))]))
    spoil(kafka, topic, 0, b"Rikki")
    with pytest.raises(OperationProblem, match="broken"):
        await again(reporting)
    assert await reporting.value("SELECT count(*) FROM teams") == 3
