"""The tables of checkins: its own aggregates, and its copy of what okr owns."""

from pathlib import Path

from chassis import migrate

revision = "0001"
down_revision = None
phase = "pre"


def upgrade() -> None:
    migrate.chassis_schema("0001")
    migrate.run_sql(Path(__file__).with_name("0001_first.sql"))
