"""Pillars, sites and milestones: before the code that keeps them is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0003"
down_revision = "0002"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0003_strategy.sql"))
