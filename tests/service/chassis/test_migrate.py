"""Migrations in phases: before a release is deployed, and once the one before has gone."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from chassis import migrate
from chassis.migrate import OutOfPhase, Phase
from chassis.settings import MigrationSettings
from local.postgres import Database
from tests.conftest import NewDatabase

Upgrade = Callable[..., list[str]]

MIGRATION = '''
"""One table."""

from alembic import op

revision = "{number:04}"
down_revision = {before!r}
phase = "{phase}"


def upgrade() -> None:
    op.execute("CREATE TABLE t{number} ()")
'''


@pytest.fixture
def upgrade(new_database: NewDatabase, tmp_path: Path) -> Upgrade:
    """`upgrade("pre", of=["pre", "post"])`: the tables that there are after that phase."""
    database: Database = new_database("okr", migrated=False)
    folder = tmp_path / "migrations"
    folder.mkdir()
    settings = MigrationSettings(
        postgres_owner=SecretStr(database.owner), postgres=SecretStr(database.app)
    )

    def run(phase: Phase | None, of: list[str]) -> list[str]:
        for number, its in enumerate(of, start=1):
            before = f"{number - 1:04}" if number > 1 else None
            text = MIGRATION.format(number=number, before=before, phase=its)
            (folder / f"{number:04}_one.py").write_text(text)
        migrate.upgrade(tmp_path, settings, phase)
        with psycopg.connect(database.owner) as conn:
            rows = conn.execute("SELECT relname FROM pg_class WHERE relname ~ '^t[0-9]$'")
            return sorted(str(row[0]) for row in rows)

    return run


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
