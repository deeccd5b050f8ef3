"""A backup is whole or not there, and says what it holds."""

import hashlib
import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from chassis.backups import read_manifest
from local.addresses import ROOT, Addresses
from local.kafka import Kafka
from local.postgres import Database, Postgres
from tests.conftest import NewDatabase
from tests.operators import Operator, Slow


@pytest.fixture
def operator(kafka: Kafka, postgres: Postgres, new_database: NewDatabase) -> Operator:
    addresses = Addresses(
        {"SOIHTU_KAFKA": kafka.address}, "http://nowhere", {"okr": new_database("okr")}
    )
    return Operator("okr", addresses, postgres)


def test_a_backup_says_what_it_holds(operator: Operator, tmp_path: Path) -> None:
    done = operator.run("backup", str(tmp_path))

    assert done.returncode == 0, done.stderr
    told = json.loads((tmp_path / "okr" / "manifest.json").read_text())
    dump = (tmp_path / "okr" / "database.dump").read_bytes()
    assert told["service"] == "okr"
    steps = (ROOT / "services" / "okr" / "migrations").glob("[0-9]*.py")
    assert told["schema_version"] == max(step.name[:4] for step in steps)
    assert told["files"] == [
        {
            "name": "database.dump",
            "bytes": len(dump),
            "sha256": hashlib.sha256(dump).hexdigest(),
        }
    ]
    assert dump.startswith(b"PGDMP")


def test_a_folder_that_holds_something_is_refused(operator: Operator, tmp_path: Path) -> None:
    (tmp_path / "okr").mkdir()
    (tmp_path / "okr" / "letter").write_text("dear")

    done = operator.run("backup", str(tmp_path))

    assert done.returncode == 1
    assert "is there already" in done.stderr
    assert (tmp_path / "okr" / "letter").read_text() == "dear"


def test_a_backup_that_fails_leaves_nothing(operator: Operator, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    broken = tools / "pg_dump"
    broken.write_text(
        "#!/bin/sh\n"
        'case "$1" in --version) echo "pg_dump (PostgreSQL) 99.1"; exit 0;; esac\n'
        "echo half; echo no luck >&2; exit 3\n"
    )
    broken.chmod(0o755)

    done = operator.run("backup", str(tmp_path / "to"), PATH=f"{tools}:{os.environ['PATH']}")

    assert done.returncode == 1
    assert "no luck" in done.stderr
    assert not list((tmp_path / "to").iterdir())


def test_of_two_backups_into_one_folder_one_is_refused(
    operator: Operator, postgres: Postgres, tmp_path: Path
) -> None:
    slow = Slow("pg_dump", postgres, tmp_path / "tools")

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(operator.run, "backup", str(tmp_path / "to"), PATH=slow.path)
        with slow.begun():
            second = operator.run("backup", str(tmp_path / "to"))
        done = first.result()

    assert second.returncode == 1
    assert "is being made" in second.stderr
    assert done.returncode == 0, done.stderr
    assert read_manifest(tmp_path / "to" / "okr").service == "okr"
    assert [it.name for it in (tmp_path / "to").iterdir()] == ["okr"]


def test_what_a_killed_backup_left_is_in_nobody_s_way(operator: Operator, tmp_path: Path) -> None:
    left = tmp_path / "okr.partial" / "checkins"
    left.mkdir(parents=True)
    (left / "manifest.json").write_text("{}")

    assert operator.run("backup", str(tmp_path)).returncode == 0

    assert [it.name for it in tmp_path.iterdir()] == ["okr"]
    assert {it.name for it in (tmp_path / "okr").iterdir()} == {"database.dump", "manifest.json"}


def test_a_program_older_than_the_server_is_refused(operator: Operator, tmp_path: Path) -> None:
    old = tmp_path / "pg_dump"
    old.write_text('#!/bin/sh\necho "pg_dump (PostgreSQL) 11.2"\n')
    old.chmod(0o755)

    done = operator.run("backup", str(tmp_path / "to"), PATH=f"{tmp_path}:{os.environ['PATH']}")

    assert done.returncode == 1
    assert "PostgreSQL 11" in done.stderr
    assert not list((tmp_path / "to").iterdir())


def test_a_backup_does_not_need_kafka(operator: Operator, tmp_path: Path) -> None:
    done = operator.run("backup", str(tmp_path), SOIHTU_KAFKA="127.0.0.1:1")

    assert done.returncode == 0, done.stderr
    assert "Kafka does not tell" in done.stdout
    assert json.loads((tmp_path / "okr" / "manifest.json").read_text())["written"] is None


def test_a_database_of_an_older_schema_is_backed_up(
    kafka: Kafka, postgres: Postgres, older: Database, tmp_path: Path
) -> None:
    addresses = Addresses({"SOIHTU_KAFKA": kafka.address}, "http://nowhere", {"okr": older})
    operator = Operator("okr", addresses, postgres)

    told = operator.do("backup", str(tmp_path))

    assert "is of schema 0001" in told
    assert read_manifest(tmp_path / "okr").schema_version == "0001"
    refused = operator.run("consumer", "go-on", "okr", "--accept", "5", "--reason", "a test")
    assert refused.returncode == 1
    assert "older schema" in refused.stderr
