"""When goals were agreed on: before the code that looks at it is deployed."""

from pathlib import Path

from chassis import migrate

revision = "0002"
down_revision = "0001"
phase = "pre"


def upgrade() -> None:
    migrate.run_sql(Path(__file__).with_name("0002_agreed_at.sql"))
    migrate.ask_for_rebuild()
