"""Migrations in phases: before a release is deployed, and once the one before has gone; and what
they do while people work.
"""

from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from chassis import migrate
from chassis.migrate import OutOfPhase, Phase, TableHeld
from chassis.settings import MigrationSettings
from local.postgres import Database
from tests.conftest import NewDatabase
from tests.system.agency import until

Upgrade = Callable[..., list[str]]

MIGRATION = '''
"""One table."""

from alembic import op

from chassis import migrate

revision = "{number:04}"
down_revision = {before!r}
phase = "{phase}"


def upgrade() -> None:
    op.execute("CREATE TABLE t{number} ()")
'''


VALID = "SELECT indisvalid FROM pg_index WHERE indexrelid = 't1_by_a'::regclass"


@pytest.fixture
def database(new_database: NewDatabase) -> Database:
    return new_database("okr", migrated=False)


@pytest.fixture
def settings(database: Database) -> MigrationSettings:
    return MigrationSettings(
        postgres_owner=SecretStr(database.owner), postgres=SecretStr(database.app)
    )


@pytest.fixture
def upgrade(database: Database, settings: MigrationSettings, tmp_path: Path) -> Upgrade:
    """`upgrade("pre", of=["pre", "post"])`: the tables that there are after that phase."""

    def run(phase: Phase | None, of: list[str]) -> list[str]:
        for number, its in enumerate(of, start=1):
            add(tmp_path, number, MIGRATION, phase=its)
        migrate.upgrade(tmp_path, settings, phase)
        with psycopg.connect(database.owner) as conn:
            rows = conn.execute("SELECT relname FROM pg_class WHERE relname ~ '^t[0-9]$'")
            return sorted(str(row[0]) for row in rows)

    return run


def add(folder: Path, number: int, text: str = MIGRATION, **more: str) -> None:
    """One more migration."""
    (folder / "migrations").mkdir(exist_ok=True)
    before = f"{number - 1:04}" if number > 1 else None
    said = text.format(number=number, before=before, **more)
    (folder / "migrations" / f"{number:04}_one.py").write_text(said)


def test_a_release_is_deployed_between_its_phases(upgrade: Upgrade) -> None:
    release = ["pre", "pre", "post"]
    assert upgrade("pre", of=release) == ["t1", "t2"]
    assert upgrade("pre", of=release) == ["t1", "t2"]
    assert upgrade("post", of=release) == ["t1", "t2", "t3"]
    assert upgrade("post", of=release) == ["t1", "t2", "t3"]
    assert upgrade("pre", of=[*release, "pre"]) == ["t1", "t2", "t3", "t4"]


def test_all_at_once_needs_no_phases(upgrade: Upgrade) -> None:
    assert upgrade(None, of=["pre", "post", "pre"]) == ["t1", "t2", "t3"]


def test_what_comes_first_is_not_passed_over(upgrade: Upgrade) -> None:
    with pytest.raises(OutOfPhase, match="0001 \\(pre\\) comes before"):
        upgrade("post", of=["pre", "post"])
    upgrade("pre", of=["pre", "post"])
    with pytest.raises(OutOfPhase, match="0002 \\(post\\) comes before"):
        upgrade("pre", of=["pre", "post", "pre"])


def and_(statement: str) -> str:
    """A migration that does this."""
    begun, _, _ = MIGRATION.partition("    op.execute")
    return f"{begun}    {statement}\n"


def test_a_table_that_is_kept_is_waited_for_and_then_told_of(
    database: Database, settings: MigrationSettings, tmp_path: Path
) -> None:
    add(tmp_path, 1, phase="pre")
    migrate.upgrade(tmp_path, settings)
    add(tmp_path, 2, and_('op.execute("ALTER TABLE t1 ADD COLUMN a int")'), phase="pre")
    with psycopg.connect(database.app) as keeper:
        keeper.execute("SELECT FROM t1")
        with pytest.raises(TableHeld, match="not free for 50ms, 6 times"):
            migrate.upgrade(tmp_path, settings, lock_timeout="50ms")
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(migrate.upgrade, tmp_path, settings, lock_timeout="50s")
            until(lambda: waits(database, "relation"), "the migration to wait for the table")
            keeper.rollback()
            done.result()
    with psycopg.connect(database.app) as conn:
        conn.execute("SELECT a FROM t1")


def waits(database: Database, what: str) -> bool:
    with psycopg.connect(database.owner) as conn:
        found = conn.execute("SELECT FROM pg_locks WHERE NOT granted AND locktype = %s", (what,))
        return found.fetchone() is not None


def test_an_index_is_built_while_others_write_by_one_of_two_at_once(
    database: Database, settings: MigrationSettings, tmp_path: Path
) -> None:
    add(tmp_path, 1, and_('op.execute("CREATE TABLE t1 (a int)")'), phase="pre")
    migrate.upgrade(tmp_path, settings)
    add(tmp_path, 2, and_('migrate.build_index("t1_by_a", "t1 (a)")'), phase="pre")
    add(tmp_path, 3, phase="pre")
    processes = ProcessPoolExecutor(2, get_context("spawn"))
    with psycopg.connect(database.app) as writer, processes as pool:
        writer.execute("INSERT INTO t1 VALUES (1)")
        both = [pool.submit(migrate.upgrade, tmp_path, settings) for _ in range(2)]
        until(lambda: waits(database, "virtualxid"), "the index to wait for the writer")
        with psycopg.connect(database.app) as other:
            other.execute("SET lock_timeout = '1s'")
            other.execute("INSERT INTO t1 VALUES (2)")
        writer.commit()
        for one in both:
            one.result()
    with psycopg.connect(database.app) as conn:
        assert conn.execute(VALID).fetchone() == (True,)
        conn.execute("SELECT FROM t3")


def test_an_index_that_was_not_finished_is_begun_anew(
    database: Database, settings: MigrationSettings, tmp_path: Path
) -> None:
    add(tmp_path, 1, and_('op.execute("CREATE TABLE t1 (a int)")'), phase="pre")
    migrate.upgrade(tmp_path, settings)
    with psycopg.connect(database.owner) as conn:
        conn.execute("CREATE INDEX t1_by_a ON t1 ((a + 1))")
    add(tmp_path, 2, and_('migrate.build_index("t1_by_a", "t1 (a)")'), phase="pre")
    migrate.upgrade(tmp_path, settings)
    with psycopg.connect(database.owner) as conn:
        found = conn.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 't1_by_a'")
        assert str(found.fetchone()).count("(a)") == 1
