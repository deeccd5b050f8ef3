"""Parts go away under load: commands go on where they can, and all comes back by itself."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from local import parts as local_parts
from local.graph import SERVICE_NAMES
from local.kafka import Kafka
from local.ports import free_port
from local.postgres import Postgres
from local.throwaway import ThrowAwayParts
from tests.fire.line import OF_KAFKA, RELAYS, ROLES, Line
from tests.system.agency import until

pytestmark = pytest.mark.fire

KAFKA_AWAY = ("kafka-away", "producer-failed", "not-placed")
DATABASE_AWAY = ("database-away", "not-placed")
WENT_BACK = "database-went-back"
"""What reporting finds whose last commits were not flushed yet; it reads them again."""


@contextmanager
def own_line(parts: ThrowAwayParts) -> Iterator[Line]:
    """A line on parts to stop and to kill; what PostgreSQL has acknowledged outlives it."""
    parts.postgres = Postgres(parts.folder / "postgres", free_port(), SERVICE_NAMES)
    try:
        parts.start("kafka", "postgres", "identity")
        made = Line(parts)
        made.begin()
        yield made
        made.end()
    finally:
        if parts.kafka.child:
            parts.kafka.child.send(signal.SIGCONT)
        parts.stop()


@pytest.fixture(scope="module")
def line() -> Iterator[Line]:
    with own_line(ThrowAwayParts()) as made:
        yield made


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Path, Line]]:
    """Where Kafka keeps its data, with little room, and a line on it."""
    if os.geteuid() != 0:
        pytest.skip("a small disk for Kafka can only be mounted by root")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = ["mount", "-t", "tmpfs", "-o", "size=512m", "soihtu-test", str(disk)]
    if subprocess.run(mounted, check=False).returncode:
        pytest.skip("this machine lets not even root mount a small disk for Kafka")
    parts = ThrowAwayParts()
    parts.kafka = Kafka(disk / "kafka", free_port(), free_port())
    try:
        with own_line(parts) as line:
            yield disk, line
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def start(line: Line, part: local_parts.Part) -> None:
    local_parts.start([part], line.parts.logs)


def test_kafka_is_killed_and_started_again(line: Line) -> None:
    kafka = line.parts.kafka
    assert kafka.child
    with line.under_load("killed") as load:
        with line.outage(OF_KAFKA, *KAFKA_AWAY, may_restart=RELAYS) as outage:
            kafka.child.kill()
            line.until_told(outage)
            load.until_more(100)
            outage.ends()
            start(line, kafka)
        assert not load.not_done
    assert line.untruths(outage) == []
    assert line.chatter() == []


def test_kafka_is_stopped_for_20_seconds(line: Line) -> None:
    child = line.parts.kafka.child
    assert child
    with line.under_load("stopped") as load:
        with line.outage(OF_KAFKA, *KAFKA_AWAY, may_restart=RELAYS) as outage:
            child.send(signal.SIGSTOP)
            until(outage.lasts_for(20), "20 s of a broker that stands still")
            outage.ends()
            child.send(signal.SIGCONT)
        assert not load.not_done
    assert line.untruths(outage) == []
    assert line.chatter() == []


def test_a_line_with_nothing_to_do_says_that_kafka_is_away(line: Line) -> None:
    child = line.parts.kafka.child
    assert child
    with line.watched(), line.outage(OF_KAFKA, *KAFKA_AWAY) as outage:
        child.send(signal.SIGSTOP)
        line.until_told(outage)
        outage.ends()
        child.send(signal.SIGCONT)
    assert line.untruths(outage) == []
    assert line.chatter() == []


def test_kafka_runs_out_of_disk(small_disk: tuple[Path, Line]) -> None:
    disk, line = small_disk
    kafka = line.parts.kafka
    child = kafka.child
    assert child
    with line.under_load("disk full") as load:
        with line.outage(OF_KAFKA, *KAFKA_AWAY, may_restart=RELAYS) as outage:
            fill(disk / "filler", leave=64 * 1024)
            until(lambda: child.exit_code() is not None, "the broker to end", 90)
            outage.is_gone()
            line.until_told(outage)
            load.until_more(100)
            (disk / "filler").unlink()
            outage.ends()
            start(line, kafka)
        assert not load.not_done
    assert line.untruths(outage) == []
    assert line.chatter() == []


def fill(file: Path, leave: int) -> None:
    """Have a disk full but for so many bytes, whatever else is written meanwhile."""
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while (free := shutil.disk_usage(file.parent).free) > leave:
            os.posix_fallocate(filler.fileno(), filler.seek(0, os.SEEK_END), max(free - leave, 1))


def test_postgresql_is_stopped_at_once_and_started_again(line: Line) -> None:
    postgres = line.parts.postgres
    child = postgres.child
    assert child
    with line.under_load("immediate") as load:
        with line.outage(ROLES, *DATABASE_AWAY, WENT_BACK) as outage:
            child.send(signal.SIGQUIT)
            until(lambda: child.exit_code() is not None, "PostgreSQL to end")
            line.until_told(outage)
            outage.ends()
            start(line, postgres)
        assert set(load.not_done) == {"database-unavailable"}
    assert line.untruths(outage) == []
    assert line.chatter() == []


@pytest.mark.parametrize("service", SERVICE_NAMES)
def test_one_database_is_cut_off(line: Line, service: str) -> None:
    affected = tuple(role for role in ROLES if role.startswith(f"{service}-"))
    name = line.system.addresses.databases[service].name
    with line.under_load(f"cut off {service}") as load, line.parts.postgres.superuser() as conn:
        with line.outage(affected, *DATABASE_AWAY) as outage:
            load.avoid = service
            let_in(conn, name, allowed=False)
            conn.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
                [name],
            )
            line.until_told(outage)
            load.until_more(50, *[it for it in SERVICE_NAMES if it != service])
            outage.ends()
            let_in(conn, name, allowed=True)
        load.avoid = ""
        assert set(load.not_done) <= {"database-unavailable"}
    assert line.untruths(outage) == []
    assert line.chatter() == []


def let_in(conn: "psycopg.Connection[tuple[object, ...]]", name: str, *, allowed: bool) -> None:
    said = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    conn.execute(said.format(sql.Identifier(name), sql.SQL(str(allowed))))
