"""How far the choice of a goal is: before the code that looks at it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0008"
down_revision = "0007"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0008_recorded_at.sql"))
    migrate.ask_for_rebuild()
