"""A restore happens whole or not at all, and a restored writer publishes nothing by itself."""

import asyncio
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from chassis import db
from chassis.settings import Settings
from chassis.topics import declared_topics, ensure_topics, prefixed
from local.addresses import Addresses
from local.kafka import Kafka
from local.postgres import Database, Postgres
from tests.conftest import NewDatabase
from tests.operators import Operator, Slow
from tests.system.agency import until
from tests.system.records import Read, read_all

WHY = ("--yes", "--reason", "a test")
BUSY = """SELECT pid FROM pg_stat_activity WHERE datname = %s
    AND backend_type = 'autovacuum worker' AND xact_start < now() - interval '2 s'"""
WAITS = """SELECT pid FROM pg_locks WHERE NOT granted
    AND pid IN (SELECT pid FROM pg_locks WHERE relation = 'units'::regclass)"""
RENAMED = """UPDATE units SET version = version + 1,
    state = state || jsonb_build_object('version', version + 1, 'change', 'renamed')"""


@dataclass
class Okr:
    """A database of okr with its topics, no role of which runs."""

    postgres: Postgres
    kafka: str
    prefix: str
    database: Database

    def __post_init__(self) -> None:
        told = {"SOIHTU_TOPIC_PREFIX": self.prefix}
        kafka = {"SOIHTU_KAFKA": self.kafka}
        addresses = Addresses(kafka, "http://nowhere", {"okr": self.database}, told)
        self.operator = Operator("okr", addresses, self.postgres)

    @property
    def settings(self) -> Settings:
        return Settings(
            kafka=self.kafka, topic_prefix=self.prefix, postgres=SecretStr(self.database.app)
        )

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with closing(psycopg.connect(self.database.owner, autocommit=True)) as conn:
            asked = conn.execute(query.encode())
            return asked.fetchall() if asked.description else []

    def databases(self) -> set[str]:
        with self.postgres.superuser() as conn:
            found = conn.execute("SELECT datname FROM pg_database").fetchall()
        return {str(name) for (name,) in found if str(name).startswith(self.database.name)}

    def records(self) -> list[Read]:
        mine = [it.name for it in declared_topics() if "okr" in it.producers]
        return read_all(self.kafka, [prefixed(self.prefix, name) for name in mine])


@pytest.fixture
def okr(
    kafka: Kafka, postgres: Postgres, new_database: NewDatabase, topic_prefix: str
) -> Iterator[Okr]:
    ensure_topics({"bootstrap.servers": kafka.address}, topic_prefix)
    made = Okr(postgres, kafka.address, topic_prefix, new_database("okr"))
    yield made
    for name in made.databases() - {made.database.name}:
        postgres.drop_database(name)


@pytest.fixture
def backup(okr: Okr, tmp_path: Path) -> Path:
    okr.operator.do("backup", str(tmp_path))
    return tmp_path


def test_a_restored_database_takes_the_place_of_the_serving_one(okr: Okr, backup: Path) -> None:
    okr.rows(RENAMED)

    told = okr.operator.do("restore", str(backup), *WHY)

    assert okr.rows("SELECT version FROM units") == [(1,)]
    (kept,) = okr.databases() - {okr.database.name}
    assert kept in told
    okr.operator.do("restore", "--remove-kept", kept, *WHY)
    assert okr.databases() == {okr.database.name}


def test_only_what_a_restore_has_kept_is_removed(okr: Okr) -> None:
    done = okr.operator.run("restore", "--remove-kept", "postgres", *WHY)

    assert done.returncode == 1
    assert "is not what a restore" in done.stderr


def test_a_changed_dump_is_refused(okr: Okr, backup: Path) -> None:
    with (backup / "okr" / "database.dump").open("ab") as dump:
        dump.write(b"more")

    done = okr.operator.run("restore", str(backup), *WHY)

    assert done.returncode == 1
    assert "checksum differs" in done.stderr
    assert okr.databases() == {okr.database.name}


def test_another_schema_is_refused(okr: Okr, backup: Path) -> None:
    manifest = backup / "okr" / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema_version": "0001"}))

    done = okr.operator.run("restore", str(backup), *WHY)

    assert done.returncode == 1
    assert "is of schema 0001" in done.stderr


def test_a_database_in_use_is_left_alone(okr: Okr, backup: Path) -> None:
    with closing(psycopg.connect(okr.database.app, application_name="okr-api-0")):
        done = okr.operator.run("restore", str(backup), *WHY)

    assert done.returncode == 1
    assert "1 of okr-api-0" in done.stderr
    assert okr.databases() == {okr.database.name}


def test_whether_a_backup_fits_is_told_while_the_service_serves(okr: Okr, backup: Path) -> None:
    check = ("--check", "--reason", "a test")
    with closing(psycopg.connect(okr.database.app)):
        assert okr.operator.run("restore", str(backup), *check).returncode == 0
        (backup / "okr" / "database.dump").write_bytes(b"PGDMP")
        broken = okr.operator.run("restore", str(backup), *check)

    assert broken.returncode == 1
    assert "checksum differs" in broken.stderr
    assert okr.databases() == {okr.database.name}


