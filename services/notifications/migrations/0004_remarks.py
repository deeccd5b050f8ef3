"""Who asked what of goals: before the code that tells them of answers is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0004"
down_revision = "0003"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0004_remarks.sql"))
    migrate.ask_for_rebuild()