def test_what_a_killed_restore_left_is_cleared_by_the_next(okr: Okr, backup: Path) -> None:
    others = [f"{okr.database.name}{it}" for it in ("_restored_by_hand", "_before_20260101_000000")]
    left = okr.postgres.create_database("okr", f"{okr.database.name}_restored_20260101_000000")
    for name in others:
        okr.postgres.create_database("okr", name)

    with closing(psycopg.connect(left.owner)):
        okr.operator.do("restore", str(backup), *WHY)

    assert left.name not in okr.databases()
    assert set(others) < okr.databases()


def test_one_at_a_time_restores_a_database(okr: Okr, backup: Path) -> None:
    slow = Slow("pg_restore", okr.postgres, backup / "tools")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(okr.operator.run, "restore", str(backup), *WHY, PATH=slow.path)
        with slow.begun():
            second = okr.operator.run("restore", str(backup), *WHY)
        done = first.result()

    assert second.returncode == 1
    assert "is being restored already" in second.stderr
    assert done.returncode == 0, done.stderr


@contextmanager
def vacuumed(okr: Okr) -> Iterator[None]:
    """PostgreSQL vacuums a table of the database by itself, for as long as this lasts."""
    okr.rows(
        "CREATE TABLE worn (id int) WITH (autovacuum_vacuum_threshold = 0,"
        " autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 100,"
        " autovacuum_vacuum_cost_limit = 1)"
    )
    okr.rows("INSERT INTO worn SELECT generate_series(1, 200000)")
    okr.rows("DELETE FROM worn")
    with okr.postgres.superuser() as conn:
        conn.execute("ALTER SYSTEM SET autovacuum_naptime = 1")
        conn.execute("SELECT pg_reload_conf()")
        try:
            name = [okr.database.name]
            until(lambda: conn.execute(BUSY, name).fetchone() is not None, "autovacuum at work")
            yield
        finally:
            conn.execute("ALTER SYSTEM RESET autovacuum_naptime")
            conn.execute("SELECT pg_reload_conf()")


def test_postgresql_s_own_vacuum_is_nobody_who_uses_a_database(okr: Okr, backup: Path) -> None:
    with vacuumed(okr):
        told = okr.operator.run("doctor").stdout
        okr.operator.do("restore", str(backup), *WHY)

    assert "okr transactions: none is open for long" in told


def test_a_failure_in_the_middle_leaves_the_serving_one(okr: Okr, backup: Path) -> None:
    tools = backup / "tools"
    tools.mkdir()
    broken = tools / "pg_restore"
    broken.write_text(
        "#!/bin/sh\n"
        'case "$1" in --version) echo "pg_restore (PostgreSQL) 99.1"; exit 0;; esac\n'
        "echo no luck >&2; exit 3\n"
    )
    broken.chmod(0o755)
    okr.rows(RENAMED)

    done = okr.operator.run("restore", str(backup), *WHY, PATH=f"{tools}:/usr/bin:/bin")

    assert done.returncode == 1
    assert "no luck" in done.stderr
    assert okr.databases() == {okr.database.name}
    assert okr.rows("SELECT version FROM units") == [(2,)]


def test_nothing_is_written_to_a_restored_writer_before_it_is_republished(
    okr: Okr, backup: Path
) -> None:
    okr.operator.do("restore", str(backup), *WHY)
    refused = okr.operator.run("consumer", "go-on", "okr", "--accept", "5", "--reason", "a test")
    assert refused.returncode == 1
    assert "soihtu republish okr" in refused.stderr

    async def write() -> None:
        database = await db.connect(okr.settings, "okr", "api")
        try:
            assert await db.must_republish(database)
            with pytest.raises(db.RepublishDue):
                async with db.transaction(database):
                    raise AssertionError("nothing begins here")
            await asyncio.to_thread(okr.operator.do, "republish", "--reason", "a test")
            async with db.transaction(database):
                assert not await db.must_republish(database)
        finally:
            await database.pool.close()

    asyncio.run(write())
    published = "SELECT headers ->> 'ce_sequence', headers ->> 'ce_origin' FROM outbox ORDER BY seq"
    assert okr.rows(published) == [
        ("1", "command"), ("1", "command"), ("2", "republish"), ("2", "republish"),
    ]  # fmt: skip


def test_what_is_published_anew_keeps_the_time_of_its_last_change(okr: Okr) -> None:
    okr.rows(RENAMED + ", changed_at = '2026-01-02T03:04:05Z'")

    okr.operator.do("republish", "--reason", "a test")

    times = (
        "SELECT DISTINCT headers ->> 'ce_time' FROM outbox WHERE headers ->> 'ce_sequence' = '3'"
    )
    assert okr.rows(times) == [("2026-01-02T03:04:05Z",)]


def test_one_at_a_time_publishes_a_service_anew(okr: Okr) -> None:
    with closing(psycopg.connect(okr.database.app)) as first:
        first.execute("SELECT FROM units FOR UPDATE")
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(okr.operator.run, "republish", "--reason", "the first")
            until(lambda: okr.rows(WAITS) != [], "the first to wait for a row")
            second = okr.operator.run("republish", "--reason", "the second")
            first.rollback()
            done = slow.result()

    assert second.returncode == 1
    assert "is being published anew already" in second.stderr
    assert done.returncode == 0, done.stderr
    assert okr.rows("SELECT version FROM units") == [(2,)]
